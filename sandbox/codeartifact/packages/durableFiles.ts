import { randomUUID } from "node:crypto";
import { mkdir, open, rename, rm, unlink } from "node:fs/promises";
import { dirname, join } from "node:path";

/**
 * Files below a folder that change as a whole or not at all, whatever happens to the process or the machine: each is
 * written elsewhere, brought to the disk, and then renamed, and so is the folder that names it.
 */
export class DurableFiles {
  readonly #incoming: string;

  private constructor(readonly root: string) {
    this.#incoming = join(root, incomingFolder);
  }

  /** Throws away what was being written when the process before this one ended. */
  static async open(root: string): Promise<DurableFiles> {
    const files = new DurableFiles(root);
    await rm(files.#incoming, { recursive: true, force: true });
    await mkdir(files.#incoming);
    return files;
  }

  /** @param path - below the root */
  async write(path: string, contents: Buffer | string): Promise<void> {
    const incoming = join(this.#incoming, randomUUID());
    const target = join(this.root, path);
    await mkdir(dirname(target), { recursive: true });
    try {
      await synced(incoming, "wx", (file) => file.writeFile(contents));
      await rename(incoming, target);
    } catch (error) {
      await rm(incoming, { force: true });
      throw error;
    }
    await this.#syncFolders(path);
  }

  /** @param path - below the root, of a file that is there */
  async delete(path: string): Promise<void> {
    await unlink(join(this.root, path));
    await this.#syncFolders(path);
  }

  /** From the innermost to the root: any of them may be new. */
  async #syncFolders(path: string): Promise<void> {
    let folder = path;
    do {
      folder = dirname(folder);
      await synced(join(this.root, folder), "r");
    } while (folder !== ".");
  }
}

/** Where files are written before they have their names. */
export const incomingFolder = "incoming";

async function synced(
  path: string,
  flags: string,
  use: (file: Awaited<ReturnType<typeof open>>) => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  const file = await open(path, flags);
  try {
    await use(file);
    await file.sync();
  } finally {
    await file.close();
  }
}
