import {
  DescribePackageVersionCommand,
  paginateListPackageVersions,
  type PackageVersionDescription,
} from "@aws-sdk/client-codeartifact";
import { isPathStep } from "../../naming/distributionNames";
import type { Origins } from "../../naming/packagePatterns";
import { find, list } from "../aws/clients";
import { privatePackages } from "../aws/codeartifact";
import { type ListedFile, projectFiles } from "../aws/projectPage";
import type { StackRegistry } from "../aws/stackRegistry";
import { versionAssets } from "../aws/versionAssets";
import { inParallel } from "../aws/inParallel";
import type { ManifestPackage, ManifestVersion } from "../backup/manifest";
import { CommandError } from "../cli";
import type { Progress } from "../terminal/progress";

/** Requests under way at once; AWS takes hundreds a second. */
export const requestsAtOnce = 8;

/** The private packages of a registry, and what changes whenever one of their versions does. */
export type Listing = readonly ListedPackage[];

interface ListedPackage {
  readonly name: string;
  readonly originConfiguration: ManifestPackage["originConfiguration"];
  readonly versions: readonly ListedVersion[];
}

type ListedVersion = Pick<ManifestVersion, "version" | "status" | "revision">;

/**
 * Lists the private packages with their versions of every status.
 *
 * @param only - the packages that are wanted; by default all
 * @throws CommandError where a package is not there, or AWS denies a request
 */
export async function listRegistry(
  { client, place }: StackRegistry,
  origins: Origins,
  only: readonly string[] | undefined,
): Promise<Listing> {
  const held = (await privatePackages(client, place, origins)).map(({ package: name = "", originConfiguration }) => {
    const { publish = "ALLOW", upstream = "ALLOW" } = originConfiguration?.restrictions ?? {};
    return { name, originConfiguration: { publish, upstream } };
  });
  const missing = (only ?? []).filter((name) => !held.some((found) => found.name === name));
  if (missing.length > 0) {
    throw new CommandError(
      `${place.domain} has no private package ${missing.join(", ")}. It has ${held.map(({ name }) => name).join(", ") || "none"}.`,
    );
  }
  const listed: ListedPackage[] = [];
  await inParallel(
    held.filter(({ name }) => only?.includes(name) !== false),
    requestsAtOnce,
    async ({ name, originConfiguration }) => {
      const versions = await list(
        `versions of ${name} in ${place.domain}`,
        paginateListPackageVersions({ client }, { ...place, package: name }),
        (page) => page.versions,
      );
      listed.push({
        name,
        originConfiguration,
        versions: versions.map(({ version = "", status = "Published", revision = "" }) => ({
          version,
          // Of the API's own kinds; no version that is listed is Deleted.
          status: status as ListedVersion["status"],
          revision,
        })),
      });
    },
  );
  return listed.sort((one, other) => (one.name < other.name ? -1 : 1));
}

/** Packages as they are described, and what of them cannot be saved. */
export interface Description {
  readonly packages: readonly ManifestPackage[];
  readonly unsafe: readonly string[];
}

/** Looks at every version that is listed: its metadata and its files, none of them saved yet. */
export async function describeRegistry(
  registry: StackRegistry,
  listing: Listing,
  progress: Progress,
): Promise<Description> {
  const unsafe: string[] = [];
  const found = new Map<ListedVersion, ManifestVersion>();
  const pages = new Map<string, readonly ListedFile[]>();
  await inParallel(listing, requestsAtOnce, async ({ name }) => {
    pages.set(name, await projectFiles(registry, name));
  });
  const all = listing.flatMap(({ name, versions }) => versions.map((listed) => ({ name, listed })));
  await inParallel(all, requestsAtOnce, async ({ name, listed }) => {
    progress.step(`looking at ${name} ${listed.version} (${found.size + 1} of ${all.length})`);
    if (!isPathStep(listed.version)) {
      unsafe.push(`${name}: ${JSON.stringify(listed.version)} may be no name of a folder: this version is not saved.`);
      return;
    }
    const version = await describeVersion(registry, name, listed, pages.get(name) ?? []);
    const safe = version?.files.filter(({ filename }) => isPathStep(filename)) ?? [];
    for (const { filename } of version?.files.filter((file) => !safe.includes(file)) ?? []) {
      unsafe.push(`${name} ${listed.version}: ${JSON.stringify(filename)} may be no name of a file: it is not saved.`);
    }
    if (version !== undefined) {
      found.set(listed, { ...version, files: safe });
    }
  });
  const packages = listing.map(({ name, originConfiguration, versions }) => ({
    name,
    originConfiguration,
    versions: versions.flatMap((listed) => found.get(listed) ?? []),
  }));
  return { packages, unsafe: unsafe.sort() };
}

/** Nothing where the version has been deleted since it was listed. */
async function describeVersion(
  registry: StackRegistry,
  name: string,
  listed: ListedVersion,
  page: readonly ListedFile[],
): Promise<ManifestVersion | undefined> {
  const { client, place } = registry;
  const { version } = listed;
  const about = await find(`${name} ${version} in ${place.domain}`, () =>
    client.send(new DescribePackageVersionCommand({ ...place, package: name, packageVersion: version })),
  );
  const assets = await versionAssets(registry, name, version);
  if (about?.packageVersion === undefined || assets === undefined) {
    return undefined;
  }
  const files = assets.map(({ filename, sha256, size }) => {
    const entry = page.find((file) => file.filename === filename && file.sha256 === sha256);
    return { filename, sha256, size, requiresPython: entry?.requiresPython, saved: false };
  });
  return { ...metadataOf(about.packageVersion), ...listed, files };
}

function metadataOf({
  publishedTime,
  origin,
  summary,
  homePage,
  sourceCodeRepository,
  licenses = [],
}: PackageVersionDescription): Omit<ManifestVersion, keyof ListedVersion | "files"> {
  return {
    publishedTime: publishedTime?.toISOString(),
    origin: origin === undefined ? undefined : { ...origin },
    summary,
    homePage,
    sourceCodeRepository,
    licenses: licenses.map(({ name, url }) => ({ name, url })),
  };
}
