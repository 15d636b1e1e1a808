import { choiceError, constraintError } from "../core/constraints";
import { type PackageFormat, packageFormats } from "./names";

// Grammar and matching: https://docs.aws.amazon.com/codeartifact/latest/ug/package-group-definition-syntax-matching-behavior.html

/** The pattern of the group that every domain is born with: all packages. */
export const rootPattern = "/*";

/** Formats whose packages have no namespace, so that its place in a pattern stays empty: `/pypi//orb$`. */
const withoutNamespace = ["pypi", "nuget", "ruby", "cargo"];

/** Formats whose packages always have one. */
const withNamespace = ["maven", "generic", "swift"];

/** What is wrong with the pattern of a package group, or nothing. */
export function patternError(pattern: string): string | undefined {
  return (
    // https://docs.aws.amazon.com/codeartifact/latest/APIReference/API_PackageGroupReference.html ; \s is Java's IsWhitespace.
    constraintError("packageGroup", pattern, { minLength: 2, maxLength: 520, pattern: "[^\\p{C}\\s]+" }) ??
    (pattern === rootPattern ? undefined : shapeError(pattern))
  );
}

/** Whether every package of the second pattern belongs to the first one too. */
export function includes(pattern: string, other: string): boolean {
  return pattern !== other && !pattern.endsWith("$") && matches(pattern, stem(other));
}

/** A package as patterns are compared with it: `/pypi//orb-common`. */
export function packagePath(format: PackageFormat, name: string, namespace = ""): string {
  return `/${format}/${namespace}/${name}`;
}

/** Whether a package path such as `/pypi//orb-common` matches the pattern exactly (CodeArtifact's strong match). */
export function matches(pattern: string, path: string): boolean {
  const start = stem(pattern);
  if (pattern.endsWith("$")) {
    return path === start;
  }
  return path.startsWith(start) && (pattern.endsWith("*") || !/^[\p{L}\p{N}\p{M}]/u.test(path.slice(start.length)));
}

/** How closely a pattern names its packages: of two that match one package, the longer is the closer. */
export function specificity(pattern: string): number {
  return stem(pattern).length;
}

function stem(pattern: string): string {
  return pattern.slice(0, -1);
}

function shapeError(pattern: string): string | undefined {
  const [leading, format = "", ...components] = pattern.split("/");
  const suffix = pattern.slice(-1);
  const last = stem(components.at(-1) ?? "");

  if (leading !== "" || components.length < 1 || components.length > 2 || !"$~*".includes(suffix)) {
    return invalidPattern(
      pattern,
      "use /*, /FORMAT/*, /FORMAT/NAMESPACE/* or /FORMAT/NAMESPACE/NAME with $, ~ or * at the end",
    );
  }
  if (/[$~*]/.test(stem(pattern))) {
    return invalidPattern(pattern, "$, ~ and * come only at the end");
  }
  if (!(packageFormats as readonly string[]).includes(format)) {
    return choiceError("packageGroup format", format, packageFormats);
  }
  return (
    suffixError(pattern, suffix, last, components.length) ?? componentsError(pattern, format, components, suffix, last)
  );
}

/** @param last The component that the suffix closes; empty where the suffix is all of it. */
function suffixError(pattern: string, suffix: string, last: string, components: number): string | undefined {
  const afterWord = /[\p{L}\p{N}\p{M}]$/u.test(last);

  if (suffix === "~" && !afterWord) {
    return invalidPattern(pattern, "~ follows a letter, a number or a mark; after anything else use *");
  }
  if (suffix === "*" && afterWord) {
    return invalidPattern(
      pattern,
      "* does not follow a letter, a number or a mark; use ~ for a prefix, $ for one name",
    );
  }
  if (suffix === "$" && (components < 2 || last === "")) {
    return invalidPattern(
      pattern,
      "$ ends a whole package: /FORMAT/NAMESPACE/NAME$ (an empty NAMESPACE where there is none)",
    );
  }
  return undefined;
}

function componentsError(
  pattern: string,
  format: string,
  components: readonly string[],
  suffix: string,
  last: string,
): string | undefined {
  const namespace = components.length === 2 ? components[0] : last;

  if (withoutNamespace.includes(format) && namespace !== "") {
    return invalidPattern(
      pattern,
      `${format} packages have no namespace; leave it empty: /${format}//${last}${suffix}`,
    );
  }
  if (withNamespace.includes(format) && components.length === 2 && namespace === "") {
    return invalidPattern(pattern, `${format} packages have a namespace; give it before the name`);
  }
  if (format === "pypi" && /[A-Z._]|--/.test(last)) {
    return invalidPattern(pattern, "Python names are compared normalized: lower case, runs of -, _ and . as one -");
  }
  return undefined;
}

function invalidPattern(pattern: string, rule: string): string {
  return `Invalid package group pattern '${pattern}': ${rule}.`;
}

// https://docs.aws.amazon.com/codeartifact/latest/ug/package-group-definition-syntax-matching-behavior.html

/** How closely a package fits its group's pattern: exactly, or as a variation that could be taken for it. */
export type AssociationType = "STRONG" | "WEAK";

/** The pattern that claims a package, and how. */
interface Association {
  readonly pattern: string;
  readonly associationType: AssociationType;
}

/**
 * The most specific pattern that a package fits, exactly or as a variation; of two equally specific ones the exact fit.
 * A name that merely looks like a private one therefore belongs, weakly, to the private group and not to the one for
 * everything else.
 *
 * @param patterns - one of them fits every package, as a domain's root does
 * @param path - of a package: `/pypi//orb-common`
 */
export function association(patterns: Iterable<string>, path: string): Association {
  const folded = fold(path);
  let closest: Association | undefined;
  for (const pattern of patterns) {
    const strong = matches(pattern, path);
    if (!strong && !matches(fold(pattern), folded)) {
      continue;
    }
    const candidate: Association = { pattern, associationType: strong ? "STRONG" : "WEAK" };
    if (closest === undefined || isCloser(candidate, closest)) {
      closest = candidate;
    }
  }
  if (closest === undefined) {
    throw new Error(`no pattern takes in ${path}`);
  }
  return closest;
}

function isCloser(one: Association, other: Association): boolean {
  const difference = specificity(one.pattern) - specificity(other.pattern);
  return difference === 0 ? one.associationType === "STRONG" && other.associationType === "WEAK" : difference > 0;
}

/**
 * Gives all variations of a name the same spelling: upper and lower case, separators, and characters that look alike. AWS
 * names these three kinds without listing the characters; those taken here are the ones that Python's names can hold.
 */
function fold(text: string): string {
  return text
    .toLowerCase()
    .replaceAll("rn", "m")
    .replace(/[01]/g, (digit) => (digit === "0" ? "o" : "l"))
    .replace(/[-._]+/g, "-");
}
