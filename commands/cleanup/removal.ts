import {
  type CodeartifactClient,
  DeletePackageVersionsCommand,
  DisposePackageVersionsCommand,
  PackageVersionStatus,
} from "@aws-sdk/client-codeartifact";
import type { repositoryName } from "../../naming/registryNames";
import { rejection } from "../aws/maintenance";
import type { ListedVersion } from "./rules";

/** What every request names. */
export interface Place {
  readonly domain: string;
  readonly repository: typeof repositoryName;
  readonly format: "pypi";
}

/** What becomes of versions: they lose their files and keep their numbers, or they lose both. */
export type Way = "dispose" | "delete";

/** A version that AWS did not change, and why. */
export interface FailedVersion extends ListedVersion {
  /** AWS's code and words, such as `MISMATCHED_STATUS: current status: Unlisted, expected status: Published`. */
  readonly reason: string;
}

/** What became of versions, in the order in which they were given. */
export interface Removal {
  readonly done: readonly ListedVersion[];
  readonly failed: readonly FailedVersion[];
  /** Those that no call was sent for, or whose call AWS rejected as a whole. */
  readonly left: readonly ListedVersion[];
  /** What is said of a call that AWS rejected as a whole. */
  readonly rejected?: string;
}

/** So many versions are in one call. Source: https://docs.aws.amazon.com/codeartifact/latest/APIReference/API_DisposePackageVersions.html */
const versionsOfCall = 100;

/**
 * Disposes of versions or deletes them, call by call. A call names the status and the revision of each version, so one that
 * has changed since it was listed is not touched.
 *
 * Of the versions of one call AWS changes all or none: those that it skips because of another one are sent again without it.
 * Source: https://docs.aws.amazon.com/codeartifact/latest/ug/update-package-version-status.html
 *
 * @param announce - is given what the next call does
 * @param isStopped - is asked before each call
 */
export async function removeVersions(
  client: CodeartifactClient,
  place: Place,
  versions: readonly ListedVersion[],
  way: Way,
  announce: (what: string) => void,
  isStopped: () => boolean,
): Promise<Removal> {
  const calls = callsFor(versions);
  const done: ListedVersion[] = [];
  const failed: FailedVersion[] = [];
  for (const [index, call] of calls.entries()) {
    const verb = way === "dispose" ? "disposing of" : "deleting";
    announce(`${verb} ${call.length} versions of ${call[0]?.name ?? ""} (call ${index + 1} of ${calls.length})`);
    let waiting = call;
    while (waiting.length > 0) {
      if (isStopped()) {
        return { done, failed, left: [...waiting, ...calls.slice(index + 1).flat()] };
      }
      const answer = await send(client, place, waiting, way).catch((error: unknown) => error as Error);
      if (answer instanceof Error) {
        const rejected = rejection(answer);
        return { done, failed, left: [...waiting, ...calls.slice(index + 1).flat()], rejected };
      }
      const { successfulVersions = {}, failedVersions = {} } = answer;
      const skipped: ListedVersion[] = [];
      for (const version of waiting) {
        const { errorCode = "", errorMessage = "" } = failedVersions[version.version] ?? {};
        if (Object.hasOwn(successfulVersions, version.version)) {
          done.push(version);
        } else if (errorCode === "SKIPPED") {
          skipped.push(version);
        } else {
          failed.push({
            ...version,
            reason: errorCode === "" ? "AWS does not say why" : `${errorCode}: ${errorMessage}`,
          });
        }
      }
      if (skipped.length === waiting.length) {
        failed.push(
          ...skipped.map((version) => ({ ...version, reason: "SKIPPED, together with every other version" })),
        );
        break;
      }
      waiting = skipped;
    }
  }
  return { done, failed, left: [] };
}

/** Calls with versions of one package and one status each. */
function callsFor(versions: readonly ListedVersion[]): readonly (readonly ListedVersion[])[] {
  const groups = new Map<string, ListedVersion[]>();
  for (const version of versions) {
    const key = `${version.name} ${version.status}`;
    groups.set(key, [...(groups.get(key) ?? []), version]);
  }
  return [...groups.values()].flatMap((group) =>
    Array.from({ length: Math.ceil(group.length / versionsOfCall) }, (_, index) =>
      group.slice(index * versionsOfCall, (index + 1) * versionsOfCall),
    ),
  );
}

function send(client: CodeartifactClient, place: Place, versions: readonly ListedVersion[], way: Way) {
  const input = {
    ...place,
    package: versions[0]?.name,
    versions: versions.map(({ version }) => version),
    versionRevisions: Object.fromEntries(versions.map(({ version, revision }) => [version, revision] as const)),
    expectedStatus: Object.values(PackageVersionStatus).find((status) => status === versions[0]?.status),
  };
  return way === "dispose"
    ? client.send(new DisposePackageVersionsCommand(input))
    : client.send(new DeletePackageVersionsCommand(input));
}
