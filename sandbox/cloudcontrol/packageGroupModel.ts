import { isDeepStrictEqual } from "node:util";
import type { AllowedRepository, PackageGroup, RestrictionMode } from "../codeartifact/packageGroups";
import { rootPattern } from "../codeartifact/packageGroupPatterns";
import { requestTags } from "../core/conditions";
import { type Caller, changeTags, given, listOfTags, type ModelTag, tagsOf } from "./handler";

/** A package group as Cloud Control describes and takes it. */
export interface PackageGroupModel {
  readonly domainName: string;
  readonly domainOwner?: string;
  readonly pattern: string;
  readonly description?: string;
  readonly contactInfo?: string;
  readonly originConfiguration?: OriginConfiguration;
  readonly tags?: readonly ModelTag[];
}

/** Makes a group. The root group, which every domain has, is adopted instead. */
export function makePackageGroup({ account, allow }: Caller, desired: PackageGroupModel): void {
  const { domainName: domain, domainOwner, pattern: packageGroup, description, contactInfo } = desired;
  if (packageGroup === rootPattern) {
    return;
  }
  allow("codeartifact:CreatePackageGroup", "*", requestTags(tagsOf(desired.tags)));
  account.codeartifact.packageGroups.create({
    domain,
    domainOwner,
    packageGroup,
    description,
    contactInfo,
    tags: tagsOf(desired.tags),
  });
}

/** What the update handler does: each of three operations only where something differs. */
export function changePackageGroup(caller: Caller, current: PackageGroup, desired: PackageGroupModel): void {
  const { account, allow } = caller;
  const { domainName: domain, pattern: packageGroup, description, contactInfo } = desired;
  if (description !== current.description || contactInfo !== current.contactInfo) {
    allow("codeartifact:UpdatePackageGroup", current.arn);
    account.codeartifact.packageGroups.update({ domain, packageGroup, description, contactInfo });
  }
  const origins = desired.originConfiguration ?? { restrictions: {} };
  if (!isDeepStrictEqual(origins, originsOf(current))) {
    allow("codeartifact:UpdatePackageGroupOriginConfiguration", current.arn);
    setOrigins(account, current, origins);
  }
  changeTags(caller, current.arn, current.tags, tagsOf(desired.tags));
}

export function describePackageGroup(
  { account, allow }: Caller,
  { domainName: domain, pattern: packageGroup }: Pick<PackageGroupModel, "domainName" | "pattern">,
): PackageGroup {
  const group = account.codeartifact.packageGroups.describe({ domain, packageGroup });
  allow("codeartifact:DescribePackageGroup", group.arn);
  return group;
}

/** The group with this ARN, if there is one. */
export function findPackageGroup(
  { account: { codeartifact } }: Pick<Caller, "account">,
  arn: string,
): PackageGroup | undefined {
  const domain = /:package-group\/([^/]+)/.exec(arn)?.[1] ?? "";
  return codeartifact.domains.find(domain) === undefined
    ? undefined
    : codeartifact.packageGroups.list({ domain }).find((group) => group.arn === arn);
}

/** A group as Cloud Control describes it, without its ARN. */
export function packageGroupModel(group: PackageGroup): PackageGroupModel {
  return given({
    domainName: group.domainName,
    domainOwner: group.domainOwner,
    pattern: group.pattern,
    description: group.description,
    contactInfo: group.contactInfo,
    originConfiguration: originsOf(group),
    tags: listOfTags(group.tags),
  });
}

/** Where a group's packages come from, as Cloud Control writes it. */
interface OriginConfiguration {
  readonly restrictions: Readonly<Partial<Record<Way, Restriction>>>;
}

interface Restriction {
  readonly restrictionMode: RestrictionMode;
  readonly repositories?: readonly string[];
}

type Way = keyof typeof ways;

const ways = {
  publish: "PUBLISH",
  externalUpstream: "EXTERNAL_UPSTREAM",
  internalUpstream: "INTERNAL_UPSTREAM",
} as const;

const everyWay = Object.keys(ways) as readonly Way[];

/** The API's limit for changes of allowed repositories in one request, which the handler keeps to. */
const updatesPerRequest = 100;

/** What a group says itself. A list is given only where it counts. */
function originsOf({ originConfiguration: { restrictions } }: PackageGroup): OriginConfiguration {
  const entries = everyWay.map((way) => {
    const { mode, repositories } = restrictions[ways[way]];
    const list = mode === "ALLOW_SPECIFIC_REPOSITORIES" ? { repositories } : {};
    return [way, { restrictionMode: mode, ...list }] as const;
  });
  return { restrictions: Object.fromEntries(entries) };
}

/** Makes a group say this and nothing else: a way that is left out is left to its parent, or is open where it has none. */
function setOrigins(
  { codeartifact }: Caller["account"],
  group: PackageGroup,
  { restrictions }: OriginConfiguration,
): void {
  const at = { domain: group.domainName, packageGroup: group.pattern };
  const unsaid = group.parent === undefined ? "ALLOW" : "INHERIT";
  const modes = everyWay.map((way) => [ways[way], restrictions[way]?.restrictionMode ?? unsaid] as const);
  const added = listed((way) => {
    const had = group.originConfiguration.restrictions[ways[way]].repositories;
    return (restrictions[way]?.repositories ?? []).filter((name) => !had.includes(name));
  });
  const removed = listed((way) => {
    const { restrictionMode, repositories = [] } = restrictions[way] ?? { restrictionMode: unsaid };
    // The list of any other mode goes with the mode.
    const had =
      restrictionMode === "ALLOW_SPECIFIC_REPOSITORIES"
        ? group.originConfiguration.restrictions[ways[way]].repositories
        : [];
    return had.filter((name) => !repositories.includes(name));
  });

  const changes = [
    ...added.map((repository) => ({ repository, isAdded: true })),
    ...removed.map((repository) => ({ repository, isAdded: false })),
  ];
  for (let start = 0; start === 0 || start < changes.length; start += updatesPerRequest) {
    const some = changes.slice(start, start + updatesPerRequest);
    codeartifact.packageGroups.updateOriginConfiguration({
      ...at,
      ...(start === 0 ? { restrictions: Object.fromEntries(modes) } : {}),
      addAllowedRepositories: some.filter(({ isAdded }) => isAdded).map(({ repository }) => repository),
      removeAllowedRepositories: some.filter(({ isAdded }) => !isAdded).map(({ repository }) => repository),
    });
  }
}

function listed(names: (way: Way) => readonly string[]): readonly AllowedRepository[] {
  return everyWay.flatMap((way) =>
    names(way).map((repositoryName) => ({ repositoryName, originRestrictionType: ways[way] })),
  );
}
