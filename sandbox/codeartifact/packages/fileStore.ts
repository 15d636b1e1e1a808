import { createHash, randomUUID } from "node:crypto";
import { mkdir, open, readdir, readFile, rename, rm, stat, unlink, writeFile } from "node:fs/promises";
import { dirname, join, resolve, sep } from "node:path";
import * as z from "zod";
import { isAlive } from "../../core/isAlive";
import { type Asset, keyOf, type PackageRecord } from "./records";
import { KeyedMutex, MemoryPackageStore, type PackageStore, PackageStoreError, type RepositoryPlace } from "./store";

/**
 * Keeps packages in a folder, for one process at a time: records as `packages/DOMAIN/REPOSITORY/KEY.json`, which are held
 * in memory too, and bytes by their SHA-256 below `bytes`, which are read when they are asked for.
 */
export class FilePackageStore implements PackageStore {
  readonly #records = new MemoryPackageStore();
  readonly #mutex = new KeyedMutex();

  private constructor(
    readonly root: string,
    /** Gives the folder free for another process. Nothing may be asked of the store from then on. */
    readonly close: () => Promise<void>,
  ) {}

  /**
   * @param directory - of a store, or one that is empty or not there yet
   * @throws PackageStoreError where it holds something else, another process has it, or what it holds is damaged
   */
  static async open(directory: string): Promise<FilePackageStore> {
    const root = resolve(directory);
    try {
      await mkdir(root, { recursive: true });
      await keepOthersOut(root);
      const release = await lockFolderAt(root);
      try {
        // What was being written when the process before this one ended is thrown away.
        await rm(join(root, incomingFolder), { recursive: true, force: true });
        await mkdir(join(root, incomingFolder));
        await write(root, formatFile, JSON.stringify(format));
        const store = new FilePackageStore(root, release);
        const paths = await unlessMissing(readdir(join(root, packagesFolder), { recursive: true }));
        for (const path of (paths ?? []).sort()) {
          const [domain = "", repository = "", file = ""] = path.split(sep);
          if (file.endsWith(".json")) {
            const place = { domain, repository };
            await store.#records.put(place, await readRecord(root, place, file));
          }
        }
        return store;
      } catch (error) {
        await release();
        throw error;
      }
    } catch (error) {
      throw error instanceof Error && "syscall" in error
        ? new PackageStoreError(`${root} cannot keep packages: ${error.message}. Choose another folder`)
        : error;
    }
  }

  find(place: RepositoryPlace, key: string): PackageRecord | undefined {
    return this.#records.find(place, key);
  }

  list(place: RepositoryPlace): readonly PackageRecord[] {
    return this.#records.list(place);
  }

  put(place: RepositoryPlace, record: PackageRecord): Promise<void> {
    const path = recordPath(place, keyOf(record));
    return this.#mutex.run(path, async () => {
      await write(this.root, path, JSON.stringify(record));
      await this.#records.put(place, record);
    });
  }

  delete(place: RepositoryPlace, key: string): Promise<void> {
    const path = recordPath(place, key);
    return this.#mutex.run(path, async () => {
      if (this.find(place, key) !== undefined) {
        await unlink(join(this.root, path));
        await syncFolders(this.root, path);
        await this.#records.delete(place, key);
      }
    });
  }

  putBytes(sha256: string, bytes: Buffer): Promise<void> {
    return write(this.root, bytesPath(sha256), bytes);
  }

  async getBytes(sha256: string): Promise<Buffer | undefined> {
    const file = join(this.root, bytesPath(sha256));
    const bytes = await unlessMissing(readFile(file));
    if (bytes !== undefined && createHash("sha256").update(bytes).digest("hex") !== sha256) {
      throw damaged(file, "its SHA-256 is another one than its name says");
    }
    return bytes;
  }
}

const formatFile = "store.json";
const format = { holds: "packages of package-registry's sandbox", version: 1 };

/** Whatever is no store is left as it is, and so is a store of another version of this program. */
async function keepOthersOut(root: string): Promise<void> {
  const text = await unlessMissing(readFile(join(root, formatFile), "utf8"));
  if (text === undefined) {
    const others = (await readdir(root)).filter((name) => name !== lockFolder && name !== incomingFolder);
    if (others.length > 0) {
      throw new PackageStoreError(
        `${root} is not empty and holds no packages of the sandbox: there is ${others[0]}. Choose another folder`,
      );
    }
  } else if (text !== JSON.stringify(format)) {
    throw new PackageStoreError(
      `${root} was made by another version of the sandbox: ${formatFile} is not ${JSON.stringify(format)}. Choose another folder`,
    );
  }
}

/** Where files are written before they have their names. */
const incomingFolder = "incoming";

/**
 * Writes a file below the root as a whole or not at all, whatever happens to the process or the machine: it is written
 * elsewhere, brought to the disk and renamed, and so are the folders that name it. write-file-atomic 7.0.1 is not used:
 * where the disk takes only a part of the bytes it renames that part, and it does not sync folders.
 *
 * @param path - below the root
 */
async function write(root: string, path: string, contents: Buffer | string): Promise<void> {
  const incoming = join(root, incomingFolder, randomUUID());
  const target = join(root, path);
  await mkdir(dirname(target), { recursive: true });
  try {
    await writeFile(incoming, contents, { flag: "wx", flush: true });
    await rename(incoming, target);
  } catch (error) {
    await rm(incoming, { force: true });
    throw error;
  }
  await syncFolders(root, path);
}

/** From the innermost to the root: any of them may be new. */
async function syncFolders(root: string, path: string): Promise<void> {
  let folder = path;
  do {
    folder = dirname(folder);
    const opened = await open(join(root, folder), "r");
    await opened.sync().finally(() => opened.close());
  } while (folder !== ".");
}

/** Has a file for each process that has the store open, or is about to. */
const lockFolder = "lock";

/** The locks that this process holds. A lock of its number that is not among them is one of an earlier process's. */
const held = new Set<string>();

/**
 * Locks a folder for this process. A process first writes a file with its own number, and then looks for others, so that of
 * two that come at once at most one gets it. A process that has ended, in whatever way, does not count. A lock that grows
 * stale by its age, as proper-lockfile has it, would keep a folder locked for a while after `kill -9`, and would be lost by
 * a machine that was asleep.
 *
 * @returns what gives the folder free again
 * @throws PackageStoreError while another process has it
 */
async function lockFolderAt(root: string): Promise<() => Promise<void>> {
  const folder = join(root, lockFolder);
  const own = `${process.pid}-${randomUUID()}`;
  const release = async () => {
    await rm(join(folder, own), { force: true });
    held.delete(own);
  };
  await mkdir(folder, { recursive: true });
  held.add(own);
  await writeFile(join(folder, own), "");
  for (const other of (await readdir(folder)).filter((name) => name !== own)) {
    const pid = Number(other.split("-")[0]);
    if (pid === process.pid ? held.has(other) : isAlive(pid)) {
      await release();
      throw new PackageStoreError(
        `${root} is in use by process ${pid}: stop it, or choose another folder. ` +
          `If that process is no sandbox, delete ${join(folder, other)}`,
      );
    }
    await rm(join(folder, other), { force: true });
  }
  return release;
}

const packagesFolder = "packages";

/**
 * Where a record is, below the store's folder. Keys are escaped, so that a record stays inside the folder. A file's name has up
 * to 255 characters with its ending, and some file systems take upper and lower case for the same: a digest replaces a key
 * that is too long, or has upper case. Names of Python have none.
 */
function recordPath({ domain, repository }: RepositoryPlace, key: string): string {
  const escaped = encodeURIComponent(key);
  const isFileName = escaped.length <= longestStem && key === key.toLowerCase();
  const stem = isFileName ? escaped : createHash("sha256").update(key).digest("hex");
  return join(packagesFolder, domain, repository, `${stem}.json`);
}

/** In characters, without the ending `.json`. */
const longestStem = 250;

/** Where bytes are, below the store's folder. */
function bytesPath(sha256: string): string {
  return join("bytes", sha256.slice(0, 2), sha256);
}

/** What of a record this store itself relies on. */
const asset = z.looseObject({ sha256: z.string().regex(/^[0-9a-f]{64}$/), url: z.string().optional() });
const stored = z.looseObject({
  name: z.string(),
  versions: z.record(z.string(), z.looseObject({ assets: z.record(z.string(), asset) })),
});

/**
 * A record, its bytes looked for.
 *
 * @throws PackageStoreError where it is damaged
 */
async function readRecord(root: string, place: RepositoryPlace, file: string): Promise<PackageRecord> {
  const path = join(root, packagesFolder, place.domain, place.repository, file);
  const record = parseRecord(path, await readFile(path, "utf8"));
  if (join(root, recordPath(place, keyOf(record))) !== path) {
    throw damaged(path, `it is the record of another package, ${record.name}`);
  }
  for (const { filename, sha256, size } of ownAssets(record)) {
    const bytes = join(root, bytesPath(sha256));
    const found = await unlessMissing(stat(bytes));
    if (found?.size !== size) {
      const how = found === undefined ? "are missing" : `have ${found.size} bytes, not ${size ?? "that many"}`;
      throw damaged(path, `${bytes}, which hold its ${filename}, ${how}`);
    }
  }
  return record;
}

/** Those whose bytes are kept here alone; those of a public file may still be to be fetched. */
function ownAssets({ versions }: PackageRecord): readonly Asset[] {
  return Object.values(versions)
    .flatMap(({ assets }) => Object.values(assets))
    .filter(({ url }) => url === undefined);
}

function parseRecord(path: string, text: string): PackageRecord {
  try {
    const value: unknown = JSON.parse(text);
    // What it returns would lack a version or an asset that is named __proto__.
    stored.parse(value);
    return value as PackageRecord;
  } catch {
    throw damaged(path, "it is no record of a package");
  }
}

/** What is there cannot be relied on. */
function damaged(file: string, how: string): PackageStoreError {
  return new PackageStoreError(`${file} is damaged: ${how}. Put a copy of it back, or start with an empty folder`);
}

/** Nothing where the file is not there. */
async function unlessMissing<Found>(found: Promise<Found>): Promise<Found | undefined> {
  try {
    return await found;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") {
      return undefined;
    }
    throw error;
  }
}
