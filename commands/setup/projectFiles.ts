import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { EngineError, listStacks } from "../../sandbox/pulumi/stackFiles";

/** The text of each file that a team's answers stand in, by its path in the project. */
export type ProjectFiles = ReadonlyMap<string, string>;

export const projectFile = "Pulumi.yaml";
export const bootstrapProjectFile = "bootstrap/Pulumi.yaml";
export const deployWorkflow = ".github/workflows/deploy.yml";

/** The file of a stack. */
export function stackFile(stack: string): string {
  return `Pulumi.${stack}.yaml`;
}

/** The file of a bootstrap stack. */
export function bootstrapFile(stack: string): string {
  return `bootstrap/Pulumi.${stack}.yaml`;
}

/** The bootstrap stacks among the files, by name. */
export function bootstrapStacks(files: ProjectFiles): readonly string[] {
  return [...files.keys()].flatMap((path) => /^bootstrap\/Pulumi\.(.+)\.yaml$/.exec(path)?.[1] ?? []).sort();
}

/** The stacks among the files, by name. */
export function stacksOf(files: ProjectFiles): readonly string[] {
  return [...files.keys()].flatMap((path) => /^Pulumi\.(.+)\.yaml$/.exec(path)?.[1] ?? []).sort();
}

/**
 * Reads every file that setup may change.
 *
 * @throws EngineError outside the folder of the project
 */
export function readProjectFiles(directory: string): ProjectFiles {
  for (const path of [projectFile, bootstrapProjectFile]) {
    if (!existsSync(join(directory, path))) {
      throw new EngineError(`There is no ${path} here: run this in the folder of the project.`);
    }
  }
  const bootstrap = readdirSync(join(directory, "bootstrap")).flatMap(
    (file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1] ?? [],
  );
  const paths = [
    projectFile,
    ...listStacks(directory).map(stackFile),
    bootstrapProjectFile,
    ...bootstrap.sort().map(bootstrapFile),
    ...[deployWorkflow].filter((path) => existsSync(join(directory, path))),
  ];
  return new Map(paths.map((path) => [path, readFileSync(join(directory, path), "utf8")]));
}
