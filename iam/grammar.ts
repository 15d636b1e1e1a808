import { type Condition, readOperator, whyNotEvaluated } from "./conditions";
import {
  actionError,
  parseConditions,
  parsePrincipals,
  type PolicyKind,
  type Reject,
  resourceError,
  syntaxError,
  whyPrincipalNotEvaluated,
  type WrittenCondition,
} from "./elements";
import { isObject, type JsonObject, listOf, parseJson, valueText } from "./json";
import type { Principal } from "./matching";
import { hasVariable } from "./variables";

/** A policy that AWS accepts as its kind. */
export class ParsedPolicy {
  constructor(
    readonly kind: PolicyKind,
    readonly statements: readonly ParsedStatement[],
    /** The document as it is written. @default - the statements were not read from one */
    readonly source?: JsonObject,
  ) {}
}

/** One statement of a policy. */
export interface ParsedStatement {
  /** Its Sid, or `statement N`, counted from 1. */
  readonly name: string;
  /** Its name in a sentence: `statement "SID"` or `statement N`. */
  readonly label: string;
  readonly effect: "Allow" | "Deny";
  /** Absent in the policies of an identity and in service control policies. */
  readonly principals: readonly Principal[] | undefined;
  readonly actions: Patterns;
  /** Absent in trust policies, whose resource is the role. */
  readonly resources: Patterns | undefined;
  readonly conditions: readonly Condition[];
  /** The same as they are written, with those that are not evaluated. */
  readonly written: readonly WrittenCondition[];
  /** Whether `${…}` is a policy variable: the policy has version 2012-10-17, and a resource or a condition has one. */
  readonly hasVariables: boolean;
  /** Why no request can be decided by this statement without a guess, though AWS accepts it. */
  readonly notEvaluated: string | undefined;
}

/** The patterns of Action or Resource or, negated, those of NotAction or NotResource. */
export interface Patterns {
  readonly negated: boolean;
  readonly patterns: readonly string[];
}

/** A policy and the name it has in sentences. */
export interface NamedDocument<Document = unknown> {
  readonly name: string;
  /** Parsed, or as JSON text or its value, which is then parsed each time. */
  readonly document: Document;
}

/** A policy that AWS rejects, or a request that cannot be decided without a guess. */
export class PolicyError extends Error {
  override readonly name = "PolicyError";

  constructor(
    /** AWS's own words where they are known. */
    readonly reason: string,
    /** The policy, and the statement where there is one. */
    place?: string,
  ) {
    super(place === undefined ? reason : `${place}: ${reason}`);
  }
}

/**
 * The statements of a policy, where every one can be evaluated.
 *
 * @throws PolicyError for a policy that AWS rejects, that is of another kind, or that cannot be evaluated
 */
export function statementsOf({ name, document }: NamedDocument, kind: PolicyKind): readonly ParsedStatement[] {
  const policy = document instanceof ParsedPolicy ? document : parsePolicy(document, kind, name);
  if (policy.kind !== kind) {
    throw new PolicyError(`is a policy of kind ${policy.kind}, and one of kind ${kind} is needed`, name);
  }
  for (const { label, notEvaluated } of policy.statements) {
    if (notEvaluated !== undefined) {
      throw new PolicyError(notEvaluated, `${name}, ${label}`);
    }
  }
  return policy.statements;
}

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
const versions: readonly unknown[] = ["2012-10-17", "2008-10-17"];
const documentElements = ["Version", "Id", "Statement"];
const elementsOfStatement = "Sid Effect Principal NotPrincipal Action NotAction Resource NotResource Condition".split(
  " ",
);

/**
 * Reads a policy by AWS's rules. Its length is not checked: each kind has its own quota.
 *
 * @param document - JSON text, or its value
 * @param name - how errors call the policy
 * @throws PolicyError with the first reason for which AWS rejects the policy
 */
export function parsePolicy(document: unknown, kind: PolicyKind, name: string): ParsedPolicy {
  const reject = rejecter(name);
  const policy = typeof document === "string" ? parseJson(document)?.value : document;
  if (!isObject(policy)) {
    return reject(kind === "identity" ? "Syntax errors in policy." : "This policy contains invalid Json");
  }
  checkElements(policy, documentElements, kind, reject);
  checkVersion(policy.Version, kind, reject);
  if (policy.Id !== undefined && typeof policy.Id !== "string") {
    reject("Syntax errors in policy: Id is a string.");
  }
  const statements = listOf(policy.Statement);
  if (statements.length === 0) {
    reject(syntaxError(kind, "Missing required field Statement"));
  }
  const isOfVersion2012 = policy.Version === "2012-10-17";
  const parsed = statements.map((statement, index) => {
    const { sid, label } = nameOf(statement, index + 1);
    const rejectHere = rejecter(`${name}, ${label}`);
    if (!isObject(statement)) {
      return rejectHere("Syntax errors in policy: a statement is an object.");
    }
    return { name: sid ?? label, label, ...parseStatement(statement, kind, isOfVersion2012, rejectHere) };
  });
  checkSids(statements, reject);
  return new ParsedPolicy(kind, parsed, policy);
}

function rejecter(place: string): Reject {
  return (reason) => {
    throw new PolicyError(reason, place);
  };
}

function checkElements(object: JsonObject, known: readonly string[], kind: PolicyKind, reject: Reject): void {
  const unknown = Object.keys(object).find((element) => !known.includes(element));
  if (unknown !== undefined) {
    reject(syntaxError(kind, `Unknown field ${unknown}`));
  }
}

/** AWS Organizations takes the current version alone (its user guide, "SCP syntax" and "RCP syntax"). */
function checkVersion(version: unknown, kind: PolicyKind, reject: Reject): void {
  const isOrganizations = kind === "service-control" || kind === "resource-control";
  const known = isOrganizations ? versions.slice(0, 1) : versions;
  if (!known.includes(version) && (isOrganizations || version !== undefined)) {
    const form = known.join(" or ");
    reject(syntaxError(kind, `The policy must contain a valid version string: ${form}, not ${valueText(version)}.`));
  }
}

/** Terraform and others write an empty Sid for none. */
function nameOf(statement: unknown, number: number): { readonly sid?: string; readonly label: string } {
  return isObject(statement) && typeof statement.Sid === "string" && statement.Sid !== ""
    ? { sid: statement.Sid, label: `statement "${statement.Sid}"` }
    : { label: `statement ${number}` };
}

function checkSids(statements: readonly unknown[], reject: Reject): void {
  const sids = statements.filter(isObject).flatMap(({ Sid }) => (Sid === undefined ? [] : [Sid]));
  for (const sid of sids) {
    if (typeof sid !== "string") {
      return reject("Syntax errors in policy: Sid is a string.");
    }
    if (!/^[0-9A-Za-z]*$/.test(sid)) {
      reject(
        "Statement IDs (SID) must be alpha-numeric. " +
          `Check that your input satisfies the regular expression [0-9A-Za-z]*: ${valueText(sid)}`,
      );
    }
  }
  const names = sids.filter((sid) => sid !== "");
  if (new Set(names).size < names.length) {
    reject("Statement IDs (SID) in a single policy must be unique.");
  }
}

function parseStatement(
  statement: JsonObject,
  kind: PolicyKind,
  isOfVersion2012: boolean,
  reject: Reject,
): Omit<ParsedStatement, "name" | "label"> {
  checkElements(statement, elementsOfStatement, kind, reject);
  checkCombination(statement, kind, reject);
  const { Effect: effect } = statement;
  if (effect !== "Allow" && effect !== "Deny") {
    return reject(effectError(effect, kind));
  }
  const principals = parsePrincipals(statement.Principal ?? statement.NotPrincipal, kind, reject);
  const actions = parsePatterns(statement, "Action", (action) => actionError(action, kind), reject);
  const resources =
    kind === "trust"
      ? undefined
      : parsePatterns(statement, "Resource", (resource) => resourceError(resource, kind), reject);
  const written = parseConditions(statement.Condition, kind, reject);
  // Variables came with version 2012-10-17 and are plain text before it (IAM User Guide, "Variables and tags").
  const values = [...(resources?.patterns ?? []), ...written.flatMap(([, , texts]) => texts)];
  const hasVariables = isOfVersion2012 && values.some(hasVariable);
  return {
    effect,
    principals,
    actions,
    resources,
    conditions: written.flatMap(([name, key, texts]) => {
      const operator = readOperator(name);
      return operator === undefined ? [] : [{ operator, key, wanted: texts }];
    }),
    written,
    hasVariables,
    notEvaluated:
      (statement.NotPrincipal === undefined ? undefined : "NotPrincipal is not evaluated") ??
      principals?.map(whyPrincipalNotEvaluated).find((reason) => reason !== undefined) ??
      whyEmpty(statement.Condition) ??
      written
        .map(([name, key, wanted]) => whyNotEvaluated(name, key, wanted, hasVariables))
        .find((reason) => reason !== undefined),
  };
}

function effectError(effect: unknown, kind: PolicyKind): string {
  const reason = `Invalid effect: ${valueText(effect)}`;
  return kind === "identity" && typeof effect === "string" && /^(?:allow|deny)$/i.test(effect)
    ? `The policy failed legacy parsing: ${reason}`
    : syntaxError(kind, reason);
}

/** Which elements a statement of this kind has, and which exclude each other. */
function checkCombination(statement: JsonObject, kind: PolicyKind, reject: Reject): void {
  const has = (element: string) => statement[element] !== undefined;
  const isAttached = kind === "identity" || kind === "service-control";
  if (kind === "resource-control") {
    checkGuard(statement, reject);
  }
  if (isAttached && (has("Principal") || has("NotPrincipal"))) {
    reject("Policy document should not specify a principal.");
  }
  const prohibited = ["Resource", "NotResource"].find(has);
  if (kind === "trust" && prohibited !== undefined) {
    reject(`Has prohibited field ${prohibited}`);
  }
  for (const element of ["Principal", "Action", "Resource"]) {
    if (has(element) && has(`Not${element}`)) {
      reject(`Syntax errors in policy: a statement has ${element} or Not${element}, not both.`);
    }
  }
  if (!has("Effect")) {
    reject(syntaxError(kind, "Missing required field Effect"));
  }
  if (!isAttached && !has("Principal") && !has("NotPrincipal")) {
    reject("Missing required field Principal");
  }
  if (listOf(statement.Action ?? statement.NotAction).length === 0) {
    reject(isAttached ? "Policy statement must contain actions." : "Missing required field Action");
  }
  if (kind !== "trust" && listOf(statement.Resource ?? statement.NotResource).length === 0) {
    reject(isAttached ? "Policy statement must contain resources." : "Missing required field Resource");
  }
}

/** Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps_syntax.html */
function checkGuard({ Effect: effect, Principal: principal, NotAction: notAction }: JsonObject, reject: Reject): void {
  if (effect !== "Deny") {
    reject("Effect must be Deny in a resource control policy; AWS's own RCPFullAWSAccess is implied");
  }
  if (principal !== "*") {
    reject(`Principal must be "*" in a resource control policy, but is ${valueText(principal)}`);
  }
  if (notAction !== undefined) {
    reject("NotAction is not supported in a resource control policy");
  }
}

function parsePatterns(
  statement: JsonObject,
  element: "Action" | "Resource",
  error: (pattern: unknown) => string | undefined,
  reject: Reject,
): Patterns {
  const negated = statement[element] === undefined;
  const values = listOf(negated ? statement[`Not${element}`] : statement[element]);
  const wrong = values.map(error).find((reason) => reason !== undefined);
  return wrong === undefined ? { negated, patterns: values as readonly string[] } : reject(wrong);
}

/** AWS does not document what an empty element means. */
function whyEmpty(condition: unknown): string | undefined {
  const blocks: readonly (readonly [string, unknown])[] = [
    ["Condition", condition],
    ...Object.entries(isObject(condition) ? condition : {}),
  ];
  const [empty] = blocks.find(([, block]) => isObject(block) && Object.keys(block).length === 0) ?? [];
  return empty === undefined ? undefined : `${empty} is empty, which is not evaluated`;
}

/** AWS's policy of this name: everything is allowed. */
export const administratorAccess = parsePolicy(
  { Version: "2012-10-17", Statement: { Effect: "Allow", Action: "*", Resource: "*" } },
  "identity",
  "AdministratorAccess",
);
