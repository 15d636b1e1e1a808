import {
  type CodeartifactClient,
  DescribeDomainCommand,
  DescribePackageVersionCommand,
  paginateListPackageVersionAssets,
  paginateListPackageVersions,
} from "@aws-sdk/client-codeartifact";
import { Semaphore } from "async-mutex";
import { isPrivate } from "../../naming/packagePatterns";
import { repositoryName } from "../../naming/registryNames";
import type { Settings } from "../../settings";
import { ask, type AwsClients, collect, couldNotLook, find, list } from "../aws/clients";
import { privatePackages } from "../aws/codeartifact";
import { CommandError } from "../cli";
import { isSelected, type Selection } from "./selection";

/** A file of a version. */
export interface HeldFile {
  readonly filename: string;
  /** In hexadecimal. */
  readonly sha256: string;
  /** In bytes. */
  readonly size: number;
}

/** A version as a registry holds it. */
export interface HeldVersion {
  /** Normalised by PEP 503. */
  readonly name: string;
  /** As CodeArtifact knows it. */
  readonly version: string;
  /** Such as `Published`. Source: https://docs.aws.amazon.com/codeartifact/latest/ug/packages-overview.html#package-version-status */
  readonly status: string;
  readonly published: Date;
  readonly files: readonly HeldFile[];
}

/** A stack that is looked at, with what AWS is asked through. */
export interface Environment {
  readonly stack: string;
  readonly settings: Settings;
  readonly clients: Pick<AwsClients, "codeartifact" | "cloudTrail">;
}

/** What a registry holds of the packages that are asked for. */
export interface HeldVersions {
  /** Every version by package, also those that are not asked for. */
  readonly all: ReadonlyMap<string, readonly string[]>;
  readonly selected: readonly HeldVersion[];
}

/** Requests of one registry that are under way at a time. */
const mostRequests = 16;

/**
 * Reads a registry by lists and descriptions alone: no package is read, and no token is asked for.
 *
 * @param progress - what is being read
 * @throws CommandError with exit code 2 where AWS denies a request, or has no such registry
 */
export async function registryVersions(
  { stack, settings, clients: { codeartifact: client } }: Environment,
  selection: Selection,
  progress: (what: string) => void,
): Promise<HeldVersions> {
  const place = { domain: settings.domain, repository: repositoryName, format: "pypi" } as const;
  const domain = await find(`domain of ${stack}`, () =>
    client.send(new DescribeDomainCommand({ domain: settings.domain })),
  );
  if (domain === undefined) {
    throw new CommandError(noRegistry(stack, settings), couldNotLook);
  }
  const packages = await privatePackages(client, place, asked(settings, selection));
  const atOnce = new Semaphore(mostRequests);
  const all = new Map<string, readonly string[]>();
  const selected = await Promise.all(
    packages.map(async ({ package: name = "" }) => {
      progress(`${stack}: ${name}`);
      const versions = await atOnce.runExclusive(() =>
        list(
          `versions of ${name} in ${stack}`,
          paginateListPackageVersions({ client }, { ...place, package: name }),
          (page) => page.versions,
        ),
      );
      all.set(
        name,
        versions.flatMap(({ version }) => version ?? []),
      );
      return Promise.all(
        versions.flatMap(({ version = "", status = "" }) =>
          isSelected(selection, name, version)
            ? [
                atOnce.runExclusive(() =>
                  describe(client, stack, { ...place, package: name, packageVersion: version }, status),
                ),
              ]
            : [],
        ),
      );
    }),
  );
  return { all, selected: selected.flat() };
}

/** The names that are asked for, as patterns that AWS finds them by. */
function asked({ origins }: Settings, { names }: Selection): Settings["origins"] {
  return names === undefined
    ? origins
    : {
        ...origins,
        private: [...names].filter((name) => isPrivate(origins, name)).map((name) => ({ name, match: "exact" })),
      };
}

async function describe(
  client: CodeartifactClient,
  stack: string,
  asked: {
    readonly domain: string;
    readonly repository: string;
    readonly format: "pypi";
    readonly package: string;
    readonly packageVersion: string;
  },
  status: string,
): Promise<HeldVersion> {
  const { package: name, packageVersion: version } = asked;
  const what = `${name} ${version} in ${stack}`;
  const { packageVersion } = await ask(what, () => client.send(new DescribePackageVersionCommand(asked)));
  // The files of a version that is disposed of are gone.
  const assets = await find(`files of ${what}`, () =>
    collect(paginateListPackageVersionAssets({ client }, asked), (page) => page.assets),
  );
  return {
    name,
    version,
    status: packageVersion?.status ?? status,
    published: packageVersion?.publishedTime ?? new Date(0),
    files: (assets ?? [])
      .map(({ name: filename = "", size = 0, hashes }) => ({ filename, size, sha256: hashes?.["SHA-256"] ?? "" }))
      .sort((one, other) => (one.filename < other.filename ? -1 : 1)),
  };
}

function noRegistry(stack: string, { domain, aws: { region } }: Settings): string {
  return (
    `Could not look: ${stack}: the account has no domain ${domain} in ${region}. ` +
    `Name a profile of its account, as in --profile ${stack}=NAME, or leave a stack that is not deployed out, by --stacks.`
  );
}
