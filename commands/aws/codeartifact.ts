import {
  type CodeartifactClient,
  DescribeRepositoryCommand,
  type DomainDescription,
  GetAssociatedPackageGroupCommand,
  GetDomainPermissionsPolicyCommand,
  GetRepositoryEndpointCommand,
  GetRepositoryPermissionsPolicyCommand,
  ListTagsForResourceCommand,
  paginateListAllowedRepositoriesForGroup,
  PackageFormat,
  PackageVersionOriginType,
  paginateListPackageGroups,
  paginateListPackages,
  paginateListPackageVersions,
  paginateListRepositoriesInDomain,
  type PackageGroupSummary,
  type PackageSummary,
} from "@aws-sdk/client-codeartifact";
import type { Tags } from "../../sandbox/core/identifiers";
import { restrictionTypes } from "../../sandbox/codeartifact/packageGroups";
import { isPrivate, type Origins } from "../../naming/packagePatterns";
import { repositoryName } from "../../naming/registryNames";
import type { Settings } from "../../settings";
import { ask, find, list } from "./clients";
import type {
  Registry,
  RegistryDomain,
  RegistryPackage,
  RegistryPackageGroup,
  RegistryRepository,
  EffectiveRestriction,
  EffectiveRestrictions,
} from "./registry";
import { domainKey } from "./registry";

/** What of CodeArtifact a registry has; its package groups with the root. */
type LiveCodeartifact = Required<Pick<Registry, "domain" | "repositories" | "packageGroups">>;

/**
 * Reads a domain with all that is in it, packages apart.
 *
 * @throws CommandError where AWS denies a request
 */
export async function liveCodeartifact(
  client: CodeartifactClient,
  settings: Settings,
  about: DomainDescription,
): Promise<LiveCodeartifact> {
  const { domain } = settings;
  const groups = await list(
    `package groups of ${domain}`,
    paginateListPackageGroups({ client }, { domain }),
    ({ packageGroups }) => packageGroups,
  );
  return {
    domain: await liveDomain(client, settings, about),
    repositories: await liveRepositories(client, domain),
    packageGroups: await Promise.all(groups.map((group) => livePackageGroup(client, domain, group))),
  };
}

/** The group that a package falls into, whether or not the package exists. @throws CommandError where AWS denies a request */
export async function livePackage(client: CodeartifactClient, domain: string, name: string): Promise<RegistryPackage> {
  const { packageGroup, associationType } = await ask(`package group of ${name}`, () =>
    client.send(new GetAssociatedPackageGroupCommand({ domain, format: "pypi", package: name })),
  );
  return { name, group: packageGroup?.pattern ?? "none", associationType: associationType ?? "none" };
}

/** A private package as one repository holds it. */
export interface PackageInRepository {
  readonly name: string;
  readonly repository: string;
  /** Its own settings, `ALLOW` or `BLOCK`, beside which its group's hold too. */
  readonly publish: string;
  readonly upstream: string;
  /** Versions that came from outside the domain. */
  readonly externalVersions: readonly string[];
}

/** Where packages are. */
interface InRepository {
  readonly domain: string;
  readonly repository: string;
}

/**
 * The private packages that a repository holds, whether or not the settings still list them.
 *
 * @throws CommandError where AWS denies a request
 */
export async function packagesInRepository(
  client: CodeartifactClient,
  { domain, repository }: InRepository,
  origins: Origins,
): Promise<readonly PackageInRepository[]> {
  const place = { domain, repository, format: PackageFormat.PYPI };
  const privately = await privatePackages(client, place, origins);
  return Promise.all(
    privately.map(async ({ package: name = "", originConfiguration }) => {
      const { publish = "ALLOW", upstream = "ALLOW" } = originConfiguration?.restrictions ?? {};
      return { name, repository, publish, upstream, externalVersions: await externalVersions(client, place, name) };
    }),
  );
}

/**
 * The private packages that a repository holds, each once.
 *
 * @throws CommandError where AWS denies a request, or has no such repository
 */
export async function privatePackages(
  client: CodeartifactClient,
  { domain, repository }: InRepository,
  origins: Origins,
): Promise<readonly PackageSummary[]> {
  const held = new Map<string, PackageSummary>();
  for (const { name: packagePrefix } of origins.private) {
    const packages = await list(
      `packages ${packagePrefix}… in ${repository} of ${domain}`,
      paginateListPackages({ client }, { domain, repository, format: PackageFormat.PYPI, packagePrefix }),
      (page) => page.packages,
    );
    for (const found of packages.filter(({ package: name = "" }) => isPrivate(origins, name))) {
      held.set(found.package ?? "", found);
    }
  }
  return [...held.values()];
}

async function liveDomain(
  client: CodeartifactClient,
  { encryption }: Settings,
  { name = "", arn = "", encryptionKey = "" }: DomainDescription,
): Promise<RegistryDomain> {
  const policy = await find(`policy of domain ${name}`, () =>
    client.send(new GetDomainPermissionsPolicyCommand({ domain: name })),
  );
  return {
    name,
    key: domainKey(encryption, encryptionKey),
    policy: policy?.policy?.document,
    tags: await liveTags(client, arn),
  };
}

async function liveRepositories(client: CodeartifactClient, domain: string): Promise<readonly RegistryRepository[]> {
  const names = await list(
    `repositories of ${domain}`,
    paginateListRepositoriesInDomain({ client }, { domain }),
    ({ repositories }) => repositories?.flatMap(({ name }) => name ?? []),
  );
  return Promise.all(names.map((repository) => liveRepository(client, { domain, repository })));
}

async function liveRepository(
  client: CodeartifactClient,
  place: { readonly domain: string; readonly repository: string },
): Promise<RegistryRepository> {
  const what = `repository ${place.repository}`;
  const { repository } = await ask(what, () => client.send(new DescribeRepositoryCommand(place)));
  const policy = await find(`policy of ${what}`, () => client.send(new GetRepositoryPermissionsPolicyCommand(place)));
  const endpoint =
    place.repository === repositoryName
      ? await ask(`endpoint of ${what}`, () =>
          client.send(new GetRepositoryEndpointCommand({ ...place, format: "pypi" })),
        )
      : undefined;
  const { description, upstreams = [], externalConnections = [], arn = "" } = repository ?? {};
  return {
    name: place.repository,
    description,
    upstreams: upstreams.flatMap((upstream) => upstream.repositoryName ?? []),
    externalConnections: externalConnections.flatMap(({ externalConnectionName }) => externalConnectionName ?? []),
    endpoint: endpoint?.repositoryEndpoint,
    policy: policy?.policy?.document,
    tags: await liveTags(client, arn),
  };
}

async function livePackageGroup(
  client: CodeartifactClient,
  domain: string,
  group: PackageGroupSummary,
): Promise<RegistryPackageGroup> {
  const { pattern = "", description, arn = "" } = group;
  const ways = await Promise.all(
    restrictionTypes.map(async (type) => [type, await liveWay(client, domain, group, type)] as const),
  );
  return {
    pattern,
    description,
    ways: Object.fromEntries(ways) as EffectiveRestrictions,
    tags: await liveTags(client, arn),
  };
}

async function liveWay(
  client: CodeartifactClient,
  domain: string,
  { pattern = "", originConfiguration }: PackageGroupSummary,
  type: (typeof restrictionTypes)[number],
): Promise<EffectiveRestriction> {
  const { mode = "INHERIT", effectiveMode = "ALLOW", inheritedFrom } = originConfiguration?.restrictions?.[type] ?? {};
  if (effectiveMode !== "ALLOW_SPECIFIC_REPOSITORIES") {
    return { mode, effectiveMode, repositories: [] };
  }
  const place = { domain, packageGroup: inheritedFrom?.pattern ?? pattern, originRestrictionType: type };
  const repositories = await list(
    `repositories allowed by package group ${place.packageGroup}`,
    paginateListAllowedRepositoriesForGroup({ client }, place),
    ({ allowedRepositories }) => allowedRepositories,
  );
  return { mode, effectiveMode, repositories };
}

/** Those that AWS itself sets begin with `aws:` and are never declared. */
async function liveTags(client: CodeartifactClient, resourceArn: string): Promise<Tags> {
  const { tags = [] } = await ask(`tags of ${resourceArn}`, () =>
    client.send(new ListTagsForResourceCommand({ resourceArn })),
  );
  return Object.fromEntries(
    tags.flatMap(({ key = "", value = "" }) => (key.startsWith("aws:") ? [] : [[key, value] as const])),
  );
}

function externalVersions(
  client: CodeartifactClient,
  place: { readonly domain: string; readonly repository: string; readonly format: PackageFormat },
  name: string,
): Promise<readonly string[]> {
  const asked = { ...place, package: name, originType: PackageVersionOriginType.EXTERNAL };
  return list(
    `versions of ${name} in ${place.repository}`,
    paginateListPackageVersions({ client }, asked),
    ({ versions }) => versions?.flatMap(({ version }) => version ?? []),
  );
}
