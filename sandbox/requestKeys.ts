import { arnParts } from "../iam/arns";
import type { RequestContext } from "../iam/evaluate";
import type { SandboxAccount } from "./account";
import { prefixed } from "./core/conditions";
import type { RequestOrigin } from "./core/origin";
import type { Requester } from "./sts/sts";

/** What every request of an account has. */
export function accountKeys({ region }: SandboxAccount, action: string): RequestContext {
  return {
    // "us-east-1" for services with one endpoint, which IAM has (the page on global condition keys).
    "aws:RequestedRegion": /^iam:/i.test(action) ? "us-east-1" : region,
    "aws:ViaAWSService": "false",
    "aws:PrincipalIsAWSService": "false",
  };
}

/** When and from where a request comes. The sandbox serves plain HTTP. */
export function originKeys(account: SandboxAccount, { sourceIp, userAgent, referer }: RequestOrigin): RequestContext {
  const now = account.now();
  return {
    "aws:CurrentTime": now.toISOString(),
    "aws:EpochTime": String(Math.floor(now.getTime() / 1000)),
    "aws:SecureTransport": "false",
    "aws:SourceIp": sourceIp,
    "aws:UserAgent": userAgent ?? [],
    "aws:Referer": referer ?? [],
  };
}

/**
 * What a session adds to each of its requests. `aws:username` is an IAM user's alone. `aws:MultiFactorAuthPresent` comes with
 * temporary credentials, and no session here is opened with a device. Of an identity provider's claims `aud` and `sub`
 * stay in the session.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html and
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html
 */
export function requesterKeys(account: SandboxAccount, requester: Requester): RequestContext {
  const { origin, issuedAt, assumedRoleId, webIdentity } = requester;
  return {
    ...originKeys(account, origin),
    "aws:TokenIssueTime": issuedAt.toISOString(),
    "aws:userid": assumedRoleId,
    "aws:username": [],
    "aws:MultiFactorAuthPresent": "false",
    "aws:MultiFactorAuthAge": [],
    "aws:FederatedProvider": webIdentity?.providerArn ?? [],
    ...(webIdentity === undefined
      ? {}
      : {
          [`${webIdentity.issuer}:aud`]: webIdentity.claims.aud ?? [],
          [`${webIdentity.issuer}:sub`]: webIdentity.claims.sub ?? [],
        }),
  };
}

/**
 * The tags of what a request acts on, by its ARN; none where there is no such thing, or it can have none.
 * An operation gives the tags of its request by `requestTags` of core/conditions.ts, in `conditions`.
 */
export function resourceTagKeys(account: SandboxAccount, resource: string): RequestContext {
  const { codeartifact, iam, kms, logs, sns, eventBridge } = account;
  const { service, path = "" } = arnParts(resource);
  if (service === "iam") {
    const tags =
      iam.roles.find(resource)?.role.tags ??
      iam.oidcProviders.find(resource)?.tags ??
      (path.startsWith("policy/") ? iam.policies.list().find(({ arn }) => arn === resource)?.tags : undefined) ??
      {};
    return { ...prefixed("aws:ResourceTag", tags), ...prefixed("iam:ResourceTag", tags) };
  }
  if (service === "kms") {
    return prefixed("aws:ResourceTag", kms.find(resource)?.tags ?? {});
  }
  if (service === "logs") {
    const [, groupName = ""] = /^log-group:([^:]+)/.exec(path) ?? [];
    return prefixed("aws:ResourceTag", logs.find(groupName)?.tags ?? {});
  }
  if (service === "sns") {
    return prefixed("aws:ResourceTag", sns.find(resource)?.tags ?? {});
  }
  if (service === "events") {
    return prefixed("aws:ResourceTag", eventBridge.rules.find(path.replace(/^rule\//, ""))?.tags ?? {});
  }
  return service === "codeartifact" && /^(?:domain|repository|package-group)\//.test(path)
    ? prefixed("aws:ResourceTag", codeartifact.tags.find(resource))
    : {};
}

/**
 * Whether a request here never has a condition key, or has it only where its context names it. That is so for the keys of
 * services and identity providers: an operation gives its own, and AWS gives no service's keys to another. It is so for the
 * global keys below. Any other global key leaves the request undecided.
 *
 * @param isMember - whether the account is in an organization: a request then has its id, which is not known here
 */
export function isAbsentKey(action: string, isMember = false): (key: string) => boolean {
  // The operations of S3 here do not give its keys, such as s3:prefix.
  const notGiven = /^s3:/i.test(action) ? "s3:" : undefined;
  return (key) =>
    key.startsWith("aws:")
      ? (absentGlobalKeys.has(key) && !(isMember && key === "aws:principalorgid")) || taggedKeys.test(key)
      : notGiven === undefined || !key.startsWith(notGiven);
}

const taggedKeys = /^aws:(?:principaltag|requesttag|resourcetag)\/./;

/**
 * Keys that a request has only if it gives tags, if a service sends it, if it goes through a VPC endpoint, or if an organization
 * or a source identity is known.
 */
const absentGlobalKeys: ReadonlySet<string> = new Set(
  (
    "tagkeys calledvia calledviafirst calledvialast principalservicename principalservicenameslist sourceaccount " +
    "sourcearn sourceorgid sourceorgpaths sourceidentity sourcevpc sourcevpce sourcevpcarn vpcsourceip vpceaccount " +
    "vpceorgid vpceorgpaths ec2instancesourcevpc ec2instancesourceprivateipv4 assumedroot principalorgid " +
    "chatbotsourcearn"
  )
    .split(" ")
    .map((name) => `aws:${name}`),
);
