import { normalizePackageName } from "../../../naming/packageNames";
import { type CoreMetadata, readCoreMetadata } from "./metadata";
import type { DistributionName } from "./distributionName";
import { normalVersion } from "../../../naming/versions";
import { HttpError, shown } from "./httpError";
import { sdistMetadata } from "./sdist";
import { sdistZipMetadata, wheelMetadata } from "./zipArchive";

/**
 * What a distribution says of itself.
 *
 * @param named - what its file name says
 * @throws HttpError 400 where it cannot be read, or is of another package or version
 */
export async function inspect(filename: string, bytes: Buffer, named: DistributionName): Promise<CoreMetadata> {
  const isWheel = named.filetype === "bdist_wheel";
  const read = isWheel ? wheelMetadata : filename.endsWith(".zip") ? sdistZipMetadata : sdistMetadata;
  const { path, text } = await read(filename, bytes);
  const metadata = readCoreMetadata(text, `${path} in ${filename}`);
  // An installer finds METADATA by the folder's name, but asks nothing of the name of a source distribution's folder.
  if (isWheel) {
    const folder = path.replace(/\.dist-info\/.*$/, "");
    const [, name = folder, version = ""] = /^(.*)-([^-]*)$/.exec(folder) ?? [];
    checkAgreement(named, filename, { name, version }, `the folder of ${path}`);
  }
  checkAgreement(named, filename, metadata, path);
  return metadata;
}

/** @throws HttpError 400 where a name or version is another than the file's name says */
export function checkAgreement(
  { name, version }: DistributionName,
  filename: string,
  other: { readonly name: string; readonly version: string },
  where: string,
): void {
  if (normalizePackageName(other.name) !== name) {
    throw new HttpError(400, `${filename} is of ${name}, but ${where} names ${shown(other.name)}.`);
  }
  if (normalVersion(other.version) !== version) {
    throw new HttpError(400, `${filename} is of version ${version}, but ${where} says ${shown(other.version)}.`);
  }
}
