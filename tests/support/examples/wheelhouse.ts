import { createHash, randomBytes } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import type { MadeDistribution } from "../../../sandbox/fixtures/distributions";
import { runProcess } from "../../../commands/python/runProcess";
import { projectDirectory } from "../deployments";
import { clientTools } from "../clients/tools";

/** The locks that builds and tests of the example's packages install. */
export const packageLocks: readonly string[] = [
  "hub/packages/requirements.txt",
  "examples/integration-hub/backend/packages/orb-models/requirements.txt",
];

/** What workflows and actions install, as PyPI has it: fetched once, from wherever this machine takes its packages. */
export async function wheelhouse(requirements: readonly string[]): Promise<readonly MadeDistribution[]> {
  const files = requirements.map((file) => join(projectDirectory, file));
  const key = createHash("sha256");
  for (const file of files) {
    key.update(readFileSync(file));
  }
  const folder = join(projectDirectory, ".cache/wheels", key.digest("hex").slice(0, 16));
  if (!existsSync(folder)) {
    const { python } = await clientTools();
    const downloading = `${folder}.${randomBytes(4).toString("hex")}`;
    await mkdir(downloading, { recursive: true });
    // One by one: two files may pin the same package differently.
    for (const file of files) {
      const { exitCode, output } = await runProcess(python, [
        ...["-m", "pip", "download", "--quiet", "--no-input", "--no-deps", "--require-hashes", "--only-binary=:all:"],
        ...["--dest", downloading, "-r", file],
      ]);
      if (exitCode !== 0) {
        throw new Error(`pip cannot fetch what ${file} pins: ${output}`);
      }
    }
    // Anyone who comes second has fetched the same.
    await rename(downloading, folder).catch(() => rm(downloading, { recursive: true }));
  }
  return readdirSync(folder).map((filename) => ({ filename, bytes: readFileSync(join(folder, filename)) }));
}
