import { readFileSync, readdirSync } from "node:fs";
import { createHash } from "node:crypto";
import { join, relative } from "node:path";
import type { Manifest } from "../../../commands/backup/manifest";
import { repositoryName } from "../../../naming/registryNames";
import {
  disposePackageVersions,
  updatePackageVersionsStatus,
} from "../../../sandbox/codeartifact/packages/versionChanges";
import { Packages } from "../../../sandbox/codeartifact/packages/packages";
import { makeSdist, makeWheel } from "../../../sandbox/fixtures/distributions";
import type { PromotionRegistries, Stack } from "./promoteRegistries";

/** Gives a version of a stack's registry a status. */
export async function mark(
  { sandboxes }: PromotionRegistries,
  stack: Stack,
  name: string,
  version: string,
  status: "Published" | "Unlisted" | "Archived" | "Disposed",
): Promise<void> {
  const { packages, domain } = sandboxes[stack].context;
  const place = { domain, repository: repositoryName };
  const { failedVersions } =
    status === "Disposed"
      ? await disposePackageVersions(packages, place, name, { versions: [version] })
      : await updatePackageVersionsStatus(packages, place, name, { versions: [version], targetStatus: status });
  if (Object.keys(failedVersions).length > 0) {
    throw new Error(JSON.stringify(failedVersions));
  }
}

/** `NAME VERSION STATUS` of every version that a stack's registry has. */
export function statuses({ sandboxes }: PromotionRegistries, stack: Stack): readonly string[] {
  const { packages, domain } = sandboxes[stack].context;
  return packages.store
    .list({ domain, repository: repositoryName })
    .flatMap(({ name, versions }) =>
      Object.values(versions).map(({ version, status }) => `${name} ${version} ${status}`),
    )
    .sort();
}

/** Fills dev with versions of every status that Python's packages have: 2 packages, 5 versions, 7 files, one of them gone. */
export async function fill(registries: PromotionRegistries): Promise<void> {
  for (const file of [
    await makeWheel({ name: "orb-common", version: "1.0.0", summary: "Published.", requiresPython: ">=3.9" }),
    await makeSdist({ name: "orb-common", version: "1.0.0", requiresPython: ">=3.9" }),
    await makeWheel({ name: "orb-common", version: "1.1.0" }),
    await makeWheel({ name: "orb-common", version: "1.2.0" }),
    await makeSdist({ name: "orb-common", version: "1.2.0" }),
    await makeWheel({ name: "orb-common", version: "1.3.0" }),
    await makeWheel({ name: "orb-models", version: "2.0.0", requires: ["orb-common"] }),
  ]) {
    await registries.publish("dev", file);
  }
  await mark(registries, "dev", "orb-common", "1.1.0", "Unlisted");
  await mark(registries, "dev", "orb-common", "1.2.0", "Archived");
  await mark(registries, "dev", "orb-common", "1.3.0", "Disposed");
}

/** SHA-256 of every file below a folder, by its path from there. */
export function filesBelow(folder: string): Readonly<Record<string, string>> {
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  return Object.fromEntries(
    paths.map((path) => [relative(folder, path), createHash("sha256").update(readFileSync(path)).digest("hex")]),
  );
}

export function manifestIn(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8")) as Manifest;
}

/** `NAME VERSION STATUS` of every version of an export, with its files, those in brackets that are not saved. */
export function versionsIn(folder: string): readonly string[] {
  return manifestIn(folder).packages.flatMap(({ name, versions }) =>
    versions.map(({ version, status, deletedSince, files }) =>
      [
        `${name} ${version} ${deletedSince === undefined ? status : "deleted"}`,
        ...files.map(({ filename, saved }) => (saved ? filename : `[${filename}]`)),
      ].join(" "),
    ),
  );
}

/**
 * Has something happen when the registry of a stack is asked for a file, before it answers.
 *
 * @returns what takes that back
 */
export function onDownload(
  { sandboxes }: PromotionRegistries,
  stack: Stack,
  happen: (filename: string, count: number) => Promise<void>,
): () => void {
  const { packages } = sandboxes[stack].context;
  let count = 0;
  packages.download = async (place, name, filename) => {
    await happen(filename, ++count);
    return Packages.prototype.download.call(packages, place, name, filename);
  };
  return () => {
    Reflect.deleteProperty(packages, "download");
  };
}
