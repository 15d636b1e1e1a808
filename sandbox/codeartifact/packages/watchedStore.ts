import { isDeepStrictEqual } from "node:util";
import { keyOf, type PackageRecord, type VersionRecord } from "./records";
import type { PackageStore, RepositoryPlace } from "./store";

/** What a change does to a version of a package in one repository. */
export interface VersionChange {
  readonly place: RepositoryPlace;
  /** Of the package. */
  readonly key: string;
  /** After the change; of a deleted version, before it. */
  readonly version: VersionRecord;
  readonly operationType: "Created" | "Updated" | "Deleted";
  readonly changes: {
    readonly assetsAdded: number;
    readonly assetsRemoved: number;
    readonly assetsUpdated: number;
    readonly metadataUpdated: boolean;
    readonly statusChanged: boolean;
  };
}

/**
 * A store that reports each version that is created, changed or deleted, once it is stored. Whatever changes a package goes
 * through its store, so that no way in or out is left unreported.
 */
export function watchedStore(store: PackageStore, report: (change: VersionChange) => void): PackageStore {
  const reportAll = (place: RepositoryPlace, key: string, before: Versions, after: Versions) => {
    for (const version of new Set([...Object.keys(before), ...Object.keys(after)])) {
      const change = changeOf(before[version], after[version]);
      if (change !== undefined) {
        report({ place: { domain: place.domain, repository: place.repository }, key, ...change });
      }
    }
  };
  return {
    find: (place, key) => store.find(place, key),
    list: (place) => store.list(place),
    put: async (place, record) => {
      const key = keyOf(record);
      const before = versionsOf(store.find(place, key));
      await store.put(place, record);
      reportAll(place, key, before, record.versions);
    },
    delete: async (place, key) => {
      const before = versionsOf(store.find(place, key));
      await store.delete(place, key);
      reportAll(place, key, before, {});
    },
    putBytes: (sha256, bytes) => store.putBytes(sha256, bytes),
    getBytes: (sha256) => store.getBytes(sha256),
  };
}

type Versions = PackageRecord["versions"] | Readonly<Record<string, undefined>>;

function versionsOf(record: PackageRecord | undefined): Versions {
  return record?.versions ?? {};
}

type Change = Pick<VersionChange, "version" | "operationType" | "changes">;

/** Nothing where the version stays as it is. */
function changeOf(before: VersionRecord | undefined, after: VersionRecord | undefined): Change | undefined {
  const version = after ?? before;
  if (version === undefined || before === after || isDeepStrictEqual(before, after)) {
    return undefined;
  }
  const [had, has] = [before?.assets ?? {}, after?.assets ?? {}];
  return {
    version,
    operationType: before === undefined ? "Created" : after === undefined ? "Deleted" : "Updated",
    changes: {
      assetsAdded: Object.keys(has).filter((name) => !(name in had)).length,
      assetsRemoved: Object.keys(had).filter((name) => !(name in has)).length,
      assetsUpdated: Object.entries(has).filter(([name, asset]) => name in had && !isDeepStrictEqual(had[name], asset))
        .length,
      metadataUpdated: !isDeepStrictEqual(metadataOf(before), metadataOf(after)),
      statusChanged: before?.status !== after?.status,
    },
  };
}

function metadataOf(version: VersionRecord | undefined): unknown {
  return version && [version.summary, version.homePage, version.licenses];
}
