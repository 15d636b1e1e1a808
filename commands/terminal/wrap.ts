import Table from "cli-table3";

/** How wide help, tables and messages are where the terminal does not say, in characters. */
export const defaultWidth = 80;

/**
 * Breaks text between words into lines of at most `width` characters. A word that is longer than that stays whole.
 *
 * @param indent - put before every line but the first, and counted
 */
export function wrap(text: string, width: number, indent = ""): string {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/[ \n]+/).filter((part) => part !== "")) {
    const longer = line === "" ? word : `${line} ${word}`;
    const room = width - (lines.length === 0 ? 0 : indent.length);
    if (line !== "" && longer.length > room) {
      lines.push(line);
      line = word;
    } else {
      line = longer;
    }
  }
  return [...lines, line].join(`\n${indent}`);
}

/** Text that others wrote, on one line: it must not steer the terminal. */
export function printable(text: string): string {
  return text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, "?");
}

/** A text as one word of a POSIX shell. */
export function shellText(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** A row of cells; a heading takes a whole row. */
export type PlainRow = readonly string[] | { readonly heading: string };

/** Columns without lines between them, and no space at the ends of lines. */
export function plainTable(rows: readonly PlainRow[]): string {
  const table = new Table({
    chars: noBorders,
    style: { "padding-left": 0, "padding-right": 2, head: [], border: [] },
  });
  const columns = Math.max(...rows.map((row) => ("heading" in row ? 1 : row.length)));
  for (const row of rows) {
    table.push("heading" in row ? [{ colSpan: columns, content: row.heading }] : [...row]);
  }
  return table
    .toString()
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n");
}

const noBorders = Object.fromEntries(
  ["top", "top-mid", "top-left", "top-right", "bottom", "bottom-mid", "bottom-left", "bottom-right"]
    .concat(["left", "left-mid", "mid", "mid-mid", "right", "right-mid", "middle"])
    .map((side) => [side, ""]),
);
