import { arnParts } from "../iam/arns";
import type { ApplicablePolicies, Decision } from "../iam/evaluate";
import { type NamedDocument, type ParsedPolicy, parsePolicy } from "../iam/grammar";

/** Policies of AWS Organizations that limit an account from outside. */
export interface OrganizationPolicies {
  /** Service control policies (SCPs), beside FullAWSAccess, which stays attached. */
  readonly serviceControl: readonly NamedDocument<ParsedPolicy>[];
  /** Resource control policies (RCPs). */
  readonly resourceControl: readonly NamedDocument<ParsedPolicy>[];
}

/** What of a request decides which of the policies limit it. */
interface Limited {
  /** ARN of the calling role; absent for the bearer of an identity token, who belongs to no account. */
  readonly callerArn?: string;
  readonly action: string;
  readonly resourceAccount: string;
  /** Whether the resource is a key that AWS manages. */
  readonly isAwsManagedKey?: () => boolean;
}

const fullAccess = {
  name: "FullAWSAccess",
  document: parsePolicy(
    { Version: "2012-10-17", Statement: { Effect: "Allow", Action: "*", Resource: "*" } },
    "service-control",
    "FullAWSAccess",
  ),
};

/**
 * The policies of a member account's organization that limit a request. SCPs limit roles of the account itself, and RCPs
 * everyone who asks for its resources. Neither limits a service-linked role.
 * Sources: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html,
 * https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html and
 * https://docs.aws.amazon.com/kms/latest/developerguide/resource-control-policies.html
 */
export function organizationLimits(
  accountId: string,
  policies: OrganizationPolicies | undefined,
  { callerArn, action, resourceAccount, isAwsManagedKey = () => false }: Limited,
): Pick<ApplicablePolicies, "serviceControl" | "resourceControl"> {
  if (policies === undefined || /:role\/aws-service-role\//.test(callerArn ?? "")) {
    return {};
  }
  const { serviceControl, resourceControl } = policies;
  const isMember = callerArn !== undefined && arnParts(callerArn).account === accountId;
  const isGuarded = resourceAccount === accountId && !isAwsManagedKey() && !/^kms:RetireGrant$/i.test(action);
  return {
    ...(isMember ? { serviceControl: [[fullAccess, ...serviceControl]] } : {}),
    ...(isGuarded ? { resourceControl: [resourceControl] } : {}),
  };
}

/**
 * AWS's words for a denial by a policy of the organization, with a space before them; nothing for any other decision.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
 */
export function organizationDenial({ outcome, decidedBy }: Pick<Decision, "outcome" | "decidedBy">): string {
  const [kind] = /^(?:service|resource) control policy(?= )/.exec(decidedBy?.document ?? "") ?? [];
  return outcome === "explicitlyDenied" && kind !== undefined ? ` with an explicit deny in a ${kind}` : "";
}
