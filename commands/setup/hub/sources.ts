import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { parse as parseYaml } from "yaml";
import { normalizePackageName } from "../../../naming/packagePatterns";
import { CommandError } from "../../cli";
import type { HubStack } from "./hubStacks";
import { readPyproject } from "./pyproject";
import { branchName, pattern, type Team } from "./registryToml";

/** Folders that hold no sources of a team. */
const skipped = new Set([".git", ".venv", "venv", "node_modules", "__pycache__", "dist", "build", ".tox", ".github"]);

const projectFiles = ["pyproject.toml", "setup.py"];
const lockFiles = ["Pipfile", "Pipfile.lock", "uv.lock", "poetry.lock", "pylock.toml", "requirements.txt"];

/** A team by its repository. */
interface FoundTeam {
  readonly team: Team;
  /** What the present workflows have and registry.toml cannot say, each as a text. */
  readonly leftOut: readonly string[];
}

/**
 * What a repository has: the folders of the stacks' packages, its layers and functions, and the branches and paths of its
 * workflows.
 *
 * @param directory - the root of the repository
 * @param workflows - paths of the workflows that publish
 * @throws CommandError for a package without a folder, and for a workflow that is not YAML
 */
export function findTeam(directory: string, stacks: readonly HubStack[], workflows: readonly string[]): FoundTeam {
  const folders = foldersOf(directory, ".");
  const names = [...new Set(stacks.flatMap(({ publishers }) => publishers.flatMap(({ packages }) => packages)))];
  const packages = findPackages(directory, folders, names);
  const triggers = workflows.map((workflow) => presentTrigger(directory, workflow));
  const branches = branchesOf(stacks, [...new Set(triggers.flatMap((trigger) => trigger.branches))]);
  const paths = [...new Set(triggers.flatMap((trigger) => trigger.paths))].filter(
    (path) => !path.startsWith(".github/") && !Object.values(packages).some((folder) => isAbout(path, folder)),
  );
  const lambda = folders.filter((folder) => !Object.values(packages).includes(folder) && isLambda(directory, folder));
  const sources = paths.filter((path) => pattern.test(path));
  return {
    team: {
      attestations: "public",
      branches: { ...branches, build: branches.build.filter((branch) => branchName.test(branch)) },
      packages: Object.fromEntries(
        inOrder(directory, packages).map((name) => [
          name,
          { path: packages[name] ?? "", sources: sourcesOf(directory, packages, name, sources) },
        ]),
      ),
      layers: byKey(lambda.filter((folder) => isBelow(folder, /^(?:lambda[-_])?layers?$/))),
      functions: byKey(lambda.filter((folder) => isBelow(folder, /^(?:lambda[-_])?functions?$|^lambdas?$/))),
    },
    leftOut: [
      ...branches.build.filter((branch) => !branchName.test(branch)).map((branch) => `the branch ${branch}`),
      ...paths.filter((path) => !pattern.test(path)).map((path) => `the path ${path}`),
    ],
  };
}

/** Whether a workflow's pattern takes files of a package's folder, or lies in that folder. */
function isAbout(path: string, folder: string): boolean {
  // https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#filter-pattern-cheat-sheet
  const taken = path
    .split(/(\*\*|\*)/)
    .map((part) => (part === "**" ? ".*" : part === "*" ? "[^/]*" : part.replace(/[.+?^${}()|[\]\\]/g, "\\$&")))
    .join("");
  return folder === "." || new RegExp(`^${taken}$`).test(`${folder}/setup.py`) || isIn(path, folder);
}

function isIn(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}

/** Every folder that may hold sources, from the root. */
function foldersOf(directory: string, folder: string): readonly string[] {
  return readdirSync(join(directory, folder), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !skipped.has(entry.name))
    .map(({ name }) => (folder === "." ? name : `${folder}/${name}`))
    .sort()
    .flatMap((path) => [path, ...foldersOf(directory, path)]);
}

function findPackages(
  directory: string,
  folders: readonly string[],
  names: readonly string[],
): Readonly<Record<string, string>> {
  const found = [".", ...folders].flatMap((folder) => {
    const name = packageName(join(directory, folder));
    return name === undefined ? [] : [[name, folder] as const];
  });
  const missing = names.filter((name) => !found.some(([other]) => other === name));
  if (missing.length > 0) {
    throw new CommandError(
      missing
        .map(
          (name) =>
            `${name} is in the stacks' packages, and no setup.py or pyproject.toml in ${directory} has that name. ` +
            "Add the package, or take the name out of the stacks.",
        )
        .join("\n"),
    );
  }
  return Object.fromEntries(found.filter(([name]) => names.includes(name)));
}

/** The normalised name of the package in a folder. */
function packageName(folder: string): string | undefined {
  const name = readPyproject(folder).name ?? nameInSetup(join(folder, "setup.py"));
  return name && normalizePackageName(name);
}

function nameInSetup(path: string): string | undefined {
  return existsSync(path) ? /\bname\s*=\s*["']([^"']+)["']/.exec(readFileSync(path, "utf8"))?.[1] : undefined;
}

/** The names, each after those that its own files name. */
function inOrder(directory: string, packages: Readonly<Record<string, string>>): readonly string[] {
  const names = Object.keys(packages);
  const needs = (name: string) => {
    const text = projectFiles
      .map((file) => join(directory, packages[name] ?? "", file))
      .filter((file) => existsSync(file))
      .map((file) => readFileSync(file, "utf8"))
      .join("\n");
    return names.filter((other) => other !== name && mentions(text, other));
  };
  const ordered: string[] = [];
  const add = (name: string, above: readonly string[]) => {
    if (!ordered.includes(name) && !above.includes(name)) {
      needs(name).forEach((other) => {
        add(other, [...above, name]);
      });
      ordered.push(name);
    }
  };
  names.forEach((name) => {
    add(name, []);
  });
  return ordered;
}

function mentions(text: string, name: string): boolean {
  return new RegExp(`(?<![\\w-])${name.replaceAll("-", "[-_.]")}(?![\\w-])`, "i").test(text);
}

/** The patterns of the present workflow that the package's own files mention; all of them if no package mentions them. */
function sourcesOf(
  directory: string,
  packages: Readonly<Record<string, string>>,
  name: string,
  patterns: readonly string[],
): readonly string[] {
  const readers = (pattern: string) =>
    Object.keys(packages).filter((other) =>
      readsFolder(join(directory, packages[other] ?? ""), pattern.split("/", 1).join("")),
    );
  return patterns.filter((pattern) => {
    const reading = readers(pattern);
    return reading.length === 0 || reading.includes(name);
  });
}

function readsFolder(folder: string, word: string): boolean {
  return readdirSync(folder, { withFileTypes: true }).some(
    (entry) =>
      entry.isFile() &&
      /\.(?:py|toml|cfg|in|json)$/.test(entry.name) &&
      mentions(readFileSync(join(folder, entry.name), "utf8"), word),
  );
}

/** What starts the present workflow. */
function presentTrigger(
  directory: string,
  workflow: string,
): { readonly branches: readonly string[]; readonly paths: readonly string[] } {
  const path = join(directory, workflow);
  const { push } = (existsSync(path) ? readTriggers(path, workflow) : {}) as {
    readonly push?: { readonly branches?: readonly string[]; readonly paths?: readonly string[] } | null;
  };
  return { branches: push?.branches ?? [], paths: push?.paths ?? [] };
}

/** What is under `on`: a map, a list or a word. */
function readTriggers(path: string, workflow: string): object {
  try {
    const document = parseYaml(readFileSync(path, "utf8")) as { readonly on?: unknown } | null;
    return Object(document?.on ?? {}) as object;
  } catch (error) {
    throw new CommandError(`${workflow} is not YAML: ${(error as Error).message.trimEnd()}. Correct it, or delete it.`);
  }
}

/** Branches of protected stacks release, those of other stacks pre-release, and what else the present workflow names is built. */
function branchesOf(stacks: readonly HubStack[], present: readonly string[]): Team["branches"] {
  const of = (protect: boolean) => [
    ...new Set(
      stacks
        .filter((stack) => stack.protect === protect)
        .flatMap(({ publishers }) => publishers.map(({ branch }) => branch)),
    ),
  ];
  const release = of(true);
  const preRelease = of(false).filter((branch) => !release.includes(branch));
  const build = present.filter((branch) => ![...release, ...preRelease].includes(branch));
  return { preRelease, release, build };
}

function isLambda(directory: string, folder: string): boolean {
  const files = readdirSync(join(directory, folder));
  return files.some((file) => lockFiles.includes(file) || /\.py$/.test(file));
}

/** Whether a folder is directly in one whose name is like this. */
function isBelow(folder: string, parent: RegExp): boolean {
  return parent.test(basename(parentOf(folder)));
}

/** By the folder's own name; by its whole path if another folder has the same name. */
function byKey(folders: readonly string[]): Readonly<Record<string, { readonly path: string }>> {
  const isShared = (name: string) => folders.filter((folder) => basename(folder) === name).length > 1;
  return Object.fromEntries(
    folders.map((path) => [isShared(basename(path)) ? path.replaceAll("/", "-") : basename(path), { path }]),
  );
}

function parentOf(folder: string): string {
  return folder.split("/").slice(0, -1).join("/");
}
