import type { AccessRequest, ApplicablePolicies, Decision } from "../../../iam/evaluate";

/*
 * A second evaluation of policies, written from the IAM User Guide ("Policy evaluation logic", "Condition operators",
 * "Variables and tags") and slow on purpose: it reads each document again for each request, and turns each pattern into a regular expression. It
 * takes documents that are valid, and shares no code with iam/.
 */

/** A statement as a policy writes it, with a list wherever a list may be. */
export interface PlainStatement {
  readonly Effect: "Allow" | "Deny";
  readonly Principal?: "*" | { readonly [type: string]: readonly string[] };
  readonly Action?: readonly string[];
  readonly NotAction?: readonly string[];
  readonly Resource?: readonly string[];
  readonly NotResource?: readonly string[];
  readonly Condition?: { readonly [operator: string]: { readonly [key: string]: readonly string[] } };
}

export interface PlainPolicy {
  readonly Version: string;
  readonly Statement: readonly PlainStatement[];
}

/** The outcome for a session of a role. */
export function naiveOutcome(request: AccessRequest, policies: ApplicablePolicies): Decision["outcome"] {
  const statementsOf = (documents: ApplicablePolicies["identity"] = []) =>
    documents.flatMap(({ document }) => {
      const policy = document as PlainPolicy;
      return policy.Statement.filter((one) => applies(one, request, policy.Version === "2012-10-17"));
    });
  const allows = (statements: readonly PlainStatement[]) => statements.some(({ Effect }) => Effect === "Allow");

  const identity = statementsOf(policies.identity);
  const resource = statementsOf(policies.resource);
  const boundary = policies.boundary && statementsOf([policies.boundary]);
  const session = policies.session && statementsOf(policies.session);
  const serviceControl = (policies.serviceControl ?? []).map((level) => statementsOf(level));
  const resourceControl = (policies.resourceControl ?? []).map((level) => statementsOf(level));
  const all = [identity, resource, boundary ?? [], session ?? [], ...serviceControl, ...resourceControl].flat();
  if (all.some(({ Effect }) => Effect === "Deny")) {
    return "explicitlyDenied";
  }

  const withinLimits = (boundary === undefined || allows(boundary)) && (session === undefined || allows(session));
  const [, , , , callerAccount = ""] = request.caller.kind === "role" ? request.caller.arn.split(":") : [];
  let allowed: boolean;
  if ((policies.resourceAccount ?? callerAccount) !== callerAccount) {
    allowed = allows(identity) && allows(resource) && withinLimits;
  } else {
    const namings = resource.map((statement) => naming(statement, request));
    allowed =
      namings.includes("session") || (namings.includes("role") && withinLimits) || (allows(identity) && withinLimits);
  }
  return allowed && serviceControl.every(allows) ? "allowed" : "implicitlyDenied";
}

function applies(statement: PlainStatement, request: AccessRequest, hasVariables: boolean): boolean {
  if (statement.Principal !== undefined && naming(statement, request) === undefined) {
    return false;
  }
  const isAction = (pattern: string) => anyRun(pattern, "i").test(request.action);
  if (statement.Action !== undefined && !statement.Action.some(isAction)) {
    return false;
  }
  if (statement.NotAction?.some(isAction) === true) {
    return false;
  }
  const isResource = (pattern: string) => {
    const expression = expressionOf(pattern, request, hasVariables, "segment");
    return expression?.test(request.resource) === true;
  };
  if (statement.Resource !== undefined && !statement.Resource.some(isResource)) {
    return false;
  }
  if (statement.NotResource?.some(isResource) === true) {
    return false;
  }
  for (const [operator, tests] of Object.entries(statement.Condition ?? {})) {
    for (const [key, wanted] of Object.entries(tests)) {
      if (!holds(operator, seenOf(request, key), wanted, request, hasVariables)) {
        return false;
      }
    }
  }
  return true;
}

/** As what a statement names the caller. */
function naming({ Principal }: PlainStatement, { caller }: AccessRequest): "session" | "role" | "account" | undefined {
  if (caller.kind !== "role" || Principal === undefined) {
    return undefined;
  }
  const names = Principal === "*" ? ["*"] : (Principal.AWS ?? []);
  const [, partition = "", , , account = "", role = ""] = caller.arn.split(":");
  const roleName = role.slice(role.lastIndexOf("/") + 1);
  const session = `arn:${partition}:sts::${account}:assumed-role/${roleName}/${caller.sessionName ?? ""}`;
  if (names.includes("*") || names.includes(session)) {
    return "session";
  }
  if (names.includes(caller.arn)) {
    return "role";
  }
  return names.includes(account) || names.includes(`arn:${partition}:iam::${account}:root`) ? "account" : undefined;
}

function seenOf({ context }: AccessRequest, key: string): readonly string[] {
  for (const [name, value] of Object.entries(typeof context === "function" ? context() : context)) {
    if (name.toUpperCase() === key.toUpperCase()) {
      return typeof value === "string" ? [value] : value;
    }
  }
  return [];
}

function holds(
  operator: string,
  seen: readonly string[],
  wanted: readonly string[],
  request: AccessRequest,
  hasVariables: boolean,
): boolean {
  let name = operator.toUpperCase();
  if (name === "NULL") {
    return wanted.includes(seen.length === 0 ? "true" : "false");
  }
  const ifExists = name.endsWith("IFEXISTS");
  name = name.replace("IFEXISTS", "");
  const [quantifier, base = ""] = name.includes(":") ? name.split(":") : ["", name];
  if (seen.length === 0) {
    return ifExists || quantifier === "FORALLVALUES" || (quantifier === "" && base.includes("NOT"));
  }
  const one = (value: string) => {
    const positive = base.replace("NOT", "");
    const equalsOne = wanted.some((text) => compares(positive, value, text, request, hasVariables));
    return base.includes("NOT") ? !equalsOne : equalsOne;
  };
  return quantifier === "FORALLVALUES" ? seen.every(one) : seen.some(one);
}

function compares(
  operator: string,
  seen: string,
  wanted: string,
  request: AccessRequest,
  hasVariables: boolean,
): boolean {
  const literal = () => expressionOf(wanted, request, hasVariables, "none");
  switch (operator) {
    case "STRINGEQUALS":
      return literal()?.test(seen) === true;
    case "STRINGEQUALSIGNORECASE": {
      const expression = literal();
      return expression !== undefined && new RegExp(expression.source, "isu").test(seen);
    }
    case "STRINGLIKE":
      return expressionOf(wanted, request, hasVariables, "any")?.test(seen) === true;
    case "ARNEQUALS":
    case "ARNLIKE": {
      // No part of the ARNs that are generated has a colon of its own.
      const parts = seen.split(":");
      const patterns = wanted.split(/:(?![^{]*\})/);
      return patterns.every(
        (pattern, index) => expressionOf(pattern, request, hasVariables, "any")?.test(parts[index] ?? "") === true,
      );
    }
    case "BOOL":
      return seen === wanted;
    case "BINARYEQUALS":
      return atob(seen) === atob(wanted);
    case "IPADDRESS":
      return inRange(seen, wanted);
    case "NUMERICEQUALS":
    case "DATEEQUALS":
      return amount(operator, seen) === amount(operator, wanted);
    case "NUMERICLESSTHAN":
    case "DATELESSTHAN":
      return amount(operator, seen) < amount(operator, wanted);
    case "NUMERICLESSTHANEQUALS":
    case "DATELESSTHANEQUALS":
      return amount(operator, seen) <= amount(operator, wanted);
    case "NUMERICGREATERTHAN":
    case "DATEGREATERTHAN":
      return amount(operator, seen) > amount(operator, wanted);
    case "NUMERICGREATERTHANEQUALS":
    case "DATEGREATERTHANEQUALS":
      return amount(operator, seen) >= amount(operator, wanted);
    default:
      throw new Error(`unknown operator ${operator}`);
  }
}

/** Moments in the forms that the User Guide names, by hand: seconds since 2026-11-28T00:00:00Z. */
export const moments: Readonly<Record<string, number>> = {
  "2026": -28_598_400,
  "2026-11": -2_332_800,
  "2026-11-28": 0,
  "2026-11-28T10:30Z": 37_800,
  "2026-11-28T10:30:00Z": 37_800,
  "2026-11-28T12:30:00+02:00": 37_800,
  "2026-11-28T05:30:00-05:00": 37_800,
  "1795861800": 37_800,
  "2026-11-28T23:59:30.500Z": 86_370.5,
  "1796000000": 176_000,
};

function amount(operator: string, text: string): number {
  return operator.startsWith("DATE") ? (moments[text] ?? Number.NaN) : Number(text);
}

function inRange(seen: string, wanted: string): boolean {
  const [network = "", prefix] = wanted.split("/");
  const bits = bitsOf(seen);
  const wantedBits = bitsOf(network);
  return (
    bits.length === wantedBits.length &&
    bits.startsWith(wantedBits.slice(0, prefix === undefined ? wantedBits.length : Number(prefix)))
  );
}

/** An address as a text of zeros and ones. */
function bitsOf(address: string): string {
  if (!address.includes(":")) {
    return address
      .split(".")
      .map((part) => Number(part).toString(2).padStart(8, "0"))
      .join("");
  }
  const [head = "", tail = ""] = address.split("::");
  const groups = (text: string) => text.split(":").filter((group) => group !== "");
  const missing = 8 - groups(head).length - groups(tail).length;
  return [...groups(head), ...Array<string>(missing).fill("0"), ...groups(tail)]
    .map((group) => Number.parseInt(group, 16).toString(2).padStart(16, "0"))
    .join("");
}

function anyRun(pattern: string, flags = ""): RegExp {
  const parts = Array.from(pattern, (letter) => (letter === "*" ? ".*" : letter === "?" ? "." : escaped(letter)));
  return new RegExp(`^${parts.join("")}$`, `${flags}su`);
}

/** What a text of a policy matches, or nothing where a variable in it has no value. */
function expressionOf(
  text: string,
  request: AccessRequest,
  hasVariables: boolean,
  wildcards: "none" | "any" | "segment",
): RegExp | undefined {
  let rest = text;
  let source = "";
  while (rest !== "") {
    const end = rest.indexOf("}");
    if (hasVariables && rest.startsWith("${") && end !== -1) {
      const [key = "", fallback] = rest.slice(2, end).split(", ");
      const [value, ...others] = ["*", "?", "$"].includes(key) ? [key] : seenOf(request, key);
      const found = value ?? fallback?.slice(1, -1);
      if (found === undefined || others.length > 0) {
        return undefined;
      }
      source += escaped(found);
      rest = rest.slice(end + 1);
      continue;
    }
    const letter = rest.charAt(0);
    rest = rest.slice(1);
    const crosses = wildcards === "any" || (letter === "*" && (rest === "" || rest.startsWith(":")));
    const one = crosses ? "." : "[^:]";
    if (wildcards === "none" || (letter !== "*" && letter !== "?")) {
      source += escaped(letter);
    } else {
      source += letter === "*" ? `${one}*` : one;
    }
  }
  return new RegExp(`^${source}$`, "su");
}

/** The text as a regular expression that matches it alone. */
function escaped(text: string): string {
  return Array.from(text, (letter) => `\\u{${(letter.codePointAt(0) ?? 0).toString(16)}}`).join("");
}
