import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { parse } from "yaml";
import { filesOf, settingFilePath, settingsInFiles } from "../../settings/files";
import { inPromotionOrder, readingEnvironments } from "../deployment/deployedStacks";

/** What a change consists of, read from git: none of its files is executed, and no link of it is followed. */
export interface Change {
  /** Its stacks by the names of their files, `dev` for `Pulumi.dev.yaml`, and those that only the base has. */
  readonly stacks: readonly ChangedStack[];
  /** Paths of files that differ from the base, other than stack files and the files that the base's name for settings. */
  readonly otherFiles: readonly string[];
  /** A folder that holds its Pulumi.yaml, stack files and the files that those name for settings. */
  readonly configuration: string;
}

/** A stack of either side. */
export interface ChangedStack {
  readonly name: string;
  readonly isInBase: boolean;
  readonly isInChange: boolean;
  /** Why its stack file, or Pulumi.yaml, is not read. */
  readonly problem?: string;
}

/** The most bytes of Pulumi.yaml, a stack file or a file of settings that are read. A thousand packages take about 30,000. */
export const readFileLimit = 200_000;

/** What Pulumi allows in a stack's name. Source: sdk/go/common/tokens/stacks.go of pulumi/pulumi */
const stackName = /^[\w.-]{1,100}$/;

/**
 * Compares the commits that are checked out in two folders.
 *
 * @param base - of the branch that the change goes to
 * @param change - of the change, merged into that branch
 */
export function changeBetween(base: string, change: string): Change {
  const [before, after] = [treeOf(base), treeOf(change)];
  const configuration = mkdtempSync(join(tmpdir(), "package-registry-change-"));
  const copy = (path: string): string | undefined => {
    const problem = problemOf(after, path);
    const file = after.get(path);
    if (problem === undefined && file !== undefined) {
      mkdirSync(dirname(join(configuration, path)), { recursive: true });
      writeFileSync(join(configuration, path), contentsOf(change, file));
    }
    return problem;
  };
  const copyStack = (path: string): string | undefined => {
    const named = settingFilesOf(change, after, path);
    return [path, ...named].map(copy).find((problem) => problem !== undefined);
  };
  const project = copy("Pulumi.yaml");
  // By the base alone: a change that names another file may do so to have it overlooked.
  const named = new Set(stackNames(before).flatMap((name) => settingFilesOf(base, before, stackFileOf(name))));
  const names = new Set([...stackNames(before), ...stackNames(after)]);
  return {
    stacks: inPromotionOrder([...names].sort(), (name) => readersIn(base, before, name)).map((name) => {
      const file = stackFileOf(name);
      const isInChange = after.has(file);
      return {
        name,
        isInBase: before.has(file),
        isInChange,
        problem: isInChange
          ? (project ?? (stackName.test(name) ? copyStack(file) : "Pulumi allows no such name of a stack"))
          : undefined,
      };
    }),
    otherFiles: differingPaths(before, after).filter((path) => !isConfiguration(after, path, named)),
    configuration,
  };
}

function stackNames(tree: Tree): readonly string[] {
  return [...tree.keys()].flatMap((path) => stackFile.exec(path)?.[1] ?? []);
}

function stackFileOf(name: string): string {
  return `Pulumi.${name}.yaml`;
}

/** The paths of files that a stack file names for its settings; none where it cannot be read. */
function settingFilesOf(directory: string, tree: Tree, path: string): readonly string[] {
  return settingsInFiles
    .flatMap((key) => filesOf(settingOf(directory, tree, path, key)) ?? [])
    .flatMap((file) => (typeof file === "string" && settingFilePath.test(file) ? file : []));
}

/** What a stack file gives for a setting, nothing checked yet; undefined where the file cannot be read. */
function settingOf(directory: string, tree: Tree, path: string, key: string): unknown {
  const contents = contentsAsYaml(directory, tree, path) as { readonly config?: Record<string, unknown> } | undefined;
  return contents?.config?.[`package-registry:${key}`];
}

/** The value of a file; undefined where it cannot be read. */
function contentsAsYaml(directory: string, tree: Tree, path: string): unknown {
  const file = tree.get(path);
  if (file === undefined || problemOf(tree, path) !== undefined) {
    return undefined;
  }
  try {
    return parse(contentsOf(directory, file).toString()) ?? undefined;
  } catch {
    return undefined;
  }
}

const stackFile = /^Pulumi\.([^/]+)\.yaml$/s;

/** Whether a file is a stack file, or one of the named; a link in its place is not. */
function isConfiguration(tree: Tree, path: string, named: ReadonlySet<string>): boolean {
  const mode = tree.get(path)?.mode;
  return (stackFile.test(path) || named.has(path)) && (mode === undefined || mode === "100644");
}

function problemOf(tree: Tree, path: string): string | undefined {
  const file = tree.get(path);
  if (file === undefined) {
    return `the change has no ${path}`;
  }
  if (!["100644", "100755"].includes(file.mode)) {
    return `${path} is not a regular file`;
  }
  return file.size > readFileLimit
    ? `${path} is ${file.size} bytes long, and ${readFileLimit} are the most that is read`
    : undefined;
}

/** The environments whose jobs read a stack's packages, by the base's file; none where it cannot be read. */
function readersIn(base: string, before: Tree, name: string): readonly unknown[] {
  const readers = settingOf(base, before, stackFileOf(name), "readers");
  const lists = filesOf(readers)?.map((path) => contentsAsYaml(base, before, String(path)));
  return (lists ?? [readers]).flatMap(readingEnvironments);
}

/** A file of a commit. */
interface TreeFile {
  /** `100644` and `100755` are regular files; anything else is a link or a submodule. */
  readonly mode: string;
  /** Git's name for the contents. */
  readonly object: string;
  /** In bytes. */
  readonly size: number;
}

/** The files of a commit by their paths. */
type Tree = ReadonlyMap<string, TreeFile>;

/** The most bytes of a listing: about 200,000 files. */
const listingLimit = 32_000_000;

/**
 * The files of the commit that is checked out in a folder, as git knows them: the work tree is not looked at.
 *
 * @throws Error where the folder is not a repository, or lists too much
 */
function treeOf(directory: string): Tree {
  const listing = git(directory, ["ls-tree", "-r", "-z", "--long", "--full-tree", "HEAD"], listingLimit);
  return new Map(
    listing
      .toString("utf8")
      .split("\0")
      .flatMap((line) => {
        const [, mode = "", object = "", size = "", path] = /^(\d+) \w+ (\w+) +(\d+|-)\t(.+)$/s.exec(line) ?? [];
        return path === undefined ? [] : [[path, { mode, object, size: Number(size) }] as const];
      }),
  );
}

/** The contents of a file of such a commit, as they were committed. */
function contentsOf(directory: string, { object, size }: TreeFile): Buffer {
  return git(directory, ["cat-file", "blob", object], size);
}

/** Paths of files that only one of two commits has, or that differ, sorted. */
function differingPaths(one: Tree, other: Tree): readonly string[] {
  const paths = new Set([...one.keys(), ...other.keys()]);
  return [...paths].sort().filter((path) => {
    const [before, after] = [one.get(path), other.get(path)];
    return before?.object !== after?.object || before?.mode !== after?.mode;
  });
}

function git(directory: string, options: readonly string[], maxBuffer: number): Buffer {
  return execFileSync("git", ["-C", directory, ...options], {
    maxBuffer: maxBuffer + 1,
    stdio: ["ignore", "pipe", "inherit"],
  });
}
