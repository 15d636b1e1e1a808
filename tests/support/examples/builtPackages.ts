import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { MadeDistribution } from "../../../sandbox/fixtures/distributions";
import { type PythonTools, pythonTools } from "../../../commands/python/pythonTools";
import { Person, type ClientRun } from "../clients/person";
import { projectDirectory } from "../deployments";
import { copyExample } from "./teamRepository";

/** Where the example's packages are. */
export const packagesFolder = join(projectDirectory, "examples/integration-hub/backend/packages");

/** A Python with what the workflow builds and tests the packages with. */
export async function buildTools(): Promise<PythonTools> {
  const tools = await pythonTools(join(projectDirectory, "hub/packages/requirements.txt"), () => undefined);
  if ("missing" in tools) {
    throw new Error(`These tests build the example's packages, and ${tools.missing}.`);
  }
  return tools;
}

/** What a build came to. */
export interface Build extends ClientRun {
  /** In the order of their names. */
  readonly files: readonly MadeDistribution[];
}

/** Builds packages as the workflow does, from a copy of their sources in a folder of its own. */
export async function build(
  person: Person,
  folder: string,
  packages: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Build> {
  const copy = join(person.work, folder);
  copyExample(copy);
  const words = packages.map((name) => `'${name}'`).join(" ");
  const run = await person.shell(
    `cd '${folder}'\npython .github/registry/packages/build.py dist ${words}`,
    environment,
  );
  return { ...run, files: run.exitCode === 0 ? distributionsIn(join(copy, "dist")) : [] };
}

export function distributionsIn(folder: string): readonly MadeDistribution[] {
  return readdirSync(folder)
    .sort()
    .map((filename) => ({ filename, bytes: readFileSync(join(folder, filename)) }));
}
