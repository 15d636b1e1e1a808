import {
  longestFileName,
  readSdistFileName,
  readWheelFileName,
  versionInStem,
} from "../../../naming/distributionNames";
import { isPackageName, normalizePackageName } from "../../../naming/packagePatterns";
import { normalVersion } from "../../../naming/versions";
import { noteOf, ownLimits } from "../../ownLimits";
import { HttpError, quoted } from "./httpError";

/** What a file's name says of it. */
export interface DistributionName {
  readonly filetype: "bdist_wheel" | "sdist";
  /** Normalised by PEP 503. */
  readonly name: string;
  /** In the normal form of PEP 440. */
  readonly version: string;
}

/**
 * Reads a file's name as `parse_wheel_filename` and `parse_sdist_filename` of `packaging.utils` do. Older tools write a
 * hyphen into the version of a source distribution: `orb-common-3.2.3-2.tar.gz` is 3.2.3.post2 of orb-common.
 *
 * @param project - the package that the file is said to be of, in any spelling: it shows where such a version begins
 * @throws HttpError 400 for a name that is neither a wheel's nor a source distribution's
 */
export function readDistributionName(filename: string, project?: string): DistributionName {
  if (filename.length > longestFileName) {
    throw new HttpError(
      400,
      `The file name ${quoted(filename)} has more than ${longestFileName} characters, CodeArtifact's limit for the name of an asset.`,
    );
  }
  const isWheel = filename.endsWith(".whl");
  const written = isWheel ? wheelParts(filename) : sdistParts(filename, project);
  if (written === undefined || !isPackageName(written.name)) {
    const isOtherFormat = /\.(?!(?:whl|gz|zip)$)\w+$/.test(filename);
    throw new HttpError(
      400,
      `The file name ${quoted(filename)} is neither NAME-VERSION(-BUILD)-PYTHON-ABI-PLATFORM.whl nor NAME-VERSION.tar.gz ` +
        `nor NAME-VERSION.zip.${isOtherFormat ? ` ${noteOf(ownLimits.fileFormats)}` : ""}`,
    );
  }
  const version = normalVersion(written.version);
  if (version === undefined) {
    throw new HttpError(
      400,
      `The file name ${quoted(filename)} has no version as PEP 440 writes it, but ${quoted(written.version)}.`,
    );
  }
  return { filetype: isWheel ? "bdist_wheel" : "sdist", name: normalizePackageName(written.name), version };
}

/** Name and version as the file name has them. */
type Parts = Pick<DistributionName, "name" | "version">;

function wheelParts(filename: string): Parts | undefined {
  const parts = readWheelFileName(filename);
  return parts !== undefined &&
    !parts.name.includes("__") &&
    /^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*$/.test(parts.python) &&
    [parts.abi, parts.platform].every((tag) => /^\w+(?:\.\w+)*$/.test(tag))
    ? parts
    : undefined;
}

function sdistParts(filename: string, project: string | undefined): Parts | undefined {
  const { stem = "", format = "" } = readSdistFileName(filename) ?? {};
  if (format !== "tar.gz" && format !== "zip") {
    return undefined;
  }
  const version = project === undefined ? undefined : versionInStem(stem, project);
  return project !== undefined && version !== undefined && normalVersion(version) !== undefined
    ? { name: project, version }
    : (/^(?<name>[\w.-]+)-(?<version>[\w.!+]+)$/.exec(stem)?.groups as Parts | undefined);
}
