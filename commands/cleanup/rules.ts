import { compareVersions, isPrerelease, normalVersion } from "../../naming/versions";

/** A version of a private package, as far as a list gives it. */
export interface ListedVersion {
  readonly name: string;
  /** As CodeArtifact has it: `1.4` and `1.4.0` are two texts for one version. */
  readonly version: string;
  /** A value of the API's `PackageVersionStatus`. */
  readonly status: string;
  readonly revision: string;
  /** A value of the API's `PackageVersionOriginType`. */
  readonly origin: string;
}

/** A version that something outside the registry still asks for. */
export interface NamedVersion {
  readonly name: string;
  readonly version: string;
  /** The file that names it. */
  readonly by: string;
}

/** What decides, beside a version's age, whether it may go. */
export interface Rules {
  /** How many of a package's newest versions stay, at least 1. */
  readonly keep: number;
  readonly named: readonly NamedVersion[];
  /** Whether versions are deleted, those too that have been disposed of before. */
  readonly deletes: boolean;
}

/** Values of the API's `PackageVersionStatus` from which a version may be disposed of. */
const statusesWithFiles = ["Published", "Unlisted", "Archived"];

/**
 * Why each version of one package stays, by its text; a version that is not in the map may go, once it is old enough.
 *
 * The newest are counted twice: of all versions that have files, and of those that are Published. So a package whose newest
 * versions are archived keeps some that can be installed.
 */
export function keptVersions(versions: readonly ListedVersion[], rules: Rules): ReadonlyMap<string, string> {
  const readable = versions.filter(({ version }) => normalVersion(version) !== undefined);
  const withFiles = readable.filter(({ status }) => statusesWithFiles.includes(status));
  const published = readable.filter(({ status }) => status === "Published");
  const reasons = new Map<string, string>();
  const stays = (kept: readonly ListedVersion[], reason: string) => {
    for (const { version } of kept.filter((one) => !reasons.has(one.version))) {
      reasons.set(version, reason);
    }
  };
  stays(
    versions.filter(({ version }) => normalVersion(version) === undefined),
    "not a version as PEP 440 writes it",
  );
  const goes = [...statusesWithFiles, ...(rules.deletes ? ["Disposed"] : [])];
  for (const found of readable.filter(({ status }) => !goes.includes(status))) {
    stays([found], found.status === "Disposed" ? disposedAlready : found.status);
  }
  for (const found of [readable, withFiles, published]) {
    stays(newest(found, 1), "the newest version");
  }
  for (const found of [withFiles, published]) {
    stays(newest(found.filter(isFinal), 1), "the newest final release");
  }
  for (const found of [withFiles, published]) {
    stays(newest(found, rules.keep), `one of the newest ${rules.keep}`);
  }
  for (const found of readable) {
    const by = rules.named.filter((named) => isSame(named, found)).map((named) => named.by);
    stays(by.length === 0 ? [] : [found], `named by ${[...new Set(by)].join(", ")}`);
  }
  stays(
    readable.filter(({ origin }) => origin !== "INTERNAL"),
    "not published to this domain",
  );
  return reasons;
}

/** The reason of a version that a former run has disposed of. */
export const disposedAlready = "disposed of already";

/** Whether two texts name one version of one package. */
export function isSame(
  one: Pick<NamedVersion, "name" | "version">,
  other: Pick<NamedVersion, "name" | "version">,
): boolean {
  return (
    one.name === other.name &&
    normalVersion(one.version) !== undefined &&
    normalVersion(other.version) !== undefined &&
    compareVersions(one.version, other.version) === 0
  );
}

function isFinal({ version }: ListedVersion): boolean {
  return !isPrerelease(version);
}

/** The highest versions; two texts of one version count as one. */
function newest(versions: readonly ListedVersion[], count: number): readonly ListedVersion[] {
  const sorted = [...versions].sort((one, other) => compareVersions(other.version, one.version));
  let different = 0;
  return sorted.filter((found, index) => {
    const before = sorted[index - 1];
    different += before === undefined || compareVersions(before.version, found.version) !== 0 ? 1 : 0;
    return different <= count;
  });
}
