import { paginateListPackageVersionAssets } from "@aws-sdk/client-codeartifact";
import { collect, find } from "./clients";
import type { StackRegistry } from "./stackRegistry";

/** A file of a version, as AWS has it. */
export interface VersionAsset {
  readonly filename: string;
  /** In hexadecimal. */
  readonly sha256: string;
  /** In bytes. */
  readonly size: number;
}

/**
 * The files of a version, whatever its status.
 *
 * @param name - normalised by PEP 503
 * @returns nothing where the repository has no such version
 * @throws CommandError where AWS denies the request
 */
export async function versionAssets(
  { client, place }: Pick<StackRegistry, "client" | "place">,
  name: string,
  version: string,
): Promise<readonly VersionAsset[] | undefined> {
  const pages = paginateListPackageVersionAssets({ client }, { ...place, package: name, packageVersion: version });
  const assets = await find(`files of ${name} ${version} in ${place.domain}`, () =>
    collect(pages, (page) => page.assets),
  );
  return assets?.map(({ name: filename = "", hashes, size = 0 }) => ({
    filename,
    sha256: hashes?.["SHA-256"] ?? "",
    size,
  }));
}

/** SHA-256 of every file of a version by its name; none where the repository has no such version. */
export async function versionDigests(
  registry: Pick<StackRegistry, "client" | "place">,
  name: string,
  version: string,
): Promise<ReadonlyMap<string, string>> {
  const assets = await versionAssets(registry, name, version);
  return new Map(assets?.map(({ filename, sha256 }) => [filename, sha256]));
}

/** The error for a file that a registry has with other bytes than it is to have. */
export function otherBytes(
  { place: { domain } }: Pick<StackRegistry, "place">,
  filename: string,
  held: string,
  sha256: string,
): string {
  return `${domain} has ${filename} with SHA-256 ${held}, and it was to be ${sha256}: a published file never changes.`;
}
