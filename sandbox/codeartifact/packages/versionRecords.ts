import { createHash } from "node:crypto";
import { digestOf } from "./digests";
import type { ReachableVersion } from "./search";
import type { Asset, AssetHashes, VersionRecord } from "./records";

/** The digests that the API gives for an asset. */
export async function assetHashes(bytes: Buffer): Promise<AssetHashes> {
  const digest = (algorithm: string) => digestOf(bytes, createHash(algorithm));
  return {
    MD5: await digest("md5"),
    "SHA-1": await digest("sha1"),
    "SHA-256": await digest("sha256"),
    "SHA-512": await digest("sha512"),
  };
}

/** The version with one asset more, or another in its place. */
export function withAsset(version: VersionRecord, asset: Asset): VersionRecord {
  const assets = { ...version.assets, [asset.filename]: asset };
  return { ...version, assets, revision: revisionOf(assets) };
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

/** A text that is another one whenever the assets are. */
export function revisionOf(assets: Readonly<Record<string, Asset>>): string {
  const names = Object.values(assets).map(({ filename, sha256 }) => `${filename} ${sha256}\n`);
  return createHash("sha256").update(names.sort().join("")).digest("base64");
}
