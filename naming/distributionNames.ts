import { normalizePackageName } from "./packagePatterns";

/**
 * CodeArtifact's limit for the name of a file, in characters. The patterns below take longer than in proportion to it.
 * Source: https://docs.aws.amazon.com/codeartifact/latest/APIReference/API_AssetSummary.html
 */
export const longestFileName = 255;

/**
 * Whether a name that a registry gives, of a file or a version, may be one step of a path on every system: it names no other
 * folder, no hidden file and no option of a command.
 */
export function isPathStep(name: string): boolean {
  return name.length <= longestFileName && /^\w(?:[\w.!+-]*[\w!+-])?$/.test(name);
}

/** The parts of a wheel's file name, as they are written. */
type WheelFileName = Readonly<Record<"name" | "version" | "python" | "abi" | "platform", string>>;

/**
 * Reads the file name of a wheel, whose parts have no hyphen, so that it can be read in one way only.
 * Source: https://packaging.python.org/en/latest/specifications/binary-distribution-format/#file-name-convention
 */
export function readWheelFileName(filename: string): WheelFileName | undefined {
  return wheel.exec(filename)?.groups as WheelFileName | undefined;
}

const wheel =
  /^(?<name>[\w.]+)-(?<version>[\w.!+]+)(?:-\d[\w.]*)?-(?<python>[\w.]+)-(?<abi>[\w.]+)-(?<platform>[\w.]+)\.whl$/;

/** The file name of a source distribution: `NAME-VERSION`, and the ending without its first dot. */
type SdistFileName = Readonly<Record<"stem" | "format", string>>;

/**
 * Reads the file name of a source distribution, in the formats that PyPI takes and those of old releases there.
 * Source: https://packaging.python.org/en/latest/specifications/source-distribution-format/#source-distribution-file-name
 */
export function readSdistFileName(filename: string): SdistFileName | undefined {
  return sdist.exec(filename)?.groups as SdistFileName | undefined;
}

const sdist = /^(?<stem>[\w.!+-]+)\.(?<format>tar\.gz|zip|tar\.bz2|tar\.xz|tgz)$/;

/**
 * The version that a source distribution of a project names, as it is written. Old ones have hyphens in names and versions:
 * the project's name shows where the version begins.
 *
 * @param project - in any spelling
 */
export function versionInStem(stem: string, project: string): string | undefined {
  const name = normalizePackageName(project).split("-").join("[-_.]+");
  return new RegExp(`^${name}-(.+)$`, "i").exec(stem)?.[1];
}
