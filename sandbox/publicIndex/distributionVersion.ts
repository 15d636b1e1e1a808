import { normalizePackageName } from "../../naming/packagePatterns";
import { normalVersion } from "../../naming/versions";

// https://packaging.python.org/en/latest/specifications/binary-distribution-format/#file-name-convention
// https://packaging.python.org/en/latest/specifications/source-distribution-format/#source-distribution-file-name

/**
 * CodeArtifact's limit, in characters. The patterns below take longer than in proportion to a name's length.
 * Source: https://docs.aws.amazon.com/codeartifact/latest/APIReference/API_AssetSummary.html
 */
const longestName = 255;

const wheelName =
  /^(?<name>[\w.]+)-(?<version>[\w.!+]+)(?:-\d[\w.]*)?-(?<python>[\w.]+)-(?<abi>[\w.]+)-(?<platform>[\w.]+)\.whl$/;

/** The formats that PyPI takes, and those of old releases there. */
const sdistName = /^(?<stem>[\w.!+-]+)\.(?:tar\.gz|zip|tar\.bz2|tar\.xz|tgz)$/;

/**
 * The version that a file of a project is of, in the normal form of PEP 440; nothing where the file's name is not that of
 * a wheel or source distribution of this project. Eggs and installers are none: pip does not take them.
 *
 * @param project - normalised by PEP 503
 */
export function distributionVersion(filename: string, project: string): string | undefined {
  return filename.length > longestName
    ? undefined
    : normalVersion(wheelVersion(filename, project) ?? sdistVersion(filename, project) ?? "");
}

function wheelVersion(filename: string, project: string): string | undefined {
  const { name = "", version = "" } = wheelName.exec(filename)?.groups ?? {};
  // A hyphen within a version is written as an underscore.
  return normalizePackageName(name) === project ? version.replaceAll("_", "-") : undefined;
}

/** Old source distributions have hyphens in their names and versions: the project's name tells where it ends. */
function sdistVersion(filename: string, project: string): string | undefined {
  const stem = sdistName.exec(filename)?.groups?.stem ?? "";
  return new RegExp(`^${project.split("-").join("[-_.]+")}-(.+)$`, "i").exec(stem)?.[1];
}
