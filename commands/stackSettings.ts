import { readStackConfiguration } from "../engine/stackFiles";
import { parseSettings, type Settings } from "../settings";

/**
 * The settings of a stack of this folder, without running its program.
 *
 * @throws EngineError for files that cannot be read
 * @throws SettingsError that lists every mistake at once
 */
export function stackSettings(stack: string): Settings {
  return parseSettings(readStackConfiguration(process.cwd(), stack).values, stack);
}
