import { knownOperators, readOperator, wantedProblem, type Condition } from "./conditions";
import { entriesOf, isObject, listOf, objectOf, parse, refuseUnknown, shown, textsOf } from "./elements";
import type { JsonObject, Problem } from "./elements";
import { actionProblem, principalProblem, principalTypes, resourceProblem, type Principal } from "./matching";
import { PolicyError, type Refusal } from "./policyError";
import { resourceControlActionProblem } from "./resourceControl";

/** A policy document and the name it has in sentences. */
export interface NamedDocument {
  readonly name: string;
  /** Parsed JSON, or its text. */
  readonly document: unknown;
}

/**
 * Attached to an identity (permissions, boundary), to a resource (the trust policy of a role, a domain, a repository), or
 * to a root, organizational unit or account of AWS Organizations.
 */
export type DocumentKind = "identity" | "resource" | "service-control" | "resource-control";

/** The patterns of Action or Resource or, negated, those of NotAction or NotResource. */
export interface Patterns {
  readonly negated: boolean;
  readonly patterns: readonly string[];
}

/** A statement in which everything is known. */
export interface CheckedStatement {
  /** The name of its document. */
  readonly document: string;
  /** Its Sid, or `statement N`, counted from 1. */
  readonly name: string;
  /** Its name in a sentence: `statement "SID" of DOCUMENT`. */
  readonly label: string;
  readonly effect: "Allow" | "Deny";
  /** The principals that it names; absent in the policies of an identity and in service control policies. */
  readonly principals: readonly Principal[] | undefined;
  readonly actions: Patterns;
  /** Absent only in trust policies, whose resource is the role. */
  readonly resources: Patterns | undefined;
  readonly conditions: readonly Condition[];
  /** Makes the error for a problem that only a request brings out. */
  readonly refuse: Refusal;
}

interface Setting {
  readonly document: string;
  readonly kind: DocumentKind;
  readonly version: string;
}

const versions: readonly unknown[] = ["2012-10-17", "2008-10-17"];
const effects: readonly unknown[] = ["Allow", "Deny"];
const documentElements = ["Version", "Id", "Statement"];
const statementElements = ["Sid", "Effect", "Principal", "Action", "NotAction", "Resource", "NotResource", "Condition"];

/** Documents that have been read, as long as their callers keep them. */
const readAlready: Readonly<Record<DocumentKind, WeakMap<NamedDocument, readonly CheckedStatement[]>>> = {
  identity: new WeakMap(),
  resource: new WeakMap(),
  "service-control": new WeakMap(),
  "resource-control": new WeakMap(),
};

/** Texts that have been read: a registry asks the same few again and again, and reading takes longer than deciding. */
const known = new Map<string, readonly CheckedStatement[]>();

/** How many texts are kept; the longest kept goes first. */
const knownLimit = 256;

/** The statements of a document, or an error that names the first thing in it that is not known. */
export function readStatements(named: NamedDocument, kind: DocumentKind): readonly CheckedStatement[] {
  const { name, document } = named;
  if (typeof document !== "string") {
    return checkStatements(named, kind);
  }
  const already = readAlready[kind].get(named);
  if (already !== undefined) {
    return already;
  }
  const key = `${kind}\n${name}\n${document}`;
  const statements = known.get(key) ?? checkStatements(named, kind);
  readAlready[kind].set(named, statements);
  known.set(key, statements);
  const [oldest = key] = known.keys();
  if (known.size > knownLimit) {
    known.delete(oldest);
  }
  return statements;
}

function checkStatements({ name, document }: NamedDocument, kind: DocumentKind): readonly CheckedStatement[] {
  const refuse: Refusal = (problem) => new PolicyError(`${name}: ${problem}`);
  const policy = objectOf(typeof document === "string" ? parse(document, refuse) : document, "a policy", refuse);
  refuseUnknown(policy, documentElements, refuse);

  const { Version: version = "2008-10-17", Id: id } = policy;
  // Of its own policies, AWS Organizations takes the current version only (its user guide, "SCP syntax", "RCP syntax").
  const known = kind === "identity" || kind === "resource" ? versions : versions.slice(0, 1);
  if (!known.includes(version)) {
    throw refuse(`Version must be one of ${known.map(shown).join(", ")}, but is ${shown(version)}`);
  }
  if (id !== undefined && typeof id !== "string") {
    throw refuse("Id must be text");
  }
  const setting: Setting = { document: name, kind, version: String(version) };
  const statements = listOf(policy.Statement, "Statement", refuse).map((statement, index) =>
    readStatement(statement, index + 1, setting),
  );
  const twice = statements.find(({ label }, index) => statements.findIndex((one) => one.label === label) < index);
  if (twice) {
    throw twice.refuse("its Sid is used twice");
  }
  return statements;
}

function readStatement(value: unknown, number: number, { document, kind, version }: Setting): CheckedStatement {
  const sid = sidOf(value);
  const called = sid === undefined ? `statement ${number}` : `statement "${sid}"`;
  const refuse: Refusal = (problem) => new PolicyError(`${document}, ${called}: ${problem}`);

  const statement = objectOf(value, "a statement", refuse);
  refuseUnknown(statement, statementElements, refuse);
  if (statement.Sid !== undefined && typeof statement.Sid !== "string") {
    throw refuse("Sid must be text");
  }
  if (!effects.includes(statement.Effect)) {
    throw refuse(`Effect must be one of ${effects.map(shown).join(", ")}, but is ${shown(statement.Effect)}`);
  }
  if (kind === "resource-control" && statement.Effect !== "Deny") {
    throw refuse("Effect must be Deny in a resource control policy; AWS's own RCPFullAWSAccess is implied");
  }
  // Variables came with version 2012-10-17 and are plain text before it (IAM User Guide, "Variables and tags").
  const variableProblem: Problem = (text) =>
    version === "2012-10-17" && text.includes("${")
      ? "holds a policy variable, and policy variables are not evaluated"
      : undefined;

  const controlsResource = kind === "resource-control";
  const actions = readPatterns(
    statement,
    "Action",
    (text) => actionProblem(text) ?? (controlsResource ? resourceControlActionProblem(text) : undefined),
    refuse,
  );
  if (actions === undefined) {
    throw refuse("Action or NotAction is required");
  }
  if (controlsResource && actions.negated) {
    throw refuse("NotAction is not supported in a resource control policy");
  }
  const resources = readPatterns(
    statement,
    "Resource",
    (text) => variableProblem(text) ?? resourceProblem(text),
    refuse,
  );
  if (resources === undefined && !(kind === "resource" && onlySts(actions))) {
    throw refuse("Resource or NotResource is required, but in a trust policy, whose actions are all of sts");
  }
  return {
    document,
    name: sid ?? called,
    label: `${called} of ${document}`,
    effect: statement.Effect === "Allow" ? "Allow" : "Deny",
    principals: readPrincipals(statement.Principal, kind, refuse),
    actions,
    resources,
    conditions: readConditions(statement.Condition, variableProblem, refuse),
    refuse,
  };
}

/** The Sid, where there is one; Terraform and others write an empty one for none. */
function sidOf(statement: unknown): string | undefined {
  return isObject(statement) && typeof statement.Sid === "string" && statement.Sid !== "" ? statement.Sid : undefined;
}

function onlySts({ negated, patterns }: Patterns): boolean {
  return !negated && patterns.every((pattern) => /^sts:/i.test(pattern));
}

function readPatterns(
  statement: JsonObject,
  element: "Action" | "Resource",
  problem: Problem,
  refuse: Refusal,
): Patterns | undefined {
  const plain = statement[element];
  const not = statement[`Not${element}`];
  if (plain !== undefined && not !== undefined) {
    throw refuse(`${element} and Not${element} exclude each other`);
  }
  if (plain !== undefined) {
    return { negated: false, patterns: textsOf(plain, element, problem, refuse) };
  }
  return not === undefined ? undefined : { negated: true, patterns: textsOf(not, `Not${element}`, problem, refuse) };
}

function readPrincipals(value: unknown, kind: DocumentKind, refuse: Refusal): readonly Principal[] | undefined {
  if (kind === "identity" || kind === "service-control") {
    if (value !== undefined) {
      throw refuse(
        `Principal is forbidden in a ${kind === "identity" ? "policy of an identity" : "service control policy"}`,
      );
    }
    return undefined;
  }
  if (kind === "resource-control" && value !== "*") {
    throw refuse(`Principal must be "*" in a resource control policy, but is ${shown(value)}`);
  }
  if (value === undefined) {
    throw refuse("Principal is required in a policy of a resource");
  }
  if (value === "*") {
    return [{ type: "AWS", value }];
  }
  const principals = objectOf(value, 'Principal, where it is not "*",', refuse);
  return entriesOf(principals, "Principal", refuse).flatMap(([name, values]) => {
    const type = principalTypes.find((known) => known === name);
    if (type === undefined) {
      throw refuse(`principal type ${shown(name)} is not known; known: ${principalTypes.join(", ")}`);
    }
    const problem: Problem = (text) => principalProblem({ type, value: text });
    return textsOf(values, `Principal ${type}`, problem, refuse).map((text) => ({ type, value: text }));
  });
}

function readConditions(value: unknown, variableProblem: Problem, refuse: Refusal): readonly Condition[] {
  if (value === undefined) {
    return [];
  }
  const operators = entriesOf(objectOf(value, "Condition", refuse), "Condition", refuse);
  return operators.flatMap(([name, keys]) => {
    const operator = readOperator(name);
    if (operator === undefined) {
      throw refuse(`operator ${shown(name)} is not known; known: ${knownOperators}`);
    }
    return entriesOf(objectOf(keys, name, refuse), name, refuse).map(([key, wanted]) => {
      const problem: Problem = (text) => variableProblem(text) ?? wantedProblem(operator, text);
      // "Quotation marks are optional for numeric and Boolean values" (IAM User Guide, "Grammar of the IAM JSON policy").
      const texts = listOf(wanted, `${name} ${key}`, refuse).map((one) =>
        typeof one === "number" || typeof one === "boolean" ? String(one) : one,
      );
      return { operator, key, wanted: textsOf(texts, `${name} ${key}`, problem, refuse) };
    });
  });
}
