import { createTwoFilesPatch } from "diff";
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { bootstrapWarnings, parseSettings as parseBootstrapSettings } from "../../bootstrap/settings";
import { EngineError, listStacks, readStackConfiguration } from "../../sandbox/pulumi/stackFiles";
import { parseSettings } from "../../settings";
import { SettingsError } from "../../settings/errors";
import { accountWarnings, settingsWarnings } from "../../settings/warnings";
import { CommandError } from "../cli";
import { colors } from "../terminal/colors";
import type { ProjectFiles } from "./presentAnswers";

/** One file that setup writes or deletes. */
export interface FileChange {
  /** In the project's folder. */
  readonly path: string;
  /** Absent for a file that is new. */
  readonly before?: string;
  /** Absent for a file that is to be deleted. */
  readonly after?: string;
}

/** What differs, in the order of the paths. */
export function changesBetween(files: ProjectFiles, planned: ProjectFiles): readonly FileChange[] {
  const paths = [...new Set([...files.keys(), ...planned.keys()])].sort();
  return paths
    .map((path) => ({ path, before: files.get(path), after: planned.get(path) }))
    .filter(({ before, after }) => before !== after);
}

/** What happens to the file, in a word. */
export function changeKind({ before, after }: FileChange): "created" | "changed" | "deleted" {
  return before === undefined ? "created" : after === undefined ? "deleted" : "changed";
}

/** The changes in a question, as in `Write these 3 files?`. */
export function counted(changes: readonly FileChange[]): string {
  return changes.length === 1 ? "this file" : `these ${changes.length} files`;
}

/** The changes, for a program. */
export function renderJson(changes: readonly FileChange[], written: boolean): string {
  const files = changes.map((change) => ({ path: change.path, change: changeKind(change) }));
  return JSON.stringify({ written, files }, undefined, 2);
}

/** The changes as `diff -u` shows them. */
export function renderChanges(changes: readonly FileChange[]): string {
  return changes.map(renderChange).join("\n");
}

function renderChange({ path, before, after }: FileChange): string {
  const patch = createTwoFilesPatch(
    before === undefined ? "/dev/null" : path,
    after === undefined ? "/dev/null" : path,
    before ?? "",
    after ?? "",
    undefined,
    undefined,
    { context: 2 },
  );
  const lines = patch.trimEnd().split("\n");
  const shown = lines.filter((line) => !/^(?:Index: |={60})/.test(line));
  return shown.map(colored).join("\n") + "\n";
}

function colored(line: string): string {
  if (/^(?:---|\+\+\+) /.test(line)) {
    return colors.bold(line);
  }
  return line.startsWith("+") ? colors.green(line) : line.startsWith("-") ? colors.red(line) : line;
}

/**
 * Writes the changes. Every text is on the disk, beside its file, before the first file changes; each file then changes in one
 * step. A call that is killed leaves files that are whole, and the same call again completes it.
 *
 * @param executable - paths of files that are run
 */
export function writeChanges(
  directory: string,
  changes: readonly FileChange[],
  executable: ReadonlySet<string> = new Set(),
): void {
  const written = changes.filter(({ after }) => after !== undefined);
  try {
    for (const { path, after } of written) {
      mkdirSync(dirname(join(directory, path)), { recursive: true });
      writeFileSync(beside(directory, path), after ?? "", { mode: executable.has(path) ? 0o777 : 0o666 });
    }
    for (const { path } of written) {
      renameSync(beside(directory, path), join(directory, path));
    }
    for (const { path } of changes.filter(({ after }) => after === undefined)) {
      rmSync(join(directory, path));
    }
  } finally {
    for (const { path } of written) {
      rmSync(beside(directory, path), { force: true });
    }
  }
}

function beside(directory: string, path: string): string {
  return join(directory, `${path}.setup-${process.pid}`);
}

/**
 * Reads the planned files as a deployment would.
 *
 * @returns what may be wrong in them, though it need not be
 * @throws CommandError that lists every error of every stack
 */
export function checkFiles(files: ProjectFiles, project = process.cwd()): readonly string[] {
  const directory = mkdtempSync(join(tmpdir(), "package-registry-setup-"));
  try {
    for (const [path, text] of files) {
      mkdirSync(dirname(join(directory, path)), { recursive: true });
      writeFileSync(join(directory, path), text);
    }
    const bootstrap = join(directory, "bootstrap");
    const errors: string[] = [];
    const stacks = readAll(directory, errors, (values, stack) =>
      // The planned files are in a folder of their own, those that settings name are not.
      parseSettings(values, stack, project),
    );
    const accounts = readAll(bootstrap, errors, parseBootstrapSettings);
    if (errors.length > 0) {
      throw new CommandError(["No file was written, because a deployment would reject them.", ...errors].join("\n"));
    }
    const warnings = [
      ...stacks.flatMap(({ settings }) => settingsWarnings(settings)),
      ...accountWarnings(stacks),
      ...accounts.flatMap(({ settings }) => bootstrapWarnings(settings)),
    ];
    return [...new Set(warnings)];
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** The settings of every stack of a folder that has no errors; the errors of the others are added. */
function readAll<Settings>(
  directory: string,
  errors: string[],
  parse: (values: Readonly<Record<string, string>>, stack: string) => Settings,
): readonly { readonly stack: string; readonly settings: Settings }[] {
  return listStacks(directory).flatMap((stack) => {
    try {
      return [{ stack, settings: parse(readStackConfiguration(directory, stack).values, stack) }];
    } catch (error) {
      if (error instanceof SettingsError || error instanceof EngineError) {
        errors.push(error.message);
        return [];
      }
      throw error;
    }
  });
}
