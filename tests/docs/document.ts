import { readFileSync } from "node:fs";
import { join } from "node:path";
import { projectDirectory } from "../support/deployments";

/** A block of code in a document. */
export interface CodeBlock {
  readonly language: string;
  /** Without the indentation of the block. */
  readonly text: string;
}

/** What stands below a heading of a document, up to the next heading of its level or a higher one. */
export function sectionOf(path: string, heading: string): string {
  const lines = readFileSync(join(projectDirectory, path), "utf8").split("\n");
  const start = lines.findIndex((line) => line.replace(/^#+ /, "") === heading && line.startsWith("#"));
  if (start === -1) {
    throw new Error(`${path} has no heading "${heading}"`);
  }
  const level = /^#+/.exec(lines[start] ?? "")?.[0].length ?? 0;
  const length = lines.slice(start + 1).findIndex((line) => (/^#+(?= )/.exec(line)?.[0].length ?? Infinity) <= level);
  return lines.slice(start + 1, length === -1 ? undefined : start + 1 + length).join("\n");
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

/** The commands of a section's console blocks, as a shell takes them. */
export function consoleCommands(section: string): readonly string[] {
  return codeBlocks(section)
    .filter(({ language }) => language === "console")
    .flatMap(({ text }) => text.trimEnd().split(/^\$ /m).slice(1))
    .map((command) => command.trimEnd());
}

/** The cells of the table's row that begins with a cell, without that one. */
export function tableRow(section: string, first: string): readonly string[] {
  const rows = section.split("\n").map((line) => line.split("|").map((cell) => cell.trim()));
  return rows.find(([, cell]) => cell === first)?.slice(2, -1) ?? [];
}
