import { conflict, notFound } from "../errors";
import type { InRepository } from "../names";
import { describePackageVersion, listPackages } from "./queries";
import type { Packages } from "./packages";
import type { Asset, AssetHashes, VersionRecord } from "./records";
import { assetHashes } from "./versionRecords";

/** An asset as the API lists it. */
export interface AssetSummary {
  readonly name: string;
  /** In bytes; absent where a public index did not say it and the bytes were not fetched yet. */
  readonly size?: number;
  /** SHA-256 alone as long as the bytes of a public file were not fetched. */
  readonly hashes: Pick<AssetHashes, "SHA-256"> & Partial<AssetHashes>;
}

/** An asset with what is in it. */
export interface AssetContent {
  readonly version: VersionRecord;
  readonly asset: Asset;
  readonly bytes: Buffer;
}

/** The assets of a version that the repository itself holds, by name. A version that was disposed of has none. */
export async function listPackageVersionAssets(
  packages: Packages,
  place: InRepository,
  name: string,
  version: string,
): Promise<{ readonly version: VersionRecord; readonly assets: readonly AssetSummary[] }> {
  const record = describePackageVersion(packages, place, name, version);
  const assets = Object.values(record.assets).sort((one, other) => (one.filename < other.filename ? -1 : 1));
  return { version: record, assets: await Promise.all(assets.map((asset) => summary(packages, asset))) };
}

/**
 * The bytes of an asset that the repository itself holds.
 *
 * @param revision - of the version, where a certain one is meant
 * @throws ResourceNotFoundException where there is none, or its version's status gives none out
 * @throws ConflictException where the version has another revision by now
 */
export async function getPackageVersionAsset(
  packages: Packages,
  place: InRepository,
  name: string,
  version: string,
  filename: string,
  revision?: string,
): Promise<AssetContent> {
  const record = describePackageVersion(packages, place, name, version);
  if (revision !== undefined && revision !== record.revision) {
    throw conflict(
      `${name} ${version} in '${place.repository}' is not at revision '${revision}', but at '${record.revision}'.`,
      { resourceType: "package-version", resourceId: version },
    );
  }
  const asset = Object.hasOwn(record.assets, filename) ? record.assets[filename] : undefined;
  if (asset === undefined || record.status === "Archived") {
    const reason = `is ${record.status} and ${asset === undefined ? "has no such asset" : "gives no asset out"}`;
    throw notFound(`Asset '${filename}' not found. ${name} ${version} in '${place.repository}' ${reason}.`, {
      resourceType: "asset",
      resourceId: filename,
    });
  }
  return { version: record, asset, bytes: await packages.bytesOf(asset) };
}

/** What a domain's assets take, in bytes; each is kept once, however many repositories hold it. */
export function assetSizeBytes(packages: Packages, domain: string): number {
  const sizes = new Map(
    packages.codeartifact
      .listRepositoriesInDomain({ domain })
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
