import { createHash } from "node:crypto";
import { mkdir, readdir, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { DurableFiles, incomingFolder } from "./durableFiles";
import { lockFolder, lockFolderAt } from "./folderLock";
import { MemoryPackageStore, type PackageStore, type RepositoryPlace } from "./store";
import { PackageStoreError } from "./packageStoreError";
import type { PackageRecord } from "./records";
import { bytesPath, damaged, readRecords, recordPath, unlessMissing } from "./storedRecords";
import { Turns } from "../../core/keyedMutex";

/**
 * Keeps packages in a folder, for one process at a time: records as `packages/DOMAIN/REPOSITORY/NAME.json`, which are held
 * in memory too, and bytes by their SHA-256 below `bytes`, which are read when they are asked for.
 */
export class FilePackageStore implements PackageStore {
  readonly #files: DurableFiles;
  readonly #release: () => Promise<void>;
  readonly #records = new MemoryPackageStore();
  readonly #turns = new Turns();

  private constructor(files: DurableFiles, release: () => Promise<void>) {
    this.#files = files;
    this.#release = release;
  }

  /**
   * @param directory - of a store, or one that is empty or not there yet
   * @throws PackageStoreError where it holds something else, another process has it, or what it holds is damaged
   */
  static async open(directory: string): Promise<FilePackageStore> {
    const root = resolve(directory);
    try {
      await mkdir(root, { recursive: true });
      await refuseOthers(root);
      const release = await lockFolderAt(root);
      try {
        const files = await DurableFiles.open(root);
        await files.write(formatFile, JSON.stringify(format));
        const store = new FilePackageStore(files, release);
        for await (const { place, record } of readRecords(root)) {
          await store.#records.put(place, record);
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

  find(place: RepositoryPlace, name: string): PackageRecord | undefined {
    return this.#records.find(place, name);
  }

  list(place: RepositoryPlace): readonly PackageRecord[] {
    return this.#records.list(place);
  }

  put(place: RepositoryPlace, record: PackageRecord): Promise<void> {
    const path = recordPath(place, record.name);
    return this.#turns.take(path, async () => {
      await this.#files.write(path, JSON.stringify(record));
      await this.#records.put(place, record);
    });
  }

  delete(place: RepositoryPlace, name: string): Promise<void> {
    const path = recordPath(place, name);
    return this.#turns.take(path, async () => {
      if (this.find(place, name) !== undefined) {
        await this.#files.delete(path);
        await this.#records.delete(place, name);
      }
    });
  }

  putBytes(sha256: string, bytes: Buffer): Promise<void> {
    return this.#files.write(bytesPath(sha256), bytes);
  }

  async getBytes(sha256: string): Promise<Buffer | undefined> {
    const file = join(this.#files.root, bytesPath(sha256));
    const bytes = await unlessMissing(readFile(file));
    if (bytes !== undefined && createHash("sha256").update(bytes).digest("hex") !== sha256) {
      throw damaged(file, "its SHA-256 is another one than its name says");
    }
    return bytes;
  }

  /** Gives the folder free for another process. Nothing may be asked of the store from then on. */
  close(): Promise<void> {
    return this.#release();
  }
}

const formatFile = "store.json";
const format = { holds: "packages of package-registry's sandbox", version: 1 };

/** Whatever is no store is left as it is, and so is a store of another version of this program. */
async function refuseOthers(root: string): Promise<void> {
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
