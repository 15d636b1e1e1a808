import { environmentContext } from "../github/jobs";
import { listStacks, readStackConfiguration } from "../sandbox/pulumi/stackFiles";
import { parseSettings, type Settings } from "../settings";

/**
 * The settings of a stack, without running its program.
 *
 * @param directory - the folder of its file
 * @throws EngineError for files that cannot be read
 * @throws SettingsError that lists every error at once
 */
export function stackSettings(stack: string, directory = process.cwd()): Settings {
  return parseSettings(readStackConfiguration(directory, stack).values, stack, directory);
}

/**
 * Whether a stack is production, whatever a team calls it: it is protected, and no job of another stack's environment reads it to
 * carry its versions on.
 *
 * @param directory - the folder of the stack files
 */
export function isProduction(
  { environment, protect, readers }: Pick<Settings, "environment" | "protect" | "readers">,
  directory = process.cwd(),
): boolean {
  const others = listStacks(directory).filter((stack) => stack !== environment);
  const carriesOn = readers.some(({ job }) => others.some((stack) => job.subjectContext === environmentContext(stack)));
  return protect && !carriesOn;
}
