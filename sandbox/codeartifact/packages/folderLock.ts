import { randomUUID } from "node:crypto";
import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { PackageStoreError } from "./packageStoreError";

/** Where those who have a folder open are written down. */
export const lockFolder = "lock";

/** The locks that this process holds. A lock of its number that is not among them is one of an earlier process's. */
const held = new Set<string>();

/**
 * Has a folder for this process alone. Whoever wants it writes down the number of his process first, and then looks for
 * others: so of two who come at once never both get it. Those whose process has ended, in whatever way, do not count.
 *
 * @returns what gives the folder free again
 * @throws PackageStoreError while another process has it
 */
export async function lockFolderAt(root: string): Promise<() => Promise<void>> {
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

function isAlive(pid: number): boolean {
  try {
    // Signal 0 only asks.
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
