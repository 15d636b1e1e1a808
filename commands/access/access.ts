import type { CommandResult } from "../cli";
import type { Progress } from "../terminal/progress";
import { warningsOfFolder } from "./accountWarnings";
import { stackDocuments } from "./documents";
import { deployWithOtherStacks } from "./otherStacks";
import { type Format, renderAccessTable } from "./render";
import { accessTable, tableMismatches } from "./table";

/** Runs the stacks of a folder and prints who can do what in one of them, or the documents that decide it. */
export async function access(
  directory: string,
  stack: string,
  format: Format | "documents",
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
