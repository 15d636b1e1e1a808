import type { CodeArtifact } from "../codeartifact";
import { coordinateOf } from "../names";
import type { RestrictionType } from "../packageGroups";
import {
  type Asset,
  type DistributionFile,
  type PackageRecord,
  type PackageRestrictions,
  revisionOf,
  type VersionRecord,
} from "./records";
import type { PackageStore, RepositoryPlace } from "./store";

/** A version as a client of some repository reaches it. */
export type ReachableVersion =
  /** A repository on the way holds it. */
  | { readonly version: string; readonly repository: string; readonly record: VersionRecord }
  /** The public index has it, and a repository is connected to that index. */
  | {
      readonly version: string;
      readonly connectedRepository: string;
      readonly connection: string;
      readonly files: readonly PublicFile[];
    };

/** What can be reached, and what could not be asked. */
export interface VersionReach {
  /** In search order; of each version only the first that was found. */
  readonly versions: readonly ReachableVersion[];
  /** Of what repositories on the way retain, that which has changed further up. @default none */
  readonly refreshes?: readonly Refresh[];
  /** Why the public index could not be asked, where it was needed. */
  readonly unavailable?: PublicIndexUnavailable;
  /** What keeps the package from coming in, on the first way that is closed to it. @default nothing does */
  readonly closed?: string;
}

/** What a search looks through. */
interface Searched {
  readonly codeartifact: CodeArtifact;
  readonly store: PackageStore;
  readonly publicIndex: PublicIndex;
}

/**
 * The versions of a package that lie above a repository, as far as origin controls let them in: those of its upstreams in
 * their order, each with what lies above it, and then those of the public index it is connected to.
 * Source: https://docs.aws.amazon.com/codeartifact/latest/ug/repo-upstream-search-order.html
 *
 * Generic packages "are never fetched from upstream repositories":
 * https://docs.aws.amazon.com/codeartifact/latest/ug/generic-packages-overview.html
 */
export async function versionsAbove(searched: Searched, place: RepositoryPlace, key: string): Promise<VersionReach> {
  const { codeartifact, store } = searched;
  const { upstreams, externalConnections } = codeartifact.repositories.describe(place);
  if (coordinateOf(key).format === "generic") {
    return { versions: [] };
  }
  const record = store.find(place, key);
  const reaches: VersionReach[] = [];
  const isOpen = (way: RestrictionType) => {
    const closed = entryError(codeartifact, place, key, way, record);
    if (closed !== undefined) {
      reaches.push({ versions: [], closed });
    }
    return closed === undefined;
  };

  if (upstreams.length > 0 && isOpen("INTERNAL_UPSTREAM")) {
    for (const repository of upstreams) {
      reaches.push(await versionsIn(searched, { ...place, repository }, key));
    }
  }
  const connections = externalConnections.filter(({ packageFormat }) => packageFormat === "pypi");
  if (connections.length > 0 && isOpen("EXTERNAL_UPSTREAM")) {
    for (const { externalConnectionName } of connections) {
      reaches.push(await publicVersions(searched.publicIndex, place.repository, externalConnectionName, key));
    }
  }
  return inSearchOrder(reaches);
}

/** The versions of a package that a repository holds, and behind them those that lie above it. */
async function versionsIn(searched: Searched, place: RepositoryPlace, key: string): Promise<VersionReach> {
  return inSearchOrder([
    { versions: versionsHeld(searched.store, place, key) },
    await versionsAbove(searched, place, key),
  ]);
}

/** The versions of a package that a repository itself holds. */
export function versionsHeld(store: PackageStore, place: RepositoryPlace, key: string): readonly ReachableVersion[] {
  const { repository } = place;
  return Object.values(store.find(place, key)?.versions ?? {}).map((record) => ({
    version: record.version,
    repository,
    record,
  }));
}

/**
 * Reaches as one. Of each version the first one counts; if a repository retains it, it has what is new behind it.
 */
export function inSearchOrder(reaches: readonly VersionReach[]): VersionReach {
  const versions = new Map<string, ReachableVersion>();
  const refreshes = reaches.flatMap((reach) => reach.refreshes ?? []);
  for (const found of reaches.flatMap((reach) => reach.versions)) {
    const first = versions.get(found.version);
    if (first === undefined) {
      versions.set(found.version, found);
    } else if ("record" in first) {
      const { repository } = first;
      const record = refreshedVersion(repository, first.record, found);
      if (record !== first.record) {
        versions.set(found.version, { ...first, record });
        refreshes.push({ repository, source: found });
      }
    }
  }
  const unavailable = reaches.find((reach) => reach.unavailable !== undefined)?.unavailable;
  const closed = reaches.find((reach) => reach.closed !== undefined)?.closed;
  return { versions: [...versions.values()], refreshes, unavailable, closed };
}

async function publicVersions(
  publicIndex: PublicIndex,
  connectedRepository: string,
  connection: string,
  name: string,
): Promise<VersionReach> {
  try {
    const versions = new Map<string, PublicFile[]>();
    for (const file of (await publicIndex.files(name)) ?? []) {
      const files = versions.get(file.version) ?? [];
      files.push(file);
      versions.set(file.version, files);
    }
    return {
      versions: [...versions].map(([version, files]) => ({ version, connectedRepository, connection, files })),
    };
  } catch (error) {
    if (error instanceof PublicIndexUnavailable) {
      return { versions: [], unavailable: error };
    }
    throw error;
  }
}

/** A file that is visible through a repository. */
export interface VisibleFile extends DistributionFile {
  /** The repository that holds it, or the external connection it comes through (`public:pypi`). */
  readonly from: string;
}

/** What a client sees of a version's files. */
export function visibleFiles(found: ReachableVersion): readonly VisibleFile[] {
  const from = "record" in found ? found.repository : found.connection;
  return assetsOf(found).map(({ filename, version, sha256, size, uploadTime, requiresPython, yanked }) => ({
    filename,
    version,
    sha256,
    size,
    uploadTime,
    requiresPython,
    yanked,
    from,
  }));
}

/** A version's file of this name. */
export function assetOf(found: ReachableVersion, filename: string): Asset | undefined {
  return assetsOf(found).find((asset) => asset.filename === filename);
}

/**
 * Whether simple pages list the version. They leave an unlisted version out, but a request for its file succeeds.
 * Source: https://docs.aws.amazon.com/codeartifact/latest/ug/packages-overview.html#package-version-status
 */
export function isListed(found: ReachableVersion): boolean {
  return !("record" in found) || found.record.status === "Published";
}

/** Whether the version's files are given out. */
export function isDownloadable(found: ReachableVersion): boolean {
  return isListed(found) || ("record" in found && found.record.status === "Unlisted");
}

function assetsOf(found: ReachableVersion): readonly Asset[] {
  return "record" in found ? Object.values(found.record.assets) : found.files;
}

// https://docs.aws.amazon.com/codeartifact/latest/ug/package-group-origin-controls.html
// https://docs.aws.amazon.com/codeartifact/latest/ug/package-origin-controls.html

/** How a package's first version came into a repository. */
export type Arrival = "publish" | "upstream";

/** What keeps versions of a package from entering a repository on one way, or nothing. A block of either level wins. */
export function entryError(
  codeartifact: CodeArtifact,
  { domain, repository }: RepositoryPlace,
  key: string,
  way: RestrictionType,
  record: PackageRecord | undefined,
): string | undefined {
  const { packageGroup, associationType } = codeartifact.packageGroups.associated({ domain, ...coordinateOf(key) });
  if (associationType === "WEAK") {
    return (
      `package ${key} only looks like those of package group ${packageGroup.pattern} (a weak match), ` +
      "and enters no repository. Choose another name, or give it a package group of its own"
    );
  }
  const { effectiveMode, effectiveRepositories } = packageGroup.originConfiguration.restrictions[way];
  if (
    effectiveMode === "BLOCK" ||
    (effectiveMode === "ALLOW_SPECIFIC_REPOSITORIES" && !effectiveRepositories.includes(repository))
  ) {
    const mode =
      effectiveMode === "BLOCK"
        ? "is BLOCK"
        : `allows ${effectiveRepositories.length === 0 ? "no repository" : effectiveRepositories.join(", ")} only`;
    return `${way} of package group ${packageGroup.pattern}, to which package ${key} belongs, ${mode}`;
  }
  const own = way === "PUBLISH" ? "publish" : "upstream";
  return record?.restrictions[own] === "BLOCK"
    ? `origin configuration of package ${key} in ${repository} says ${own} BLOCK`
    : undefined;
}

/**
 * The settings that a package gets with its first version. Where its group restricts anything the group alone decides;
 * otherwise the way by which the first version came stays the only one.
 */
export function firstRestrictions(
  codeartifact: CodeArtifact,
  domain: string,
  key: string,
  arrival: Arrival,
): PackageRestrictions {
  const { packageGroup } = codeartifact.packageGroups.associated({ domain, ...coordinateOf(key) });
  const modes = Object.values(packageGroup.originConfiguration.restrictions).map(({ effectiveMode }) => effectiveMode);
  if (modes.some((mode) => mode !== "ALLOW")) {
    return { publish: "ALLOW", upstream: "ALLOW" };
  }
  return arrival === "publish" ? { publish: "ALLOW", upstream: "BLOCK" } : { publish: "BLOCK", upstream: "ALLOW" };
}

/** A version that a repository retains and that has changed where it came from. */
export interface Refresh {
  readonly repository: string;
  /** As it is further up. */
  readonly source: ReachableVersion;
}

/** The record of a version that comes from above into a repository, where it stays: all of its files, wherever their bytes are. */
export function retained(found: ReachableVersion, now: Date): VersionRecord {
  if ("record" in found) {
    return found.record;
  }
  const assets = Object.fromEntries(found.files.map((file) => [file.filename, file]));
  return {
    version: found.version,
    status: "Published",
    revision: revisionOf(assets),
    publishedTime: now.toISOString(),
    origin: { originType: "EXTERNAL", domainEntryPoint: { externalConnectionName: found.connection } },
    assets,
  };
}

/**
 * A retained version with the files that it has gained further up, and with the yanked state that its files have there. A
 * file that is gone further up stays, and so do the bytes of a file that has others there.
 *
 * Nothing changes for a version that was published to this repository itself, and for one that is neither Published nor
 * Unlisted, here or further up.
 * Source: https://docs.aws.amazon.com/codeartifact/latest/ug/python-upstream-external-connections-request.html
 *
 * @returns the same record where nothing changes
 */
export function refreshedVersion(repository: string, record: VersionRecord, source: ReachableVersion): VersionRecord {
  const { originType, domainEntryPoint } = record.origin;
  const isOwn = originType === "INTERNAL" && domainEntryPoint.repositoryName === repository;
  if (isOwn || !isFollowed(record) || ("record" in source && !isFollowed(source.record))) {
    return record;
  }
  const found = "record" in source ? Object.values(source.record.assets) : source.files;
  const assets = { ...record.assets };
  let changed = false;
  for (const asset of found) {
    const held = Object.hasOwn(assets, asset.filename) ? assets[asset.filename] : undefined;
    const next = refreshedAsset(held, asset);
    changed ||= next !== held;
    assets[asset.filename] = next;
  }
  return changed ? { ...record, assets, revision: revisionOf(assets) } : record;
}

function isFollowed({ status }: VersionRecord): boolean {
  return status === "Published" || status === "Unlisted";
}

/** The yanked state is all that changes of a file that is here. */
function refreshedAsset(held: Asset | undefined, found: Asset): Asset {
  if (held === undefined) {
    return found;
  }
  const stays = held.sha256 !== found.sha256 || (held.yanked ?? false) === (found.yanked ?? false);
  return stays ? held : { ...held, yanked: found.yanked };
}

/** A file of the public index. */
export interface PublicFile extends DistributionFile {
  readonly url: string;
}

/** The public index behind an external connection. */
export interface PublicIndex {
  /**
   * The files of a project; nothing where the index has no such project.
   *
   * @param name - normalised by PEP 503
   * @throws PublicIndexUnavailable
   */
  files(name: string): Promise<readonly PublicFile[] | undefined>;
  /**
   * The bytes of a file, whose SHA-256 has been compared.
   *
   * @throws PublicIndexUnavailable
   */
  download(url: string, sha256: string): Promise<Buffer>;
}

/** The public index does not answer, or not as an index does. */
export class PublicIndexUnavailable extends Error {}

/** No public index at all: no project is there. */
export const noPublicIndex: PublicIndex = {
  files: () => Promise.resolve(undefined),
  download: (url) => Promise.reject(new PublicIndexUnavailable(`There is no public index here to fetch ${url} from.`)),
};
