import { EngineError, listStacks } from "../../sandbox/pulumi/stackFiles";
import { accountWarnings, type StackPlace } from "../../settings/accountLimits";
import { SettingsError } from "../../settings/errors";
import { stackSettings } from "../stackSettings";

/** What the stacks of a folder may not have in one account. Stacks whose settings are wrong are left out. */
export function warningsOfFolder(directory: string): readonly string[] {
  return accountWarnings(listStacks(directory).flatMap((stack) => placeOf(directory, stack)));
}

function placeOf(directory: string, stack: string): readonly StackPlace[] {
  try {
    return [{ stack, settings: stackSettings(stack, directory) }];
  } catch (error) {
    if (error instanceof EngineError || error instanceof SettingsError) {
      return [];
    }
    throw error;
  }
}
