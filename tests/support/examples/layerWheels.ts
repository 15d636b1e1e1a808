import { createHash, randomBytes } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { runProcess } from "../../../commands/python/runProcess";
import type { MadeDistribution } from "../../../sandbox/fixtures/distributions";
import { clientTools } from "../clients/tools";
import { projectDirectory } from "../deployments";

const requirements = join(projectDirectory, "tests/fixtures/layerFormats/requirements.txt");

/** Those of a layer's functions, and that of the tools that lock. */
const pythons = ["3.11", "3.12", "3.13", "3.14"];

/** Real wheels from PyPI, among them compiled ones for each Python and both architectures: fetched once. */
export async function layerWheels(): Promise<readonly MadeDistribution[]> {
  const key = createHash("sha256").update(readFileSync(requirements)).update(pythons.join()).digest("hex");
  const folder = join(projectDirectory, ".cache/layer-wheels", key.slice(0, 16));
  if (!existsSync(folder)) {
    const { python } = await clientTools();
    const downloading = `${folder}.${randomBytes(4).toString("hex")}`;
    await mkdir(downloading, { recursive: true });
    for (const version of pythons) {
      for (const machine of ["x86_64", "aarch64"]) {
        const { exitCode, output } = await runProcess(python, [
          ...["-m", "pip", "download", "--quiet", "--no-input", "--no-deps", "--require-hashes", "--only-binary=:all:"],
          ...["--python-version", version, "--implementation", "cp", "--abi", `cp${version.replace(".", "")}`],
          ...["--platform", `manylinux_2_17_${machine}`, "--platform", `manylinux2014_${machine}`],
          ...["--dest", downloading, "-r", requirements],
        ]);
        if (exitCode !== 0) {
          throw new Error(`pip cannot fetch what ${requirements} pins: ${output}`);
        }
      }
    }
    // Anyone who comes second has fetched the same.
    await rename(downloading, folder).catch(() => rm(downloading, { recursive: true }));
  }
  return readdirSync(folder).map((filename) => ({ filename, bytes: readFileSync(join(folder, filename)) }));
}
