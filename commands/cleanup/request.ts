import { isPackageName, isPrivate, normalizePackageName, patternText } from "../../naming/packagePatterns";
import type { Settings } from "../../settings";
import { UsageError } from "../cli";
import { readRelease, type Release } from "../promote/releases";
import type { Way } from "./removal";

/** What a person asks for, as the command line gives it. */
interface Given {
  readonly "older-than": string;
  readonly keep: string;
  readonly packages?: string;
  readonly delete: boolean;
  readonly dispose: boolean;
  readonly apply: boolean;
}

/** What a person asks for. */
export interface CleanupRequest {
  /** Versions published after this many days ago stay. */
  readonly days: number;
  /** How many of a package's newest versions stay. */
  readonly keep: number;
  /** Normalised names. @default - every private package that the repository has */
  readonly packages?: readonly string[];
  /** The versions that alone may go. @default - all that the rules let go */
  readonly releases?: readonly Release[];
  readonly way: Way;
  readonly applies: boolean;
  /** Whether nothing goes before it is named: the stack is production, and no version is named. */
  readonly needsNames: boolean;
}

/**
 * Reads the options and the words `NAME==VERSION …`.
 *
 * @param isProduction - of the stack: nothing goes from production that is not named
 * @throws UsageError that lists every error at once
 */
export function readRequest(
  given: Given,
  words: readonly string[],
  { environment, origins }: Pick<Settings, "environment" | "origins">,
  isProduction: boolean,
): CleanupRequest {
  const errors: string[] = [];
  const whole = (text: string) => (/^[1-9]\d{0,4}$/.test(text) ? Number(text) : undefined);
  const days = whole(given["older-than"].replace(/d$/, ""));
  if (days === undefined || !given["older-than"].endsWith("d")) {
    errors.push(`--older-than ${given["older-than"]} is no age: write whole days, at least one, as in 60d`);
  }
  const keep = whole(given.keep);
  if (keep === undefined) {
    errors.push(`--keep ${given.keep} is no number from 1: the newest version of a package always stays`);
  }
  if (given.delete && given.dispose) {
    errors.push("--delete and --dispose exclude each other: give one of them");
  }
  const names = given.packages?.split(",").map((name) => name.trim());
  for (const name of names ?? []) {
    errors.push(...nameErrors(name, name, environment, origins));
  }
  const releases = words.map((word) => readRelease(word));
  for (const [index, word] of words.entries()) {
    const release = releases[index];
    errors.push(
      ...(release === undefined
        ? [`${word}: write NAME==VERSION. A file is given by --locks or --layers`]
        : nameErrors(word, release.name, environment, origins)),
    );
  }
  if (names !== undefined && words.length > 0) {
    errors.push("--packages and versions exclude each other: a version names its package");
  }
  if (isProduction && given.apply && words.length === 0) {
    errors.push(
      `--apply in ${environment} needs versions, because it is a production stack: name each one that is to go, ` +
        "as in orb-common==1.4.0. Without --apply the command lists them",
    );
  }
  if (errors.length > 0) {
    throw new UsageError(errors.join("\n       "));
  }
  return {
    days: days ?? 1,
    keep: keep ?? 1,
    packages: names?.map(normalizePackageName),
    releases: words.length === 0 ? undefined : releases.flatMap((release) => release ?? []),
    way: given.delete ? "delete" : "dispose",
    applies: given.apply,
    needsNames: isProduction && words.length === 0,
  };
}

function nameErrors(given: string, name: string, environment: string, origins: Settings["origins"]): readonly string[] {
  if (!isPackageName(name)) {
    return [`${given}: is no package's name`];
  }
  return isPrivate(origins, normalizePackageName(name))
    ? []
    : [
        `${given}: ${normalizePackageName(name)} is not private in stack ${environment}, whose origins.private has ` +
          `${origins.private.map(patternText).join(", ")}. To block a public version: npm run block`,
      ];
}
