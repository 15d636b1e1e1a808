/**
 * The Python packages of a rule: `orb~` is every name that begins with the word `orb` (`orb`, `orb-common`, not
 * `orbit`), `legacy-tool$` is exactly that name.
 * Source: https://docs.aws.amazon.com/codeartifact/latest/ug/package-group-definition-syntax-matching-behavior.html
 */
export interface PackagePattern {
  readonly name: string;
  readonly match: "exact" | "prefix";
}

/** Where packages may come from. It is apart from the list of packages, so that a change of that list opens no name. */
export interface Origins {
  /** Names that only this registry's publishers bring in. */
  readonly private: readonly PackagePattern[];
  /** Exact names under a private prefix that do come from public PyPI. */
  readonly public: readonly string[];
  /** Exact names that come from nowhere. */
  readonly blocked: readonly string[];
}

/** The group of every Python package that no closer pattern claims. */
export const everyPackage = "/pypi/*";

/** Reads `orb~` or `legacy-tool$`, with the name normalised; undefined where `text` is neither. */
export function readPackagePattern(text: string): PackagePattern | undefined {
  const suffix = text.at(-1);
  const name = text.slice(0, -1);
  if ((suffix !== "~" && suffix !== "$") || !isPackageName(name)) {
    return undefined;
  }
  return { name: normalizePackageName(name), match: suffix === "$" ? "exact" : "prefix" };
}

/** `orb~` or `legacy-tool$`. */
export function patternText({ name, match }: PackagePattern): string {
  return match === "exact" ? `${name}$` : `${name}~`;
}

/** The pattern of the package group; a Python package has no namespace, so that part is empty: `/pypi//orb~`. */
export function groupPattern(pattern: PackagePattern): string {
  return `/pypi//${patternText(pattern)}`;
}

/** Whether a normalised package name falls under the pattern. A prefix ends where a word of letters, digits and marks ends. */
export function fallsUnder(name: string, pattern: PackagePattern): boolean {
  if (pattern.match === "exact") {
    return name === pattern.name;
  }
  return name.startsWith(pattern.name) && !/^[\p{L}\p{N}\p{M}]/u.test(name.slice(pattern.name.length));
}

/** A valid project name, before normalisation. Source: https://packaging.python.org/en/latest/specifications/name-normalization/ */
const projectName = /^(?:[a-z0-9]|[a-z0-9][a-z0-9._-]*[a-z0-9])$/i;

/** CodeArtifact's limit, in characters. Source: https://docs.aws.amazon.com/codeartifact/latest/APIReference/API_PublishPackageVersion.html */
export const longestName = 255;

/** Whether `name` may name a Python package. */
export function isPackageName(name: string): boolean {
  return name.length <= longestName && projectName.test(name);
}

/**
 * The one spelling of a package's name that CodeArtifact's API, its ARNs and package groups know: lower case, each run of
 * `-`, `_` and `.` a single `-`. Source: PEP 503.
 */
export function normalizePackageName(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, "-");
}

/** Whether the settings mean that no public package may have a normalised name: it is private, or comes from nowhere. */
export function isKeptFromPublic(origins: Origins, name: string): boolean {
  return isPrivate(origins, name) || origins.blocked.includes(name);
}

/** Whether only publishers of the registry may bring a name in. */
export function isPrivate(origins: Origins, name: string): boolean {
  return (
    !origins.public.includes(name) &&
    !origins.blocked.includes(name) &&
    origins.private.some((pattern) => fallsUnder(name, pattern))
  );
}
