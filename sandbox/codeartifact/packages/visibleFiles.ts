import type { ReachableVersion } from "./search";
import type { Asset, DistributionFile } from "./records";

/** A file that is visible through a repository. */
export interface VisibleFile extends DistributionFile {
  /** The repository that holds it, or the external connection it comes through (`public:pypi`). */
  readonly from: string;
}

/** What a client sees of a version's files. */
export function visibleFiles(found: ReachableVersion): readonly VisibleFile[] {
  const from = "record" in found ? found.repository : found.connection;
  return assetsOf(found).map(({ filename, version, sha256, size, uploadTime, requiresPython, yanked }) => ({
    ...{ filename, version, sha256, size, uploadTime, requiresPython, yanked, from },
  }));
}

/** A version's file of this name. */
export function assetOf(found: ReachableVersion, filename: string): Asset | undefined {
  return assetsOf(found).find((asset) => asset.filename === filename);
}

/**
 * Whether the version stands on simple pages. An unlisted one does not, yet whoever names its file gets it.
 * Source: https://docs.aws.amazon.com/codeartifact/latest/ug/packages-overview.html#package-version-status
 */
export function isListed(found: ReachableVersion): boolean {
  return !("record" in found) || found.record.status === "Published";
}

/** Whether the version's files are given out. */
export function isDownloadable(found: ReachableVersion): boolean {
  return isListed(found) || ("record" in found && found.record.status === "Unlisted");
}

function assetsOf(found: ReachableVersion): readonly Asset[] {
  return "record" in found ? Object.values(found.record.assets) : found.files;
}
