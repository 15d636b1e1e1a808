import { sixPartArn } from "./arns";
import { binaryEquals, binaryForm, dateForm, instantOf, ipForm, isInRange } from "./conditionValues";
import { wildcardMatches } from "./matching";
import { hasVariable, type KnownValues, withoutVariables, withValues } from "./variables";

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
  /** The operator's documented name, without quantifier and IfExists. */
  readonly name: string;
  readonly form: keyof typeof forms;
  readonly negated: boolean;
  readonly matches: (seen: string, wanted: string) => boolean;
  /** Whether `*` and `?` in the wanted value are wildcards. */
  readonly hasWildcards?: boolean;
}

/** What the values of a policy must look like. */
const forms = {
  text: { pattern: /^/, meaning: "text" },
  arn: { pattern: sixPartArn, meaning: "an ARN of six parts" },
  number: { pattern: /^-?\d+(?:\.\d+)?$/, meaning: "a number" },
  boolean: { pattern: /^(?:true|false)$/, meaning: '"true" or "false"' },
  date: { pattern: dateForm, meaning: "a date of ISO 8601, or seconds since 1970" },
  address: { pattern: ipForm, meaning: "an IPv4 or IPv6 address or CIDR range" },
  bytes: { pattern: binaryForm, meaning: "base64" },
} as const;

const sameText = (seen: string, wanted: string) => seen === wanted;
const sameLetters = (seen: string, wanted: string) => seen.toLowerCase() === wanted.toLowerCase();
const like = (seen: string, wanted: string) => wildcardMatches(wanted, seen);
const numbers = (compare: (seen: number, wanted: number) => boolean) => (seen: string, wanted: string) =>
  forms.number.pattern.test(seen) && compare(Number(seen), Number(wanted));
const sameNumber = numbers((seen, wanted) => seen === wanted);

const instants = (compare: (seen: number, wanted: number) => boolean) => (seen: string, wanted: string) =>
  forms.date.pattern.test(seen) && compare(instantOf(seen), instantOf(wanted));
const sameInstant = instants((seen, wanted) => seen === wanted);

/** IAM User Guide, "IAM JSON policy elements: Condition operators". */
const comparisons: readonly Comparison[] = [
  { name: "StringEquals", form: "text", negated: false, matches: sameText },
  { name: "StringNotEquals", form: "text", negated: true, matches: sameText },
  { name: "StringEqualsIgnoreCase", form: "text", negated: false, matches: sameLetters },
  { name: "StringNotEqualsIgnoreCase", form: "text", negated: true, matches: sameLetters },
  { name: "StringLike", form: "text", negated: false, matches: like, hasWildcards: true },
  { name: "StringNotLike", form: "text", negated: true, matches: like, hasWildcards: true },
  { name: "ArnEquals", form: "arn", negated: false, matches: arnMatches, hasWildcards: true },
  { name: "ArnLike", form: "arn", negated: false, matches: arnMatches, hasWildcards: true },
  { name: "ArnNotEquals", form: "arn", negated: true, matches: arnMatches, hasWildcards: true },
  { name: "ArnNotLike", form: "arn", negated: true, matches: arnMatches, hasWildcards: true },
  { name: "NumericEquals", form: "number", negated: false, matches: sameNumber },
  { name: "NumericNotEquals", form: "number", negated: true, matches: sameNumber },
  { name: "NumericLessThan", form: "number", negated: false, matches: numbers((seen, wanted) => seen < wanted) },
  { name: "NumericLessThanEquals", form: "number", negated: false, matches: numbers((seen, wanted) => seen <= wanted) },
  { name: "NumericGreaterThan", form: "number", negated: false, matches: numbers((seen, wanted) => seen > wanted) },
  {
    name: "NumericGreaterThanEquals",
    form: "number",
    negated: false,
    matches: numbers((seen, wanted) => seen >= wanted),
  },
  { name: "Bool", form: "boolean", negated: false, matches: sameText },
  { name: "DateEquals", form: "date", negated: false, matches: sameInstant },
  { name: "DateNotEquals", form: "date", negated: true, matches: sameInstant },
  { name: "DateLessThan", form: "date", negated: false, matches: instants((seen, wanted) => seen < wanted) },
  { name: "DateLessThanEquals", form: "date", negated: false, matches: instants((seen, wanted) => seen <= wanted) },
  { name: "DateGreaterThan", form: "date", negated: false, matches: instants((seen, wanted) => seen > wanted) },
  { name: "DateGreaterThanEquals", form: "date", negated: false, matches: instants((seen, wanted) => seen >= wanted) },
  { name: "IpAddress", form: "address", negated: false, matches: isInRange },
  { name: "NotIpAddress", form: "address", negated: true, matches: isInRange },
  { name: "BinaryEquals", form: "bytes", negated: false, matches: binaryEquals },
];

const nullCheck: Comparison = { name: "Null", form: "boolean", negated: false, matches: sameText };

/** By their names in lower case. */
const byName: ReadonlyMap<string, Comparison> = new Map(
  [...comparisons, nullCheck].map((comparison) => [comparison.name.toLowerCase(), comparison]),
);

/** The operators that are evaluated, as an error lists them. */
export const evaluatedOperators = `${[...byName.values()].map(({ name }) => name).join(", ")}; all but Null also with IfExists, ForAllValues: and ForAnyValue:`;

/** Whether AWS accepts an operator of this name, whatever its case. */
export function isOperatorName(name: string): boolean {
  return byName.has(
    name
      .toLowerCase()
      .replace(/^for(?:allvalues|anyvalue):/, "")
      .replace(/ifexists$/, ""),
  );
}

/** The operator of this name in any case, or undefined where it is not evaluated. */
export function readOperator(name: string): Operator | undefined {
  const [, all, any, base = "", suffix] =
    /^(?:(forallvalues:)|(foranyvalue:))?(.*?)(ifexists)?$/.exec(name.toLowerCase()) ?? [];
  const comparison = byName.get(base);
  const quantifier = all !== undefined ? "ForAllValues" : any !== undefined ? "ForAnyValue" : undefined;
  // IAM documents Null without IfExists and without a quantifier.
  return comparison === undefined || (comparison === nullCheck && base.length < name.length)
    ? undefined
    : { name, quantifier, ifExists: suffix !== undefined, comparison };
}

/** Why a condition that AWS accepts cannot be evaluated, if so. */
export function whyNotEvaluated(
  name: string,
  key: string,
  wanted: readonly string[],
  hasVariables = false,
): string | undefined {
  const operator = readOperator(name);
  if (operator === undefined) {
    return `operator "${name}" is not evaluated; evaluated: ${evaluatedOperators}`;
  }
  if (wanted.length === 0) {
    return `${name} ${key} has no value, which is not evaluated`;
  }
  const { form } = operator.comparison;
  const { pattern, meaning } = forms[form];
  // Variables are for the operators on text and on ARNs (IAM User Guide, "IAM policy elements: Variables and tags").
  const takesVariables = hasVariables && (form === "text" || form === "arn");
  const wrong = wanted.find((value) => !pattern.test(takesVariables ? withoutVariables(value) : value));
  return wrong === undefined ? undefined : `${name} ${key} "${wrong}" must be ${meaning}`;
}

/** A condition that a request does not meet. */
export interface Failure {
  /** The condition key, as the policy writes it. */
  readonly key: string;
  /** Operator, key, what was seen and what is wanted, for people. */
  readonly text: string;
}

/** The conditions of a statement, compared with a request. */
export interface Comparisons {
  /** Those that the request does not meet. */
  readonly failed: readonly Failure[];
  /** Why it is open whether the others are met: a key that is not known here, or a comparison that AWS does not document. */
  readonly open: readonly string[];
}

/**
 * Compares conditions with a request.
 *
 * @param hasVariables - whether `${…}` in a wanted value is a policy variable
 */
export function compare(conditions: readonly Condition[], values: KnownValues, hasVariables: boolean): Comparisons {
  const failed: Failure[] = [];
  const open: string[] = [];
  for (const condition of conditions) {
    const seen = values.get(condition.key);
    const result = seen === undefined ? unknownKey(condition.key) : isMet(condition, seen, values, hasVariables);
    if (typeof result === "string") {
      open.push(result);
    } else if (!result) {
      failed.push(failure(condition, seen ?? []));
    }
  }
  return { failed, open };
}

/** What is said of a condition key whose value in the request is not known here. */
export function unknownKey(key: string): string {
  return `the value of ${key} in this request is not known`;
}

/** Whether a condition is met, or why that is open. */
function isMet(
  { operator, key, wanted }: Condition,
  seen: readonly string[],
  values: KnownValues,
  hasVariables: boolean,
): boolean | string {
  const { name, quantifier, ifExists, comparison } = operator;
  const [first, ...others] = seen;
  // "If the key values resolve to a null data set, such as an empty string" (IAM User Guide, "Conditions with multiple
  // context keys or values"); Null is the documented guard against it, so it has to mean the same.
  const isNull = seen.every((value) => value === "");
  if (comparison === nullCheck) {
    return wanted.includes(String(isNull));
  }
  if (first === undefined && ifExists) {
    return true;
  }
  if (first === undefined && quantifier === undefined) {
    return comparison.negated;
  }
  let texts: readonly string[] = wanted;
  if (hasVariables && wanted.some(hasVariable)) {
    const found = wanted.map((one) => withValues(one, values, comparison.hasWildcards === true));
    const unknown = found.find((one) => one.unknownKey !== undefined)?.unknownKey;
    if (unknown !== undefined) {
      return unknownKey(unknown);
    }
    texts = found.flatMap(({ text }) => text ?? []);
  }
  const accepts = (value: string) => texts.some((one) => comparison.matches(value, one)) !== comparison.negated;
  if (quantifier === "ForAllValues") {
    return isNull || seen.every(accepts);
  }
  if (quantifier === "ForAnyValue") {
    return !isNull && seen.some(accepts);
  }
  return others.length > 0
    ? `${name} ${key}: the request has ${seen.length} values, which only ForAllValues: or ForAnyValue: compares`
    : accepts(first ?? "");
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
