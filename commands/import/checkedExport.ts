import { join } from "node:path";
import { digestOfFile, pathOf } from "../backup/folder";
import { inParallel } from "../aws/inParallel";
import { manifestName, type ManifestPackage, readManifest } from "../backup/manifest";
import { CommandError } from "../cli";
import type { Progress } from "../terminal/progress";

/** Files that are read at once. */
const readAtOnce = 4;

/**
 * The packages of an export, after a comparison of every file with the manifest.
 *
 * @param only - the packages that are wanted; by default all
 * @throws CommandError that lists every file that is missing or has other bytes
 */
export async function checkedExport(
  folder: string,
  only: readonly string[] | undefined,
  progress: Progress,
): Promise<readonly ManifestPackage[]> {
  const manifest = await readManifest(folder);
  if (manifest === undefined) {
    throw new CommandError(`${folder} has no ${manifestName}: name the folder of an export.`);
  }
  if (!manifest.complete) {
    throw new CommandError(
      `${folder} has an export that did not run to its end: npm run export -- --stack ${manifest.source.stack} --to ${folder}`,
    );
  }
  const missing = (only ?? []).filter((name) => !manifest.packages.some((found) => found.name === name));
  if (missing.length > 0) {
    const held = manifest.packages.map(({ name }) => name).join(", ");
    throw new CommandError(`${folder} has no package ${missing.join(", ")}. It has ${held || "none"}.`);
  }
  const packages = manifest.packages.filter(({ name }) => only?.includes(name) !== false);
  const errors: string[] = [];
  const files = packages.flatMap(({ name, versions }) =>
    versions.flatMap(({ version, files: all }) =>
      all.filter(({ saved }) => saved).map((file) => ({ ...file, path: pathOf(name, version, file.filename) })),
    ),
  );
  let done = 0;
  await inParallel(files, readAtOnce, async ({ path, sha256 }) => {
    progress.step(`checking ${path} (${++done} of ${files.length})`);
    const digest = await digestOfFile(join(folder, path));
    if (digest === undefined) {
      errors.push(`${path} is missing.`);
    } else if (digest.sha256 !== sha256) {
      errors.push(`${path} has SHA-256 ${digest.sha256}, and the manifest says ${sha256}.`);
    }
  });
  if (errors.length > 0) {
    throw new CommandError([...errors.sort(), "Nothing was sent."].join("\n"));
  }
  return packages;
}
