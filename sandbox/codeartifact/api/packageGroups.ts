import type {
  CreatePackageGroupCommandInput,
  CreatePackageGroupCommandOutput,
  DeletePackageGroupCommandInput,
  DeletePackageGroupCommandOutput,
  DescribePackageGroupCommandInput,
  DescribePackageGroupCommandOutput,
  GetAssociatedPackageGroupCommandInput,
  GetAssociatedPackageGroupCommandOutput,
  ListAllowedRepositoriesForGroupCommandInput,
  ListAllowedRepositoriesForGroupCommandOutput,
  ListAssociatedPackagesCommandInput,
  ListAssociatedPackagesCommandOutput,
  ListPackageGroupsCommandInput,
  ListPackageGroupsCommandOutput,
  ListSubPackageGroupsCommandInput,
  ListSubPackageGroupsCommandOutput,
  PackageGroupAllowedRepository,
  UpdatePackageGroupCommandInput,
  UpdatePackageGroupCommandOutput,
  UpdatePackageGroupOriginConfigurationCommandInput,
  UpdatePackageGroupOriginConfigurationCommandOutput,
} from "@aws-sdk/client-codeartifact";
import { authorize } from "../../context";
import { requestTags } from "../../core/conditions";
import { AwsError } from "../../core/awsError";
import { choiceError, constraintError } from "../../core/constraints";
import type { Operation } from "../../core/operation";
import { coordinateOf, domainArn, packageGroupArn, repositoryNameError, textError } from "../names";
import type { CodeArtifact } from "../codeartifact";
import { throwIfInvalid } from "../errors";
import { type AllowedRepository, type PackageGroup, restrictionTypes } from "../packageGroups";
import { rootPattern } from "../packageGroupPatterns";
import * as associations from "../packages/queries";
import { checkCoordinate, domainOf, packageGroupOf, pageOf } from "./checks";
import { readTags } from "./tags";

/** AWS names no resource for it: a group that is not there yet has no ARN. */
const createPackageGroup: Operation<CreatePackageGroupCommandInput, CreatePackageGroupCommandOutput> = (
  { account },
  input,
) => {
  const place = packageGroupOf(input);
  const { contactInfo, description } = input;
  throwIfInvalid(textError("contactInfo", contactInfo), textError("description", description));
  const tags = readTags(input.tags);
  return {
    resource: "*",
    conditions: requestTags(tags),
    answer: () => ({
      packageGroup: account.codeartifact.packageGroups.create({ ...place, contactInfo, description, tags }),
    }),
  };
};

const updatePackageGroup: Operation<UpdatePackageGroupCommandInput, UpdatePackageGroupCommandOutput> = (
  { account },
  input,
) => {
  const place = packageGroupOf(input);
  const { contactInfo, description } = input;
  throwIfInvalid(textError("contactInfo", contactInfo), textError("description", description));
  return {
    resource: packageGroupArn(account, place),
    answer: () => ({
      packageGroup: account.codeartifact.packageGroups.update({ ...place, contactInfo, description }),
    }),
  };
};

const deletePackageGroup: Operation<DeletePackageGroupCommandInput, DeletePackageGroupCommandOutput> = (
  { account },
  input,
) => {
  const place = packageGroupOf(input);
  return {
    resource: packageGroupArn(account, place),
    answer: () => ({ packageGroup: account.codeartifact.packageGroups.delete(place) }),
  };
};

const updatePackageGroupOriginConfiguration: Operation<
  UpdatePackageGroupOriginConfigurationCommandInput,
  UpdatePackageGroupOriginConfigurationCommandOutput
> = ({ account }, input) => {
  const place = packageGroupOf(input);
  const { restrictions } = input;
  const added = readAllowedRepositories(input.addAllowedRepositories);
  const removed = readAllowedRepositories(input.removeAllowedRepositories);
  return {
    resource: packageGroupArn(account, place),
    answer: () => {
      const { packageGroups } = account.codeartifact;
      const before = packageGroups.describe(place);
      const packageGroup = packageGroups.updateOriginConfiguration({
        ...place,
        restrictions,
        addAllowedRepositories: added,
        removeAllowedRepositories: removed,
      });
      return { packageGroup, allowedRepositoryUpdates: listUpdates(before, packageGroup) };
    },
  };
};

const describePackageGroup: Operation<DescribePackageGroupCommandInput, DescribePackageGroupCommandOutput> = (
  { account },
  input,
) => {
  const place = packageGroupOf(input);
  return {
    resource: packageGroupArn(account, place),
    answer: () => ({ packageGroup: account.codeartifact.packageGroups.describe(place) }),
  };
};

const listPackageGroups: Operation<ListPackageGroupsCommandInput, ListPackageGroupsCommandOutput> = (
  { account },
  input,
) => {
  const place = domainOf(input);
  const { prefix } = input;
  throwIfInvalid(constraintError("prefix", prefix, { maxLength: 520, pattern: "\\P{C}*" }));
  const page = pageOf("ListPackageGroups", input);
  return {
    resource: domainArn(account, place),
    answer: () => {
      const groups = account.codeartifact.packageGroups
        .list(place)
        .filter(({ pattern }) => pattern.startsWith(prefix ?? ""));
      const { items, nextToken } = page(groups, ({ pattern }) => pattern);
      return { packageGroups: items, nextToken };
    },
  };
};

const listSubPackageGroups: Operation<ListSubPackageGroupsCommandInput, ListSubPackageGroupsCommandOutput> = (
  { account },
  input,
) => {
  const place = packageGroupOf(input);
  const page = pageOf("ListSubPackageGroups", input);
  return {
    resource: packageGroupArn(account, place),
    answer: () => {
      const { items, nextToken } = page(
        account.codeartifact.packageGroups.listSubGroups(place),
        ({ pattern }) => pattern,
      );
      return { packageGroups: items, nextToken };
    },
  };
};

const listAllowedRepositoriesForGroup: Operation<
  ListAllowedRepositoriesForGroupCommandInput,
  ListAllowedRepositoriesForGroupCommandOutput
> = ({ account }, input) => {
  const place = packageGroupOf(input);
  const { originRestrictionType } = input;
  throwIfInvalid(choiceError("originRestrictionType", originRestrictionType, restrictionTypes));
  const page = pageOf("ListAllowedRepositoriesForGroup", input);
  return {
    resource: packageGroupArn(account, place),
    answer: () => {
      const repositories = account.codeartifact.packageGroups.listAllowedRepositories({
        ...place,
        originRestrictionType,
      });
      const { items, nextToken } = page(repositories, (name) => name);
      return { allowedRepositories: items, nextToken };
    },
  };
};

const listAssociatedPackages: Operation<ListAssociatedPackagesCommandInput, ListAssociatedPackagesCommandOutput> = (
  { account, packages },
  input,
) => {
  const place = packageGroupOf(input);
  const { preview } = input;
  const page = pageOf("ListAssociatedPackages", input);
  return {
    resource: packageGroupArn(account, place),
    answer: () => {
      const found = associations.listAssociatedPackages(packages, { ...place, preview });
      const { items, nextToken } = page(found, ({ key }) => key);
      return {
        packages: items.map(({ key, associationType }) => ({ ...coordinateOf(key), associationType })),
        nextToken,
      };
    },
  };
};

/** The permission is decided on the group that is found. A caller without it does not learn which group that is. */
const getAssociatedPackageGroup: Operation<
  GetAssociatedPackageGroupCommandInput,
  GetAssociatedPackageGroupCommandOutput
> = (context, input) => {
  const { account } = context;
  const { format, namespace, package: name } = input;
  const domain = domainOf(input);
  checkCoordinate(input);
  const place = { ...domain, format, namespace, package: name };
  const action = "codeartifact:GetAssociatedPackageGroup";
  const resource = packageGroupArn(account, { ...domain, packageGroup: patternOf(account.codeartifact, place) });
  return {
    resource,
    authorize: (session) => {
      try {
        authorize(context, session, action, resource);
      } catch (error) {
        if (!(error instanceof AwsError)) {
          throw error;
        }
        const what = `${action} on the package group of ${name} in domain ${domain.domain}`;
        throw new AwsError(
          error.code,
          `User: ${session.assumedRoleArn} is not authorized to perform: ${what}`,
          error.status,
        );
      }
    },
    answer: () => account.codeartifact.packageGroups.associated(place),
  };
};

/** Each at https://docs.aws.amazon.com/codeartifact/latest/APIReference/API_NAME.html */
export const packageGroupOperations = {
  CreatePackageGroup: createPackageGroup,
  UpdatePackageGroup: updatePackageGroup,
  DeletePackageGroup: deletePackageGroup,
  UpdatePackageGroupOriginConfiguration: updatePackageGroupOriginConfiguration,
  DescribePackageGroup: describePackageGroup,
  ListPackageGroups: listPackageGroups,
  ListSubPackageGroups: listSubPackageGroups,
  ListAllowedRepositoriesForGroup: listAllowedRepositoriesForGroup,
  ListAssociatedPackages: listAssociatedPackages,
  GetAssociatedPackageGroup: getAssociatedPackageGroup,
};

function readAllowedRepositories(
  repositories: readonly Partial<PackageGroupAllowedRepository>[] = [],
): readonly AllowedRepository[] {
  // The model requires both members.
  const allowed = repositories.map(({ repositoryName = "", originRestrictionType = "PUBLISH" }) => ({
    repositoryName,
    originRestrictionType,
  }));
  throwIfInvalid(
    ...allowed.flatMap(({ repositoryName, originRestrictionType }) => [
      repositoryNameError(repositoryName, "repositoryName"),
      choiceError("originRestrictionType", originRestrictionType, restrictionTypes),
    ]),
  );
  return allowed;
}

/** What became of the lists of allowed repositories, by way in; ways whose list is the same are left out. */
function listUpdates(before: PackageGroup, after: PackageGroup) {
  const updates = restrictionTypes.map((type) => {
    const [had, has] = [before, after].map(
      ({ originConfiguration: { restrictions } }) => restrictions[type].repositories,
    ) as [readonly string[], readonly string[]];
    const added = has.filter((name) => !had.includes(name));
    const removed = had.filter((name) => !has.includes(name));
    return [
      type,
      {
        ...(added.length === 0 ? {} : { ADDED: added }),
        ...(removed.length === 0 ? {} : { REMOVED: removed }),
      },
    ] as const;
  });
  return Object.fromEntries(updates.filter(([, update]) => Object.keys(update).length > 0));
}

/** The pattern of a package's group. If the domain does not exist: of the group that every domain has. */
function patternOf(
  codeartifact: CodeArtifact,
  place: Parameters<CodeArtifact["packageGroups"]["associated"]>[0],
): string {
  try {
    return codeartifact.packageGroups.associated(place).packageGroup.pattern;
  } catch (error) {
    if (error instanceof AwsError) {
      return rootPattern;
    }
    throw error;
  }
}
