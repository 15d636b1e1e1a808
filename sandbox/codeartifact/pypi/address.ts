import { repositoryNameError } from "../names";
import { isPackageName, normalizePackageName } from "../../../naming/packagePatterns";
import { HttpError, shown } from "./httpError";

// Endpoint and index as CodeArtifact has them: https://docs.aws.amazon.com/codeartifact/latest/ug/python-configure-pip.html

/** What a path below `/pypi/` means. */
export type Address =
  /** `REPOSITORY/`, where files are sent to, and `REPOSITORY/simple/`. */
  | { readonly kind: "upload" | "index"; readonly repository: string }
  /** `REPOSITORY/simple/NAME/`, with a normalised name. */
  | { readonly kind: "project"; readonly repository: string; readonly name: string }
  /** `REPOSITORY/simple/NAME/VERSION/FILENAME` */
  | {
      readonly kind: "file";
      readonly repository: string;
      readonly name: string;
      readonly version: string;
      readonly filename: string;
    }
  /** Another spelling of a path. */
  | { readonly kind: "moved"; readonly repository: string; readonly to: string }
  | { readonly kind: "nowhere"; readonly repository?: string; readonly error: HttpError };

/** @param url - as the request names it, from `/pypi/` on */
export function readAddress(url: string): Address {
  const [path = ""] = url.split("?");
  const segments = path.split("/").slice(2).map(decoded);
  const [repository = "", ...rest] = segments.map((segment) => segment ?? "");
  const invalid = repositoryNameError(repository);
  if (segments.some(isTraversing)) {
    return nowhere(400, "a part of the path is no name: it is . or .., or holds a slash or a control character");
  }
  return invalid === undefined ? { repository, ...addressIn(repository, rest) } : nowhere(400, invalid);
}

/** Where a page of a repository shows a file, so that a client of the page finds it with the same host and password. */
export function filePath(repository: string, name: string, version: string, filename: string): string {
  return `${projectPath(repository, name)}${encodeURIComponent(version)}/${encodeURIComponent(filename)}`;
}

function projectPath(repository: string, name: string): string {
  return `/pypi/${repository}/simple/${name}/`;
}

function addressIn(repository: string, [first, ...rest]: readonly string[]): Address {
  if (first === "" && rest.length === 0) {
    return { kind: "upload", repository };
  }
  if (first !== "simple") {
    return nowhere(
      404,
      `nothing is there: files are sent to /pypi/${repository}/, and read from /pypi/${repository}/simple/NAME/`,
    );
  }
  // Of an index whose address ends in a slash pipenv asks for simple//NAME/.
  const [name = "", ...parts] = rest[0] === "" && rest.length > 1 ? rest.slice(1) : rest;
  if (name === "" && parts.length === 0) {
    return { kind: "index", repository };
  }
  if (!isPackageName(name)) {
    return nowhere(400, `${shown(name)} is no package's name: letters, digits and . _ - between them`);
  }
  const normal = normalizePackageName(name);
  const [version = "", filename = ""] = parts;
  if (parts.length === 0 || (version === "" && parts.length === 1)) {
    return parts.length === 1 && normal === name
      ? { kind: "project", repository, name }
      : { kind: "moved", repository, to: projectPath(repository, normal) };
  }
  if (parts.length !== 2 || version === "" || filename === "") {
    return nowhere(
      404,
      `nothing is there: a file of ${normal} is at ${projectPath(repository, normal)}VERSION/FILENAME`,
    );
  }
  return normal === name
    ? { kind: "file", repository, name, version, filename }
    : { kind: "moved", repository, to: filePath(repository, normal, version, filename) };
}

function nowhere(status: number, message: string): Address {
  return { kind: "nowhere", error: new HttpError(status, message) };
}

function decoded(segment: string): string | undefined {
  if (!segment.includes("%")) {
    return segment;
  }
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}

function isTraversing(segment: string | undefined): boolean {
  return segment === undefined || segment === "." || segment === ".." || /[/\\\p{Cc}]/u.test(segment);
}
