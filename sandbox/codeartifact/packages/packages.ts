import { AwsError } from "../../core/awsError";
import type { AccountInfo } from "../../core/identifiers";
import type { CodeArtifact } from "../codeartifact";
import { conflict, notFound } from "../errors";
import {
  type Asset,
  assetHashes,
  type AssetHashes,
  type DistributionFile,
  keyOf,
  namedBy,
  type PackageRecord,
  revisionOf,
  type VersionRecord,
  withAsset,
} from "./records";
import {
  type Arrival,
  assetOf,
  entryError,
  firstRestrictions,
  inSearchOrder,
  isDownloadable,
  isListed,
  type PublicIndex,
  PublicIndexUnavailable,
  type VersionReach,
  type ReachableVersion,
  type Refresh,
  refreshedVersion,
  versionsAbove,
  versionsHeld,
  type VisibleFile,
  visibleFiles,
  retained,
} from "./search";
import { KeyedMutex, type PackageStore, type RepositoryPlace } from "./store";

/** What a publish came to; `unchanged` where these very bytes were there already. */
type PublishOutcome = "published" | "unchanged";

/** A file with what is in it. */
export interface Download {
  readonly file: VisibleFile;
  readonly bytes: Buffer;
}

/** The packages of a domain's repositories: what comes in, and what is seen. Who may ask is not asked here. */
export class Packages {
  readonly #mutex = new KeyedMutex();
  readonly #ownFiles = new WeakMap<PackageRecord, readonly VisibleFile[]>();

  constructor(
    readonly account: AccountInfo,
    readonly codeartifact: CodeArtifact,
    readonly store: PackageStore,
    readonly publicIndex: PublicIndex,
  ) {}

  /**
   * The files of a package that are listed through a repository, its upstreams included. Versions that are retained on the
   * way are refreshed. As long as nothing changes a package that comes from this repository alone, the answer is the same
   * array.
   *
   * @param name - normalised by PEP 503
   * @throws ResourceNotFoundException where there is no repository, or no file
   * @throws AwsError 502 where the public index is needed and does not answer
   */
  async files(place: RepositoryPlace, name: string): Promise<readonly VisibleFile[]> {
    const above = await versionsAbove(this, place, name);
    const record = this.store.find(place, name);
    const reach = this.#reach(place, name, above);
    const files =
      above.versions.length === 0 && record !== undefined
        ? this.#filesOf(place, record)
        : reach.versions.filter(isListed).flatMap(visibleFiles);
    await this.#refresh(place, name, reach);
    if (files.length === 0) {
      throw nothingFound(`${name} has no files in ${place.repository}`, above);
    }
    return files;
  }

  /**
   * The bytes of a file that can be reached through a repository. A version that comes from above is retained: here, and
   * where it entered the domain. Source: https://docs.aws.amazon.com/codeartifact/latest/ug/repo-upstream-behavior.html
   *
   * @param name - normalised by PEP 503
   * @throws ResourceNotFoundException where there is no such file, or its version is archived or disposed of
   * @throws AwsError 502 where the public index is needed and does not answer
   */
  async download(place: RepositoryPlace, name: string, filename: string): Promise<Download> {
    this.codeartifact.repositories.describe(place);
    const held: VersionReach = { versions: versionsHeld(this.store, place, name) };
    const reach = held.versions.some((found) => assetOf(found, filename) !== undefined)
      ? held
      : this.#reach(place, name, await versionsAbove(this, place, name));
    for (const found of reach.versions.filter(isDownloadable)) {
      const asset = assetOf(found, filename);
      const file = visibleFiles(found).find((candidate) => candidate.filename === filename);
      if (asset !== undefined && file !== undefined) {
        const bytes = await this.bytesOf(asset);
        await this.#refresh(place, name, reach);
        await this.#retain(place, name, found);
        return { file, bytes };
      }
    }
    throw nothingFound(`${filename} is not in ${place.repository}`, reach);
  }

  /** Deletes the packages of a repository that is deleted. */
  async deleteAll(place: RepositoryPlace): Promise<void> {
    await Promise.all(this.store.list(place).map((record) => this.store.delete(place, keyOf(record))));
  }

  /**
   * The bytes of an asset. Those of a public file are fetched the first time, and kept.
   *
   * @throws AwsError 502 where the public index does not answer
   */
  async bytesOf({ sha256, url, filename }: Asset): Promise<Buffer> {
    const kept = await this.store.getBytes(sha256);
    if (kept !== undefined) {
      return kept;
    }
    if (url === undefined) {
      throw new Error(`the bytes of ${filename} (SHA-256 ${sha256}) are not in the store`);
    }
    return this.#mutex.run(`bytes ${sha256}`, async () => {
      const bytes = (await this.store.getBytes(sha256)) ?? (await this.#fetch(url, sha256));
      await this.store.putBytes(sha256, bytes);
      return bytes;
    });
  }

  /**
   * Takes a file in.
   *
   * @param name - normalised by PEP 503
   * @throws ConflictException for other bytes of a file that is there, and for a version that comes from upstream
   * @throws AccessDeniedException where the package's origin controls deny it
   * @throws AwsError 502 where the public index may hold the version, and does not answer
   */
  async publish(place: RepositoryPlace, name: string, upload: Upload): Promise<PublishOutcome> {
    const hashes = await assetHashes(upload.bytes);
    return this.inTurn(place, name, async () => {
      const record = this.openToPublish(place, name);
      const held = record.versions[upload.version];
      const { unchanged, asset, version } = publication(place, upload, hashes, held, this.account.now());
      if (unchanged) {
        return "unchanged";
      }
      if (held === undefined) {
        await this.#rejectReachable(place, name, upload.version);
      }
      await this.store.putBytes(asset.sha256, upload.bytes);
      await this.#put(place, record, withAsset(version, asset));
      return "published";
    });
  }

  /** Does something to a package while nothing else changes it in any repository of the domain. */
  inTurn<Answer>({ domain }: RepositoryPlace, key: string, work: () => Promise<Answer>): Promise<Answer> {
    return this.#mutex.run(`package ${domain}/${key}`, work);
  }

  /**
   * The package as it is open to publishers, or as the first version makes it.
   *
   * @throws ResourceNotFoundException where there is no repository
   * @throws AccessDeniedException where the package's origin controls deny it
   */
  openToPublish(place: RepositoryPlace, key: string): PackageRecord {
    this.codeartifact.repositories.describe(place);
    const record = this.store.find(place, key);
    const reason = entryError(this.codeartifact, place, key, "PUBLISH", record);
    if (reason !== undefined) {
      throw new AwsError("AccessDeniedException", `${key} cannot be published to ${place.repository}: ${reason}.`, 403);
    }
    return record ?? this.#first(place, key, "publish");
  }

  #reach(place: RepositoryPlace, name: string, above: VersionReach): VersionReach {
    return inSearchOrder([{ versions: versionsHeld(this.store, place, name) }, above]);
  }

  #filesOf(place: RepositoryPlace, record: PackageRecord): readonly VisibleFile[] {
    const files =
      this.#ownFiles.get(record) ?? versionsHeld(this.store, place, record.name).filter(isListed).flatMap(visibleFiles);
    this.#ownFiles.set(record, files);
    return files;
  }

  async #rejectReachable(place: RepositoryPlace, name: string, version: string): Promise<void> {
    const above = await versionsAbove(this, place, name);
    if (above.versions.some((reachable) => reachable.version === version)) {
      throw conflict(
        `${name} ${version} cannot be published to ${place.repository}: an upstream or public repository has this ` +
          "version. Publish another version, or block the package's upstreams.",
      );
    }
    if (above.unavailable !== undefined) {
      throw badGateway(`Whether ${name} ${version} is public already is not known`, above.unavailable);
    }
  }

  async #retain(place: RepositoryPlace, name: string, found: ReachableVersion): Promise<void> {
    const entered = "record" in found ? found.repository : found.connectedRepository;
    if ("record" in found && entered === place.repository) {
      return;
    }
    await this.inTurn(place, name, async () => {
      for (const repository of new Set([entered, place.repository])) {
        const there = { ...place, repository };
        const record = this.store.find(there, name) ?? this.#first(there, name, "upstream");
        if (record.versions[found.version] === undefined) {
          await this.#put(there, record, retained(found, this.account.now()));
        }
      }
    });
  }

  async #refresh(place: RepositoryPlace, name: string, { refreshes = [] }: VersionReach): Promise<void> {
    if (refreshes.length > 0) {
      await this.inTurn(place, name, () => this.#putRefreshed(place, name, refreshes));
    }
  }

  /** Each version as it is by now: it may have another status since it was looked at, or be gone. */
  async #putRefreshed(place: RepositoryPlace, name: string, refreshes: readonly Refresh[]): Promise<void> {
    for (const { repository, source } of refreshes) {
      const there = { ...place, repository };
      const record = this.store.find(there, name);
      const held = record?.versions[source.version];
      if (record !== undefined && held !== undefined) {
        const version = refreshedVersion(repository, held, source);
        await (version === held ? undefined : this.#put(there, record, version));
      }
    }
  }

  #first({ domain }: RepositoryPlace, key: string, arrival: Arrival): PackageRecord {
    return {
      ...namedBy(key),
      restrictions: firstRestrictions(this.codeartifact, domain, key, arrival),
      versions: {},
    };
  }

  #put(place: RepositoryPlace, record: PackageRecord, version: VersionRecord): Promise<void> {
    return this.store.put(place, { ...record, versions: { ...record.versions, [version.version]: version } });
  }

  async #fetch(url: string, sha256: string): Promise<Buffer> {
    try {
      return await this.publicIndex.download(url, sha256);
    } catch (error) {
      throw error instanceof PublicIndexUnavailable ? badGateway("The file is not kept here", error) : error;
    }
  }
}

/** Names what keeps the package from coming in from above, such as its package group. */
function nothingFound(message: string, { unavailable, closed }: VersionReach): AwsError {
  if (unavailable !== undefined) {
    return badGateway(message, unavailable);
  }
  return notFound(closed === undefined ? `${message}.` : `${message}: ${closed}.`);
}

function badGateway(message: string, cause: PublicIndexUnavailable): AwsError {
  return new AwsError("BadGatewayException", `${message}, and the public index does not answer: ${cause.message}`, 502);
}

// https://docs.aws.amazon.com/codeartifact/latest/ug/packages-overview.html#package-publishing

/** A file that a publisher sends. */
export interface Upload extends Omit<DistributionFile, "sha256" | "size" | "uploadTime" | "yanked"> {
  readonly bytes: Buffer;
  readonly summary?: string;
  readonly homePage?: string;
  readonly licenses?: readonly string[];
}

/** What a file becomes to a version that may not be there yet. */
interface Publication {
  /** Whether these very bytes are there under this name. */
  readonly unchanged: boolean;
  readonly asset: Asset;
  readonly version: VersionRecord;
}

/**
 * What an upload comes to.
 *
 * @param hashes - of its bytes
 * @param held - the version as the repository holds it
 * @throws ConflictException where the version takes no such file
 */
function publication(
  { repository }: RepositoryPlace,
  { bytes, summary, homePage, licenses, ...about }: Upload,
  hashes: AssetHashes,
  held: VersionRecord | undefined,
  now: Date,
): Publication {
  const { filename, version } = about;
  const sha256 = hashes["SHA-256"];
  const time = now.toISOString();
  const asset: Asset = { ...about, sha256, size: bytes.length, uploadTime: time, hashes };
  if (held === undefined) {
    const origin = { originType: "INTERNAL", domainEntryPoint: { repositoryName: repository } } as const;
    const status = "Published";
    const fresh = { version, status, publishedTime: time, origin, assets: {}, revision: revisionOf({}) } as const;
    return { unchanged: false, asset, version: { ...fresh, summary, homePage, licenses } };
  }
  if (held.status === "Archived" || held.status === "Disposed") {
    throw conflict(`Version ${version} in ${repository} is ${held.status} and takes no file: publish another version.`);
  }
  const existing = held.assets[filename];
  if (existing !== undefined && existing.sha256 !== sha256) {
    throw conflict(
      `${filename} is in ${repository} with other bytes (SHA-256 ${existing.sha256}, sent ${sha256}). ` +
        "A published file never changes: publish another version.",
    );
  }
  if (existing === undefined && held.origin.originType !== "INTERNAL") {
    throw conflict(
      `Version ${version} in ${repository} comes from upstream and takes no file: publish another version.`,
    );
  }
  return { unchanged: existing !== undefined, asset, version: held };
}
