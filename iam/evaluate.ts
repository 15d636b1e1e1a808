import { arnParts, keyArn, roleArn, sixPartArn, userArn } from "./arns";
import { compare, type Failure, unknownKey } from "./conditions";
import type { PolicyKind } from "./elements";
import { type NamedDocument, type ParsedStatement, type Patterns, PolicyError, statementsOf } from "./grammar";
import { actionMatches, type Caller, type Reach, reaches, reachOf, resourceMatches } from "./matching";
import { hasVariable, type KnownValues, withValues } from "./variables";

/** The values of a request by condition key; keys are matched without regard to case. An empty list is a key that it does not have. */
export type RequestContext = Readonly<Record<string, string | readonly string[]>>;

/** What is asked for, by whom. */
export interface AccessRequest {
  readonly caller: Caller;
  /** `service:Name`. */
  readonly action: string;
  /** An ARN, or `*` where the action has no resource. */
  readonly resource: string;
  /**
   * All that conditions may ask for: nothing is added to it, not even `aws:PrincipalArn`. A function is called only where a
   * statement has a condition or a variable to compare.
   */
  readonly context: RequestContext | (() => RequestContext);
  /**
   * Whether it is known that the request does not have a key (in lower case) that its context does not name. A key that is
   * neither in the context nor known to be absent leaves the request undecided where a statement with it would decide.
   * @default - every key that the context does not name is absent
   */
  readonly isAbsent?: (key: string) => boolean;
}

/** The documents that decide. */
export interface ApplicablePolicies {
  /** Permissions of the calling role or user. */
  readonly identity?: readonly NamedDocument[];
  /** Permissions boundary of the calling role or user. */
  readonly boundary?: NamedDocument;
  /**
   * Session policies of the calling session: they limit what its role may do, and a statement of any of them is enough.
   * @default - none
   */
  readonly session?: readonly NamedDocument[];
  /** The trust policy of the role to be assumed, or the policies of domain and repository. */
  readonly resource?: readonly NamedDocument[];
  /**
   * Service control policies (SCPs) of the caller's account, one list for each level: the root, each organizational unit,
   * the account. They limit roles of member accounts; an identity token's bearer belongs to no account and is not limited.
   * Leave them out for roles of the management account and for service-linked roles, which AWS exempts.
   * Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html
   *
   * @default - no organization
   */
  readonly serviceControl?: readonly (readonly NamedDocument[])[];
  /**
   * Resource control policies (RCPs) of the resource's account, by level as above. They limit every caller, the bearer of an
   * identity token included. Leave them out for resources of the management account and for calls by service-linked roles.
   * Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html
   *
   * @default - nothing beside RCPFullAWSAccess, which AWS attaches everywhere
   */
  readonly resourceControl?: readonly (readonly NamedDocument[])[];
  /**
   * The account that owns the resource.
   * @default the caller's own
   */
  readonly resourceAccount?: string;
}

/** What IAM decides about a request, by which statement, and why, in words for people. */
export interface Decision {
  /** Implicitly denied is what no statement denies and not enough of them allow. */
  readonly outcome: "allowed" | "explicitlyDenied" | "implicitlyDenied";
  /** The statement that allows or denies; absent where the request is implicitly denied. */
  readonly decidedBy?: StatementName;
  /** Condition keys that the statement which came nearest to allowing the request finds unmet. */
  readonly unmet?: readonly string[];
  readonly reason: string;
}

/** A statement of a document, as sentences call both. */
export interface StatementName {
  readonly document: string;
  readonly statement: string;
}

/** A decision and, where no statement allows enough, the one whose shortfall the reason describes. */
export interface Explanation extends Decision {
  readonly nearest?: StatementName;
}

/** A statement, and how far it matches the request. */
interface Finding {
  readonly document: string;
  readonly statement: ParsedStatement;
  readonly match: Match;
  readonly reach: Reach | undefined;
  /** The conditions that the request does not meet. */
  readonly failed: readonly Failure[];
  /** Why it is open whether the statement matches, though nothing in it is known not to. */
  readonly open: readonly string[];
}

/** How far a statement matches; each step includes those before it. */
type Match = "nothing" | "action" | "principal" | "resource" | "all";

/** Policies that have to allow the request, and the statement that does. */
interface Side {
  readonly name: string;
  readonly findings: readonly Finding[];
  readonly grant: Finding | undefined;
}

/**
 * Decides a request as the IAM User Guide describes it in "Policy evaluation logic", within an account and across two, and
 * in "Permissions boundaries for IAM entities", and the AWS Organizations User Guide in "SCP evaluation" and "RCP evaluation".
 * Every document is checked before anything is decided.
 *
 * @throws PolicyError for a document that cannot be evaluated, and for a request that cannot be decided without a guess
 */
export function evaluate(request: AccessRequest, policies: ApplicablePolicies): Decision {
  const { outcome, decidedBy, unmet, reason } = explain(request, policies);
  return {
    outcome,
    ...(decidedBy === undefined ? {} : { decidedBy }),
    ...(unmet === undefined ? {} : { unmet }),
    reason,
  };
}

/** The same as `evaluate`, with the statement that came nearest to allowing what is not allowed. */
export function explain(request: AccessRequest, policies: ApplicablePolicies): Explanation {
  const open: Finding[] = [];
  const decision = decideBy(request, policies, findingsWith("nothing", open));
  if (open.length === 0) {
    return decision;
  }
  // Statements that are open decide nothing where the request ends the same whether they match or not.
  const most = decideBy(request, policies, findingsWith("Allow", []));
  const least = decideBy(request, policies, findingsWith("Deny", []));
  if (most.outcome === "allowed" && least.outcome !== "allowed") {
    const [one] = open.filter(
      ({ statement }) => statement.effect === (decision.outcome === "allowed" ? "Deny" : "Allow"),
    );
    if (one !== undefined) {
      throw new PolicyError(one.open.join("; "), `${one.document}, ${one.statement.label}`);
    }
  }
  return decision;
}

/** Takes open statements as matching: none, those that allow, or those that deny. Adds them to a list. */
function findingsWith(matching: "nothing" | "Allow" | "Deny", list: Finding[]): (finding: Finding) => Finding {
  return (finding) => {
    if (finding.open.length === 0) {
      return finding;
    }
    list.push(finding);
    return { ...finding, match: finding.statement.effect === matching ? "all" : "resource" };
  };
}

function decideBy(
  request: AccessRequest,
  policies: ApplicablePolicies,
  settle: (finding: Finding) => Finding,
): Explanation {
  const find = finder(request, settle);
  const controls = (kind: "service-control" | "resource-control", levels: readonly (readonly NamedDocument[])[] = []) =>
    levels.map((level) =>
      level.flatMap(({ name, document }) => find({ name: `${kind.replace("-", " ")} policy ${name}`, document }, kind)),
    );
  if (policies.serviceControl?.length === 0) {
    throw new PolicyError("request: serviceControl has no level; leave it out where the account is in no organization");
  }
  const limits = controls("service-control", policies.serviceControl);
  const guards = controls("resource-control", policies.resourceControl).flat();
  const decision = decideInAccounts(request, policies, find);
  if (request.caller.kind === "web-identity" || request.caller.kind === "service") {
    return denial(guards) ?? decision;
  }
  return denial([...limits.flat(), ...guards]) ?? limited(request, decision, limits);
}

/** Decides by the documents of the accounts themselves, as if these were in no organization. */
function decideInAccounts(request: AccessRequest, policies: ApplicablePolicies, find: Finder): Explanation {
  const isOnRole = roleArn.test(request.resource);
  const identity = (policies.identity ?? []).flatMap((document) => find(document, "identity"));
  const boundary = policies.boundary && find(policies.boundary, "identity");
  const session = policies.session?.flatMap((document) => find(document, "identity"));
  const resource = (policies.resource ?? []).flatMap((document) => find(document, isOnRole ? "trust" : "resource"));

  if (request.caller.kind === "web-identity") {
    const trust = side("the trust policy", resource);
    return denial(resource) ?? agreement(request, [trust], [trust]);
  }
  if (request.caller.kind === "service") {
    // A service on its own has no identity policy: the resource's policy alone lets it act.
    const policy = side("the policy of the resource", resource);
    return denial(resource) ?? agreement(request, [policy], [policy]);
  }
  const { account = "" } = arnParts(request.caller.arn);
  const { resourceAccount = account } = policies;
  if (!/^\d{12}$/.test(resourceAccount)) {
    throw new PolicyError(`request: resourceAccount "${resourceAccount}" must be an account number of 12 digits`);
  }
  const assumesRole = isOnRole && /^sts:/i.test(request.action);
  // "No AWS principal has any permissions to a KMS key unless that permission is provided explicitly and never denied in a
  // key policy, IAM policy, or grant", and an IAM policy counts only where the key policy lets the account decide:
  // https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html
  // Where no key policy is given, the default one is taken, which does that.
  const isOnKey = keyArn.test(request.resource) && resource.length > 0;
  const byIdentity = side("an identity policy", identity);
  const byResource = side(
    assumesRole ? "the trust policy" : isOnKey ? "the key policy" : `a policy of account ${resourceAccount}`,
    resource,
  );
  const limits = [
    ...(boundary ? [side("the permissions boundary", boundary)] : []),
    ...(session ? [side("a session policy", session)] : []),
  ];
  const granting = [byIdentity, byResource];

  const denied = denial([...identity, ...(boundary ?? []), ...(session ?? []), ...resource]);
  if (denied) {
    return denied;
  }
  if (resourceAccount !== account) {
    return agreement(request, [byIdentity, byResource, ...limits], granting);
  }
  switch (byResource.grant?.reach) {
    // "Not limited by an implicit deny in an identity-based policy, a permissions boundary, or session policy". Of "*"
    // the page on Principal says the same: a boundary does not limit it "unless [it contains] an explicit deny".
    case "direct":
      return agreement(request, [byResource], granting);
    case "role":
      return agreement(request, [byResource, ...limits], granting);
    // A trust policy "must explicitly allow access for principals", in its own account too, and so must a key policy.
    default:
      return agreement(request, [byIdentity, ...(assumesRole || isOnKey ? [byResource] : []), ...limits], granting);
  }
}

/** Compares the statements of a policy with one request. */
type Finder = (document: NamedDocument, kind: PolicyKind) => readonly Finding[];

function finder(
  { caller, action, resource, context, isAbsent = () => true }: AccessRequest,
  settle: (finding: Finding) => Finding,
): Finder {
  if (caller.kind === "role" && !roleArn.test(caller.arn)) {
    throw new PolicyError(`request: the caller "${caller.arn}" is not the ARN of a role`);
  }
  if (caller.kind === "user" && !userArn.test(caller.arn)) {
    throw new PolicyError(`request: the caller "${caller.arn}" is not the ARN of a user`);
  }
  if (!/^[a-z\d-]+:\w+$/i.test(action)) {
    throw new PolicyError(`request: the action "${action}" is not of the form service:Name`);
  }
  if (resource !== "*" && !sixPartArn.test(resource)) {
    throw new PolicyError(`request: the resource "${resource}" is neither "*" nor an ARN of six parts`);
  }
  const values = knownValues(context, isAbsent);

  return (document, kind) =>
    statementsOf(document, kind).map((statement): Finding => {
      const { actions, principals, resources, conditions, hasVariables } = statement;
      const reach = principals && reachOf(principals, caller);
      const found = { document: document.name, statement, reach };
      const missed = (match: Match): Finding => ({ ...found, match, failed: [], open: [] });
      if (!patternsMatch(actions, (pattern) => actionMatches(pattern, action))) {
        return missed("nothing");
      }
      if (principals && reach === undefined) {
        return missed("action");
      }
      const inResource = resources && hasVariables ? filled(resources, values) : { patterns: resources, open: [] };
      if (
        inResource.open.length === 0 &&
        inResource.patterns &&
        !patternsMatch(inResource.patterns, (pattern) => resourceMatches(pattern, resource))
      ) {
        return missed("principal");
      }
      const { failed, open } = compare(conditions, values, hasVariables);
      return failed.length > 0
        ? { ...found, match: "resource", failed, open: [] }
        : settle({ ...found, match: "all", failed, open: [...inResource.open, ...open] });
    });
}

/** Patterns with the values of a request; `open` has the variables whose values are not known. */
function filled(
  { negated, patterns }: Patterns,
  values: KnownValues,
): { readonly patterns: Patterns; readonly open: readonly string[] } {
  const found = patterns.map((pattern) =>
    hasVariable(pattern) ? withValues(pattern, values, true) : { text: pattern },
  );
  const unknown = found.flatMap(({ unknownKey: key }) => (key === undefined ? [] : [unknownKey(key)]));
  return { patterns: { negated, patterns: found.flatMap(({ text }) => text ?? []) }, open: unknown };
}

function patternsMatch({ negated, patterns }: Patterns, matches: (pattern: string) => boolean): boolean {
  return patterns.some(matches) !== negated;
}

/** The side with the statement that allows the request, the one that reaches the caller most directly first. */
function side(name: string, findings: readonly Finding[]): Side {
  const grants = findings.filter(({ statement, match }) => statement.effect === "Allow" && match === "all");
  const [grant] = [...reaches, undefined].flatMap((reach) => grants.filter((one) => one.reach === reach));
  return { name, findings, grant };
}

/** An explicit deny, which wins wherever it is. */
function denial(findings: readonly Finding[]): Decision | undefined {
  const found = findings.find(({ statement, match }) => statement.effect === "Deny" && match === "all");
  return found && { outcome: "explicitlyDenied", ...decidedBy([found]), reason: `denied by ${labelOf(found)}` };
}

/** An allowed request needs an allowing statement at every level of the organization as well, which itself grants nothing. */
function limited(request: AccessRequest, decision: Explanation, levels: readonly (readonly Finding[])[]): Explanation {
  const index = levels.findIndex((findings) => side("", findings).grant === undefined);
  const level = levels[index];
  return decision.outcome !== "allowed" || level === undefined
    ? decision
    : {
        outcome: "implicitlyDenied",
        ...nearestMiss(request, level, ` of level ${index + 1} of the service control policies`),
      };
}

/** Allowed where every needed side allows; the statement of the first of them decides. */
function agreement(request: AccessRequest, needed: readonly Side[], granting: readonly Side[]): Explanation {
  const missing = needed.find(({ grant }) => grant === undefined);
  if (missing) {
    return { outcome: "implicitlyDenied", ...shortfall(request, missing, granting) };
  }
  const grants = needed.flatMap(({ grant }) => grant ?? []);
  const labels = grants.map(labelOf);
  return { outcome: "allowed", ...decidedBy(grants), reason: `allowed by ${labels.join(" and ")}` };
}

type Shortfall = Pick<Explanation, "unmet" | "nearest" | "reason">;

/** What is missing: on the side that is missing, where another allows already, or else on all that could allow. */
function shortfall(request: AccessRequest, missing: Side, granting: readonly Side[]): Shortfall {
  const [offered] = granting.flatMap(({ grant }) => grant ?? []);
  if (offered === undefined) {
    return nearestMiss(
      request,
      granting.flatMap(({ findings }) => findings),
    );
  }
  const { reason, ...miss } = nearestMiss(request, missing.findings);
  return {
    ...miss,
    reason: `${labelOf(offered)} allows ${request.action}, but ${missing.name} must allow it too: ${reason}`,
  };
}

/** Why the allowing statement that came nearest does not allow the request; of several the one with fewest conditions unmet. */
function nearestMiss({ caller, action, resource }: AccessRequest, findings: readonly Finding[], place = ""): Shortfall {
  const allowing = findings.filter(({ statement }) => statement.effect === "Allow");
  const steps = ["resource", "principal", "action"] as const;
  const [nearest] = steps.flatMap((step) =>
    allowing.filter(({ match }) => match === step).sort((one, other) => one.failed.length - other.failed.length),
  );
  if (nearest === undefined) {
    return { reason: `no statement${place} allows ${action}` };
  }
  const label = labelOf(nearest);
  switch (nearest.match) {
    case "resource":
      return {
        unmet: nearest.failed.map(({ key }) => key),
        nearest: placeOf(nearest),
        reason: `${label}: ${[...nearest.failed.map(({ text }) => text), ...nearest.open].join("; ")}`,
      };
    case "principal":
      return { nearest: placeOf(nearest), reason: `${label} allows ${action}, but not on ${resource}` };
    default:
      return { nearest: placeOf(nearest), reason: `${label} allows ${action}, but not to ${nameOf(caller)}` };
  }
}

function nameOf(caller: Caller): string {
  switch (caller.kind) {
    case "web-identity":
      return caller.providerArn;
    case "service":
      return caller.principal;
    default:
      return caller.arn;
  }
}

function decidedBy([finding]: readonly Finding[]): Pick<Decision, "decidedBy"> {
  return finding ? { decidedBy: placeOf(finding) } : {};
}

function placeOf({ document, statement }: Finding): StatementName {
  return { document, statement: statement.name };
}

function labelOf({ statement, document }: Finding): string {
  return `${statement.label} of ${document}`;
}

/** The values of a request, by condition key in any case. */
function knownValues(context: AccessRequest["context"], isAbsent: (key: string) => boolean): KnownValues {
  let values = typeof context === "function" ? undefined : valuesByKey(context);
  return {
    get: (key) => {
      const name = key.toLowerCase();
      values ??= valuesByKey(contextOf(context));
      return values.get(name) ?? (isAbsent(name) ? [] : undefined);
    },
  };
}

/** The context of a request, however it is given. */
export function contextOf(context: AccessRequest["context"]): RequestContext {
  return typeof context === "function" ? context() : context;
}

function valuesByKey(context: RequestContext): ReadonlyMap<string, readonly string[]> {
  const values = new Map<string, readonly string[]>();
  for (const [key, value] of Object.entries(context)) {
    const name = key.toLowerCase();
    if (values.has(name)) {
      throw new PolicyError(`request: the context key "${key}" is given twice, in different case`);
    }
    values.set(name, typeof value === "string" ? [value] : value);
  }
  return values;
}
