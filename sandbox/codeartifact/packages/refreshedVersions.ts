import { type Asset, revisionOf, type VersionRecord } from "./records";
import type { ReachableVersion } from "./search";

/** A version that a repository retains and that has changed where it came from. */
export interface Refresh {
  readonly repository: string;
  /** As it is further up. */
  readonly source: ReachableVersion;
}

/**
 * A retained version with the files that it has gained further up, and with the yanked state that its files have there. A
 * file that is gone further up stays, and so do the bytes of a file that has others there.
 *
 * Nothing changes for a version that was published to this repository itself, and for one that is neither Published nor
 * Unlisted, here or further up.
 * Source: https://docs.aws.amazon.com/codeartifact/latest/ug/python-upstream-external-connections-request.html
 *
 * @returns the same record where nothing changes
 */
export function refreshedVersion(repository: string, record: VersionRecord, source: ReachableVersion): VersionRecord {
  const { originType, domainEntryPoint } = record.origin;
  const isOwn = originType === "INTERNAL" && domainEntryPoint.repositoryName === repository;
  if (isOwn || !isFollowed(record) || ("record" in source && !isFollowed(source.record))) {
    return record;
  }
  const found = "record" in source ? Object.values(source.record.assets) : source.files;
  const assets = { ...record.assets };
  let changed = false;
  for (const asset of found) {
    const held = Object.hasOwn(assets, asset.filename) ? assets[asset.filename] : undefined;
    const next = refreshedAsset(held, asset);
    changed ||= next !== held;
    assets[asset.filename] = next;
  }
  return changed ? { ...record, assets, revision: revisionOf(assets) } : record;
}

function isFollowed({ status }: VersionRecord): boolean {
  return status === "Published" || status === "Unlisted";
}

/** The yanked state is all that changes of a file that is here. */
function refreshedAsset(held: Asset | undefined, found: Asset): Asset {
  if (held === undefined) {
    return found;
  }
  const stays = held.sha256 !== found.sha256 || (held.yanked ?? false) === (found.yanked ?? false);
  return stays ? held : { ...held, yanked: found.yanked };
}
