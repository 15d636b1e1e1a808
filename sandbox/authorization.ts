import { arnParts, nameInArn } from "../iam/arns";
import {
  type AccessRequest,
  type ApplicablePolicies,
  contextOf,
  type Decision,
  evaluate,
  type RequestContext,
} from "../iam/evaluate";
import { administratorAccess, type NamedDocument, type ParsedPolicy, PolicyError } from "../iam/grammar";
import type { SandboxAccount } from "./account";
import { prefixed } from "./core/conditions";
import type { Tags } from "./core/identifiers";
import { organizationLimits } from "./organization";
import { accountKeys, isAbsentKey, resourceTagKeys } from "./requestKeys";

/** A role that calls AWS. */
export interface RoleCaller {
  /** ARN of the role, in this account or another. */
  readonly arn: string;
  /**
   * Unique id of the role that the session was opened for. If the account has another role under the ARN, or none, the caller
   * is allowed nothing.
   * @default - the role that the account has under the ARN now
   */
  readonly roleId?: string;
  /** @default - no session is named */
  readonly sessionName?: string;
  /** AWS Organizations id of the caller's account. */
  readonly organizationId?: string;
  /**
   * Its permissions.
   * @default - those that this account holds for it; of a role of another account nothing is known, and nothing allowed
   */
  readonly permissions?: readonly NamedDocument[];
  /**
   * Its permissions boundary, where `permissions` are given.
   * @default - none
   */
  readonly boundary?: NamedDocument;
  /**
   * Policies that the request for the session gave, which limit it.
   * @default - none
   */
  readonly sessionPolicies?: readonly NamedDocument[];
  /** Tags that the request for the session gave. They come before the role's own. */
  readonly sessionTags?: Tags;
  /** Who set the session going, in the words of the request for it. */
  readonly sourceIdentity?: string;
}

/** A token that a federated identity shows when it asks for a role. */
interface WebIdentity {
  /** Host, and path where there is one, that the token comes from; without `https://`. */
  readonly issuer: string;
  readonly claims: Readonly<Record<string, string>>;
}

/**
 * Claims of GitHub's tokens that AWS hands to trust policies; any other is lost on the way.
 * Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecuritytokenservice.html
 */
const knownClaims = [
  "aud",
  "sub",
  "actor",
  "actor_id",
  "enterprise_id",
  "environment",
  "job_workflow_ref",
  "ref",
  "repository",
  "repository_id",
  "repository_owner_id",
  "workflow",
];

/**
 * Whether a token's bearer may assume a role of this account: its provider is registered, for its audience, and the trust policy
 * agrees.
 *
 * @param conditions - what else the request is known to have, such as its time
 * @throws PolicyError where the trust policy cannot be evaluated, or asks for a key that is not known here
 */
export function decideAssumeRole(
  account: SandboxAccount,
  roleName: string,
  { issuer, claims }: WebIdentity,
  conditions: RequestContext = {},
): Decision {
  const provider = account.iam.oidcProviders.list().find(({ arn }) => arn.endsWith(`:oidc-provider/${issuer}`));
  if (provider === undefined) {
    return { outcome: "implicitlyDenied", reason: `no OIDC provider of the account is for ${issuer}` };
  }
  if (claims.aud === undefined || !provider.clientIDList.includes(claims.aud)) {
    const audience = claims.aud === undefined ? "no audience" : `an audience it does not know, ${claims.aud}`;
    return { outcome: "implicitlyDenied", reason: `the OIDC provider of ${issuer} is shown ${audience}` };
  }
  const { role, trust } = account.iam.roles.state(roleName);
  const context = knownClaims.flatMap((claim) => {
    const value = claims[claim];
    return value === undefined ? [] : [[`${issuer}:${claim}`, value] as const];
  });
  return evaluated(
    {
      caller: { kind: "web-identity", providerArn: provider.arn },
      action: "sts:AssumeRoleWithWebIdentity",
      resource: role.arn,
      context: {
        ...accountKeys(account, "sts:AssumeRoleWithWebIdentity"),
        "aws:ResourceAccount": account.accountId,
        ...resourceTagKeys(account, role.arn),
        ...conditions,
        ...Object.fromEntries(context),
      },
      isAbsent: isAbsentKey("sts:AssumeRoleWithWebIdentity"),
    },
    {
      resource: [{ name: "trust policy", document: trust }],
      resourceAccount: account.accountId,
      ...organizationLimits(account.accountId, account.organization, {
        action: "sts:AssumeRoleWithWebIdentity",
        resourceAccount: account.accountId,
      }),
    },
  );
}

/**
 * Whether a role may do something to a resource of this account, by its own permissions and the resource's policies.
 *
 * @param context - what is known of the request beside account, caller and resource: `requesterKeys` and the action's own keys
 * @throws PolicyError where a policy cannot be evaluated, or a statement that would decide asks for a key that is not known here
 */
export function decide(
  account: SandboxAccount,
  caller: RoleCaller,
  action: string,
  resource: string,
  context: AccessRequest["context"] = {},
): Decision {
  const callerAccount = accountOf(caller.arn);
  if (isRoleGone(account, caller)) {
    return { outcome: "implicitlyDenied", reason: "the session's role has been deleted" };
  }
  // An action without a resource is decided in the caller's own account. An ARN of S3 names no account, and one of AWS's own
  // policies names `aws`: both are decided in this one.
  const [named] = /^\d{12}$/.exec(accountOf(resource)) ?? [account.accountId];
  const resourceAccount = resource === "*" ? callerAccount : named;
  const request: AccessRequest = {
    caller: { kind: "role", arn: caller.arn, sessionName: caller.sessionName },
    action,
    resource,
    context: () => ({
      ...accountKeys(account, action),
      "aws:PrincipalAccount": callerAccount,
      "aws:PrincipalType": "AssumedRole",
      "aws:PrincipalArn": caller.arn,
      ...(caller.organizationId === undefined ? {} : { "aws:PrincipalOrgID": caller.organizationId }),
      ...(resource === "*" ? {} : { "aws:ResourceAccount": resourceAccount }),
      ...prefixed("aws:PrincipalTag", { ...account.iam.roles.find(caller.arn)?.role.tags, ...caller.sessionTags }),
      ...resourceTagKeys(account, resource),
      ...(caller.sourceIdentity === undefined ? {} : { "aws:SourceIdentity": caller.sourceIdentity }),
      ...contextOf(context),
    }),
    isAbsent: isAbsentKey(action, account.organization !== undefined),
  };
  const { permissions = [], boundary } = withPermissions(account, caller);
  return evaluated(request, {
    identity: permissions,
    boundary,
    session: caller.sessionPolicies,
    // "The kms:RetireGrant permission is not effective in a key policy":
    // https://docs.aws.amazon.com/kms/latest/developerguide/grant-delete.html
    resource: /^kms:RetireGrant$/i.test(action) ? [] : resourcePolicies(account, resource),
    resourceAccount,
    ...organizationLimits(account.accountId, account.organization, {
      callerArn: caller.arn,
      action,
      resourceAccount,
      isAwsManagedKey: () => account.kms.find(resource)?.keyManager === "AWS",
    }),
  });
}

/** The decision; where a policy cannot be evaluated, or asks for a key that is not known here, a denial that says so. */
export function decidedOrDenied(decision: () => Decision): Decision {
  try {
    return decision();
  } catch (error) {
    if (error instanceof PolicyError) {
      return { outcome: "implicitlyDenied", reason: `the sandbox cannot decide this: ${error.message}` };
    }
    throw error;
  }
}

/** The caller with the documents that decide its requests, for several decisions: those that its account has for it now. */
export function withPermissions(account: SandboxAccount, caller: RoleCaller): RoleCaller {
  return caller.permissions !== undefined || accountOf(caller.arn) !== account.accountId
    ? caller
    : { ...caller, ...permissionsOf(account, caller.arn) };
}

/**
 * Whether a role may mint a registry token. It needs two rights: one on the domain, one to have AWS issue a bearer token
 * at all. Source: https://docs.aws.amazon.com/codeartifact/latest/ug/tokens-authentication.html
 *
 * @param durationSeconds - the token's life; 0 is as long as the role's session
 * @param context - as for `decide`
 */
export function decideToken(
  account: SandboxAccount,
  caller: RoleCaller,
  domainArn: string,
  durationSeconds: number,
  context: AccessRequest["context"] = {},
): Decision {
  const onDomain = decide(account, caller, "codeartifact:GetAuthorizationToken", domainArn, context);
  if (onDomain.outcome !== "allowed") {
    return onDomain;
  }
  const decision = decide(account, caller, "sts:GetServiceBearerToken", "*", () => ({
    ...contextOf(context),
    "sts:AWSServiceName": "codeartifact.amazonaws.com",
    "sts:DurationSeconds": String(durationSeconds),
  }));
  questions.set(decision, [...questionsOf(onDomain), ...questionsOf(decision)]);
  return decision;
}

/** A request and the documents that decide it, as they were evaluated, and how it ended. */
export interface Question {
  readonly request: AccessRequest;
  readonly policies: ApplicablePolicies;
  readonly outcome: Decision["outcome"];
}

/** They last as long as the decisions do. */
const questions = new WeakMap<Decision, readonly Question[]>();

/**
 * What was evaluated for a decision of `decide`, `decideToken` or `decideAssumeRole`. A token takes two rights. Nothing was evaluated
 * where no provider is for an identity token, or the session's role is gone.
 */
export function questionsOf(decision: Decision): readonly Question[] {
  return questions.get(decision) ?? [];
}

function evaluated(request: AccessRequest, policies: ApplicablePolicies): Decision {
  const decision = evaluate(request, policies);
  questions.set(decision, [{ request, policies, outcome: decision.outcome }]);
  return decision;
}

/** Neither the role's own policies nor those that name its ARN count for a session that outlives it. */
function isRoleGone({ accountId, iam }: SandboxAccount, { arn, roleId }: RoleCaller): boolean {
  return roleId !== undefined && accountOf(arn) === accountId && iam.roles.find(arn)?.role.roleId !== roleId;
}

function permissionsOf({ iam }: SandboxAccount, roleArn: string): Pick<RoleCaller, "permissions" | "boundary"> {
  const state = iam.roles.find(roleArn);
  if (state === undefined) {
    // Of a role that is gone, nothing is allowed.
    return { permissions: [] };
  }
  const inline = [...state.inlinePolicies].map(([name, { policy }]) => ({
    name: `inline policy ${name}`,
    document: policy,
  }));
  const managed = [...state.attachedPolicies].map((arn) => ({
    name: `managed policy ${nameInArn(arn)}`,
    document: iam.policies.find(arn)?.policy,
  }));
  const { permissionsBoundary } = state.role;
  return {
    permissions: [...inline, ...managed],
    boundary: permissionsBoundary === undefined ? undefined : boundaryPolicy(iam, permissionsBoundary),
  };
}

/** A boundary that the account does not have, such as AWS's own, is taken to allow everything: its document is not known here. */
function boundaryPolicy(iam: SandboxAccount["iam"], policyArn: string): NamedDocument {
  const document = iam.policies.find(policyArn)?.policy ?? administratorAccess;
  return { name: `permissions boundary ${policyArn}`, document };
}

/** The policies of the resource itself, such as a role, a key, a topic or a log group, and of the domain and the repository that it is in. */
export function resourcePolicies(
  { codeartifact, iam, kms, logs, sns }: SandboxAccount,
  resource: string,
): readonly NamedDocument<ParsedPolicy>[] {
  const { service } = arnParts(resource);
  if (service === "logs") {
    return logs.resourcePolicies.documents();
  }
  if (service === "sns") {
    const topicPolicy = sns.findPolicy(resource);
    return topicPolicy === undefined ? [] : [topicPolicy];
  }
  const role = iam.roles.find(resource);
  if (role !== undefined) {
    return [{ name: "trust policy", document: role.trust }];
  }
  const keyPolicy = kms.findKeyPolicy(resource);
  if (keyPolicy !== undefined) {
    return [{ name: "key policy", document: keyPolicy.policy }];
  }
  const [, kind, domain = "", repository = ""] =
    /^arn:[^:]*:codeartifact:[^:]*:[^:]*:(domain|repository|package|package-group)\/([^/]+)(?:\/([^/]+))?/.exec(
      resource,
    ) ?? [];
  if (kind === undefined) {
    return [];
  }
  const onDomain = codeartifact.domains.findPermissionsPolicy({ domain });
  const onRepository =
    kind === "domain" || kind === "package-group"
      ? undefined
      : codeartifact.repositories.findPermissionsPolicy({ domain, repository });
  // Either may allow, and either may deny, what is done within a repository.
  return [
    ...(onDomain === undefined ? [] : [{ name: `domain policy of ${domain}`, document: onDomain.policy }]),
    ...(onRepository === undefined
      ? []
      : [{ name: `repository policy of ${repository}`, document: onRepository.policy }]),
  ];
}

function accountOf(arn: string): string {
  return arnParts(arn).account ?? "";
}
