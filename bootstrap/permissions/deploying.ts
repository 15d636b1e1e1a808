import { policyDocument, type PolicyDocument, type Statement } from "../../iam/documents";
import type { RegistryTargets } from "../targets";
import { allow, everyKey, type StackPermissions, tagged } from "./reading";

/** How one stack's deployments differ from another's. */
export interface DeployRights {
  /** Whether it deletes package groups; elsewhere an administrator does. */
  readonly deletes: boolean;
  /** Whether it writes the policies that let other accounts read. */
  readonly shares: boolean;
}

/**
 * Everything that a deployment of one stack asks of AWS beyond looking at it, by the names of what the stack makes. What a stack has
 * once and for all (its domain, its repositories, its key) an administrator makes with the first deployment: AWS names no resource
 * for making a domain, so a role that may make one can take the name of another stack's domain.
 * Sources: internal/service of hashicorp/terraform-provider-aws and the handlers of
 * aws-cloudformation-resource-providers-codeartifact for what is asked; the Service Authorization Reference for what an
 * action can be held to.
 *
 * @param state - statements on Pulumi's own state
 */
export function deployPolicy(
  permissions: StackPermissions,
  rights: DeployRights,
  state: readonly Statement[],
): PolicyDocument {
  return policyDocument(
    ...codeArtifactStatements(permissions, rights),
    ...roleStatements(permissions.registry),
    ...keyStatements(permissions),
    ...state,
    ...denials(rights),
  );
}

const tagging = ["codeartifact:TagResource", "codeartifact:UntagResource"];
const domainSharing = ["codeartifact:DeleteDomainPermissionsPolicy", "codeartifact:PutDomainPermissionsPolicy"];
const repositorySharing = [
  "codeartifact:DeleteRepositoryPermissionsPolicy",
  "codeartifact:PutRepositoryPermissionsPolicy",
];

function codeArtifactStatements(
  permissions: StackPermissions,
  { deletes, shares }: DeployRights,
): readonly Statement[] {
  const { domain, repository, store, packageGroups } = permissions.registry;
  return [
    {
      // AWS names no resource for this: only the tags of what is made can be held.
      ...allow("CreatePackageGroup", "*", "codeartifact:CreatePackageGroup"),
      Condition: { StringEquals: tagged("aws:RequestTag", permissions) },
    },
    allow("ChangeDomain", domain, tagging),
    allow("ChangeRepositories", [repository, store], ["codeartifact:UpdateRepository", ...tagging]),
    ...(shares
      ? [allow("ShareDomain", domain, domainSharing), allow("ShareRepository", repository, repositorySharing)]
      : []),
    // The store alone is ever connected to public PyPI, and alone anyone's upstream.
    allow("ConnectStore", store, [
      "codeartifact:AssociateExternalConnection",
      "codeartifact:AssociateWithDownstreamRepository",
      "codeartifact:DisassociateExternalConnection",
    ]),
    allow("ChangePackageGroups", packageGroups, [
      "codeartifact:UpdatePackageGroup",
      "codeartifact:UpdatePackageGroupOriginConfiguration",
      ...tagging,
      ...(deletes ? ["codeartifact:DeletePackageGroup"] : []),
    ]),
    allow("ChangeThroughCloudControl", "*", [
      "cloudformation:CreateResource",
      "cloudformation:UpdateResource",
      ...(deletes ? ["cloudformation:DeleteResource"] : []),
    ]),
  ];
}

/**
 * Roles of the registry's names alone, and only with the stack's boundary: a role that lacks it is not touched at all. Policies are
 * made and deleted and never changed, because no condition holds a new version of one to anything, and it would reach every role
 * that the policy is attached to.
 */
function roleStatements({
  roles,
  inspectorRoles,
  maintainerRoles,
  policies,
  boundary,
}: RegistryTargets): readonly Statement[] {
  return [
    {
      ...allow("ChangeBoundedRoles", roles, [
        "iam:AttachRolePolicy",
        "iam:CreateRole",
        "iam:DeleteRole",
        "iam:DeleteRolePolicy",
        "iam:DetachRolePolicy",
        "iam:PutRolePermissionsBoundary",
        "iam:PutRolePolicy",
        "iam:UpdateAssumeRolePolicy",
        "iam:UpdateRole",
        "iam:UpdateRoleDescription",
      ]),
      Condition: { StringEquals: { "iam:PermissionsBoundary": boundary } },
    },
    // An administrator makes and changes the roles that look at events or remove versions; a deployment keeps their tags.
    allow(
      "TagRoles",
      [...roles, inspectorRoles, maintainerRoles],
      ["iam:ListInstanceProfilesForRole", "iam:TagRole", "iam:UntagRole"],
    ),
    allow("ReplacePolicies", policies, [
      "iam:CreatePolicy",
      "iam:DeletePolicy",
      "iam:DeletePolicyVersion",
      "iam:TagPolicy",
      "iam:UntagPolicy",
    ]),
  ];
}

/**
 * The stack's own key, known by its tags: it is described, rotated, tagged and disabled, and neither shared, used nor deleted. An
 * administrator enables it again: who disabled a key in an emergency does not want a deployment to undo that.
 */
function keyStatements(permissions: StackPermissions): readonly Statement[] {
  return [
    {
      ...allow("ChangeKey", everyKey(permissions.account), [
        "kms:DisableKey",
        "kms:EnableKeyRotation",
        "kms:TagResource",
        "kms:UntagResource",
        "kms:UpdateKeyDescription",
      ]),
      Condition: { StringEquals: tagged("aws:ResourceTag", permissions) },
    },
  ];
}

/** What no policy of a domain or a repository may give the role either, though it may have written it itself. */
function denials({ deletes, shares }: DeployRights): readonly Statement[] {
  return [
    deny("NeverChangePackages", [
      "codeartifact:CopyPackageVersions",
      "codeartifact:DeletePackage",
      "codeartifact:DeletePackageVersions",
      "codeartifact:DisposePackageVersions",
      "codeartifact:PublishPackageVersion",
      "codeartifact:PutPackageMetadata",
      "codeartifact:PutPackageOriginConfiguration",
      "codeartifact:UpdatePackageVersionsStatus",
    ]),
    deny("NeverReadPackages", [
      "codeartifact:GetAuthorizationToken",
      "codeartifact:GetPackageVersionAsset",
      "codeartifact:ReadFromRepository",
    ]),
    deny("NeverDelete", [
      "codeartifact:DeleteDomain",
      "codeartifact:DeleteRepository",
      ...(deletes ? [] : ["codeartifact:DeletePackageGroup"]),
    ]),
    ...(shares ? [] : [deny("NeverShare", [...domainSharing, ...repositorySharing])]),
  ];
}

function deny(sid: string, actions: readonly string[]): Statement {
  return { Sid: sid, Effect: "Deny", Action: actions, Resource: "*" };
}
