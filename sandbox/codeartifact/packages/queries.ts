import { compareVersions } from "../../../naming/versions";
import { notFound } from "../errors";
import type { InRepository, PackageFormat } from "../names";
import type { Packages } from "./packages";
import type { PackageRecord, PackageRestrictions, VersionOrigin, VersionRecord, VersionStatus } from "./records";

// What a repository itself holds. "Effectively, upstream repositories are ignored when calling these APIs":
// https://docs.aws.amazon.com/codeartifact/latest/ug/upstream-repo-api-behavior.html

/** What is read from. */
export type HeldPackages = Pick<Packages, "codeartifact" | "store">;

/** Which packages are listed; all that is left out lets every package through. */
export interface PackageFilter {
  readonly format?: PackageFormat;
  /** A prefix. */
  readonly packagePrefix?: string;
  readonly publish?: PackageRestrictions["publish"];
  readonly upstream?: PackageRestrictions["upstream"];
}

/** Which versions are listed, and in what order; without a status those of every status. */
export interface VersionFilter {
  /** `Deleted` is the status of none. */
  readonly status?: VersionStatus | "Deleted";
  readonly originType?: VersionOrigin["originType"];
  /**
   * The latest first: https://docs.aws.amazon.com/codeartifact/latest/ug/list-packages-versions.html
   *
   * @default - as PEP 440 orders versions, the lowest first; AWS documents no order
   */
  readonly sortBy?: "PUBLISHED_TIME";
}

/** The versions of a package. */
export interface VersionListing {
  /** Of those that are Published the latest, whatever is listed. */
  readonly defaultDisplayVersion?: string;
  readonly versions: readonly VersionRecord[];
}

/**
 * @param name - normalised by PEP 503
 * @throws ResourceNotFoundException
 */
export function describePackage(packages: HeldPackages, place: InRepository, name: string): PackageRecord {
  packages.codeartifact.describeRepository(place);
  const record = packages.store.find(place, name);
  if (record === undefined) {
    throw notFound(`Package not found. Repository '${place.repository}' holds no Python package '${name}'.`, {
      resourceType: "package",
      resourceId: name,
    });
  }
  return record;
}

/** In alphabetical order. A package without versions is one too. */
export function listPackages(
  packages: HeldPackages,
  place: InRepository,
  { format = "pypi", packagePrefix = "", publish, upstream }: PackageFilter = {},
): readonly PackageRecord[] {
  packages.codeartifact.describeRepository(place);
  return packages.store
    .list(place)
    .filter(
      ({ name, restrictions }) =>
        format === "pypi" &&
        name.startsWith(packagePrefix) &&
        (publish === undefined || restrictions.publish === publish) &&
        (upstream === undefined || restrictions.upstream === upstream),
    );
}

/**
 * A version, whatever its status.
 *
 * @throws ResourceNotFoundException
 */
export function describePackageVersion(
  packages: HeldPackages,
  place: InRepository,
  name: string,
  version: string,
): VersionRecord {
  const record = versionOf(describePackage(packages, place, name), version);
  if (record === undefined) {
    throw notFound(`Package version not found. Repository '${place.repository}' holds no ${name} ${version}.`, {
      resourceType: "package-version",
      resourceId: version,
    });
  }
  return record;
}

export function listPackageVersions(
  packages: HeldPackages,
  place: InRepository,
  name: string,
  { status, originType, sortBy }: VersionFilter = {},
): VersionListing {
  const all = Object.values(describePackage(packages, place, name).versions).sort(
    // 1.0 and 1.0.0 are equal, and still two versions here.
    (one, other) => compareVersions(one.version, other.version) || (one.version < other.version ? -1 : 1),
  );
  const latestFirst = [...all].sort((one, other) => Date.parse(other.publishedTime) - Date.parse(one.publishedTime));
  const versions = (sortBy === undefined ? all : latestFirst).filter(
    (record) =>
      (status === undefined || record.status === status) &&
      (originType === undefined || record.origin.originType === originType),
  );
  const latest = latestFirst.find((record) => record.status === "Published");
  return { ...(latest === undefined ? {} : { defaultDisplayVersion: latest.version }), versions };
}

/** A package's version of this number, which may be any text. */
export function versionOf({ versions }: PackageRecord, version: string): VersionRecord | undefined {
  return Object.hasOwn(versions, version) ? versions[version] : undefined;
}
