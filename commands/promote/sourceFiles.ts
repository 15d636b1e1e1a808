import { createHash } from "node:crypto";
import { compareVersions } from "../../naming/versions";
import { distributionVersion } from "../../sandbox/publicIndex/projectPage";
import { readDistributionName } from "../../sandbox/codeartifact/pypi/distributionName";
import { projectFiles } from "../aws/projectPage";
import { fetchFrom, type StackRegistry } from "../aws/stackRegistry";
import { CommandError } from "../cli";
import { formatsOfTwine } from "../python/twine";
import type { Release } from "./releases";

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
  return (await projectFiles(source, name))
    .map((file) => ({ ...file, ...versionOf(file.filename, name) }))
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
  const bytes = await fetchFrom(source, `${filename} in ${domain}`, url, async (response) =>
    Buffer.from(await response.arrayBuffer()),
  );
  if (bytes === undefined) {
    throw new CommandError(`${domain} lists ${filename}, and has nothing at ${url}.`);
  }
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
