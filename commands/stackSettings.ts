import { readStackConfiguration } from "../sandbox/pulumi/stackFiles";
import { parseSettings, type Settings } from "../settings";

/**
 * The settings of a stack, without running its program.
 *
 * @param directory - the folder of its file
 * @throws EngineError for files that cannot be read
 * @throws SettingsError that lists every mistake at once
 */
export function stackSettings(stack: string, directory = process.cwd()): Settings {
  return parseSettings(readStackConfiguration(directory, stack).values, stack, directory);
}
