import { createHash } from "node:crypto";
import { compareVersions } from "../../naming/versions";
import { distributionVersion } from "../../sandbox/publicIndex/projectPage";
import { readDistributionName } from "../../sandbox/codeartifact/pypi/distributionName";
import { ask } from "../aws/clients";
import { CommandError } from "../cli";
import type { Release } from "./releases";
import { authorization, type StackRegistry } from "../aws/stackRegistry";

/** A file of a release, in the registry that it is taken from. */
export interface SourceFile {
  /** As the file has it: `1.4` and `1.4.0` are one version, and CodeArtifact knows it by this text. */
  readonly version: string;
  readonly filename: string;
  readonly url: string;
  /** In hexadecimal. */
  readonly sha256: string;
  /** In bytes, where the index says it. */
  readonly size?: number;
  /** Whether the name is that of a distribution which twine sends. */
  readonly canBeSent: boolean;
}

/** What twine sends. Source: https://twine.readthedocs.io */
export const formatsOfTwine = ".whl, .tar.gz or .zip";

interface SimplePage {
  readonly files: readonly {
    readonly filename: string;
    readonly url: string;
    readonly hashes: { readonly sha256?: string };
    readonly size?: number;
  }[];
}

/**
 * The files of a release, as the index lists them: that is what a reader's role may ask for.
 *
 * @throws CommandError where the release has no file
 */
export async function sourceFiles(source: StackRegistry, release: Release): Promise<readonly SourceFile[]> {
  const found = await listedFiles(source, release);
  if (!found.some(({ canBeSent }) => canBeSent)) {
    const others = found.map(({ filename }) => filename).join(", ");
    throw new CommandError(
      `${source.place.domain} has no ${release.name} ${release.version}` +
        `${others === "" ? "" : ` as ${formatsOfTwine}, but has ${others}`}.`,
    );
  }
  return found;
}

/** The same, and none where the index lists none. */
export async function listedFiles(source: StackRegistry, { name, version }: Release): Promise<readonly SourceFile[]> {
  const { domain } = source.place;
  const page = `${source.endpoint}simple/${name}/`;
  const { files } = await ask(`${name} in ${domain}`, async () => {
    const headers = { ...authorization(source), accept: "application/vnd.pypi.simple.v1+json" };
    const response = await fetch(page, { headers });
    if (response.status === 404) {
      return { files: [] };
    }
    if (!response.ok) {
      throw new CommandError(`${domain}: ${response.status} ${response.statusText} for ${page}`);
    }
    return (await response.json()) as SimplePage;
  });
  return files
    .map(({ filename, url, size, hashes: { sha256 = "" } }) => ({
      filename,
      url: new URL(url, page).href,
      sha256,
      size,
      ...versionOf(filename, name),
    }))
    .map((file) => (file.version === "" && filenameHas(file.filename, version) ? { ...file, version } : file))
    .filter((file) => file.version !== "" && compareVersions(file.version, version) === 0)
    .sort((one, other) => (one.filename < other.filename ? -1 : 1));
}

/**
 * The bytes of a file.
 *
 * @throws CommandError where they are not those that the index gives the SHA-256 of
 */
export async function sourceBytes(source: StackRegistry, { filename, url, sha256 }: SourceFile): Promise<Buffer> {
  const { domain } = source.place;
  const bytes = await ask(`${filename} in ${domain}`, async () => {
    const response = await fetch(url, { headers: authorization(source) });
    if (!response.ok) {
      throw new CommandError(`${domain}: ${response.status} ${response.statusText} for ${url}`);
    }
    return Buffer.from(await response.arrayBuffer());
  });
  const digest = createHash("sha256").update(bytes).digest("hex");
  if (digest !== sha256) {
    throw new CommandError(`${domain} gives ${filename} with SHA-256 ${digest}, and its index says ${sha256}.`);
  }
  return bytes;
}

/** @returns the version in the normal form of PEP 440, or an empty one where the name does not show it */
function versionOf(filename: string, name: string): Pick<SourceFile, "version" | "canBeSent"> {
  try {
    return { version: readDistributionName(filename, name).version, canBeSent: true };
  } catch {
    return { version: distributionVersion(filename, name) ?? "", canBeSent: false };
  }
}

/** Whether the version is a part of a name that cannot be read, such as an egg's or an installer's. */
function filenameHas(filename: string, version: string): boolean {
  return `-${filename}`.split("-").some((part) => part === version || part.startsWith(`${version}.`));
}
