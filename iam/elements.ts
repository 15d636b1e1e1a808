import type { Refusal } from "./policyError";

/** A JSON value that is neither a list nor a single value. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** What is wrong with a text, if anything. */
export type Problem = (text: string) => string | undefined;

/** The value of a JSON text. */
export function parse(text: string, refuse: Refusal): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw refuse("its text is not JSON");
  }
}

/** Refuses every element but the known. */
export function refuseUnknown(object: JsonObject, known: readonly string[], refuse: Refusal): void {
  const unknown = Object.keys(object).find((element) => !known.includes(element));
  if (unknown !== undefined) {
    throw refuse(`element ${shown(unknown)} is not known; known: ${known.join(", ")}`);
  }
}

/** The value as an object, or an error that calls it `what`. */
export function objectOf(value: unknown, what: string, refuse: Refusal): JsonObject {
  if (!isObject(value)) {
    throw refuse(`${what} must be an object`);
  }
  return value;
}

/** The entries of an object that has to have some: an empty one would leave open what it means. */
export function entriesOf(object: JsonObject, what: string, refuse: Refusal): readonly [string, unknown][] {
  const entries = Object.entries(object);
  if (entries.length === 0) {
    throw refuse(`${what} is empty`);
  }
  return entries;
}

/** The values of an element that holds one or a list of them. */
export function listOf(value: unknown, what: string, refuse: Refusal): readonly unknown[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (value === undefined || list.length === 0) {
    throw refuse(`${what} is missing or empty`);
  }
  return list;
}

/** The texts of an element that holds one or a list of them, each without a problem. */
export function textsOf(value: unknown, what: string, problem: Problem, refuse: Refusal): readonly string[] {
  return listOf(value, what, refuse).map((text) => {
    if (typeof text !== "string") {
      throw refuse(`${what} must be text or a list of texts, but is ${shown(text)}`);
    }
    const found = problem(text);
    if (found !== undefined) {
      throw refuse(`${what} ${shown(text)} ${found}`);
    }
    return text;
  });
}

/** Whether this is a JSON object. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The value as an error shows it. */
export function shown(value: unknown): string {
  return value === undefined ? "absent" : JSON.stringify(value);
}
