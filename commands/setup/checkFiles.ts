import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { parseSettings as parseBootstrapSettings } from "../../bootstrap/settings";
import { bootstrapWarnings } from "../../bootstrap/accountRoles";
import { EngineError, listStacks, readStackConfiguration } from "../../sandbox/pulumi/stackFiles";
import { parseSettings } from "../../settings";
import { accountWarnings } from "../../settings/accountLimits";
import { SettingsError } from "../../settings/errors";
import { settingsWarnings } from "../../settings/warnings";
import { CommandError } from "../cli";
import type { ProjectFiles } from "./plannedFiles";

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
