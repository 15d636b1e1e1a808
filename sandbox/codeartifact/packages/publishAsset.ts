import { conflict, invalidField } from "../errors";
import type { InRepository } from "../names";
import type { Packages } from "./packages";
import { versionOf } from "./queries";
import { type Asset, assetHashes, type PackageRecord, revisionOf, type VersionRecord, withAsset } from "./records";

// https://docs.aws.amazon.com/codeartifact/latest/ug/packages-overview.html#package-publishing-overwrite-assets

/** An asset of a generic package that a publisher sends. */
export interface AssetUpload {
  readonly version: string;
  readonly filename: string;
  readonly bytes: Buffer;
  /** What the sender says that the SHA-256 of the bytes is, in hexadecimal. */
  readonly sha256: string;
  /** Whether more assets are to come: the version takes others as long as it is Unfinished. @default false */
  readonly unfinished?: boolean;
}

/** The asset, and its version with it. */
export interface PublishedAsset {
  readonly version: VersionRecord;
  readonly asset: Asset;
}

/**
 * Takes an asset of a generic package in. An asset that is there with the same bytes changes nothing, except that it ends an
 * Unfinished version where no more assets are to come.
 *
 * @throws ValidationException where the bytes have another SHA-256
 * @throws ResourceNotFoundException for a repository that does not exist
 * @throws ConflictException for other bytes of an asset that is there, and for a version that takes no more assets
 * @throws AccessDeniedException where the package's origin controls deny it
 */
export async function publishAsset(
  packages: Packages,
  place: InRepository,
  key: string,
  { version: number, filename, bytes, sha256, unfinished = false }: AssetUpload,
): Promise<PublishedAsset> {
  const hashes = await assetHashes(bytes);
  if (hashes["SHA-256"] !== sha256) {
    throw invalidField(
      `The SHA-256 of '${filename}' is ${hashes["SHA-256"]}, but 'assetSHA256' says ${sha256}: send the asset again.`,
    );
  }
  return packages.inTurn(place, key, async () => {
    const record = packages.openToPublish(place, key);
    const time = packages.account.now().toISOString();
    const sent: Asset = { filename, version: number, sha256, size: bytes.length, uploadTime: time, hashes };
    const held = versionOf(record, number);
    const asset = held && heldAsset(place, record, held, sent);
    const before = held ?? newVersion(place, number, time);
    const withSent = asset === undefined ? withAsset(before, sent) : before;
    const version = finished(withSent, unfinished, time);
    if (version !== held) {
      await packages.store.putBytes(sha256, bytes);
      await packages.store.put(place, { ...record, versions: { ...record.versions, [number]: version } });
    }
    return { version, asset: asset ?? sent };
  });
}

function newVersion({ repository }: InRepository, version: string, time: string): VersionRecord {
  const origin = { originType: "INTERNAL", domainEntryPoint: { repositoryName: repository } } as const;
  return { version, status: "Unfinished", publishedTime: time, origin, assets: {}, revision: revisionOf({}) };
}

/** "Once a package version's status is set to Published, it cannot change back to Unfinished." */
function finished(version: VersionRecord, unfinished: boolean, time: string): VersionRecord {
  return version.status === "Unfinished" && !unfinished
    ? { ...version, status: "Published", publishedTime: time }
    : version;
}

/**
 * The asset that is there already, with the bytes that are sent.
 *
 * @returns nothing where the version takes the asset
 * @throws ConflictException where it takes no such asset
 */
function heldAsset(
  { repository }: InRepository,
  { name }: PackageRecord,
  { version, status, assets }: VersionRecord,
  { filename, sha256 }: Asset,
): Asset | undefined {
  const resource = { resourceType: "package-version", resourceId: version } as const;
  if (status === "Archived" || status === "Disposed") {
    throw conflict(
      `Version ${version} of ${name} in '${repository}' is ${status} and takes no asset: publish another version.`,
      resource,
    );
  }
  const existing = Object.hasOwn(assets, filename) ? assets[filename] : undefined;
  if (existing !== undefined && existing.sha256 !== sha256) {
    throw conflict(
      `Asset '${filename}' of ${name} ${version} is in '${repository}' with other bytes (SHA-256 ${existing.sha256}, ` +
        `sent ${sha256}). A published asset never changes: publish another version.`,
      { resourceType: "asset", resourceId: filename },
    );
  }
  if (existing === undefined && status !== "Unfinished") {
    throw conflict(
      `Version ${version} of ${name} in '${repository}' is ${status} and takes no more assets: publish another version, ` +
        "with 'unfinished' for each asset but the last.",
      resource,
    );
  }
  return existing;
}
