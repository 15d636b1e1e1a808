import { EngineError, listStacks } from "../../sandbox/pulumi/stackFiles";
import { accountWarnings, type StackPlace } from "../../settings/warnings";
import { SettingsError } from "../../settings/errors";
import type { CommandResult } from "../cli";
import { stackSettings } from "../stackSettings";
import type { Progress } from "../terminal/progress";
import { stackDocuments } from "./documents";
import { deployWithOtherStacks } from "./otherStacks";
import { type TableFormat, renderAccessTable } from "./render";
import { accessTable, tableMismatches } from "./table";

/** Runs the stacks of a folder and prints who can do what in one of them, or the documents that decide it. */
export async function access(
  directory: string,
  stack: string,
  format: TableFormat | "documents",
  progress: Progress,
): Promise<CommandResult> {
  const { deployment, otherStacks, missing } = await deployWithOtherStacks(directory, stack).finally(progress.end);
  const warnings = [...deployment.warnings, ...missing, ...warningsOfFolder(directory)];
  if (format === "documents") {
    return { text: JSON.stringify(stackDocuments(deployment, otherStacks), undefined, 1), warnings, exitCode: 0 };
  }
  progress.step("deciding every attempt");
  const table = accessTable(deployment, otherStacks);
  const text = renderAccessTable(table, format);
  progress.end();
  return { text, warnings, exitCode: tableMismatches(table).length === 0 ? 0 : 1 };
}

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

const section = /(<!-- access table:.*?-->\n).*(<!-- end of access table -->)/s;

/** docs/access.md as it ought to be: with the access table of `dev` as the program makes it now. */
export async function withAccessTable(text: string, directory: string): Promise<string> {
  const { deployment, otherStacks } = await deployWithOtherStacks(directory, "dev");
  const table = renderAccessTable(accessTable(deployment, otherStacks), "markdown");
  return text.replace(section, (_all, begin: string, end: string) => `${begin}\n${table}\n\n${end}`);
}
