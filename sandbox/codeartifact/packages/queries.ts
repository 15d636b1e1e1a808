import { compareVersions } from "../../../naming/versions";
import { conflict, notFound, throwIfInvalid } from "../errors";
import { coordinateOf, type InPackageGroup, type InRepository, type PackageFormat } from "../names";
import { association, type AssociationType, packagePath, patternError } from "../packageGroupPatterns";
import type { Packages } from "./packages";
import {
  type Asset,
  assetHashes,
  type AssetHashes,
  keyOf,
  type PackageRecord,
  type PackageRestrictions,
  type VersionOrigin,
  type VersionRecord,
  type VersionStatus,
} from "./records";

// What a repository itself holds. "Effectively, upstream repositories are ignored when calling these APIs":
// https://docs.aws.amazon.com/codeartifact/latest/ug/upstream-repo-api-behavior.html

/** What is read from. */
type HeldPackages = Pick<Packages, "codeartifact" | "store">;

/** Which packages are listed; all that is left out lets every package through. */
interface PackageFilter {
  readonly format?: PackageFormat;
  /** A prefix too: "it has prefix-matching behavior", https://docs.aws.amazon.com/codeartifact/latest/APIReference/API_ListPackages.html */
  readonly namespace?: string;
  /** A prefix. */
  readonly packagePrefix?: string;
  readonly publish?: PackageRestrictions["publish"];
  readonly upstream?: PackageRestrictions["upstream"];
}

/** Which versions are listed, and in what order; without a status those of every status. */
interface VersionFilter {
  /** `Deleted` is the status of none. */
  readonly status?: VersionStatus | "Deleted";
  readonly originType?: VersionOrigin["originType"];
  /**
   * The latest first: https://docs.aws.amazon.com/codeartifact/latest/ug/list-packages-versions.html
   *
   * @default - as PEP 440 orders versions, the lowest first, those of other formats as texts; AWS documents no order
   */
  readonly sortBy?: "PUBLISHED_TIME";
}

/** The versions of a package. */
interface VersionListing {
  /** Of those that are Published the latest, whatever is listed. */
  readonly defaultDisplayVersion?: string;
  readonly versions: readonly VersionRecord[];
}

/** @throws ResourceNotFoundException */
export function describePackage(packages: HeldPackages, place: InRepository, key: string): PackageRecord {
  packages.codeartifact.repositories.describe(place);
  const record = packages.store.find(place, key);
  if (record === undefined) {
    const { format, namespace, package: name } = coordinateOf(key);
    const what = format === "pypi" ? `Python package '${name}'` : `${format} package '${namespace ?? ""}/${name}'`;
    throw notFound(`Package not found. Repository '${place.repository}' holds no ${what}.`, {
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
  { format, namespace, packagePrefix = "", publish, upstream }: PackageFilter = {},
): readonly PackageRecord[] {
  packages.codeartifact.repositories.describe(place);
  return packages.store
    .list(place)
    .filter(
      ({ name, restrictions, format: ownFormat = "pypi", namespace: ownNamespace }) =>
        (format === undefined || ownFormat === format) &&
        (namespace === undefined || ownNamespace?.startsWith(namespace) === true) &&
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
  key: string,
  version: string,
): VersionRecord {
  const record = versionOf(describePackage(packages, place, key), version);
  if (record === undefined) {
    throw notFound(`Package version not found. Repository '${place.repository}' holds no ${key} ${version}.`, {
      resourceType: "package-version",
      resourceId: version,
    });
  }
  return record;
}

export function listPackageVersions(
  packages: HeldPackages,
  place: InRepository,
  key: string,
  { status, originType, sortBy }: VersionFilter = {},
): VersionListing {
  const { versions: held, format = "pypi" } = describePackage(packages, place, key);
  // Versions of other formats need not be Python's.
  const compare = format === "pypi" ? compareVersions : () => 0;
  const all = Object.values(held).sort(
    // 1.0 and 1.0.0 are equal, and still two versions here.
    (one, other) => compare(one.version, other.version) || (one.version < other.version ? -1 : 1),
  );
  const latestFirst = [...all].sort((one, other) => Date.parse(other.publishedTime) - Date.parse(one.publishedTime));
  const versions = (sortBy === undefined ? all : latestFirst).filter(
    (record) =>
      (status === undefined || record.status === status) &&
      (originType === undefined || record.origin.originType === originType),
  );
  const latest = latestFirst.find((record) => record.status === "Published");
  return { defaultDisplayVersion: latest?.version, versions };
}

/** A package's version of this number, which may be any text. */
export function versionOf({ versions }: PackageRecord, version: string): VersionRecord | undefined {
  return Object.hasOwn(versions, version) ? versions[version] : undefined;
}

/** A package that belongs to a group. */
interface AssociatedPackage {
  readonly key: string;
  readonly associationType: AssociationType;
}

/**
 * The packages of a group, in whatever repository of its domain, in alphabetical order.
 *
 * @param request.preview - tells what would belong to the group, which need not exist
 * @throws ResourceNotFoundException
 */
export function listAssociatedPackages(
  { codeartifact, store }: HeldPackages,
  request: InPackageGroup & { readonly preview?: boolean },
): readonly AssociatedPackage[] {
  const { domain, packageGroup, preview = false } = request;
  throwIfInvalid(patternError(packageGroup));
  if (!preview) {
    codeartifact.packageGroups.describe(request);
  }
  const patterns = new Set([...codeartifact.packageGroups.list(request).map(({ pattern }) => pattern), packageGroup]);
  const keys = codeartifact.repositories
    .list(request)
    .flatMap(({ name: repository }) => store.list({ domain, repository }).map(keyOf));
  return [...new Set(keys)].sort().flatMap((key) => {
    const { format, namespace, package: name } = coordinateOf(key);
    const { pattern, associationType } = association(patterns, packagePath(format, name, namespace));
    return pattern === packageGroup ? [{ key, associationType }] : [];
  });
}

/** An asset as the API lists it. */
interface AssetSummary {
  readonly name: string;
  /** In bytes; absent where a public index did not say it and the bytes were not fetched yet. */
  readonly size?: number;
  /** SHA-256 alone as long as the bytes of a public file were not fetched. */
  readonly hashes: Pick<AssetHashes, "SHA-256"> & Partial<AssetHashes>;
}

/** An asset with what is in it. */
interface AssetContent {
  readonly version: VersionRecord;
  readonly asset: Asset;
  readonly bytes: Buffer;
}

/** The assets of a version that the repository itself holds, by name. A version that was disposed of has none. */
export async function listPackageVersionAssets(
  packages: Packages,
  place: InRepository,
  key: string,
  version: string,
): Promise<{ readonly version: VersionRecord; readonly assets: readonly AssetSummary[] }> {
  const record = describePackageVersion(packages, place, key, version);
  const assets = Object.values(record.assets).sort((one, other) => (one.filename < other.filename ? -1 : 1));
  return { version: record, assets: await Promise.all(assets.map((asset) => summary(packages, asset))) };
}

/**
 * The bytes of an asset that the repository itself holds.
 *
 * @param revision - of the version, where the caller asks for one
 * @throws ResourceNotFoundException where there is none, or its version's status gives none out
 * @throws ConflictException where the version has another revision by now
 */
export async function getPackageVersionAsset(
  packages: Packages,
  place: InRepository,
  key: string,
  version: string,
  filename: string,
  revision?: string,
): Promise<AssetContent> {
  const record = describePackageVersion(packages, place, key, version);
  if (revision !== undefined && revision !== record.revision) {
    throw conflict(
      `${key} ${version} in '${place.repository}' is not at revision '${revision}', but at '${record.revision}'.`,
      { resourceType: "package-version", resourceId: version },
    );
  }
  const asset = Object.hasOwn(record.assets, filename) ? record.assets[filename] : undefined;
  if (asset === undefined || record.status === "Archived") {
    const reason = `is ${record.status} and ${asset === undefined ? "has no such asset" : "gives no asset out"}`;
    throw notFound(`Asset '${filename}' not found. ${key} ${version} in '${place.repository}' ${reason}.`, {
      resourceType: "asset",
      resourceId: filename,
    });
  }
  return { version: record, asset, bytes: await packages.bytesOf(asset) };
}

/** What a domain's assets take, in bytes; each is kept once, however many repositories hold it. */
export function assetSizeBytes(packages: Packages, domain: string): number {
  const sizes = new Map(
    packages.codeartifact.repositories
      .list({ domain })
      .flatMap(({ name }) => listPackages(packages, { domain, repository: name }))
      .flatMap(({ versions }) => Object.values(versions))
      .flatMap(({ assets }) => Object.values(assets))
      .map(({ sha256, size = 0 }) => [sha256, size] as const),
  );
  return [...sizes.values()].reduce((sum, size) => sum + size, 0);
}

async function summary({ store }: Packages, { filename, sha256, size, hashes }: Asset): Promise<AssetSummary> {
  if (hashes !== undefined) {
    return { name: filename, size, hashes };
  }
  const bytes = await store.getBytes(sha256);
  return bytes === undefined
    ? { name: filename, size, hashes: { "SHA-256": sha256 } }
    : { name: filename, size: bytes.length, hashes: await assetHashes(bytes) };
}
