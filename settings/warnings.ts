import type { Settings } from "./index";
import { otherSpellings } from "./environmentSpelling";
import { regionWarning } from "./regions";

/** What may be wrong in the settings of a stack, though it need not be. */
export function settingsWarnings(settings: Settings): readonly string[] {
  return [regionWarning(settings.aws.region) ?? [], otherSpellings(settings, settings.environment)].flat();
}
