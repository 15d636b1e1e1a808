import type { CodeartifactClient } from "@aws-sdk/client-codeartifact";
import type { Origins } from "../../naming/packagePatterns";
import { privatePackages } from "../aws/codeartifact";
import { inParallel } from "../aws/inParallel";
import { CommandError } from "../cli";
import type { Progress } from "../terminal/progress";
import { type DatedVersion, datedVersion, listedVersions } from "./heldVersions";
import type { Place } from "./removal";
import type { CleanupRequest } from "./request";
import { disposedAlready, isSame, keptVersions, type ListedVersion, type NamedVersion } from "./rules";

/** What goes and what stays. */
export interface CleanupPlan {
  /** By package, and in each in the order in which AWS lists versions. */
  readonly goes: readonly DatedVersion[];
  /** Of the packages that were looked at, or of the versions that were named. */
  readonly stays: readonly KeptVersion[];
}

/** A version that stays. */
export interface KeptVersion {
  readonly name: string;
  readonly version: string;
  readonly reason: string;
}

/**
 * Looks at the private packages of a repository and decides what goes. It changes nothing.
 *
 * @param named - what lock files and layers name
 * @param now - the time from which ages are counted
 * @throws CommandError where AWS denies a request, or where a version that was asked for has to stay
 */
export async function planCleanup(
  client: CodeartifactClient,
  place: Place,
  origins: Origins,
  request: CleanupRequest,
  named: readonly NamedVersion[],
  progress: Progress,
  now = new Date(),
): Promise<CleanupPlan> {
  const { releases, packages, days } = request;
  const rules = { keep: request.keep, named, deletes: request.way === "delete" };
  const names =
    releases === undefined
      ? (packages ?? (await privateNames(client, place, origins)))
      : [...new Set(releases.map(({ name }) => name))];
  const candidates: ListedVersion[] = [];
  const stays: KeptVersion[] = [];
  for (const name of names) {
    progress.step(`versions of ${name}`);
    const listed = await listedVersions(client, place, name);
    const asked = releases?.filter((release) => release.name === name);
    for (const missing of (asked ?? []).filter((release) => !listed.some((found) => isSame(found, release)))) {
      stays.push({ ...missing, reason: notThere });
    }
    const kept = keptVersions(listed, rules);
    for (const found of listed.filter((one) => asked?.some((release) => isSame(one, release)) ?? true)) {
      const reason = kept.get(found.version);
      if (reason === undefined) {
        candidates.push(found);
      } else {
        stays.push({ name, version: found.version, reason });
      }
    }
  }
  const oldest = new Date(now.getTime() - days * millisecondsOfDay);
  const goes: DatedVersion[] = [];
  const published = new Map<ListedVersion, Date>();
  let looked = 0;
  await inParallel(candidates, askedAtOnce, async (version) => {
    progress.step(`${version.name}: ages (${looked++} of ${candidates.length})`);
    const dated = await datedVersion(client, place, version);
    if (dated !== undefined) {
      published.set(version, dated.publishedTime);
    }
  });
  for (const version of candidates) {
    const publishedTime = published.get(version);
    if (publishedTime !== undefined && publishedTime < oldest) {
      // With the status and the revision that the rules have seen: AWS compares them before it changes anything.
      goes.push({ ...version, publishedTime });
    } else {
      const reason = publishedTime === undefined ? "without a time of publication" : `younger than ${days} days`;
      stays.push({ name: version.name, version: version.version, reason });
    }
  }
  rejectKept(stays, request);
  return { goes, stays };
}

async function privateNames(client: CodeartifactClient, place: Place, origins: Origins): Promise<readonly string[]> {
  const found = await privatePackages(client, place, origins);
  return found.flatMap(({ package: name }) => name ?? []).sort();
}

const notThere = "not there";

const millisecondsOfDay = 24 * 60 * 60 * 1000;

/** So many requests are under way at once; CodeArtifact answers 800 a second for an account. */
const askedAtOnce = 10;

/** A version that was asked for goes, or has gone, or nothing goes. */
function rejectKept(stays: readonly KeptVersion[], { releases, way }: CleanupRequest): void {
  const gone = way === "dispose" ? disposedAlready : notThere;
  const errors =
    releases === undefined
      ? []
      : stays
          .filter(({ reason }) => reason !== gone)
          .map(({ name, version, reason }) => `${name}==${version} stays: ${reason}.`);
  if (errors.length > 0) {
    throw new CommandError([...errors, "Nothing was changed."].join("\n"));
  }
}
