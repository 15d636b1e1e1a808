import Table from "cli-table3";
import colors from "picocolors";
import type { Attempt } from "./attempt";
import { type AccessSection, type AccessTable, surprises } from "./table";

export const formats = ["text", "markdown", "json"] as const;

/** How an access table is written. */
export type Format = (typeof formats)[number];

/** The table for a terminal or a pipe, for a page, or for a program. */
export function renderAccessTable(table: AccessTable, format: Format): string {
  switch (format) {
    case "text":
      return [...table.sections.map(textSection), summary(table)].join("\n\n");
    case "markdown":
      return [...table.sections.map(markdownSection), summary(table)].join("\n\n");
    case "json":
      return JSON.stringify({ ...table, surprises: surprises(table) }, undefined, 2);
  }
}

function textSection({ party, relation, attempts }: AccessSection): string {
  const lines = new Table({
    chars: noBorders,
    style: { "padding-left": 0, "padding-right": 2, head: [], border: [] },
  });
  for (const { what, expected, seen, why } of attempts) {
    const verdict = expected === seen ? mark(seen) : colors.bold(colors.red(`! ${seen}, meant to be ${expected}`));
    lines.push([`  ${verdict}`, what, colors.dim(why)]);
  }
  return `${colors.bold(party)} ${relation}\n${trimLines(lines.toString())}`;
}

function mark(seen: Attempt["seen"]): string {
  return seen === "allowed" ? colors.green("allowed") : colors.yellow("denied");
}

function markdownSection({ party, relation, attempts }: AccessSection): string {
  const rows = attempts.map(({ what, expected, seen, why }) => {
    const verdict = expected === seen ? seen : `**${seen}, meant to be ${expected}**`;
    return `| ${cell(what)} | ${verdict} | ${cell(why)} |`;
  });
  return [`**${cell(party)}** ${relation}`, "", "| attempt | verdict | why |", "| --- | --- | --- |", ...rows].join(
    "\n",
  );
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("*", "\\*").replaceAll("_", "\\_");
}

function summary(table: AccessTable): string {
  const count = table.sections.reduce((sum, { attempts }) => sum + attempts.length, 0);
  const unexpected = surprises(table);
  return unexpected.length === 0
    ? `${count} attempts on ${table.domain}, all as the settings mean them.`
    : `${count} attempts on ${table.domain}, ${unexpected.length} not as the settings mean them.`;
}

function trimLines(text: string): string {
  return text
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n");
}

const noBorders = Object.fromEntries(
  ["top", "top-mid", "top-left", "top-right", "bottom", "bottom-mid", "bottom-left", "bottom-right"]
    .concat(["left", "left-mid", "mid", "mid-mid", "right", "right-mid", "middle"])
    .map((side) => [side, ""]),
);
