import { mkdtempSync, rmSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Makes a folder for some work, and removes it when the work is done or this process ends. */
export async function inTemporaryFolder<Result>(work: (folder: string) => Promise<Result>): Promise<Result> {
  // At once: no signal comes between the folder and the word that it is to go.
  const folder = mkdtempSync(join(tmpdir(), "package-registry-"));
  const keep = removeAtExit(folder);
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
    keep();
  }
}

/**
 * Has a folder removed when this process ends, if it does so before the work on the folder.
 *
 * @returns what takes that back
 */
export function removeAtExit(folder: string): () => void {
  doomed.add(folder);
  return () => {
    doomed.delete(folder);
  };
}

const doomed = new Set<string>();

process.on("exit", () => {
  for (const folder of doomed) {
    // A process that was just killed may still have written something.
    rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
  }
});
