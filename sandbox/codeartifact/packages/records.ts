import type { RestrictionMode } from "../originConfiguration";

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
  /** Normalised by PEP 503. */
  readonly name: string;
  readonly restrictions: PackageRestrictions;
  /** By version. */
  readonly versions: Readonly<Record<string, VersionRecord>>;
}
