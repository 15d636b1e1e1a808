import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { parse } from "smol-toml";
import { parse as parseYaml } from "yaml";
import { normalizePackageName } from "../../../naming/packagePatterns";
import { CommandError } from "../../cli";
import type { HubStack } from "./hubStacks";
import type { Team } from "./registryToml";

/** Folders that hold no sources of a team. */
const skipped = new Set([".git", ".venv", "venv", "node_modules", "__pycache__", "dist", "build", ".tox", ".github"]);

const projectFiles = ["pyproject.toml", "setup.py"];
const lockFiles = ["Pipfile", "Pipfile.lock", "uv.lock", "poetry.lock", "pylock.toml", "requirements.txt"];

/**
 * What a repository has: the folders of the stacks' packages, its layers and functions, and the branches of its workflow.
 *
 * @param directory - the root of the repository
 * @param workflow - path of the workflow that publishes
 * @throws CommandError for a package without a folder
 */
export function findTeam(directory: string, stacks: readonly HubStack[], workflow: string): Team {
  const folders = foldersOf(directory, ".");
  const names = [...new Set(stacks.flatMap(({ publishers }) => publishers.flatMap(({ packages = [] }) => packages)))];
  const packages = findPackages(directory, folders, names);
  const trigger = presentTrigger(directory, workflow);
  const branches = branchesOf(stacks, trigger.branches);
  const others = trigger.paths.filter(
    (path) =>
      !path.startsWith(".github/") && !Object.values(packages).some((folder) => path.startsWith(parentOf(folder))),
  );
  const lambda = folders.filter((folder) => !Object.values(packages).includes(folder) && isLambda(directory, folder));
  return {
    attestations: "public",
    branches,
    packages: Object.fromEntries(
      inOrder(directory, packages).map((name) => [
        name,
        { path: packages[name] ?? "", sources: sourcesOf(directory, packages, name, others) },
      ]),
    ),
    layers: byKey(lambda.filter((folder) => isBelow(folder, /^(?:lambda[-_])?layers?$/))),
    functions: byKey(lambda.filter((folder) => isBelow(folder, /^(?:lambda[-_])?functions?$|^lambdas?$/))),
  };
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
  const name = nameInPyproject(join(folder, "pyproject.toml")) ?? nameInSetup(join(folder, "setup.py"));
  return name && normalizePackageName(name);
}

function nameInPyproject(path: string): string | undefined {
  if (!existsSync(path)) {
    return undefined;
  }
  try {
    const { project, tool } = parse(readFileSync(path, "utf8")) as {
      readonly project?: { readonly name?: string };
      readonly tool?: { readonly poetry?: { readonly name?: string } };
    };
    return project?.name ?? tool?.poetry?.name;
  } catch {
    // Another tool's file, or one that is being written: it names no package.
    return undefined;
  }
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
  const document: unknown = existsSync(path) ? parseYaml(readFileSync(path, "utf8")) : undefined;
  const { push } = ((document as { readonly on?: unknown } | undefined)?.on ?? {}) as {
    readonly push?: { readonly branches?: readonly string[]; readonly paths?: readonly string[] };
  };
  return { branches: push?.branches ?? [], paths: push?.paths ?? [] };
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
  const build = present.filter((branch) => ![...release, ...preRelease].includes(branch) && /^[\w./-]+$/.test(branch));
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

function byKey(folders: readonly string[]): Readonly<Record<string, { readonly path: string }>> {
  return Object.fromEntries(folders.map((path) => [basename(path), { path }]));
}

function parentOf(folder: string): string {
  return folder.split("/").slice(0, -1).join("/");
}
