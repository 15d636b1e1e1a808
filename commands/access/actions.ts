/**
 * Every action of CodeArtifact that changes something, other than publishing a package, and those of IAM and STS by which
 * a role could come to more, by what they act on.
 * Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscodeartifact.html
 */
export const changingActions = {
  "*": ["codeartifact:CreateDomain", "codeartifact:CreatePackageGroup", "codeartifact:CreateRepository"],
  domain: [
    "codeartifact:DeleteDomain",
    "codeartifact:DeleteDomainPermissionsPolicy",
    "codeartifact:PutDomainPermissionsPolicy",
    "codeartifact:TagResource",
    "codeartifact:UntagResource",
  ],
  repository: [
    "codeartifact:AssociateExternalConnection",
    "codeartifact:AssociateWithDownstreamRepository",
    "codeartifact:CopyPackageVersions",
    "codeartifact:DeleteRepository",
    "codeartifact:DeleteRepositoryPermissionsPolicy",
    "codeartifact:DisassociateExternalConnection",
    "codeartifact:PutRepositoryPermissionsPolicy",
    "codeartifact:TagResource",
    "codeartifact:UntagResource",
    "codeartifact:UpdateRepository",
  ],
  package: [
    "codeartifact:CopyPackageVersions",
    "codeartifact:DeletePackage",
    "codeartifact:DeletePackageVersions",
    "codeartifact:DisposePackageVersions",
    "codeartifact:PutPackageMetadata",
    "codeartifact:PutPackageOriginConfiguration",
    "codeartifact:UpdatePackageVersionsStatus",
  ],
  packageGroup: [
    "codeartifact:DeletePackageGroup",
    "codeartifact:TagResource",
    "codeartifact:UntagResource",
    "codeartifact:UpdatePackageGroup",
    "codeartifact:UpdatePackageGroupOriginConfiguration",
  ],
  role: [
    "iam:AttachRolePolicy",
    "iam:DeleteRolePermissionsBoundary",
    "iam:DeleteRolePolicy",
    "iam:DetachRolePolicy",
    "iam:PassRole",
    "iam:PutRolePermissionsBoundary",
    "iam:PutRolePolicy",
    "iam:UpdateAssumeRolePolicy",
    "iam:UpdateRole",
    "sts:AssumeRole",
  ],
  policy: ["iam:CreatePolicyVersion", "iam:DeletePolicy", "iam:DeletePolicyVersion", "iam:SetDefaultPolicyVersion"],
  newRole: ["iam:CreateRole"],
  newPolicy: ["iam:CreatePolicy"],
} as const;

/** Every action of CodeArtifact that looks at something, other than those that the program grants. */
export const lookingActions = {
  "*": ["codeartifact:ListDomains", "codeartifact:ListRepositories"],
  domain: [
    "codeartifact:DescribeDomain",
    "codeartifact:GetDomainPermissionsPolicy",
    "codeartifact:ListPackageGroups",
    "codeartifact:ListRepositoriesInDomain",
    "codeartifact:ListTagsForResource",
  ],
  repository: [
    "codeartifact:DescribeRepository",
    "codeartifact:GetRepositoryPermissionsPolicy",
    "codeartifact:ListPackages",
    "codeartifact:ListTagsForResource",
  ],
  package: [
    "codeartifact:DescribePackage",
    "codeartifact:GetPackageVersionAsset",
    "codeartifact:GetPackageVersionReadme",
    "codeartifact:ListPackageVersionDependencies",
    "codeartifact:ListPackageVersions",
  ],
  packageGroup: [
    "codeartifact:DescribePackageGroup",
    "codeartifact:GetAssociatedPackageGroup",
    "codeartifact:ListAllowedRepositoriesForGroup",
    "codeartifact:ListAssociatedPackages",
    "codeartifact:ListSubPackageGroups",
    "codeartifact:ListTagsForResource",
  ],
} as const;

/** Actions of a publisher, on its own packages alone, by which it compares what it has with what is there. */
export const comparingActions = [
  "codeartifact:DescribePackageVersion",
  "codeartifact:ListPackageVersionAssets",
] as const;

/** Actions by which packages and versions are listed, in both repositories. */
export const listingActions: readonly string[] = [
  "codeartifact:DescribeDomain",
  "codeartifact:ListPackages",
  "codeartifact:ListPackageVersions",
];

/** Actions that take a version away for good. */
export const removingActions: readonly string[] = [
  "codeartifact:DeletePackageVersions",
  "codeartifact:DisposePackageVersions",
];

/** What an action acts on. */
export type TargetKind = keyof typeof changingActions;

/** Each action with each resource of its kind. */
export function tries(
  actions: Readonly<Partial<Record<TargetKind, readonly string[]>>>,
  resources: Readonly<Partial<Record<TargetKind, readonly string[]>>>,
): readonly { readonly action: string; readonly resource: string }[] {
  return (Object.keys(resources) as TargetKind[]).flatMap((kind) =>
    (actions[kind] ?? []).flatMap((action) => (resources[kind] ?? []).map((resource) => ({ action, resource }))),
  );
}
