import { getAssociatedPackageGroup } from "./associatedPackageGroup";
import { getAuthorizationToken } from "./authorizationToken";
import { describeDomain, getDomainPermissionsPolicy, listDomains } from "./domains";
import type { Operation } from "./operation";
import {
  describePackageGroup,
  listAllowedRepositoriesForGroup,
  listAssociatedPackages,
  listPackageGroups,
  listSubPackageGroups,
} from "./packageGroups";
import { deletePackage, describePackage, listPackages, putPackageOriginConfiguration } from "./packages";
import {
  describePackageVersion,
  getPackageVersionAsset,
  listPackageVersionAssets,
  listPackageVersions,
} from "./packageVersions";
import {
  describeRepository,
  getRepositoryEndpoint,
  getRepositoryPermissionsPolicy,
  listRepositories,
  listRepositoriesInDomain,
} from "./repositories";
import { listTagsForResource, tagResource, untagResource } from "./tags";
import { deletePackageVersions, disposePackageVersions, updatePackageVersionsStatus } from "./versionChanges";

/** The operations that are modelled, by their names. */
export const operations: ReadonlyMap<string, Operation> = new Map([
  ["DeletePackage", deletePackage],
  ["DeletePackageVersions", deletePackageVersions],
  ["DescribeDomain", describeDomain],
  ["DescribePackage", describePackage],
  ["DescribePackageGroup", describePackageGroup],
  ["DescribePackageVersion", describePackageVersion],
  ["DescribeRepository", describeRepository],
  ["DisposePackageVersions", disposePackageVersions],
  ["GetAssociatedPackageGroup", getAssociatedPackageGroup],
  ["GetAuthorizationToken", getAuthorizationToken],
  ["GetDomainPermissionsPolicy", getDomainPermissionsPolicy],
  ["GetPackageVersionAsset", getPackageVersionAsset],
  ["GetRepositoryEndpoint", getRepositoryEndpoint],
  ["GetRepositoryPermissionsPolicy", getRepositoryPermissionsPolicy],
  ["ListAllowedRepositoriesForGroup", listAllowedRepositoriesForGroup],
  ["ListAssociatedPackages", listAssociatedPackages],
  ["ListDomains", listDomains],
  ["ListPackageGroups", listPackageGroups],
  ["ListPackages", listPackages],
  ["ListPackageVersionAssets", listPackageVersionAssets],
  ["ListPackageVersions", listPackageVersions],
  ["ListRepositories", listRepositories],
  ["ListRepositoriesInDomain", listRepositoriesInDomain],
  ["ListSubPackageGroups", listSubPackageGroups],
  ["ListTagsForResource", listTagsForResource],
  ["PutPackageOriginConfiguration", putPackageOriginConfiguration],
  ["TagResource", tagResource],
  ["UntagResource", untagResource],
  ["UpdatePackageVersionsStatus", updatePackageVersionsStatus],
]);
