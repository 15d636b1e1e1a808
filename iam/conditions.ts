import { sixPartArn } from "./arns";
import { wildcardMatches } from "./matching";

/** One operator on one key of a statement's Condition element. */
export interface Condition {
  readonly operator: Operator;
  readonly key: string;
  /** One of these has to match; for a negated operator, none. */
  readonly wanted: readonly string[];
}

interface Operator {
  /** As the policy writes it. */
  readonly name: string;
  readonly quantifier: string | undefined;
  readonly ifExists: boolean;
  readonly comparison: Comparison;
}

interface Comparison {
  readonly form: keyof typeof forms;
  readonly negated: boolean;
  readonly matches: (seen: string, wanted: string) => boolean;
}

/** What the values of a policy must look like. */
const forms = {
  text: { pattern: /^/, meaning: "text" },
  arn: { pattern: sixPartArn, meaning: "an ARN of six parts" },
  number: { pattern: /^-?\d+(?:\.\d+)?$/, meaning: "a number" },
  boolean: { pattern: /^(?:true|false)$/, meaning: '"true" or "false"' },
} as const;

const sameText = (seen: string, wanted: string) => seen === wanted;
const sameLetters = (seen: string, wanted: string) => seen.toLowerCase() === wanted.toLowerCase();
const like = (seen: string, wanted: string) => wildcardMatches(wanted, seen);
const numbers = (compare: (seen: number, wanted: number) => boolean) => (seen: string, wanted: string) =>
  forms.number.pattern.test(seen) && compare(Number(seen), Number(wanted));
const sameNumber = numbers((seen, wanted) => seen === wanted);

/** IAM User Guide, "IAM JSON policy elements: Condition operators"; those on dates, addresses and bytes are not known. */
const comparisons: ReadonlyMap<string, Comparison> = new Map<string, Comparison>([
  ["StringEquals", { form: "text", negated: false, matches: sameText }],
  ["StringNotEquals", { form: "text", negated: true, matches: sameText }],
  ["StringEqualsIgnoreCase", { form: "text", negated: false, matches: sameLetters }],
  ["StringNotEqualsIgnoreCase", { form: "text", negated: true, matches: sameLetters }],
  ["StringLike", { form: "text", negated: false, matches: like }],
  ["StringNotLike", { form: "text", negated: true, matches: like }],
  ["ArnEquals", { form: "arn", negated: false, matches: arnMatches }],
  ["ArnLike", { form: "arn", negated: false, matches: arnMatches }],
  ["ArnNotEquals", { form: "arn", negated: true, matches: arnMatches }],
  ["ArnNotLike", { form: "arn", negated: true, matches: arnMatches }],
  ["NumericEquals", { form: "number", negated: false, matches: sameNumber }],
  ["NumericNotEquals", { form: "number", negated: true, matches: sameNumber }],
  ["NumericLessThan", { form: "number", negated: false, matches: numbers((seen, wanted) => seen < wanted) }],
  ["NumericLessThanEquals", { form: "number", negated: false, matches: numbers((seen, wanted) => seen <= wanted) }],
  ["NumericGreaterThan", { form: "number", negated: false, matches: numbers((seen, wanted) => seen > wanted) }],
  ["NumericGreaterThanEquals", { form: "number", negated: false, matches: numbers((seen, wanted) => seen >= wanted) }],
  ["Bool", { form: "boolean", negated: false, matches: sameText }],
]);

const nullCheck: Comparison = { form: "boolean", negated: false, matches: sameText };

/** The operators that are evaluated, as an error lists them. */
export const evaluatedOperators = `${[...comparisons.keys(), "Null"].join(", ")}; all but Null also with IfExists, ForAllValues: and ForAnyValue:`;

/** Those on dates, addresses and bytes, which AWS knows beside the ones above. */
const otherOperators =
  "DateEquals DateNotEquals DateLessThan DateLessThanEquals DateGreaterThan DateGreaterThanEquals " +
  "BinaryEquals IpAddress NotIpAddress";

const names: ReadonlySet<string> = new Set(
  [...comparisons.keys(), "Null", ...otherOperators.split(" ")].map((name) => name.toLowerCase()),
);

/** Whether AWS accepts an operator of this name, whatever its case. */
export function isOperatorName(name: string): boolean {
  return names.has(
    name
      .toLowerCase()
      .replace(/^for(?:allvalues|anyvalue):/, "")
      .replace(/ifexists$/, ""),
  );
}

/** The operator of this name, or undefined where it is not evaluated. Names are taken in their documented case only. */
export function readOperator(name: string): Operator | undefined {
  if (name === "Null") {
    return { name, quantifier: undefined, ifExists: false, comparison: nullCheck };
  }
  const [, quantifier, base = "", suffix] = /^(?:(ForAllValues|ForAnyValue):)?(.*?)(IfExists)?$/.exec(name) ?? [];
  const comparison = comparisons.get(base);
  return comparison && { name, quantifier, ifExists: suffix !== undefined, comparison };
}

/** Why a condition that AWS accepts cannot be evaluated, if so. */
export function whyNotEvaluated(name: string, key: string, wanted: readonly string[]): string | undefined {
  const operator = readOperator(name);
  if (operator === undefined) {
    return `operator "${name}" is not evaluated; evaluated: ${evaluatedOperators}`;
  }
  if (wanted.length === 0) {
    return `${name} ${key} has no value, which is not evaluated`;
  }
  const { pattern, meaning } = forms[operator.comparison.form];
  const wrong = wanted.find((value) => !pattern.test(value));
  return wrong === undefined ? undefined : `${name} ${key} "${wrong}" must be ${meaning}`;
}

/** A condition that a request does not meet. */
export interface Failure {
  /** The condition key, as the policy writes it. */
  readonly key: string;
  /** Operator, key, what was seen and what is wanted, for people. */
  readonly text: string;
}

/** The conditions that the request does not meet. */
export function failures(
  conditions: readonly Condition[],
  values: ReadonlyMap<string, readonly string[]>,
  reject: (reason: string) => Error,
): readonly Failure[] {
  return conditions.flatMap((condition) => {
    const seen = values.get(condition.key.toLowerCase()) ?? [];
    return isMet(condition, seen, reject) ? [] : [failure(condition, seen)];
  });
}

function isMet(
  { operator, key, wanted }: Condition,
  seen: readonly string[],
  reject: (reason: string) => Error,
): boolean {
  const { name, quantifier, ifExists, comparison } = operator;
  const [first, ...others] = seen;
  // "If the key values resolve to a null data set, such as an empty string" (IAM User Guide, "Conditions with multiple
  // context keys or values"); Null is the documented guard against it, so it has to mean the same.
  const isNull = seen.every((value) => value === "");
  const accepts = (value: string) => wanted.some((one) => comparison.matches(value, one)) !== comparison.negated;

  if (comparison === nullCheck) {
    return accepts(String(isNull));
  }
  if (first === undefined && ifExists) {
    return true;
  }
  if (quantifier === "ForAllValues") {
    return isNull || seen.every(accepts);
  }
  if (quantifier === "ForAnyValue") {
    return !isNull && seen.some(accepts);
  }
  if (others.length > 0) {
    throw reject(
      `${name} ${key}: the request has ${seen.length} values, which only ForAllValues: or ForAnyValue: compares`,
    );
  }
  return first === undefined ? comparison.negated : accepts(first);
}

function failure({ operator, key, wanted }: Condition, seen: readonly string[]): Failure {
  const found = seen.length === 0 ? "absent" : `seen ${quoted(seen, "and")}`;
  const negation = operator.comparison.negated ? "anything but " : "";
  return { key, text: `${operator.name} ${key}: ${found}, wanted ${negation}${quoted(wanted, "or")}` };
}

/** `"a", "b" or "c"`, with the given word before the last. */
function quoted(values: readonly string[], word: string): string {
  const texts = values.map((value) => `"${value}"`);
  return [...texts.slice(0, -2), texts.slice(-2).join(` ${word} `)].join(", ");
}

/** "Each of the six colon-delimited components of the ARN is checked separately" (same page, "ARN condition operators"). */
function arnMatches(seen: string, wanted: string): boolean {
  const found = components(seen);
  return sixPartArn.test(seen) && components(wanted).every((pattern, index) => like(found[index] ?? "", pattern));
}

function components(arn: string): readonly string[] {
  const parts = arn.split(":");
  return [...parts.slice(0, 5), parts.slice(5).join(":")];
}
