import { Mutex } from "async-mutex";
import { keyOf, type PackageRecord } from "./records";

/** A repository's place in the store. */
export interface RepositoryPlace {
  readonly domain: string;
  readonly repository: string;
}

/**
 * Where packages are kept. What a method has answered to stays, whatever happens to the process: a record is either the
 * former one or the new one, and is put only after its bytes. A package is found by its key: see `packageKey`.
 */
export interface PackageStore {
  /** Nothing where the repository holds no such package. */
  find(place: RepositoryPlace, key: string): PackageRecord | undefined;
  /** In alphabetical order of the names. */
  list(place: RepositoryPlace): readonly PackageRecord[];
  put(place: RepositoryPlace, record: PackageRecord): Promise<void>;
  delete(place: RepositoryPlace, key: string): Promise<void>;
  /** Bytes are known by their SHA-256, and kept once however often they are put. */
  putBytes(sha256: string, bytes: Buffer): Promise<void>;
  /** @returns nothing where these bytes were never put */
  getBytes(sha256: string): Promise<Buffer | undefined>;
}

/** Keeps packages as long as the process lives. */
export class MemoryPackageStore implements PackageStore {
  readonly #records = new Map<string, Map<string, PackageRecord>>();
  readonly #bytes = new Map<string, Buffer>();

  find(place: RepositoryPlace, key: string): PackageRecord | undefined {
    return this.#records.get(pathOf(place))?.get(key);
  }

  list(place: RepositoryPlace): readonly PackageRecord[] {
    return sortedByName([...(this.#records.get(pathOf(place))?.values() ?? [])]);
  }

  put(place: RepositoryPlace, record: PackageRecord): Promise<void> {
    const records = this.#records.get(pathOf(place)) ?? new Map<string, PackageRecord>();
    this.#records.set(pathOf(place), records.set(keyOf(record), record));
    return Promise.resolve();
  }

  delete(place: RepositoryPlace, key: string): Promise<void> {
    this.#records.get(pathOf(place))?.delete(key);
    return Promise.resolve();
  }

  putBytes(sha256: string, bytes: Buffer): Promise<void> {
    this.#bytes.set(sha256, bytes);
    return Promise.resolve();
  }

  getBytes(sha256: string): Promise<Buffer | undefined> {
    return Promise.resolve(this.#bytes.get(sha256));
  }
}

/** In the order in which the API lists packages. */
function sortedByName(records: readonly PackageRecord[]): readonly PackageRecord[] {
  return [...records].sort((one, other) =>
    one.name === other.name ? (keyOf(one) < keyOf(other) ? -1 : 1) : one.name < other.name ? -1 : 1,
  );
}

function pathOf({ domain, repository }: RepositoryPlace): string {
  return `${domain}/${repository}`;
}

/** A folder that packages cannot be kept in, or whose packages are damaged; the message names the way out. */
export class PackageStoreError extends Error {}

/** Runs the work on one key one at a time, in the order of the calls. Work on different keys runs side by side. */
export class KeyedMutex {
  readonly #mutexes = new Map<string, Mutex>();

  async run<Answer>(key: string, work: () => Promise<Answer>): Promise<Answer> {
    const mutex = this.#mutexes.get(key) ?? new Mutex();
    this.#mutexes.set(key, mutex);
    try {
      return await mutex.runExclusive(work);
    } finally {
      if (!mutex.isLocked()) {
        this.#mutexes.delete(key);
      }
    }
  }
}
