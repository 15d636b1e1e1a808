import Table from "cli-table3";

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
