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
 * What Pulumi and `npm run verify` read of one stack: of each resource what the AWS providers ask for in a refresh, what the program
 * looks up, and resources that it does not declare. It lists packages and versions; it fetches none, and mints no token.
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
      "codeartifact:ListPackageGroups",
      "codeartifact:ListRepositoriesInDomain",
      "codeartifact:ListTagsForResource",
    ]),
    allow("ReadRepositories", registry.repositories, [
      "codeartifact:DescribeRepository",
      "codeartifact:GetRepositoryEndpoint",
      "codeartifact:GetRepositoryPermissionsPolicy",
      "codeartifact:ListPackages",
      "codeartifact:ListTagsForResource",
    ]),
    allow("ListVersions", registry.packages, "codeartifact:ListPackageVersions"),
    allow("ReadPackageGroups", registry.packageGroups, [
      "codeartifact:DescribePackageGroup",
      "codeartifact:GetAssociatedPackageGroup",
      "codeartifact:ListAllowedRepositoriesForGroup",
      "codeartifact:ListTagsForResource",
    ]),
    // Cloud Control has no resources of its own: it does nothing that the statements on CodeArtifact do not allow as well.
    allow("ReadThroughCloudControl", "*", ["cloudformation:GetResource", "cloudformation:GetResourceRequestStatus"]),
    // A role or policy that is not declared is found by its name in the list of all, which AWS returns whole.
    allow("FindRoles", "*", ["iam:ListPolicies", "iam:ListRoles"]),
    // A role of the team's own that the reader policy is attached to is asked for its boundary, which no list has.
    allow("ReadBoundaries", everyRole(account), "iam:GetRole"),
    allow(
      "ReadRoles",
      [...registry.roles, registry.inspectorRoles, registry.maintainerRoles],
      ["iam:GetRolePolicy", "iam:ListAttachedRolePolicies", "iam:ListRolePolicies"],
    ),
    allow("ReadPolicies", registry.policies, [
      "iam:GetPolicy",
      "iam:GetPolicyVersion",
      "iam:ListEntitiesForPolicy",
      "iam:ListPolicyVersions",
    ]),
    allow("FindOidcProvider", "*", "iam:ListOpenIDConnectProviders"),
    allow("ReadOidcProvider", account.oidcProviderArn, "iam:GetOpenIDConnectProvider"),
    // The program asks whose the domain's key is, which may be one of AWS's own or one made outside of the stack.
    allow("FindKey", everyKey(account), "kms:DescribeKey"),
    {
      ...allow("ReadKey", everyKey(account), ["kms:GetKeyPolicy", "kms:GetKeyRotationStatus", "kms:ListResourceTags"]),
      Condition: { StringEquals: tagged("aws:ResourceTag", permissions) },
    },
    allow("ReadAuditTrail", registry.auditLogGroup, "logs:ListTagsForResource"),
    allow("ReadAuditRules", registry.auditRules, [
      "events:DescribeRule",
      "events:ListTagsForResource",
      "events:ListTargetsByRule",
    ]),
    // A log group and a policy of CloudWatch Logs are found by their names in the lists of all.
    allow("FindAuditTrail", "*", ["logs:DescribeLogGroups", "logs:DescribeResourcePolicies"]),
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

function everyRole({ partition, id }: Account): string {
  return `arn:${partition}:iam::${id}:role/*`;
}

/** Every KMS key of the account: the id of the one that a stack makes is AWS's to choose. */
export function everyKey({ partition, region, id }: Account): string {
  return `arn:${partition}:kms:${region}:${id}:key/*`;
}
