import { conflict } from "../errors";
import type { RepositoryPlace } from "./store";
import type { Asset, AssetHashes, DistributionFile, VersionRecord } from "./records";
import { revisionOf } from "./versionRecords";

// https://docs.aws.amazon.com/codeartifact/latest/ug/packages-overview.html#package-publishing

/** A file that a publisher sends. */
export interface Upload extends Omit<DistributionFile, "sha256" | "size" | "uploadTime" | "yanked"> {
  readonly bytes: Buffer;
  readonly summary?: string;
  readonly homePage?: string;
  readonly licenses?: readonly string[];
}

/** What a file becomes to a version that may not be there yet. */
export interface Publication {
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
export function publication(
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
