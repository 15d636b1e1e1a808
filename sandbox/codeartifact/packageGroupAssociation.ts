import { matches, specificity } from "./packageGroupPatterns";

// https://docs.aws.amazon.com/codeartifact/latest/ug/package-group-definition-syntax-matching-behavior.html

/** How closely a package fits its group's pattern: exactly, or as a variation that could be taken for it. */
export type AssociationType = "STRONG" | "WEAK";

/** The pattern that claims a package, and how. */
export interface Association {
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
