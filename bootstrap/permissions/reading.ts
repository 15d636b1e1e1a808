import { policyDocument, type PolicyDocument, type Statement } from "../../iam/documents";
import type { Account, RegistryTargets } from "../targets";

/** Whose permissions are written, and where. */
export interface StackPermissions {
  readonly account: Account;
  readonly registry: RegistryTargets;
  /** What the registry calls its project in the tags of all it makes. */
  readonly projectId: string;
}

/**
 * What Pulumi reads of one stack: of each resource what the AWS providers ask for in a refresh, and what the program looks up.
 * None of it is a package, or a token to fetch one.
 * Sources: the Read functions in internal/service of hashicorp/terraform-provider-aws; ReadHandler.java of
 * aws-cloudformation-resource-providers-codeartifact, which Cloud Control runs with the caller's own permissions.
 *
 * @param state - statements on Pulumi's own state
 */
export function inspectionPolicy(permissions: StackPermissions, state: readonly Statement[]): PolicyDocument {
  const { account, registry } = permissions;
  return policyDocument(
    allow("ReadDomain", registry.domain, [
      "codeartifact:DescribeDomain",
      "codeartifact:GetDomainPermissionsPolicy",
      "codeartifact:ListTagsForResource",
    ]),
    allow("ReadRepositories", registry.repositories, [
      "codeartifact:DescribeRepository",
      "codeartifact:GetRepositoryEndpoint",
      "codeartifact:GetRepositoryPermissionsPolicy",
      "codeartifact:ListTagsForResource",
    ]),
    allow("ReadPackageGroups", registry.packageGroups, [
      "codeartifact:DescribePackageGroup",
      "codeartifact:ListAllowedRepositoriesForGroup",
      "codeartifact:ListTagsForResource",
    ]),
    // Cloud Control has no resources of its own: it does nothing that the statements on CodeArtifact do not allow as well.
    allow("ReadThroughCloudControl", "*", ["cloudformation:GetResource", "cloudformation:GetResourceRequestStatus"]),
    allow("ReadRoles", registry.roles, [
      "iam:GetRole",
      "iam:GetRolePolicy",
      "iam:ListAttachedRolePolicies",
      "iam:ListRolePolicies",
    ]),
    allow("ReadPolicies", registry.policies, ["iam:GetPolicy", "iam:GetPolicyVersion", "iam:ListPolicyVersions"]),
    allow("FindOidcProvider", "*", "iam:ListOpenIDConnectProviders"),
    allow("ReadOidcProvider", account.oidcProviderArn, "iam:GetOpenIDConnectProvider"),
    // The program asks whose the domain's key is, which may be one of AWS's own or one that somebody else made.
    allow("FindKey", everyKey(account), "kms:DescribeKey"),
    {
      ...allow("ReadKey", everyKey(account), ["kms:GetKeyPolicy", "kms:GetKeyRotationStatus", "kms:ListResourceTags"]),
      Condition: { StringEquals: tagged("aws:ResourceTag", permissions) },
    },
    ...state,
  );
}

/** A statement that allows. */
export function allow(
  sid: string,
  resource: string | readonly string[],
  action: string | readonly string[],
): Statement {
  return { Sid: sid, Effect: "Allow", Action: action, Resource: resource };
}

/** The tags that the registry puts on all it makes, as a condition: a key is known by them alone. */
export function tagged(
  key: "aws:RequestTag" | "aws:ResourceTag",
  { registry, projectId }: StackPermissions,
): Readonly<Record<string, string>> {
  return {
    [`${key}/Environment`]: registry.environment,
    [`${key}/Project`]: projectId,
    [`${key}/ManagedBy`]: "pulumi",
  };
}

/** Every KMS key of the account: the id of the one that a stack makes is AWS's to choose. */
export function everyKey({ partition, region, id }: Account): string {
  return `arn:${partition}:kms:${region}:${id}:key/*`;
}
