import { createHash } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import { coordinateOf, type PackageFormat, packageKey } from "../names";
import type { RestrictionMode } from "../packageGroups";

/** Values of the API's `PackageVersionStatus`. */
export const versionStatuses = ["Published", "Unfinished", "Unlisted", "Archived", "Disposed"] as const;
export type VersionStatus = (typeof versionStatuses)[number];

/** Hexadecimal digests of an asset's bytes, named as the API names them. */
export interface AssetHashes {
  readonly MD5: string;
  readonly "SHA-1": string;
  readonly "SHA-256": string;
  readonly "SHA-512": string;
}

/** What an index says of one file of a package. */
export interface DistributionFile {
  /** Such as `orb_common-1.0.0-py3-none-any.whl`. */
  readonly filename: string;
  /** In the normal form of PEP 440. */
  readonly version: string;
  readonly sha256: string;
  /** In bytes, where the index says it. */
  readonly size?: number;
  /** ISO 8601. */
  readonly uploadTime?: string;
  readonly requiresPython?: string;
  /** The reason, or true without one. @default false */
  readonly yanked?: string | boolean;
}

/** A file of a package version as a repository holds it. */
export interface Asset extends DistributionFile {
  /** Known once the bytes are here; a file of a retained public version is fetched when it is first asked for. */
  readonly hashes?: AssetHashes;
  /** Where a public file comes from. */
  readonly url?: string;
}

/** How a version came into its repository. */
export interface VersionOrigin {
  readonly originType: "INTERNAL" | "EXTERNAL" | "UNKNOWN";
  readonly domainEntryPoint: { readonly repositoryName?: string; readonly externalConnectionName?: string };
}

/** A version of a package as a repository holds it. */
export interface VersionRecord {
  readonly version: string;
  readonly status: VersionStatus;
  /** Opaque; another one for every change of the assets. */
  readonly revision: string;
  /** ISO 8601. */
  readonly publishedTime: string;
  readonly origin: VersionOrigin;
  readonly summary?: string;
  readonly homePage?: string;
  readonly licenses?: readonly string[];
  /** By file name. */
  readonly assets: Readonly<Record<string, Asset>>;
}

/** Where a package's versions may come from, by the package's own settings. */
export interface PackageRestrictions {
  readonly publish: Extract<RestrictionMode, "ALLOW" | "BLOCK">;
  readonly upstream: Extract<RestrictionMode, "ALLOW" | "BLOCK">;
}

/** A package as one repository holds it. Plain data: it is stored as JSON. */
export interface PackageRecord {
  /** Of Python, normalised by PEP 503. */
  readonly name: string;
  /** @default pypi */
  readonly format?: PackageFormat;
  /** @default - none; Python has no namespaces */
  readonly namespace?: string;
  readonly restrictions: PackageRestrictions;
  /** By version. */
  readonly versions: Readonly<Record<string, VersionRecord>>;
}

/** What its repository knows a package by: see `packageKey`. */
export function keyOf({
  format = "pypi",
  namespace,
  name,
}: Pick<PackageRecord, "format" | "namespace" | "name">): string {
  return packageKey({ format, namespace, package: name });
}

/** What a record says of the package that a key is of. */
export function namedBy(key: string): Pick<PackageRecord, "format" | "namespace" | "name"> {
  const { format, namespace, package: name } = coordinateOf(key);
  return format === "pypi" ? { name } : { name, format, namespace };
}

/** So many bytes are digested at once, which takes some milliseconds. */
const slice = 4 * 1024 ** 2;

/** What takes bytes in part by part. */
export interface Digest {
  update(part: Uint8Array): unknown;
  digest(encoding: "hex"): string;
}

/** The digest of some bytes, in hexadecimal. Other work runs in between: a file may have hundreds of megabytes. */
export async function digestOf(bytes: Buffer, digest: Digest): Promise<string> {
  for (let start = 0; start < bytes.length; start += slice) {
    if (start > 0) {
      await setImmediate();
    }
    digest.update(bytes.subarray(start, start + slice));
  }
  return digest.digest("hex");
}

/** The SHA-256 of some bytes, in hexadecimal. */
export function sha256Of(bytes: Buffer): Promise<string> {
  return digestOf(bytes, createHash("sha256"));
}

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

/** A text that is another one whenever the assets are. */
export function revisionOf(assets: Readonly<Record<string, Asset>>): string {
  const names = Object.values(assets).map(({ filename, sha256 }) => `${filename} ${sha256}\n`);
  return createHash("sha256").update(names.sort().join("")).digest("base64");
}
