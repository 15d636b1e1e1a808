import { RunError } from "@pulumi/pulumi";
import * as z from "zod";
import { isObject } from "../iam/json";
import { didYouMean } from "../naming/closestName";

/** The place of a value in the stack file, as a person would write it: `publishers[0].ref`. */
export type Path = string;

/** All errors of a stack's settings. The Pulumi CLI prints its message alone, without a stack trace. */
export class SettingsError extends RunError {
  constructor(
    stack: string,
    readonly errors: readonly string[],
  ) {
    const heading = errors.length === 1 ? "1 setting is wrong" : `${errors.length} settings are wrong`;
    super(
      [`${heading} in stack ${stack} (Pulumi.${stack}.yaml, Pulumi.yaml):`, ...errors.map((line) => `  ${line}`)].join(
        "\n",
      ),
    );
    this.name = "SettingsError";
  }
}

/** The value of a setting whose files cannot be read. Their errors are noted, so no reader adds one. */
export const unreadable = Symbol("unreadable");

/** Collects the errors of a stack's settings, so that all of them are reported at once. */
export class SettingErrors {
  readonly #lines: string[] = [];
  readonly #files = new Map<string, readonly FilePart[]>();

  get lines(): readonly string[] {
    return this.#lines;
  }

  /** @param explanation - the value, the rule and the way out, as one or two sentences */
  add(path: Path, explanation: string): void {
    // An entry is named by the file that holds it and its place there.
    this.addLine(
      `${path}: ${explanation}`.replace(/(?<![\w.])([\w.]+)\[(\d+)\]/g, (whole, list: string, index: string) => {
        let place = Number(index);
        for (const { path: file, content } of this.#files.get(list) ?? []) {
          if (place < content.length) {
            return `${file}: ${list}[${place}]`;
          }
          place -= content.length;
        }
        return whole;
      }),
    );
  }

  addLine(line: string): void {
    this.#lines.push(line);
  }

  /** Says which files the entries of a list come from, in their order. */
  locate(list: Path, files: readonly FilePart[]): void {
    this.#files.set(list, files);
  }

  /** A key that means nothing. */
  addUnknownKey(path: Path, known: readonly string[]): void {
    const meant = didYouMean(path.split(".").at(-1) ?? path, known);
    this.add(path, `there is no such setting.${meant} Remove it, or use one of: ${known.join(", ")}`);
  }

  /** The value as the schema reads it; after noting why it cannot be read, `fallback`, so that reading goes on. */
  read<Schema extends z.ZodType>(
    path: Path,
    schema: Schema,
    value: unknown,
    fallback: z.output<Schema>,
  ): z.output<Schema> {
    const result = schema.safeParse(value);
    if (result.success) {
      return result.data;
    }
    const [issue] = result.error.issues;
    this.add(path, issue?.message ?? "cannot be read");
    return fallback;
  }

  /** The value as the schema reads it; undefined where it is absent or left empty, or after noting why it cannot be read. */
  readOptional<Schema extends z.ZodType>(path: Path, schema: Schema, value: unknown): z.output<Schema> | undefined {
    return value === undefined || value === null ? undefined : this.read(path, schema.optional(), value, undefined);
  }

  /** The value as a list; an empty one after noting that it is not a list, or is empty. */
  readList(path: Path, value: unknown, wayOut: string): readonly unknown[] {
    if (value === unreadable) {
      return [];
    }
    if (!Array.isArray(value)) {
      this.add(path, value === undefined ? `is missing. ${wayOut}` : `${shown(value)} is not a list. ${wayOut}`);
      return [];
    }
    if (value.length === 0) {
      this.add(path, `the list is empty. ${wayOut}`);
    }
    return value;
  }

  /** The value as a list where there is one; a list with nothing in it says as much as none. */
  readOptionalList(path: Path, value: unknown, wayOut: string): readonly unknown[] {
    return value === undefined || (Array.isArray(value) && value.length === 0)
      ? []
      : this.readList(path, value, wayOut);
  }

  /** The value as an object, after noting every key but these; undefined after noting that it is not an object. */
  readObject(
    path: Path,
    value: unknown,
    keys: readonly string[],
    wayOut: string,
  ): Readonly<Record<string, unknown>> | undefined {
    if (value === unreadable) {
      return undefined;
    }
    if (!isObject(value)) {
      this.add(path, value === undefined ? `is missing. ${wayOut}` : `${shown(value)} is not an object. ${wayOut}`);
      return undefined;
    }
    for (const key of Object.keys(value)) {
      if (!keys.includes(key)) {
        this.addUnknownKey(`${path}.${key}`, keys);
      }
    }
    return value;
  }
}

/** The entries of a list that one file holds. */
interface FilePart {
  readonly path: string;
  readonly content: readonly unknown[];
}

/** A value as an error shows it. */
export function shown(value: unknown): string {
  return JSON.stringify(value);
}

/** The error message of a schema: the value, the rule and the way out. */
export function schemaError(rule: string, wayOut: string): { error: (issue: { readonly input?: unknown }) => string } {
  return {
    error: ({ input }) =>
      (input === undefined || input === null ? "is missing" : `${shown(input)} ${rule}`) + `. ${wayOut}`,
  };
}

/** A schema for text of one form. */
export function textOf(pattern: RegExp, rule: string, wayOut: string): z.ZodString {
  const message = schemaError(rule, wayOut);
  return z
    .string({
      error: ({ input }) =>
        isUnquoted(input) && pattern.test(String(input)) ? unquoted(input) : message.error({ input }),
    })
    .regex(pattern, message);
}

/** Whether YAML took a value for a number or a boolean, where text is meant. */
export function isUnquoted(value: unknown): value is number | boolean {
  return typeof value === "number" || typeof value === "boolean";
}

/** What to say of a number or a boolean that would be right as text: YAML may have changed it, as 1.10 into 1.1. */
export function unquoted(value: number | boolean): string {
  return `${shown(value)} is a ${typeof value} in YAML, not text. Write what is meant in quotation marks`;
}
