import { domainArn, packageGroupArn } from "../arns";
import { eachWay, restrictionTypes } from "../originConfiguration";
import type { PackageGroup } from "../packageGroup";
import * as associations from "../packages/associatedPackages";
import { epochSeconds } from "./epochSeconds";
import { choice, required, text } from "./members";
import type { Operation } from "./operation";
import { pageOf, type PageRequest, pageRequest } from "./pages";
import { readDomain, readPackageGroup } from "./places";

/** https://docs.aws.amazon.com/codeartifact/latest/APIReference/API_DescribePackageGroup.html */
export const describePackageGroup: Operation = ({ cloud }, input) => {
  const place = readPackageGroup(input);
  return {
    resource: packageGroupArn(cloud, place),
    answer: () => ({ packageGroup: packageGroupDescription(cloud.codeartifact.describePackageGroup(place)) }),
  };
};

/** https://docs.aws.amazon.com/codeartifact/latest/APIReference/API_ListPackageGroups.html */
export const listPackageGroups: Operation = ({ cloud }, input) => {
  const place = readDomain(input);
  const prefix = text("prefix", input.query("prefix"), { maxLength: 520, pattern: "\\P{C}*" }) ?? "";
  const page = pageRequest(input);
  return {
    resource: domainArn(cloud, place),
    answer: () => {
      const groups = cloud.codeartifact.listPackageGroups(place);
      return listing(
        groups.filter(({ pattern }) => pattern.startsWith(prefix)),
        page,
      );
    },
  };
};

/** https://docs.aws.amazon.com/codeartifact/latest/APIReference/API_ListSubPackageGroups.html */
export const listSubPackageGroups: Operation = ({ cloud }, input) => {
  const place = readPackageGroup(input);
  const page = pageRequest(input);
  return {
    resource: packageGroupArn(cloud, place),
    answer: () => listing(cloud.codeartifact.listSubPackageGroups(place), page),
  };
};

/** https://docs.aws.amazon.com/codeartifact/latest/APIReference/API_ListAllowedRepositoriesForGroup.html */
export const listAllowedRepositoriesForGroup: Operation = ({ cloud }, input) => {
  const place = readPackageGroup(input);
  const member = "originRestrictionType";
  const originRestrictionType = required(member, choice(member, input.query(member), restrictionTypes));
  const page = pageRequest(input);
  return {
    resource: packageGroupArn(cloud, place),
    answer: () => {
      const repositories = cloud.codeartifact.listAllowedRepositoriesForGroup({ ...place, originRestrictionType });
      const { items, nextToken } = pageOf(repositories, (name) => name, page);
      return { allowedRepositories: items, nextToken };
    },
  };
};

/** https://docs.aws.amazon.com/codeartifact/latest/APIReference/API_ListAssociatedPackages.html */
export const listAssociatedPackages: Operation = ({ cloud, packages }, input) => {
  const place = readPackageGroup(input);
  const preview = choice("preview", input.query("preview"), ["true", "false"]) === "true";
  const page = pageRequest(input);
  return {
    resource: packageGroupArn(cloud, place),
    answer: () => {
      const found = associations.listAssociatedPackages(packages, { ...place, preview });
      const { items, nextToken } = pageOf(found, ({ package: name }) => name, page);
      return { packages: items.map((item) => ({ format: "pypi", ...item })), nextToken };
    },
  };
};

/** A package group as the API describes it. */
export function packageGroupDescription(group: PackageGroup) {
  const { arn, pattern, domainName, domainOwner, createdTime, contactInfo, description, parent } = group;
  const { restrictions } = group.originConfiguration;
  return {
    ...{ arn, pattern, domainName, domainOwner, contactInfo, description, parent },
    createdTime: epochSeconds(createdTime),
    originConfiguration: {
      restrictions: eachWay((type) => {
        const { mode, effectiveMode, inheritedFrom, repositoriesCount } = restrictions[type];
        return { mode, effectiveMode, inheritedFrom, repositoriesCount };
      }),
    },
  };
}

function listing(groups: readonly PackageGroup[], page: PageRequest) {
  const { items, nextToken } = pageOf(groups, ({ pattern }) => pattern, page);
  return { packageGroups: items.map(packageGroupDescription), nextToken };
}
