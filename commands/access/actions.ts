/**
 * Every action of CodeArtifact that changes something, other than publishing a package, and those of IAM by which a role
 * could give itself more, by what they act on.
 * Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscodeartifact.html
 */
export const changingActions = {
  "*": ["codeartifact:CreateDomain", "codeartifact:CreateRepository", "codeartifact:CreatePackageGroup"],
  domain: [
    "codeartifact:DeleteDomain",
    "codeartifact:PutDomainPermissionsPolicy",
    "codeartifact:DeleteDomainPermissionsPolicy",
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
    "iam:PassRole",
    "iam:PutRolePermissionsBoundary",
    "iam:PutRolePolicy",
    "iam:UpdateAssumeRolePolicy",
    "sts:AssumeRole",
  ],
} as const;

/** What an attempt to change something may be made on: ARNs, and `*` for what has none yet. */
export type Targets = Readonly<Partial<Record<keyof typeof changingActions, string>>>;

/** Each changing action with the target it is tried on; kinds without a target are left out. */
export function changes(targets: Targets): readonly { readonly action: string; readonly resource: string }[] {
  const kinds = Object.keys(targets) as (keyof Targets)[];
  return kinds.flatMap((kind) => changingActions[kind].map((action) => ({ action, resource: targets[kind] ?? "*" })));
}
