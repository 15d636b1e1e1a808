import { quoted } from "./matching";

/** The values of a request's condition keys. */
export interface KnownValues {
  /** The values of a key, in any case: none where the request does not have it, undefined where that is not known. */
  get(key: string): readonly string[] | undefined;
}

/** A text with the values of its variables. */
export interface Substituted {
  /** Undefined where the request does not have a key that has no default value: such a text matches nothing. */
  readonly text?: string;
  /** A key that the text needs, and whose value in the request is not known. */
  readonly unknownKey?: string;
}

/** `${key}`, `${key, 'default'}`, and `${*}`, `${?}` and `${$}` for the characters themselves. */
const variable = /\$\{\s*(?:([*?$])|([^\s${},]+)\s*(?:,\s*'([^']*)')?)\s*\}/g;

export function hasVariable(text: string): boolean {
  return text.includes("${");
}

/** The condition keys that a text's variables name. */
export function variableKeys(text: string): readonly string[] {
  return [...text.matchAll(variable)].flatMap(([, , key]) => key ?? []);
}

/** The text with a letter for each variable, so that its form can be checked. */
export function withoutVariables(text: string): string {
  return hasVariable(text) ? text.replace(variable, "x") : text;
}

/**
 * Puts the values of a request into a text. A key of several values cannot be a variable, and counts as one that the request
 * does not have.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
 *
 * @param isPattern - whether the text is a pattern; a `*` or `?` that comes from a variable is not a wildcard in it
 */
export function withValues(text: string, values: KnownValues, isPattern: boolean): Substituted {
  const missing: string[] = [];
  const unknown: string[] = [];
  const form = (value: string) => (isPattern ? quoted(value) : value);
  const filled = text.replace(
    variable,
    (_whole, special: string | undefined, key: string | undefined, fallback: string | undefined) => {
      if (key === undefined) {
        return form(special ?? "");
      }
      const seen = values.get(key);
      if (seen === undefined) {
        unknown.push(key);
        return "";
      }
      const [value = fallback, ...others] = seen;
      if (value === undefined || others.length > 0) {
        missing.push(key);
        return "";
      }
      return form(value);
    },
  );
  const [unknownKey] = unknown;
  return unknownKey !== undefined ? { unknownKey } : missing.length > 0 ? {} : { text: filled };
}
