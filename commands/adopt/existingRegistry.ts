import {
  CodeartifactClient,
  DescribeDomainCommand,
  DescribeRepositoryCommand,
  type DomainDescription,
  paginateListPackageGroups,
  paginateListPackages,
  paginateListPackageVersions,
  paginateListRepositoriesInDomain,
  type RepositoryDescription,
  ResourceNotFoundException,
} from "@aws-sdk/client-codeartifact";
import { repositoryName } from "../../naming/registryNames";
import type { Settings } from "../../settings";
import { CommandError } from "../cli";
import { asking } from "../aws/stackRegistry";
import { isKeptFromPublic } from "./keptNames";

/** A domain as it stands, as far as a stack could take it over or collide with it. */
export interface ExistingRegistry {
  /** The account that owns the domain, 12 digits. */
  readonly owner: string;
  /** Names of the domain's repositories. */
  readonly repositories: readonly string[];
  /** Patterns of the domain's package groups. */
  readonly packageGroups: readonly string[];
  /** The repository that is to be taken over; absent where there is none of its name. */
  readonly repository?: ExistingRepository;
}

/** The repository that clients use, as it stands. */
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
  /** Of names that nothing public may stand under; absent of others. */
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
 * @throws CommandError with exit code 2 where AWS refuses
 */
export async function readExistingRegistry(
  settings: Settings,
  profile = settings.aws.profile,
): Promise<ExistingRegistry | undefined> {
  const { domain, aws } = settings;
  const client = new CodeartifactClient({ region: aws.region, ...(profile === undefined ? {} : { profile }) });
  // So that a domain of this name in another account is not taken for it.
  const [domainOwner, ...more] = aws.allowedAccountIds ?? [];
  const place = { domain, ...(domainOwner === undefined || more.length > 0 ? {} : { domainOwner }) };
  try {
    return await asking(domain, () => readDomain(client, place, settings));
  } catch (error) {
    throw error instanceof CommandError ? new CommandError(error.message, 2) : error;
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
  const domain = await found<DomainDescription>(
    async () => (await client.send(new DescribeDomainCommand(place))).domain,
  );
  if (domain === undefined) {
    return undefined;
  }
  const description = await found<RepositoryDescription>(
    async () => (await client.send(new DescribeRepositoryCommand({ ...place, repository: repositoryName }))).repository,
  );
  const [repositories, packageGroups] = await Promise.all([
    all(paginateListRepositoriesInDomain({ client }, place), ({ repositories = [] }) =>
      repositories.flatMap(({ name }) => name ?? []),
    ),
    all(paginateListPackageGroups({ client }, place), ({ packageGroups = [] }) =>
      packageGroups.flatMap(({ pattern }) => pattern ?? []),
    ),
  ]);
  return {
    owner: domain.owner ?? "",
    repositories,
    packageGroups,
    ...(description === undefined
      ? {}
      : {
          repository: {
            externalConnections: (description.externalConnections ?? []).flatMap(
              ({ externalConnectionName }) => externalConnectionName ?? [],
            ),
            packages: await readPackages(client, place, settings),
          },
        }),
  };
}

async function readPackages(
  client: CodeartifactClient,
  place: Place,
  { origins }: Settings,
): Promise<readonly ExistingPackage[]> {
  const inRepository = { ...place, repository: repositoryName, format: "pypi" } as const;
  const summaries = await all(paginateListPackages({ client }, inRepository), ({ packages = [] }) => packages);
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
  const versions = await all(paginateListPackageVersions({ client }, inPackage), ({ versions = [] }) => versions);
  const isPublished = ({ origin }: (typeof versions)[number]) => origin?.originType === "INTERNAL";
  const numbers = (some: typeof versions) => some.flatMap(({ version }) => version ?? []);
  return {
    published: numbers(versions.filter(isPublished)),
    others: numbers(versions.filter((version) => !isPublished(version))),
  };
}

async function found<Answer>(ask: () => Promise<Answer | undefined>): Promise<Answer | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof ResourceNotFoundException) {
      return undefined;
    }
    throw error;
  }
}

async function all<Page, Item>(pages: AsyncIterable<Page>, items: (page: Page) => readonly Item[]): Promise<Item[]> {
  const found: Item[] = [];
  for await (const page of pages) {
    found.push(...items(page));
  }
  return found;
}
