import { isObject, type JsonObject, parseJson } from "../../iam/json";
import { cidrRange, ipValue } from "./ipAddresses";

/** A pattern that AWS rejects. The message is AWS's reason, without what comes before it. */
export class EventPatternError extends Error {
  override readonly name = "EventPatternError";
}

/** A value of an event that is not an object or a list. */
type Leaf = string | number | boolean | null;

/** What one entry of a field's list asks of a value; absence is asked of the field itself. */
type Matcher = ((value: Leaf) => boolean) | "absent";

/** The fields that an event must have, by their path; one alternative of `$or` each. */
type Alternative = ReadonlyMap<string, readonly Matcher[]>;

/** A pattern of events that AWS accepts. */
export class EventPattern {
  private constructor(private readonly alternatives: readonly Alternative[]) {}

  /**
   * Reads a pattern by the rules of https://github.com/aws/event-ruler, which EventBridge uses.
   *
   * @param pattern - JSON text, or its value
   * @throws EventPatternError
   */
  static parse(pattern: unknown): EventPattern {
    const value = typeof pattern === "string" ? parseJson(pattern)?.value : pattern;
    if (!isObject(value)) {
      throw new EventPatternError("Filter is not an object");
    }
    return new EventPattern(alternativesOf(value, [], [new Map()], false));
  }

  matches(event: JsonObject): boolean {
    const fields = fieldsOf(event);
    return this.alternatives.some((alternative) => matchesAll([...alternative].sort(byPath), fields, new Map()));
  }
}

/**
 * Whether an event matches a pattern.
 *
 * @param pattern - JSON text, or its value
 * @throws EventPatternError for a pattern that AWS rejects
 */
export function matchesPattern(pattern: unknown, event: JsonObject): boolean {
  return EventPattern.parse(pattern).matches(event);
}

/** Why AWS rejects a pattern, in its own words where they are known; nothing for one that it accepts. */
export function eventPatternError(pattern: unknown): string | undefined {
  try {
    EventPattern.parse(pattern);
    return undefined;
  } catch (error) {
    if (error instanceof EventPatternError) {
      return error.message;
    }
    throw error;
  }
}

/** A value of an event, and which element of each list of objects it is in. */
interface Field {
  readonly value: Leaf;
  readonly places: ReadonlyMap<object, number>;
}

/** The values of an event by path. Lists count for nothing in a path, and what is empty has no value. */
function fieldsOf(event: JsonObject): ReadonlyMap<string, readonly Field[]> {
  const fields = new Map<string, Field[]>();
  const add = (value: unknown, path: string, places: ReadonlyMap<object, number>) => {
    if (Array.isArray(value)) {
      for (const [index, item] of (value as readonly unknown[]).entries()) {
        add(item, path, typeof item === "object" && item !== null ? new Map([...places, [value, index]]) : places);
      }
    } else if (isObject(value)) {
      for (const [name, item] of Object.entries(value)) {
        add(item, path === "" ? name : `${path}.${name}`, places);
      }
    } else if (value !== undefined) {
      fields.set(path, [...(fields.get(path) ?? []), { value: value as Leaf, places }]);
    }
  };
  add(event, "", new Map());
  return fields;
}

function byPath([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number {
  return one < other ? -1 : 1;
}

/** Whether there is a value for each field such that no two are in different elements of one list. */
function matchesAll(
  [first, ...rest]: readonly (readonly [string, readonly Matcher[]])[],
  fields: ReadonlyMap<string, readonly Field[]>,
  places: ReadonlyMap<object, number>,
): boolean {
  if (first === undefined) {
    return true;
  }
  const [path, matchers] = first;
  const candidates = (fields.get(path) ?? []).filter((field) => areConsistent(field.places, places));
  if (matchers.includes("absent") && candidates.length === 0 && matchesAll(rest, fields, places)) {
    return true;
  }
  return candidates.some(
    (field) =>
      matchers.some((matcher) => matcher !== "absent" && matcher(field.value)) &&
      matchesAll(rest, fields, new Map([...places, ...field.places])),
  );
}

function areConsistent(some: ReadonlyMap<object, number>, others: ReadonlyMap<object, number>): boolean {
  return [...some].every(([list, index]) => (others.get(list) ?? index) === index);
}

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html, "$or" */
const mostAlternatives = 1000;

/** Adds what an object of a pattern asks for to each alternative. */
function alternativesOf(
  object: JsonObject,
  path: readonly string[],
  before: readonly Alternative[],
  isInOr: boolean,
): readonly Alternative[] {
  const entries = Object.entries(object);
  if (entries.length === 0) {
    throw new EventPatternError("Empty objects are not allowed");
  }
  return entries.reduce<readonly Alternative[]>((alternatives, [name, value]) => {
    if (name === "$or") {
      return withEither(value, path, alternatives);
    }
    if (isInOr && reservedInOr.has(name)) {
      throw new EventPatternError(`${name} is Ruler reserved fieldName which cannot be used inside $or.`);
    }
    if (isObject(value)) {
      return alternativesOf(value, [...path, name], alternatives, isInOr);
    }
    if (!Array.isArray(value)) {
      throw new EventPatternError(`"${name}" must be an object or an array`);
    }
    if (value.length === 0) {
      throw new EventPatternError("Empty arrays are not allowed");
    }
    const matchers = value.map(matcherOf);
    return alternatives.map((alternative) => new Map([...alternative, [[...path, name].join("."), matchers]]));
  }, before);
}

function withEither(value: unknown, path: readonly string[], before: readonly Alternative[]): readonly Alternative[] {
  if (!Array.isArray(value)) {
    throw new EventPatternError("It must be an Array followed with $or.");
  }
  const choices = value as readonly unknown[];
  if (!choices.every(isObject)) {
    throw new EventPatternError("Only JSON object is allowed in array of $or relationship.");
  }
  if (choices.length < 2) {
    throw new EventPatternError("There must have at least 2 Objects in $or relationship.");
  }
  const alternatives = choices.flatMap((choice) => alternativesOf(choice, path, before, true));
  if (alternatives.length > mostAlternatives) {
    throw new EventPatternError(`Rule is too complex: $or makes more than ${mostAlternatives} combinations`);
  }
  return alternatives;
}

/** Names that a field inside `$or` cannot have. Source: Constants.java of https://github.com/aws/event-ruler */
const reservedInOr: ReadonlySet<string> = new Set(
  (
    "exactly equals-ignore-case prefix suffix anything-but exists wildcard numeric cidr = < <= > >= regex not-wildcard " +
    "not-equals-ignore-case date-after date-on-or-after date-before date-on-or-before in-date-range ip-address-in-range " +
    "ip-address-not-in-range"
  ).split(" "),
);

function matcherOf(wanted: unknown): Matcher {
  if (isObject(wanted)) {
    return operatorMatcher(wanted);
  }
  if (Array.isArray(wanted)) {
    throw new EventPatternError("Match value must be String, number, true, false, or null");
  }
  if (typeof wanted === "string") {
    // An address matches however it is written.
    const address = ipValue(wanted);
    return (value) =>
      value === wanted || (address !== undefined && typeof value === "string" && ipValue(value) === address);
  }
  return (value) => value === wanted;
}

const operators: Readonly<Record<string, (operand: unknown) => Matcher>> = {
  exactly: (operand) => {
    const text = textOf(operand, "exact");
    return (value) => value === text;
  },
  prefix: (operand) => edgeMatcher("prefix", operand),
  suffix: (operand) => edgeMatcher("suffix", operand),
  "equals-ignore-case": (operand) => {
    const text = textOf(operand, "equals-ignore-case").toLowerCase();
    return onText((value) => value.toLowerCase() === text);
  },
  wildcard: (operand) => onText(wildcardMatcher(textOf(operand, "wildcard"))),
  exists: (operand) => {
    if (typeof operand !== "boolean") {
      throw new EventPatternError("exists match pattern must be either true or false.");
    }
    return operand ? () => true : "absent";
  },
  cidr: (operand) => {
    const range = cidrRange(textOf(operand, "prefix"));
    if (typeof range === "string") {
      throw new EventPatternError(range);
    }
    return onText((value) => range(value));
  },
  numeric: numericMatcher,
  "anything-but": anythingButMatcher,
};

function operatorMatcher(expression: JsonObject): Matcher {
  const [[name, operand] = [undefined, undefined], ...others] = Object.entries(expression);
  if (name === undefined) {
    throw new EventPatternError("Match expression name not found");
  }
  const operator = Object.hasOwn(operators, name) ? operators[name] : undefined;
  if (operator === undefined) {
    throw new EventPatternError(`Unrecognized match type ${name}`);
  }
  const matcher = operator(operand);
  if (others.length > 0) {
    throw new EventPatternError("Only one key allowed in match expression");
  }
  return matcher;
}

function onText(matches: (value: string) => boolean): Matcher {
  return (value) => typeof value === "string" && matches(value);
}

function textOf(operand: unknown, kind: string): string {
  if (typeof operand !== "string") {
    throw new EventPatternError(`${kind} match pattern must be a string`);
  }
  return operand;
}

function edgeMatcher(edge: "prefix" | "suffix", operand: unknown): Matcher {
  const isAt = (value: string, text: string) => (edge === "prefix" ? value.startsWith(text) : value.endsWith(text));
  if (!isObject(operand)) {
    const text = textOf(operand, edge);
    return onText((value) => isAt(value, text));
  }
  const [[name, folded] = ["", undefined], ...others] = Object.entries(operand);
  if (name !== "equals-ignore-case") {
    throw new EventPatternError(`Unsupported ${edge} pattern: ${name}`);
  }
  const text = textOf(folded, "equals-ignore-case").toLowerCase();
  if (others.length > 0) {
    throw new EventPatternError("Only one key allowed in match expression");
  }
  return onText((value) => isAt(value.toLowerCase(), text));
}

/** `*` is any run of characters; a backslash makes a `*` or a backslash itself. */
function wildcardMatcher(pattern: string): (value: string) => boolean {
  const parts = [""];
  for (let at = 0; at < pattern.length; at++) {
    const [character, next] = [pattern.charAt(at), pattern.charAt(at + 1)];
    if (character === "*") {
      if (next === "*") {
        throw new EventPatternError(`Consecutive wildcard characters at pos ${at + 1}`);
      }
      parts.push("");
    } else if (character === "\\") {
      if (next !== "*" && next !== "\\") {
        throw new EventPatternError(`Invalid escape character at pos ${at + 1}`);
      }
      parts.push(`${parts.pop() ?? ""}${next}`);
      at++;
    } else {
      parts.push(`${parts.pop() ?? ""}${character}`);
    }
  }
  const [first = "", ...rest] = parts;
  const last = rest.pop();
  if (last === undefined) {
    return (value) => value === first;
  }
  return (value) => {
    if (!value.startsWith(first)) {
      return false;
    }
    let at = first.length;
    for (const part of rest) {
      const found = value.indexOf(part, at);
      if (found === -1) {
        return false;
      }
      at = found + part.length;
    }
    return value.endsWith(last) && value.length - last.length >= at;
  };
}

/** "between -5.0e9 and +5.0e9 inclusive": the page on operators, "Numeric matching". */
const largestNumber = 5e9;

function numberOf(value: unknown, operator: string): number {
  if (typeof value !== "number") {
    throw new EventPatternError(`Value of ${operator} must be numeric`);
  }
  if (Math.abs(value) > largestNumber) {
    throw new EventPatternError(`Value must be between ${-largestNumber} and ${largestNumber}, inclusive`);
  }
  return value;
}

function numericMatcher(operand: unknown): Matcher {
  if (!Array.isArray(operand)) {
    throw new EventPatternError("Value of numeric must be an array.");
  }
  const [operator, bound, ...upper] = operand as readonly unknown[];
  if (typeof operator !== "string") {
    throw new EventPatternError(`Invalid member in numeric match: ${JSON.stringify(operator)}`);
  }
  const compare = comparisons[operator];
  if (compare === undefined) {
    throw new EventPatternError(`Unrecognized numeric range operator: ${operator}`);
  }
  const limit = numberOf(bound, operator === "=" ? "equals" : operator);
  const onNumber = (matches: (value: number) => boolean): Matcher => {
    return (value) => typeof value === "number" && matches(value);
  };
  if (upper.length === 0) {
    return onNumber((value) => compare(value, limit));
  }
  if (!operator.startsWith(">")) {
    throw new EventPatternError("Too many elements in numeric expression");
  }
  const [upperOperator, upperBound, ...more] = upper;
  if (upperOperator !== "<" && upperOperator !== "<=") {
    throw new EventPatternError(`Bad numeric range operator: ${String(upperOperator)}`);
  }
  const top = numberOf(upperBound, upperOperator);
  if (more.length > 0) {
    throw new EventPatternError("Too many terms in numeric range expression");
  }
  if (limit >= top) {
    throw new EventPatternError("Bottom must be less than top");
  }
  return onNumber((value) => compare(value, limit) && comparisons[upperOperator](value, top));
}

const comparisons = {
  "=": (value: number, limit: number) => value === limit,
  "<": (value: number, limit: number) => value < limit,
  "<=": (value: number, limit: number) => value <= limit,
  ">": (value: number, limit: number) => value > limit,
  ">=": (value: number, limit: number) => value >= limit,
} as { readonly "<": Comparison; readonly "<=": Comparison } & Readonly<Record<string, Comparison | undefined>>;

type Comparison = (value: number, limit: number) => boolean;

/** Matches whatever the field has, other than what is given: a value, a list of values, or an operator with one or several. */
function anythingButMatcher(operand: unknown): Matcher {
  if (isObject(operand)) {
    const [[name, texts] = ["", undefined], ...others] = Object.entries(operand);
    if (!anythingButOperators.includes(name)) {
      throw new EventPatternError(
        name === "" ? "Anything-But expression name not found" : `Unsupported anything-but pattern: ${name}`,
      );
    }
    if (others.length > 0) {
      throw new EventPatternError("Too many elements in numeric expression");
    }
    const excluded = listOf(texts).map((text) => {
      if (text === "" && (name === "prefix" || name === "suffix")) {
        throw new EventPatternError("Null prefix/suffix not allowed");
      }
      return operatorMatcher({ [name]: textOf(text, name === "equals-ignore-case" ? "equals-ignore-case" : name) });
    });
    return (value) => !excluded.some((matcher) => matcher !== "absent" && matcher(value));
  }
  const values = listOf(operand);
  if (values.some((value) => typeof value !== "string" && typeof value !== "number")) {
    throw new EventPatternError("Inside anything but list, start|null|boolean is not supported.");
  }
  if (values.length === 0 || values.some((value) => typeof value !== typeof values[0])) {
    throw new EventPatternError(
      "Inside anything but list, either all values are number or string, mixed type is not supported",
    );
  }
  return (value) => !values.includes(value);
}

const anythingButOperators = ["equals-ignore-case", "prefix", "suffix", "wildcard"];

function listOf(operand: unknown): readonly unknown[] {
  return Array.isArray(operand) ? (operand as readonly unknown[]) : [operand];
}
