import type { CodeArtifact } from "../codeartifact";
import { entryError } from "./origins";
import type { PackageStore, RepositoryPlace } from "./store";
import { type PublicFile, type PublicIndex, PublicIndexUnavailable } from "./publicIndex";
import type { VersionRecord } from "./records";
import { type Refresh, refreshedVersion } from "./refreshedVersions";

/** A version as a client of some repository reaches it. */
export type ReachableVersion =
  /** A repository on the way holds it. */
  | { readonly version: string; readonly repository: string; readonly record: VersionRecord }
  /** The public index has it, and a repository is connected to that index. */
  | {
      readonly version: string;
      readonly connectedRepository: string;
      readonly connection: string;
      readonly files: readonly PublicFile[];
    };

/** What can be reached, and what could not be asked. */
export interface Reach {
  /** In search order; of each version only the first that was found. */
  readonly versions: readonly ReachableVersion[];
  /** Of what repositories on the way retain, that which has changed further up. @default none */
  readonly refreshes?: readonly Refresh[];
  /** Why the public index could not be asked, where it was needed. */
  readonly unavailable?: PublicIndexUnavailable;
}

/** What a search looks through. */
export interface Searched {
  readonly codeartifact: CodeArtifact;
  readonly store: PackageStore;
  readonly publicIndex: PublicIndex;
}

/**
 * The versions of a package that lie above a repository, as far as origin controls let them in: those of its upstreams in
 * their order, each with what lies above it, and then those of the public index it is connected to.
 * Source: https://docs.aws.amazon.com/codeartifact/latest/ug/repo-upstream-search-order.html
 *
 * @param name - normalised by PEP 503
 */
export async function versionsAbove(searched: Searched, place: RepositoryPlace, name: string): Promise<Reach> {
  const { codeartifact, store } = searched;
  const { upstreams, externalConnections } = codeartifact.describeRepository(place);
  const record = store.find(place, name);
  const reaches: Reach[] = [];

  if (upstreams.length > 0 && entryError(codeartifact, place, name, "INTERNAL_UPSTREAM", record) === undefined) {
    for (const repository of upstreams) {
      reaches.push(await versionsIn(searched, { ...place, repository }, name));
    }
  }
  if (entryError(codeartifact, place, name, "EXTERNAL_UPSTREAM", record) === undefined) {
    for (const { externalConnectionName } of externalConnections.filter(
      ({ packageFormat }) => packageFormat === "pypi",
    )) {
      reaches.push(await publicVersions(searched.publicIndex, place.repository, externalConnectionName, name));
    }
  }
  return inSearchOrder(reaches);
}

/** The versions of a package that a repository holds, and behind them those that lie above it. */
async function versionsIn(searched: Searched, place: RepositoryPlace, name: string): Promise<Reach> {
  return inSearchOrder([
    { versions: versionsHeld(searched.store, place, name) },
    await versionsAbove(searched, place, name),
  ]);
}

/** The versions of a package that a repository itself holds. */
export function versionsHeld(store: PackageStore, place: RepositoryPlace, name: string): readonly ReachableVersion[] {
  const { repository } = place;
  return Object.values(store.find(place, name)?.versions ?? {}).map((record) => ({
    version: record.version,
    repository,
    record,
  }));
}

/**
 * Reaches as one. Of each version the first one counts; if a repository retains it, it has what is new behind it.
 */
export function inSearchOrder(reaches: readonly Reach[]): Reach {
  const versions = new Map<string, ReachableVersion>();
  const refreshes = reaches.flatMap((reach) => reach.refreshes ?? []);
  for (const found of reaches.flatMap((reach) => reach.versions)) {
    const first = versions.get(found.version);
    if (first === undefined) {
      versions.set(found.version, found);
    } else if ("record" in first) {
      const { repository } = first;
      const record = refreshedVersion(repository, first.record, found);
      if (record !== first.record) {
        versions.set(found.version, { ...first, record });
        refreshes.push({ repository, source: found });
      }
    }
  }
  const unavailable = reaches.find((reach) => reach.unavailable !== undefined)?.unavailable;
  return { versions: [...versions.values()], refreshes, ...(unavailable === undefined ? {} : { unavailable }) };
}

async function publicVersions(
  publicIndex: PublicIndex,
  connectedRepository: string,
  connection: string,
  name: string,
): Promise<Reach> {
  try {
    const versions = new Map<string, PublicFile[]>();
    for (const file of (await publicIndex.files(name)) ?? []) {
      const files = versions.get(file.version) ?? [];
      files.push(file);
      versions.set(file.version, files);
    }
    return {
      versions: [...versions].map(([version, files]) => ({ version, connectedRepository, connection, files })),
    };
  } catch (error) {
    if (error instanceof PublicIndexUnavailable) {
      return { versions: [], unavailable: error };
    }
    throw error;
  }
}
