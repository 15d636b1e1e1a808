import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { parseSettings as parseBootstrapSettings } from "../../bootstrap/settings";
import { EngineError } from "../../engine/engineError";
import { listStacks, readStackConfiguration } from "../../engine/stackFiles";
import { parseSettings } from "../../settings";
import { SettingsError } from "../../settings/mistakes";
import { CommandError } from "../cli";
import type { ProjectFiles } from "./projectFiles";

/**
 * Reads the planned files as a deployment would.
 *
 * @throws CommandError that lists every error of every stack
 */
export function checkFiles(files: ProjectFiles): void {
  const directory = mkdtempSync(join(tmpdir(), "package-registry-setup-"));
  try {
    for (const [path, text] of files) {
      mkdirSync(dirname(join(directory, path)), { recursive: true });
      writeFileSync(join(directory, path), text);
    }
    const bootstrap = join(directory, "bootstrap");
    const errors = [
      ...listStacks(directory).flatMap((stack) =>
        errorOf(() => parseSettings(readStackConfiguration(directory, stack).values, stack)),
      ),
      ...listStacks(bootstrap).flatMap((stack) =>
        errorOf(() => {
          const { values } = readStackConfiguration(bootstrap, stack);
          return parseBootstrapSettings(values, stack, values["aws:region"] ?? "");
        }),
      ),
    ];
    if (errors.length > 0) {
      throw new CommandError(["No file was written, because a deployment would refuse them.", ...errors].join("\n"));
    }
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function errorOf(read: () => unknown): readonly string[] {
  try {
    read();
    return [];
  } catch (error) {
    if (error instanceof SettingsError || error instanceof EngineError) {
      return [error.message];
    }
    throw error;
  }
}
