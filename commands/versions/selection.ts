import { statSync } from "node:fs";
import { isPackageName, isPrivate, normalizePackageName, patternText } from "../../naming/packagePatterns";
import { compareVersions, normalVersion } from "../../naming/versions";
import type { Settings } from "../../settings";
import { UsageError } from "../cli";

/** The packages and versions that are asked for. */
export interface Selection {
  /** Normalised by PEP 503. @default every private package */
  readonly names?: ReadonlySet<string>;
  /** Versions by the name of their package. A package that is not in it is asked for with all its versions. */
  readonly versions: ReadonlyMap<string, readonly string[]>;
}

/** @param version - of a package that is asked for */
export function isSelected({ names, versions }: Selection, name: string, version: string): boolean {
  const wanted = versions.get(name);
  return (
    (names === undefined || names.has(name)) &&
    (wanted === undefined || wanted.some((one) => sameVersion(one, version)))
  );
}

/** Whether two texts are one version by PEP 440, as `1.4` and `1.4.0` are; texts of another form are compared as they are. */
export function sameVersion(one: string, other: string): boolean {
  return orderVersions(one, other) === 0;
}

/** PEP 440's order, and before all its versions texts of another form in their own. */
export function orderVersions(one: string, other: string): number {
  const [left, right] = [one, other].map((text) => normalVersion(text) !== undefined) as [boolean, boolean];
  if (left && right) {
    return compareVersions(one, other);
  }
  return Number(left) - Number(right) || (one < other ? -1 : one > other ? 1 : 0);
}

/**
 * Reads the words `NAME` and `NAME==VERSION`, and the names of `--packages`. What one of them names is selected: all versions of
 * a package, or one.
 *
 * @param packages - names between commas
 * @param stacks - those that are compared
 * @throws UsageError that lists every word that is not taken
 */
export function readSelection(
  words: readonly string[],
  packages: string | undefined,
  stacks: readonly Pick<Settings, "environment" | "origins">[],
): Selection {
  const errors: string[] = [];
  const names = new Set<string>();
  const whole = new Set<string>();
  const versions = new Map<string, readonly string[]>();
  for (const word of [...(packages?.split(",") ?? []), ...words]) {
    const [, written = word, after] = /^([^=]+)==([^=]+)$/.exec(word) ?? [];
    const name = normalizePackageName(written);
    const version = after === undefined ? undefined : normalVersion(after);
    if (!isPackageName(written) || (after !== undefined && version === undefined)) {
      errors.push(`${JSON.stringify(word)} is no version of a package: write NAME or NAME==VERSION`);
    } else if (!stacks.some(({ origins }) => isPrivate(origins, name))) {
      errors.push(notPrivate(name, stacks));
    } else {
      names.add(name);
      if (version === undefined) {
        whole.add(name);
      } else {
        versions.set(name, [...(versions.get(name) ?? []), version]);
      }
    }
  }
  if (errors.length > 0) {
    throw new UsageError(errors.join("\n       "));
  }
  whole.forEach((name) => versions.delete(name));
  return { names: names.size === 0 ? undefined : names, versions };
}

function notPrivate(name: string, stacks: readonly Pick<Settings, "environment" | "origins">[]): string {
  const rules = stacks.map(
    ({ environment, origins }) => `${environment} has ${origins.private.map(patternText).join(", ") || "none"}`,
  );
  return `${name} is private in no stack: of origins.private, ${rules.join("; ")}`;
}

/**
 * Tells files that a shell has put after `--layers built/*.zip` from words.
 *
 * @returns the files, and the other words
 */
export function splitFiles(words: readonly string[]): readonly [files: readonly string[], others: readonly string[]] {
  const isFile = (word: string) => !word.includes("==") && statSync(word, { throwIfNoEntry: false })?.isFile() === true;
  return [words.filter(isFile), words.filter((word) => !isFile(word))];
}

/**
 * Reads `--stacks` and `--profile`.
 *
 * @param text - names of stacks between commas
 * @param profile - a name for all, or `STACK=NAME` pairs between commas
 * @param known - every stack of the project, in order
 * @returns the stacks in the order in which they are given, with the profile of each that has one
 * @throws UsageError
 */
export function readStacks(
  text: string | undefined,
  profile: string | undefined,
  known: readonly string[],
): readonly { readonly stack: string; readonly profile?: string }[] {
  const stacks = text?.split(",") ?? known;
  if (stacks.length === 0 || new Set(stacks).size < stacks.length || stacks.includes("")) {
    throw new UsageError(`--stacks ${text ?? ""} is no list of stacks: give each once, as in dev,prod`);
  }
  if (profile?.includes("=") !== true) {
    return stacks.map((stack) => ({ stack, profile }));
  }
  const pairs = new Map(profile.split(",").map((pair) => pair.split(/=(.*)/s, 2) as [string, string | undefined]));
  const wrong = [...pairs].filter(([stack, name = ""]) => name === "" || !stacks.includes(stack));
  if (wrong.length > 0) {
    throw new UsageError(
      `--profile ${profile}: ${wrong.map(([stack]) => stack).join(", ")} names no profile, or not one of ${stacks.join(", ")}: ` +
        "give a profile for all, or one for each stack, as in dev=registry-dev,prod=registry-prod",
    );
  }
  return stacks.map((stack) => ({ stack, profile: pairs.get(stack) }));
}
