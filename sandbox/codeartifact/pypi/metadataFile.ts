import { beyond, ownLimits } from "../../ownLimits";
import { HttpError, shown } from "./httpError";

/** A file of a distribution that describes it. */
export interface MetadataFile {
  readonly path: string;
  readonly text: string;
}

/** Checks that all entries of a source distribution are in one folder, whatever its name is. */
export class SdistFolders {
  readonly #filename: string;
  #folder: string | undefined;

  constructor(filename: string) {
    this.#filename = filename;
  }

  /**
   * @returns an entry's path without a leading `./`
   * @throws HttpError 400 where it is outside the folder of the entries before it
   */
  pathOf(name: string, isFolder: boolean): string {
    const path = name.replace(/^(?:\.\/+)+/, "");
    const [folder = "", ...rest] = path.split("/");
    if (path === "" || path === ".") {
      return path;
    }
    if (rest.length === 0 && !isFolder) {
      throw new HttpError(
        400,
        `${this.#filename} has ${shown(path)} outside a folder: a source distribution has all files in one folder.`,
      );
    }
    this.#folder ??= folder;
    if (folder !== this.#folder) {
      throw new HttpError(
        400,
        `${this.#filename} has two folders, ${shown(this.#folder)} and ${shown(folder)}: ` +
          "a source distribution has all files in one folder.",
      );
    }
    return path;
  }
}

export function isPkgInfo(path: string): boolean {
  return /^[^/]+\/PKG-INFO$/.test(path);
}

/** @throws HttpError 400 unless there is exactly one PKG-INFO */
export function onePkgInfo<File>(filename: string, found: readonly File[]): File {
  const [file, another] = found;
  if (file === undefined || another !== undefined) {
    const seen = file === undefined ? "none" : `${found.length}`;
    throw new HttpError(400, `${filename} has ${seen} of FOLDER/PKG-INFO: a source distribution has exactly one.`);
  }
  return file;
}

export function metadataTooLong(path: string): HttpError {
  return new HttpError(400, beyond(ownLimits.metadata, `${path} has`));
}
