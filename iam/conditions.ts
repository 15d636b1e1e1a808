import { sixPartArn, wildcardMatches } from "./matching";
import { PolicyError, type Refusal } from "./policyError";

/** What a request tells of itself, by condition key; keys are matched without regard to case. */
export type RequestContext = Readonly<Record<string, string | readonly string[]>>;

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

/** The operator of this name, or undefined where it is not known. Names are taken in their documented case only. */
export function readOperator(name: string): Operator | undefined {
  if (name === "Null") {
    return { name, quantifier: undefined, ifExists: false, comparison: nullCheck };
  }
  const [, quantifier, base = "", suffix] = /^(?:(ForAllValues|ForAnyValue):)?(.*?)(IfExists)?$/.exec(name) ?? [];
  const comparison = comparisons.get(base);
  return comparison && { name, quantifier, ifExists: suffix !== undefined, comparison };
}

/** What a policy may write as an operator, for the error that refuses another. */
export const knownOperators = `${[...comparisons.keys(), "Null"].join(", ")}; all but Null also with IfExists, ForAllValues: and ForAnyValue:`;

/** What is wrong with a value that a condition wants, if anything. */
export function wantedProblem({ comparison }: Operator, value: string): string | undefined {
  const { pattern, meaning } = forms[comparison.form];
  return pattern.test(value) ? undefined : `must be ${meaning}`;
}

/** The values of a request by condition key in lower case. */
export function valuesByKey(context: RequestContext): ReadonlyMap<string, readonly string[]> {
  const values = new Map<string, readonly string[]>();
  for (const [key, value] of Object.entries(context)) {
    if (values.has(key.toLowerCase())) {
      throw new PolicyError(`request: the context key "${key}" is given twice, in different case`);
    }
    values.set(key.toLowerCase(), typeof value === "string" ? [value] : value);
  }
  return values;
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
  refuse: Refusal,
): readonly Failure[] {
  return conditions.flatMap((condition) => {
    const seen = values.get(condition.key.toLowerCase()) ?? [];
    return holds(condition, seen, refuse) ? [] : [failure(condition, seen)];
  });
}

function holds({ operator, key, wanted }: Condition, seen: readonly string[], refuse: Refusal): boolean {
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
    throw refuse(
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
