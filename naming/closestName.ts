import { createRequire } from "node:module";
import type * as Levenshtein from "fastest-levenshtein";

/**
 * What follows an error about a name that does not exist: `" Did you mean publishers?"`, or nothing where no name is close.
 * A name is close that begins with what is given, or that has one other letter in three. Upper and lower case are the same.
 *
 * @param known - the names that exist
 */
export function didYouMean(given: string, known: readonly string[]): string {
  if (known.length === 0) {
    return "";
  }
  // Loaded for an error alone: index.ts loads this file.
  const { closest, distance } = createRequire(__filename)("fastest-levenshtein") as typeof Levenshtein;
  const lower = given.toLowerCase();
  const byLower = new Map(known.map((name) => [name.toLowerCase(), name]));
  const begun = given.length < 3 ? undefined : [...byLower.keys()].find((name) => name.startsWith(lower));
  const nearest = begun ?? closest(lower, [...byLower.keys()]);
  const isClose = begun !== undefined || distance(lower, nearest) <= Math.max(1, Math.floor(given.length / 3));
  return isClose && given !== "" ? ` Did you mean ${byLower.get(nearest) ?? nearest}?` : "";
}
