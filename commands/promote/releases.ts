import { isPackageName, normalizePackageName } from "../../naming/packagePatterns";
import { isPrerelease, normalVersion } from "../../naming/versions";
import type { Settings } from "../../settings";
import { UsageError } from "../cli";

/** A version of a package. */
export interface Release {
  /** Normalised by PEP 503. */
  readonly name: string;
  /** In the normal form of PEP 440. */
  readonly version: string;
}

/**
 * Reads `NAME==VERSION …`.
 *
 * @param target - the stack that is to have them
 * @throws UsageError that lists every error at once
 */
export function readReleases(
  words: readonly string[],
  target: Pick<Settings, "environment" | "packages">,
  takesPrereleases: boolean,
): readonly Release[] {
  if (words.length === 0) {
    throw new UsageError("no version is given: name at least one, as in orb-common==1.4.0");
  }
  const errors: string[] = [];
  const releases = words.flatMap((word) => {
    const release = readRelease(word);
    const error = release === undefined ? `write NAME==VERSION` : releaseError(release, target, takesPrereleases);
    if (error !== undefined) {
      errors.push(`${word}: ${error}`);
    }
    return release ?? [];
  });
  if (errors.length > 0) {
    throw new UsageError(errors.join("\n       "));
  }
  return releases.filter(
    ({ name, version }, index) =>
      releases.findIndex((other) => other.name === name && other.version === version) === index,
  );
}

/** Reads `NAME==VERSION`; undefined where the word is something else. */
export function readRelease(word: string): Release | undefined {
  const [, name = "", written = ""] = /^([^=]+)==([^=]+)$/.exec(word) ?? [];
  const version = normalVersion(written);
  return isPackageName(name) && version !== undefined ? { name: normalizePackageName(name), version } : undefined;
}

function releaseError(
  { name, version }: Release,
  { environment, packages }: Pick<Settings, "environment" | "packages">,
  takesPrereleases: boolean,
): string | undefined {
  if (!packages.includes(name)) {
    return `${name} is no package of stack ${environment}. It has ${packages.join(", ")}`;
  }
  if (!takesPrereleases && isPrerelease(version)) {
    return `${version} is a pre-release, and ${environment} takes none unless you say --allow-prereleases`;
  }
  return undefined;
}
