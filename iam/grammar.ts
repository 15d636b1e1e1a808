import { firstFault, isObject, type JsonObject, listOf, parseJson } from "./json";
import { actionFault, conditionFault, principalFault, resourceFault, trustActionFault } from "./policyElements";

/** Where a policy is stored: on a role (or by itself) as what it may do, on a role as who may assume it, on a resource. */
export type PolicyKind = "identity" | "trust" | "resource";

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
const versions = ["2012-10-17", "2008-10-17"];
const documentElements = ["Version", "Id", "Statement"];
const statementElements = [
  "Sid",
  "Effect",
  "Principal",
  "NotPrincipal",
  "Action",
  "NotAction",
  "Resource",
  "NotResource",
  "Condition",
];

/**
 * The first fault for which AWS would not store the text as a policy, in AWS's words where they are known, or nothing.
 * Lengths are asked elsewhere: every kind has its own quota.
 */
export function policyFault(text: string, kind: PolicyKind): string | undefined {
  const document = parseJson(text)?.value;
  if (!isObject(document)) {
    return kind === "identity" ? "Syntax errors in policy." : "This policy contains invalid Json";
  }

  const statements = listOf(document.Statement);
  return (
    unknownElement(document, documentElements) ??
    versionFault(document.Version) ??
    (statements.length === 0 ? "Missing required field Statement" : undefined) ??
    firstFault(statements, (statement) =>
      isObject(statement) ? statementFault(statement, kind) : "Syntax errors in policy: a statement is an object.",
    ) ??
    sidsFault(statements.filter(isObject))
  );
}

function statementFault(statement: JsonObject, kind: PolicyKind): string | undefined {
  const { Effect, Condition } = statement;
  const actions = listOf(statement.Action ?? statement.NotAction);
  const resources = listOf(statement.Resource ?? statement.NotResource);

  return (
    unknownElement(statement, statementElements) ??
    prohibitedElement(statement, kind) ??
    pairFault(statement) ??
    missingElement(statement, kind, actions, resources) ??
    (Effect === "Allow" || Effect === "Deny" ? undefined : `Invalid effect: ${JSON.stringify(Effect)}`) ??
    (kind === "identity" ? undefined : principalFault(statement.Principal ?? statement.NotPrincipal)) ??
    firstFault(actions, kind === "trust" ? trustActionFault : actionFault) ??
    firstFault(resources, resourceFault) ??
    conditionFault(Condition)
  );
}

function unknownElement(object: JsonObject, known: readonly string[]): string | undefined {
  return firstFault(Object.keys(object), (key) => (known.includes(key) ? undefined : `Unknown field ${key}`));
}

function prohibitedElement(statement: JsonObject, kind: PolicyKind): string | undefined {
  if (kind === "identity") {
    return "Principal" in statement || "NotPrincipal" in statement
      ? "Policy document should not specify a principal."
      : undefined;
  }

  return kind === "trust"
    ? firstFault(["Resource", "NotResource"], (element) =>
        element in statement ? `Has prohibited field ${element}` : undefined,
      )
    : undefined;
}

function pairFault(statement: JsonObject): string | undefined {
  return firstFault(["Principal", "Action", "Resource"], (element) =>
    element in statement && `Not${element}` in statement
      ? `Syntax errors in policy: a statement has ${element} or Not${element}, not both.`
      : undefined,
  );
}

function missingElement(
  statement: JsonObject,
  kind: PolicyKind,
  actions: readonly unknown[],
  resources: readonly unknown[],
): string | undefined {
  if (!("Effect" in statement)) {
    return "Missing required field Effect";
  }
  if (kind !== "identity" && !("Principal" in statement || "NotPrincipal" in statement)) {
    return "Missing required field Principal";
  }
  if (actions.length === 0) {
    return kind === "identity" ? "Policy statement must contain actions." : "Missing required field Action";
  }
  if (kind !== "trust" && resources.length === 0) {
    return kind === "identity" ? "Policy statement must contain resources." : "Missing required field Resource";
  }

  return undefined;
}

function versionFault(version: unknown): string | undefined {
  return version === undefined || versions.includes(version as string)
    ? undefined
    : `The policy must contain a valid version string: ${versions.join(" or ")}, not ${JSON.stringify(version)}.`;
}

function sidsFault(statements: readonly JsonObject[]): string | undefined {
  const sids = statements.flatMap(({ Sid }) => listOf(Sid));

  return (
    firstFault(sids, (sid) =>
      typeof sid === "string" && /^[0-9A-Za-z]*$/.test(sid)
        ? undefined
        : "Statement IDs (SID) must be alpha-numeric. " +
          `Check that your input satisfies the regular expression [0-9A-Za-z]*: ${JSON.stringify(sid)}`,
    ) ?? (new Set(sids).size < sids.length ? "Statement IDs (SID) in a single policy must be unique." : undefined)
  );
}
