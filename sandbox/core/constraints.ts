/** What an API's reference demands of a string. */
interface Constraint {
  readonly minLength?: number;
  readonly maxLength?: number;
  /** For the whole value, as the API reference prints it. */
  readonly pattern?: string;
}

/** AWS's error for a string that does not satisfy a constraint. Nothing for one that does, or is absent. */
export function constraintError(member: string, value: string | undefined, constraint: Constraint): string | undefined {
  const { minLength = 0, maxLength = Infinity, pattern } = constraint;
  if (value === undefined) {
    return undefined;
  }
  if (value.length < minLength) {
    return error(member, value, `Member must have length greater than or equal to ${minLength}`);
  }
  if (value.length > maxLength) {
    return error(member, value, `Member must have length less than or equal to ${maxLength} (it has ${value.length})`);
  }
  return pattern !== undefined && !wholeValue(pattern).test(value)
    ? error(member, value, `Member must satisfy regular expression pattern: ${pattern}`)
    : undefined;
}

/** By pattern: each request names what the same few patterns allow. */
const compiled = new Map<string, RegExp>();

function wholeValue(pattern: string): RegExp {
  const known = compiled.get(pattern) ?? new RegExp(`^(?:${pattern})$`, "u");
  compiled.set(pattern, known);
  return known;
}

/** AWS's error for a number outside its range. Nothing for one inside. */
export function rangeError(member: string, value: number, minimum: number, maximum: number): string | undefined {
  if (value < minimum) {
    return error(member, String(value), `Member must have value greater than or equal to ${minimum}`);
  }
  return value > maximum
    ? error(member, String(value), `Member must have value less than or equal to ${maximum}`)
    : undefined;
}

/** AWS's error for a value that an enumeration does not have. Nothing for one that it has, or that is absent. */
export function choiceError(member: string, value: string | undefined, choices: readonly string[]): string | undefined {
  return value === undefined || choices.includes(value)
    ? undefined
    : error(member, value, `Member must satisfy enum value set: [${choices.join(", ")}]`);
}

function error(member: string, value: string, rule: string): string {
  return `1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: ${rule}`;
}
