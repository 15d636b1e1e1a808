import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { projectFolder } from "../../projectFolder";
import type { ProjectFiles } from "../presentAnswers";
import { type HubStack, type LambdaDeployer } from "./hubStacks";
import { findLambdaWorkflow, lambdaWorkflow } from "./lambdaWorkflow";
import { packagesWorkflow } from "./packagesWorkflow";
import { onOneSource } from "./pipfile";
import { newRegistryToml, readRegistryToml, registryToml, type Team, withRegistries } from "./registryToml";
import { findTeam } from "./sources";
import { firstVersion } from "./firstVersion";

/** What a team's repository is to have, and what it has of that now. */
export interface PlannedHub {
  readonly before: ProjectFiles;
  readonly planned: ProjectFiles;
  readonly team: Team;
  /** Paths of files that are run. */
  readonly executable: ReadonlySet<string>;
  /** What the present workflows have and the first registry.toml does not, each as a text. */
  readonly leftOut: readonly string[];
}

/** Folders of this project, and where a team's repository has them. */
const copied = [
  [".github/actions", ".github/actions"],
  ["hub", ".github/registry"],
] as const;

/**
 * Everything that setup writes into a team's repository.
 *
 * @param directory - its root
 * @throws CommandError if the stacks and the repository do not fit each other
 */
export function plannedHub(
  directory: string,
  stacks: readonly HubStack[],
  deployer: LambdaDeployer | undefined,
): PlannedHub {
  const workflows = [...new Set(stacks.flatMap(({ publishers }) => publishers.map(({ workflow }) => workflow)))];
  const present = read(directory, registryToml);
  const found = present === undefined ? findTeam(directory, stacks, workflows) : undefined;
  const first = present ?? (found === undefined ? "" : newRegistryToml(found.team, lambdaPrefix(stacks)));
  const toml = withRegistries(first, stacks);
  const team = readRegistryToml(toml);
  const executable = new Set<string>();
  const planned = new Map<string, string>([[registryToml, toml]]);
  for (const [from, to] of copied) {
    for (const file of filesIn(join(projectFolder, from))) {
      planned.set(`${to}/${file}`, readFileSync(join(projectFolder, from, file), "utf8"));
      if ((statSync(join(projectFolder, from, file)).mode & 0o100) !== 0) {
        executable.add(`${to}/${file}`);
      }
    }
  }
  for (const workflow of workflows) {
    planned.set(workflow, packagesWorkflow(workflow, team, stacks));
  }
  const lambda = findLambdaWorkflow(team, stacks, deployer);
  if (lambda !== undefined) {
    planned.set(lambda.path, lambdaWorkflow(lambda, team));
  }
  for (const { path } of Object.values(team.packages)) {
    const version = firstVersion(join(directory, path));
    if (version !== undefined) {
      planned.set(`${path}/VERSION`, `${version}\n`);
    }
  }
  for (const { path } of [...Object.values(team.layers), ...Object.values(team.functions)]) {
    const pipfile = read(directory, `${path}/Pipfile`);
    if (pipfile !== undefined) {
      planned.set(`${path}/Pipfile`, onOneSource(pipfile));
    }
  }
  const before = new Map(
    [...planned.keys()].flatMap((path): (readonly [string, string])[] => {
      const text = read(directory, path);
      return text === undefined ? [] : [[path, text]];
    }),
  );
  return { before, planned, team, executable, leftOut: found?.leftOut ?? [] };
}

/** What names of layers and functions begin with: a stack's domain, whatever its environment. */
function lambdaPrefix([stack]: readonly HubStack[]): string {
  const { domain = "", environment = "" } = stack ?? {};
  return `${domain.slice(0, domain.length - environment.length)}{environment}`;
}

/** Files below a folder, without what Python leaves behind. */
function filesIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.includes("__pycache__"))
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}

function read(directory: string, path: string): string | undefined {
  const file = join(directory, path);
  return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}
