import { isPackageName, normalizePackageName } from "../../../naming/packagePatterns";
import { normalVersion } from "../../../naming/versions";
import { noteOf, ownLimits } from "../../ownLimits";
import { HttpError, shown } from "./httpError";

/** What a file's name says of it. */
export interface DistributionName {
  readonly filetype: "bdist_wheel" | "sdist";
  /** Normalised by PEP 503. */
  readonly name: string;
  /** In the normal form of PEP 440. */
  readonly version: string;
}

const [interpreter, tag] = ["[A-Za-z_]\\w*", "\\w+"].map((one) => `${one}(?:\\.${one})*`) as [string, string];

// https://packaging.python.org/en/latest/specifications/binary-distribution-format/#file-name-convention
const wheelName = new RegExp(
  `^(?<name>[\\w.]+)-(?<version>[\\w.!+]+)(?:-\\d[\\w.]*)?-${interpreter}-${tag}-${tag}\\.whl$`,
);

// https://packaging.python.org/en/latest/specifications/source-distribution-format/#source-distribution-file-name
const sdistName = /^(?<name>[\w.-]+)-(?<version>[\w.!+]+)\.(?:tar\.gz|zip)$/;

// CodeArtifact's limit: https://docs.aws.amazon.com/codeartifact/latest/APIReference/API_AssetSummary.html
const longestName = 255;

/**
 * Reads a file's name as `parse_wheel_filename` and `parse_sdist_filename` of `packaging.utils` do. Older tools write a
 * hyphen into the version of a source distribution: `orb-common-3.2.3-2.tar.gz` is 3.2.3.post2 of orb-common.
 *
 * @param project - the package that the file is said to be of, in any spelling: it shows where such a version begins
 * @throws HttpError 400 for a name that is neither a wheel's nor a source distribution's
 */
export function readDistributionName(filename: string, project?: string): DistributionName {
  if (filename.length > longestName) {
    throw new HttpError(
      400,
      `The file name ${shown(filename)} has more than ${longestName} characters, CodeArtifact's limit for the name of an asset.`,
    );
  }
  const filetype = filename.endsWith(".whl") ? "bdist_wheel" : "sdist";
  const hyphenated = filetype === "sdist" && project !== undefined ? hyphenatedVersion(filename, project) : undefined;
  if (hyphenated !== undefined) {
    return { filetype, ...hyphenated };
  }
  const match = (filetype === "sdist" ? sdistName : wheelName).exec(filename);
  const { name = "", version: written = "" } = match?.groups ?? {};
  const isOtherFormat = /\.(?!(?:whl|gz|zip)$)\w+$/.test(filename);
  if (!isPackageName(name) || (filetype === "bdist_wheel" && name.includes("__"))) {
    throw new HttpError(
      400,
      `The file name ${shown(filename)} is neither NAME-VERSION(-BUILD)-PYTHON-ABI-PLATFORM.whl nor NAME-VERSION.tar.gz ` +
        `nor NAME-VERSION.zip.${isOtherFormat ? ` ${noteOf(ownLimits.fileFormats)}` : ""}`,
    );
  }
  const version = normalVersion(written);
  if (version === undefined) {
    throw new HttpError(
      400,
      `The file name ${shown(filename)} has no version as PEP 440 writes it, but ${shown(written)}.`,
    );
  }
  return { filetype, name: normalizePackageName(name), version };
}

function hyphenatedVersion(filename: string, project: string): Omit<DistributionName, "filetype"> | undefined {
  const name = normalizePackageName(project);
  const pattern = new RegExp(`^${name.split("-").join("[-_.]+")}-([\\w.!+-]+)\\.(?:tar\\.gz|zip)$`, "i");
  const written = pattern.exec(filename)?.[1];
  const version = written === undefined ? undefined : normalVersion(written);
  return version === undefined ? undefined : { name, version };
}
