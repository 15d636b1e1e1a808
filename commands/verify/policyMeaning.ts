import { isObject, listOf, parseJson } from "../../iam/json";

/**
 * What a policy document says: each statement as it is written, by what it means, so that two documents which mean the same have
 * the same keys. The order of statements and lists does not count, nor whether a list of one is written as a list, the case of
 * actions, operators and condition keys, or what a statement is called.
 *
 * @param document - JSON text
 */
export function policyMeaning(document: string): ReadonlyMap<string, string> {
  const policy = parseJson(document)?.value;
  if (!isObject(policy)) {
    return new Map([[document, document]]);
  }
  // Without a version a document is of 2008-10-17, where ${…} is no variable.
  const { Version: version = "2008-10-17" } = policy;
  const older = version === "2012-10-17" ? [] : [{ Version: version }];
  const said = [...older, ...listOf(policy.Statement)];
  return new Map(said.map((each) => [JSON.stringify(statementMeaning(each)), JSON.stringify(each)]));
}

function statementMeaning(statement: unknown): unknown {
  if (!isObject(statement)) {
    return statement;
  }
  const elements = Object.entries(statement)
    .filter(([name]) => name !== "Sid")
    .map(([name, value]) => [name, elementMeaning(name, value)] as const);
  return Object.fromEntries(elements.sort(byName));
}

function elementMeaning(name: string, value: unknown): unknown {
  switch (name) {
    case "Action":
    case "NotAction":
      return sorted(texts(value).map((text) => text.toLowerCase()));
    case "Resource":
    case "NotResource":
      return texts(value);
    case "Principal":
    case "NotPrincipal":
      return principalMeaning(value);
    case "Condition":
      return conditionMeaning(value);
    default:
      return value;
  }
}

/** `*` is everybody, as `{ "AWS": "*" }` is; an account may be named by its number or its root. */
function principalMeaning(value: unknown): unknown {
  if (!isObject(value)) {
    return value === "*" ? { AWS: ["*"] } : value;
  }
  const kinds = Object.entries(value).map(([kind, names]) => [kind, sorted(texts(names).map(accountNumber))] as const);
  return Object.fromEntries([...kinds].sort(byName));
}

function accountNumber(principal: string): string {
  return /^arn:[\w-]+:iam::(\d{12}):root$/.exec(principal)?.[1] ?? principal;
}

/** As lists: names that differ in case alone are both there. */
function conditionMeaning(value: unknown): unknown {
  if (!isObject(value)) {
    return value;
  }
  const tests = Object.entries(value).flatMap(([operator, keys]) =>
    Object.entries(isObject(keys) ? keys : {}).map(([key, values]) =>
      JSON.stringify([operator.toLowerCase(), key.toLowerCase(), texts(values)]),
    ),
  );
  return sorted(tests);
}

function texts(value: unknown): readonly string[] {
  return sorted(listOf(value).map(String));
}

function sorted(values: readonly string[]): readonly string[] {
  return [...new Set(values)].sort();
}

function byName([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number {
  return one < other ? -1 : 1;
}
