import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isCollection, parseDocument } from "yaml";
import { inPromotionOrder, readingEnvironments } from "../deployment/promotionOrder";
import { contentsOf, differingPaths, type Tree, treeOf } from "./gitTree";

/** What a change consists of, read from git: none of its files is executed, and no link of it is followed. */
export interface Change {
  /** Its stacks by the names of their files, `dev` for `Pulumi.dev.yaml`, and those that only the base has. */
  readonly stacks: readonly ChangedStack[];
  /** Paths of files that differ from the base and are not stack files. */
  readonly otherFiles: readonly string[];
  /** A folder that holds its Pulumi.yaml and stack files. */
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

/** The most bytes of Pulumi.yaml or a stack file that are read. A thousand packages take about 30,000. */
export const configurationLimit = 200_000;

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
      writeFileSync(join(configuration, path), contentsOf(change, file));
    }
    return problem;
  };
  const project = copy("Pulumi.yaml");
  const names = new Set([...stackNames(before), ...stackNames(after)]);
  return {
    stacks: inPromotionOrder([...names].sort(), (name) => readersIn(base, before, name)).map((name) => {
      const file = `Pulumi.${name}.yaml`;
      const isInChange = after.has(file);
      return {
        ...{ name, isInBase: before.has(file), isInChange },
        problem: isInChange
          ? (project ?? (stackName.test(name) ? copy(file) : "Pulumi allows no such name of a stack"))
          : undefined,
      };
    }),
    otherFiles: differingPaths(before, after).filter((path) => !isStackFile(after, path)),
    configuration,
  };
}

function stackNames(tree: Tree): readonly string[] {
  return [...tree.keys()].flatMap((path) => stackFile.exec(path)?.[1] ?? []);
}

const stackFile = /^Pulumi\.([^/]+)\.yaml$/s;

/** A link in a stack file's place is not one. */
function isStackFile(tree: Tree, path: string): boolean {
  const mode = tree.get(path)?.mode;
  return stackFile.test(path) && (mode === undefined || mode === "100644");
}

function problemOf(tree: Tree, path: string): string | undefined {
  const file = tree.get(path);
  if (file === undefined) {
    return `the change has no ${path}`;
  }
  if (!["100644", "100755"].includes(file.mode)) {
    return `${path} is not a regular file`;
  }
  return file.size > configurationLimit
    ? `${path} is ${file.size} bytes long, and ${configurationLimit} are the most that is read`
    : undefined;
}

/** The environments whose jobs read a stack's packages, by the base's file; none where it cannot be read. */
function readersIn(base: string, before: Tree, name: string): readonly unknown[] {
  const file = before.get(`Pulumi.${name}.yaml`);
  if (file === undefined || file.size > configurationLimit) {
    return [];
  }
  const document = parseDocument(contentsOf(base, file).toString());
  const readers: unknown = document.errors.length > 0 ? [] : document.getIn(["config", "package-registry:readers"]);
  return readingEnvironments(isCollection(readers) ? readers.toJSON() : []);
}
