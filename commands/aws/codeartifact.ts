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
  paginateListPackageGroups,
  paginateListRepositoriesInDomain,
  type PackageGroupSummary,
} from "@aws-sdk/client-codeartifact";
import type { Tags } from "../../sandbox/core/account";
import { restrictionTypes } from "../../sandbox/codeartifact/originConfiguration";
import { repositoryName } from "../../naming/registryNames";
import type { Settings } from "../../settings";
import { asking, finding } from "./clients";
import type {
  Registry,
  RegistryDomain,
  RegistryPackage,
  RegistryPackageGroup,
  RegistryRepository,
  Way,
  Ways,
} from "./registry";
import { domainKey } from "./registry";

/** What of CodeArtifact a registry has; its package groups with the root. */
type LiveCodeartifact = Required<Pick<Registry, "domain" | "repositories" | "packageGroups">>;

/**
 * Reads a domain with all that is in it, packages apart.
 *
 * @throws CommandError where AWS refuses
 */
export async function liveCodeartifact(
  client: CodeartifactClient,
  settings: Settings,
  about: DomainDescription,
): Promise<LiveCodeartifact> {
  const { domain } = settings;
  const groups: PackageGroupSummary[] = [];
  await asking(`package groups of ${domain}`, async () => {
    for await (const page of paginateListPackageGroups({ client }, { domain })) {
      groups.push(...(page.packageGroups ?? []));
    }
  });
  return {
    domain: await liveDomain(client, settings, about),
    repositories: await liveRepositories(client, domain),
    packageGroups: await Promise.all(groups.map((group) => livePackageGroup(client, domain, group))),
  };
}

/** The group that a package falls into, whether or not the package exists. @throws CommandError where AWS refuses */
export async function livePackage(client: CodeartifactClient, domain: string, name: string): Promise<RegistryPackage> {
  const { packageGroup, associationType } = await asking(`package group of ${name}`, () =>
    client.send(new GetAssociatedPackageGroupCommand({ domain, format: "pypi", package: name })),
  );
  return { name, group: packageGroup?.pattern ?? "none", associationType: associationType ?? "none" };
}

async function liveDomain(
  client: CodeartifactClient,
  { encryption }: Settings,
  { name = "", arn = "", encryptionKey = "" }: DomainDescription,
): Promise<RegistryDomain> {
  const policy = await finding(`policy of domain ${name}`, () =>
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
  const names = await asking(`repositories of ${domain}`, async () => {
    const found: string[] = [];
    for await (const { repositories = [] } of paginateListRepositoriesInDomain({ client }, { domain })) {
      found.push(...repositories.flatMap(({ name }) => name ?? []));
    }
    return found;
  });
  return Promise.all(names.map((repository) => liveRepository(client, { domain, repository })));
}

async function liveRepository(
  client: CodeartifactClient,
  place: { readonly domain: string; readonly repository: string },
): Promise<RegistryRepository> {
  const what = `repository ${place.repository}`;
  const { repository } = await asking(what, () => client.send(new DescribeRepositoryCommand(place)));
  const policy = await finding(`policy of ${what}`, () =>
    client.send(new GetRepositoryPermissionsPolicyCommand(place)),
  );
  const endpoint =
    place.repository === repositoryName
      ? await asking(`endpoint of ${what}`, () =>
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
  return { pattern, description, ways: Object.fromEntries(ways) as Ways, tags: await liveTags(client, arn) };
}

async function liveWay(
  client: CodeartifactClient,
  domain: string,
  { pattern = "", originConfiguration }: PackageGroupSummary,
  type: (typeof restrictionTypes)[number],
): Promise<Way> {
  const { mode = "INHERIT", effectiveMode = "ALLOW", inheritedFrom } = originConfiguration?.restrictions?.[type] ?? {};
  const repositories: string[] = [];
  if (effectiveMode === "ALLOW_SPECIFIC_REPOSITORIES") {
    const place = { domain, packageGroup: inheritedFrom?.pattern ?? pattern, originRestrictionType: type };
    await asking(`repositories allowed by package group ${place.packageGroup}`, async () => {
      for await (const page of paginateListAllowedRepositoriesForGroup({ client }, place)) {
        repositories.push(...(page.allowedRepositories ?? []));
      }
    });
  }
  return { mode, effectiveMode, repositories };
}

/** Those that AWS itself sets begin with `aws:`, and nobody declares them. */
async function liveTags(client: CodeartifactClient, resourceArn: string): Promise<Tags> {
  const { tags = [] } = await asking(`tags of ${resourceArn}`, () =>
    client.send(new ListTagsForResourceCommand({ resourceArn })),
  );
  return Object.fromEntries(
    tags.flatMap(({ key = "", value = "" }) => (key.startsWith("aws:") ? [] : [[key, value] as const])),
  );
}
