import { policyDocument, type PolicyDocument, type Statement } from "../../iam/documents";
import type { RegistryTargets } from "../targets";
import { allow, everyKey, type StackPermissions, tagged } from "./reading";

/**
 * Everything that a deployment of one stack asks of AWS beyond looking at it, by the names of what the stack makes.
 * Sources: internal/service of hashicorp/terraform-provider-aws and the handlers of
 * aws-cloudformation-resource-providers-codeartifact for what is asked; the Service Authorization Reference for what an
 * action can be held to.
 *
 * @param deletes - whether the stack may be torn down; elsewhere only an administrator deletes domain, repositories and
 *   package groups
 * @param state - statements on Pulumi's own state
 */
export function deployPolicy(
  permissions: StackPermissions,
  deletes: boolean,
  state: readonly Statement[],
): PolicyDocument {
  return policyDocument(
    ...verifyStatements(permissions.registry),
    ...codeArtifactStatements(permissions, deletes),
    ...roleStatements(permissions.registry),
    ...keyStatements(permissions),
    ...state,
  );
}

/** What `npm run verify` looks at beyond what Pulumi does. */
function verifyStatements({ domain, repositories, packages, packageGroups }: RegistryTargets): readonly Statement[] {
  return [
    allow("VerifyDomain", domain, ["codeartifact:ListPackageGroups", "codeartifact:ListRepositoriesInDomain"]),
    allow("VerifyRepositories", repositories, "codeartifact:ListPackages"),
    allow("VerifyPackages", packages, "codeartifact:ListPackageVersions"),
    allow("VerifyPackageGroups", packageGroups, "codeartifact:GetAssociatedPackageGroup"),
    // A role that nobody declared is found by its name among all, which AWS lists together or not at all.
    allow("VerifyRoles", "*", "iam:ListRoles"),
  ];
}

const tagging = ["codeartifact:TagResource", "codeartifact:UntagResource"];

function codeArtifactStatements(permissions: StackPermissions, deletes: boolean): readonly Statement[] {
  const { domain, repository, store, packageGroups } = permissions.registry;
  const ifDeletes = (action: string) => (deletes ? [action] : []);
  return [
    {
      // AWS names no resource for these: only the tags of what is made can be held.
      ...allow("Create", "*", [
        "codeartifact:CreateDomain",
        "codeartifact:CreatePackageGroup",
        "codeartifact:CreateRepository",
      ]),
      Condition: { StringEquals: tagged("aws:RequestTag", permissions) },
    },
    allow("ChangeDomain", domain, [
      "codeartifact:DeleteDomainPermissionsPolicy",
      "codeartifact:PutDomainPermissionsPolicy",
      ...tagging,
      ...ifDeletes("codeartifact:DeleteDomain"),
    ]),
    allow(
      "ChangeRepositories",
      [repository, store],
      ["codeartifact:UpdateRepository", ...tagging, ...ifDeletes("codeartifact:DeleteRepository")],
    ),
    allow("ShareRepository", repository, [
      "codeartifact:DeleteRepositoryPermissionsPolicy",
      "codeartifact:PutRepositoryPermissionsPolicy",
    ]),
    // The store alone is ever connected to public PyPI, and alone anybody's upstream.
    allow("ConnectStore", store, [
      "codeartifact:AssociateExternalConnection",
      "codeartifact:AssociateWithDownstreamRepository",
      "codeartifact:DisassociateExternalConnection",
    ]),
    allow("ChangePackageGroups", packageGroups, [
      "codeartifact:UpdatePackageGroup",
      "codeartifact:UpdatePackageGroupOriginConfiguration",
      ...tagging,
      ...ifDeletes("codeartifact:DeletePackageGroup"),
    ]),
    allow("ChangeThroughCloudControl", "*", [
      "cloudformation:CreateResource",
      "cloudformation:UpdateResource",
      ...ifDeletes("cloudformation:DeleteResource"),
    ]),
  ];
}

/** Roles of the registry's names alone; whatever gives one anything asks for the boundary on it. */
function roleStatements({ roles, policies, boundary }: RegistryTargets): readonly Statement[] {
  const bounded = { StringEquals: { "iam:PermissionsBoundary": boundary } };
  return [
    {
      ...allow("GrantWithinBoundary", roles, ["iam:CreateRole", "iam:PutRolePermissionsBoundary", "iam:PutRolePolicy"]),
      Condition: bounded,
    },
    {
      ...allow("AttachWithinBoundary", roles, "iam:AttachRolePolicy"),
      Condition: { ...bounded, ArnLike: { "iam:PolicyARN": policies } },
    },
    allow("ChangeRoles", roles, [
      "iam:DeleteRole",
      "iam:DeleteRolePolicy",
      "iam:DetachRolePolicy",
      "iam:ListInstanceProfilesForRole",
      "iam:TagRole",
      "iam:UntagRole",
      "iam:UpdateAssumeRolePolicy",
      "iam:UpdateRole",
    ]),
    allow("ChangePolicies", policies, [
      "iam:CreatePolicy",
      "iam:CreatePolicyVersion",
      "iam:DeletePolicy",
      "iam:DeletePolicyVersion",
      "iam:SetDefaultPolicyVersion",
      "iam:TagPolicy",
      "iam:UntagPolicy",
    ]),
  ];
}

/**
 * A key of the stack's own. It is tagged as it is made, which AWS allows only with a right over every key that such tags are put
 * on; so no right here takes a key away, or changes who may use it.
 * Source: https://docs.aws.amazon.com/kms/latest/developerguide/tag-permissions.html
 */
function keyStatements(permissions: StackPermissions): readonly Statement[] {
  const keys = everyKey(permissions.account);
  const asTagged = { StringEquals: tagged("aws:RequestTag", permissions) };
  return [
    { ...allow("CreateKey", "*", "kms:CreateKey"), Condition: asTagged },
    { ...allow("TagNewKey", keys, "kms:TagResource"), Condition: asTagged },
    {
      ...allow("ChangeKey", keys, ["kms:EnableKeyRotation", "kms:TagResource", "kms:UntagResource"]),
      Condition: { StringEquals: tagged("aws:ResourceTag", permissions) },
    },
    {
      // CodeArtifact takes the key of a new domain into use with the caller's permissions.
      ...allow("UseKeyForDomain", keys, "kms:CreateGrant"),
      Condition: { StringEquals: { "kms:ViaService": `codeartifact.${permissions.account.region}.amazonaws.com` } },
    },
  ];
}
