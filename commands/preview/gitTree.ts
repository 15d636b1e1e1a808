import { execFileSync } from "node:child_process";

/** A file of a commit. */
export interface TreeFile {
  /** `100644` and `100755` are regular files; anything else is a link or a submodule. */
  readonly mode: string;
  /** Git's name for the contents. */
  readonly object: string;
  /** In bytes. */
  readonly size: number;
}

/** The files of a commit by their paths. */
export type Tree = ReadonlyMap<string, TreeFile>;

/** The most bytes of a listing: about 200,000 files. */
const listingLimit = 32_000_000;

/**
 * The files of the commit that is checked out in a folder, as git knows them: the work tree is not looked at.
 *
 * @throws Error where the folder is not a repository, or lists too much
 */
export function treeOf(directory: string): Tree {
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
export function contentsOf(directory: string, { object, size }: TreeFile): Buffer {
  return git(directory, ["cat-file", "blob", object], size);
}

/** Paths of files that only one of two commits has, or that differ, sorted. */
export function differingPaths(one: Tree, other: Tree): readonly string[] {
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
