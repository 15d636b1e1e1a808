import { readFileSync } from "node:fs";
import { join } from "node:path";
import { projectDirectory } from "../deployments";

/** A block of code in a document. */
export interface CodeBlock {
  readonly language: string;
  /** Without the indentation of the block. */
  readonly text: string;
}

/** What is below a heading of a document, up to the next heading of its level or a higher one. */
export function sectionOf(path: string, heading: string): string {
  const lines = readFileSync(join(projectDirectory, path), "utf8").split("\n");
  const levels = headingLevels(lines);
  const start = lines.findIndex((line, index) => levels[index] !== 0 && line.replace(/^#+ /, "") === heading);
  if (start === -1) {
    throw new Error(`${path} has no heading "${heading}"`);
  }
  const end = levels.findIndex((level, index) => index > start && level !== 0 && level <= (levels[start] ?? 0));
  return lines.slice(start + 1, end === -1 ? undefined : end).join("\n");
}

/** The level of each line that is a heading, and 0 for the others: a comment of a shell begins as a heading does. */
function headingLevels(lines: readonly string[]): readonly number[] {
  let inBlock = false;
  return lines.map((line) => {
    if (/^ *```/.test(line)) {
      inBlock = !inBlock;
    }
    return inBlock ? 0 : (/^#+(?= )/.exec(line)?.[0].length ?? 0);
  });
}

/** A section's blocks of code, also those within lists. */
export function codeBlocks(section: string): readonly CodeBlock[] {
  return [...section.matchAll(/^( *)```(\w*)\n([\s\S]*?)^\1```$/gm)].map(
    ([, indent = "", language = "", text = ""]) => ({
      language,
      text: text.replaceAll(new RegExp(`^${indent}`, "gm"), ""),
    }),
  );
}

/** The commands of a section's console blocks, each line that goes on behind a backslash joined with the next one. */
export function consoleCommands(section: string): readonly string[] {
  return codeBlocks(section)
    .filter(({ language }) => language === "console")
    .flatMap(({ text }) => text.trimEnd().split(/^\$ /m).slice(1))
    .map((command) => command.trimEnd().replaceAll(/ *\\\n */g, " "));
}

/** The console commands of a section's numbered steps, by the bold text that each step begins with. */
export function numberedSteps(section: string): ReadonlyMap<string, readonly string[]> {
  return new Map(
    section
      .split(/^(?=\d+\. )/m)
      .filter((item) => /^\d+\. /.test(item))
      .map((item) => [/^\d+\. \*\*(.+?)\.?\*\*/.exec(item)?.[1] ?? "", consoleCommands(item)]),
  );
}

/** The items of a section's lists, each on one line. */
export function listItems(section: string): readonly string[] {
  return [...section.matchAll(/^- (.*(?:\n {2}.*)*)/gm)].map(([, item = ""]) => item.replaceAll(/\n */g, " "));
}

/** The cells of the table's row that begins with a cell, without that one. */
export function tableRow(section: string, first: string): readonly string[] {
  const rows = section.split("\n").map((line) => line.split("|").map((cell) => cell.trim()));
  return rows.find(([, cell]) => cell === first)?.slice(2, -1) ?? [];
}
