import { beyondLimit, ownLimits } from "../../ownLimits";
import { HttpError, quoted } from "./httpError";

/** What is taken of a distribution's own words about itself. */
export interface CoreMetadata {
  /** As it is written. */
  readonly name: string;
  readonly version: string;
  readonly requiresPython?: string;
  readonly summary?: string;
  readonly homePage?: string;
  readonly licenses?: readonly string[];
  /** Each as it is written, by PEP 508. */
  readonly requiresDist: readonly string[];
  /** The long description, as it is written. */
  readonly description?: string;
}

/**
 * Reads METADATA or PKG-INFO. Source: https://packaging.python.org/en/latest/specifications/core-metadata/
 *
 * @param where - the file's path, for errors
 * @throws HttpError 400 without exactly one name and one version
 */
export function readCoreMetadata(text: string, where: string): CoreMetadata {
  const headers = readHeaders(text, where);
  const values = (key: string) =>
    headers.flatMap(([name, value]) => (name === key && value !== "" && value !== "UNKNOWN" ? [value] : []));
  const one = (key: string) => {
    const [value, ...others] = values(key);
    if (value === undefined || others.length > 0) {
      throw new HttpError(
        400,
        `${where} has ${others.length > 0 ? "more than one" : "no"} ${key}: exactly one is needed.`,
      );
    }
    return value;
  };
  const requiresPython = values("requires-python")[0];
  if (requiresPython !== undefined && requiresPython.length > ownLimits.requiresPython.most) {
    throw new HttpError(
      400,
      beyondLimit(ownLimits.requiresPython, `${where} has a Requires-Python of`, `: ${quoted(requiresPython)}`),
    );
  }
  const licenses = [...values("license-expression"), ...values("license")].slice(0, 1);
  return {
    name: one("name"),
    version: one("version"),
    requiresPython,
    summary: values("summary")[0],
    homePage: values("home-page")[0] ?? homePageIn(values("project-url")),
    licenses: licenses.length === 0 ? undefined : licenses,
    requiresDist: values("requires-dist"),
    description: bodyOf(text) ?? values("description")[0],
  };
}

/** What follows the first empty line: since version 2.1 of the metadata it is the description. */
function bodyOf(text: string): string | undefined {
  const [, body = ""] = /^\r?\n([^]*)$/m.exec(text) ?? [];
  return body.trim() === "" ? undefined : body;
}

/** A line that belongs to the headers, as Python's `email.feedparser` decides it. */
const headerLine = /^(?:From |[!-9;-~]*:|[ \t])/;

/**
 * The headers, their names in lower case, as Python's email parser reads them. A line that begins with a space or a tab
 * continues the header above it, even where nothing else is in it. The headers end at the first line that is empty or is
 * not a header. Source: https://github.com/python/cpython/blob/main/Lib/email/feedparser.py
 *
 * @returns each value on one line
 * @throws HttpError 400 for more lines than the sandbox reads
 */
function readHeaders(text: string, where: string): readonly (readonly [string, string])[] {
  const headers: { readonly name: string; readonly lines: string[] }[] = [];
  const { most: mostLines } = ownLimits.metadataHeaders;
  // Lines that continue what is not a header are skipped with it.
  let lines: string[] = [];
  for (const [index, line] of text.split(/\r\n|\r|\n/, mostLines + 1).entries()) {
    if (!headerLine.test(line)) {
      break;
    }
    if (index === mostLines) {
      throw new HttpError(400, beyondLimit(ownLimits.metadataHeaders, `${where} has`, " of headers"));
    }
    const [, name, value = ""] = /^([!-9;-~]+):(.*)$/s.exec(line) ?? [];
    if (/^[ \t]/.test(line)) {
      lines.push(line);
    } else {
      lines = [value];
      if (name !== undefined) {
        headers.push({ name: name.toLowerCase(), lines });
      }
    }
  }
  return headers.map(({ name, lines: folded }) => [name, unfolded(folded)]);
}

function unfolded(lines: readonly string[]): string {
  return lines
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .join(" ");
}

/** Of `Label, address`, the label being any spelling of homepage. */
function homePageIn(urls: readonly string[]): string | undefined {
  const homePage = /^home[-_ ]?page\s*,\s*(\S+)$/i;
  return urls.flatMap((url) => homePage.exec(url)?.[1] ?? [])[0];
}

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
        `${this.#filename} has ${quoted(path)} outside a folder: a source distribution has all files in one folder.`,
      );
    }
    this.#folder ??= folder;
    if (folder !== this.#folder) {
      throw new HttpError(
        400,
        `${this.#filename} has two folders, ${quoted(this.#folder)} and ${quoted(folder)}: ` +
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
  return new HttpError(400, beyondLimit(ownLimits.metadata, `${path} has`));
}
