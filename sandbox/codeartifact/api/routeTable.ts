/**
 * Every operation of CodeArtifact's API by its path and method, modelled here or not.
 * Source: https://docs.aws.amazon.com/codeartifact/latest/APIReference/API_Operations.html
 */
export const routes: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "/v1/authorization-token": { POST: "GetAuthorizationToken" },
  "/v1/domain": { GET: "DescribeDomain", POST: "CreateDomain", DELETE: "DeleteDomain" },
  "/v1/domain/permissions/policy": {
    GET: "GetDomainPermissionsPolicy",
    PUT: "PutDomainPermissionsPolicy",
    DELETE: "DeleteDomainPermissionsPolicy",
  },
  "/v1/domain/repositories": { POST: "ListRepositoriesInDomain" },
  "/v1/domains": { POST: "ListDomains" },
  "/v1/get-associated-package-group": { GET: "GetAssociatedPackageGroup" },
  "/v1/list-associated-packages": { GET: "ListAssociatedPackages" },
  "/v1/package": { GET: "DescribePackage", POST: "PutPackageOriginConfiguration", DELETE: "DeletePackage" },
  "/v1/package-group": {
    GET: "DescribePackageGroup",
    POST: "CreatePackageGroup",
    PUT: "UpdatePackageGroup",
    DELETE: "DeletePackageGroup",
  },
  "/v1/package-group-allowed-repositories": { GET: "ListAllowedRepositoriesForGroup" },
  "/v1/package-group-origin-configuration": { PUT: "UpdatePackageGroupOriginConfiguration" },
  "/v1/package-groups": { POST: "ListPackageGroups" },
  "/v1/package-groups/sub-groups": { POST: "ListSubPackageGroups" },
  "/v1/package/version": { GET: "DescribePackageVersion" },
  "/v1/package/version/asset": { GET: "GetPackageVersionAsset" },
  "/v1/package/version/assets": { POST: "ListPackageVersionAssets" },
  "/v1/package/version/dependencies": { POST: "ListPackageVersionDependencies" },
  "/v1/package/version/publish": { POST: "PublishPackageVersion" },
  "/v1/package/version/readme": { GET: "GetPackageVersionReadme" },
  "/v1/package/versions": { POST: "ListPackageVersions" },
  "/v1/package/versions/copy": { POST: "CopyPackageVersions" },
  "/v1/package/versions/delete": { POST: "DeletePackageVersions" },
  "/v1/package/versions/dispose": { POST: "DisposePackageVersions" },
  "/v1/package/versions/update_status": { POST: "UpdatePackageVersionsStatus" },
  "/v1/packages": { POST: "ListPackages" },
  "/v1/repositories": { POST: "ListRepositories" },
  "/v1/repository": {
    GET: "DescribeRepository",
    POST: "CreateRepository",
    PUT: "UpdateRepository",
    DELETE: "DeleteRepository",
  },
  "/v1/repository/endpoint": { GET: "GetRepositoryEndpoint" },
  "/v1/repository/external-connection": {
    POST: "AssociateExternalConnection",
    DELETE: "DisassociateExternalConnection",
  },
  "/v1/repository/permissions/policies": { DELETE: "DeleteRepositoryPermissionsPolicy" },
  "/v1/repository/permissions/policy": {
    GET: "GetRepositoryPermissionsPolicy",
    PUT: "PutRepositoryPermissionsPolicy",
  },
  "/v1/tag": { POST: "TagResource" },
  "/v1/tags": { POST: "ListTagsForResource" },
  "/v1/untag": { POST: "UntagResource" },
};

/** The operation that a request asks for, or nothing where the API has none. */
export function operationAt(method: string, path: string): string | undefined {
  const methods = Object.hasOwn(routes, path) ? routes[path] : undefined;
  return methods !== undefined && Object.hasOwn(methods, method) ? methods[method] : undefined;
}
