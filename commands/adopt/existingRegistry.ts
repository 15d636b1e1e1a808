import {
  type CodeartifactClient,
  DescribeDomainCommand,
  DescribeRepositoryCommand,
  paginateListPackageGroups,
  paginateListPackages,
  paginateListPackageVersions,
  paginateListRepositoriesInDomain,
} from "@aws-sdk/client-codeartifact";
import { repositoryName } from "../../naming/registryNames";
import type { Settings } from "../../settings";
import { awsClients, find, list } from "../aws/clients";
import { isKeptFromPublic } from "../../naming/packagePatterns";

/** A domain as it is deployed, as far as a stack could take it over or collide with it. */
export interface ExistingRegistry {
  /** The account that owns the domain, 12 digits. */
  readonly owner: string;
  /** Names of the domain's repositories. */
  readonly repositories: readonly string[];
  /** Patterns of the domain's package groups. */
  readonly packageGroups: readonly string[];
  /** The repository that is to be taken over; absent where no repository has its name. */
  readonly repository?: ExistingRepository;
}

/** The repository that clients use, as it is deployed. */
export interface ExistingRepository {
  /** Such as `public:pypi`. */
  readonly externalConnections: readonly string[];
  /** Python packages alone. */
  readonly packages: readonly ExistingPackage[];
}

/** A package as the repository holds it. */
export interface ExistingPackage {
  readonly name: string;
  /** The package's own origin setting, which says no where its first version came from outside. */
  readonly takesPublishes: boolean;
  /** Of names that no public package may have; absent for others. */
  readonly versions?: ExistingVersions;
}

export interface ExistingVersions {
  /** Numbers of versions that were published here. */
  readonly published: readonly string[];
  /** Numbers of versions that came from outside, or were copied so that AWS does not know. */
  readonly others: readonly string[];
}

/**
 * Looks at the domain that a stack names. Only Read, List and Describe requests are made.
 *
 * @returns undefined where there is no such domain
 * @throws CommandError with exit code 2 where AWS rejects a call
 */
export async function readExistingRegistry(
  settings: Settings,
  profile?: string,
): Promise<ExistingRegistry | undefined> {
  const { domain, aws } = settings;
  const { codeartifact: client } = await awsClients(aws, profile);
  // So that a domain of this name in another account is not taken for it.
  const [domainOwner, ...more] = aws.allowedAccountIds ?? [];
  const place = { domain, ...(domainOwner === undefined || more.length > 0 ? {} : { domainOwner }) };
  try {
    return await readDomain(client, place, settings);
  } finally {
    client.destroy();
  }
}

interface Place {
  readonly domain: string;
  readonly domainOwner?: string;
}

async function readDomain(
  client: CodeartifactClient,
  place: Place,
  settings: Settings,
): Promise<ExistingRegistry | undefined> {
  const domain = (await find(`domain ${place.domain}`, () => client.send(new DescribeDomainCommand(place))))?.domain;
  if (domain === undefined) {
    return undefined;
  }
  const inRepository = { ...place, repository: repositoryName };
  const description = await find(`repository ${repositoryName}`, () =>
    client.send(new DescribeRepositoryCommand(inRepository)),
  );
  const repository = description?.repository;
  const [repositories, packageGroups] = await Promise.all([
    list(`repositories of ${place.domain}`, paginateListRepositoriesInDomain({ client }, place), (page) =>
      page.repositories?.flatMap(({ name }) => name ?? []),
    ),
    list(`package groups of ${place.domain}`, paginateListPackageGroups({ client }, place), (page) =>
      page.packageGroups?.flatMap(({ pattern }) => pattern ?? []),
    ),
  ]);
  return {
    owner: domain.owner ?? "",
    repositories,
    packageGroups,
    repository: repository && {
      externalConnections: (repository.externalConnections ?? []).flatMap(
        ({ externalConnectionName }) => externalConnectionName ?? [],
      ),
      packages: await readPackages(client, place, settings),
    },
  };
}

async function readPackages(
  client: CodeartifactClient,
  place: Place,
  { origins }: Settings,
): Promise<readonly ExistingPackage[]> {
  const inRepository = { ...place, repository: repositoryName, format: "pypi" } as const;
  const summaries = await list(
    `packages of ${repositoryName}`,
    paginateListPackages({ client }, inRepository),
    (page) => page.packages,
  );
  const packages: ExistingPackage[] = [];
  for (const { package: name = "", originConfiguration } of summaries) {
    const takesPublishes = originConfiguration?.restrictions?.publish !== "BLOCK";
    packages.push(
      isKeptFromPublic(origins, name)
        ? { name, takesPublishes, versions: await readVersions(client, { ...inRepository, package: name }) }
        : { name, takesPublishes },
    );
  }
  return packages;
}

async function readVersions(
  client: CodeartifactClient,
  inPackage: Place & { readonly repository: string; readonly format: "pypi"; readonly package: string },
): Promise<ExistingVersions> {
  const versions = await list(
    `versions of ${inPackage.package}`,
    paginateListPackageVersions({ client }, inPackage),
    (page) => page.versions,
  );
  const isPublished = ({ origin }: (typeof versions)[number]) => origin?.originType === "INTERNAL";
  const numbers = (some: typeof versions) => some.flatMap(({ version }) => version ?? []);
  return {
    published: numbers(versions.filter(isPublished)),
    others: numbers(versions.filter((version) => !isPublished(version))),
  };
}
