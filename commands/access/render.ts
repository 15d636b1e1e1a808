import { colors } from "../terminal/colors";
import { type AttemptGroup, attemptTable } from "../terminal/attemptTable";
import { defaultWidth, wrap } from "../terminal/wrap";
import type { AccessAttempt } from "./attempt";
import { type AccessSection, type AccessTable, tableMismatches } from "./table";

/** How an access table is written. */
export type TableFormat = "text" | "markdown" | "json";

/** The table for a terminal or a pipe, for a page, or for a program. */
export function renderAccessTable(table: AccessTable, format: TableFormat): string {
  switch (format) {
    case "text":
      return [textOverview(table), attemptTable(table.sections.map(attemptGroup)), summary(table)].join("\n\n");
    case "markdown":
      return [markdownOverview(table), ...table.sections.map(markdownSection), summary(table)].join("\n\n");
    case "json":
      return JSON.stringify({ ...table, surprises: tableMismatches(table) }, undefined, 2);
  }
}

function textOverview({ roles }: AccessTable): string {
  return roles
    .map(({ role, job, may }) =>
      [
        colors.bold(role),
        `  of ${wrap(job, defaultWidth - 5, "     ")}`,
        `  may ${wrap(may.join("; "), defaultWidth - 6, "      ")}`,
      ].join("\n"),
    )
    .join("\n");
}

function attemptGroup({ party, relation, attempts }: AccessSection): AttemptGroup {
  return {
    heading: `${colors.bold(party)} ${relation}`,
    attempts: attempts.map((one) => ({ ...one, why: whyText(one) })),
  };
}

function markdownOverview({ roles }: AccessTable): string {
  const rows = roles.map(({ role, job, may }) => `| ${[role, job, may.join("; ")].map(cell).join(" | ")} |`);
  return ["| role | of the job | may |", "| --- | --- | --- |", ...rows].join("\n");
}

function markdownSection({ party, relation, attempts }: AccessSection): string {
  const rows = attempts.map((one) => {
    const { what, expected, seen } = one;
    const verdict = expected === seen ? seen : `**${seen}, expected ${expected}**`;
    return `| ${cell(what)} | ${verdict} | ${cell(whyText(one))} |`;
  });
  return [`**${cell(party)}** ${relation}`, "", "| attempt | verdict | why |", "| --- | --- | --- |", ...rows].join(
    "\n",
  );
}

/** What decided, in a few words; the whole reason is in the JSON. */
export function whyText({ seen, unmet, reason }: AccessAttempt): string {
  if (unmet !== undefined) {
    return `stopped by ${[...new Set(unmet.map(shortKey))].join(", ")}`;
  }
  if (seen === "allowed") {
    return reason.replace(/^allowed by /, "").replaceAll(/statement "(\w+)" of/g, "$1 of");
  }
  return reason.replaceAll(/arn:[^: ]*:codeartifact:[^: ]*:\d+:/g, "");
}

/** A claim without the issuer before it; AWS's own keys as they are. */
function shortKey(key: string): string {
  return key.replace(/^[^:]*\.[^:]*:/, "");
}

function cell(text: string): string {
  return text.replaceAll(/[|*_~]/g, "\\$&");
}

function summary(table: AccessTable): string {
  return [attemptsText(table), ...table.notes].join("\n");
}

/** How many attempts there were, and how many did not end as expected. */
export function attemptsText(table: AccessTable, domain = table.domain): string {
  const count = table.sections.reduce((sum, { attempts }) => sum + attempts.length, 0);
  const unexpected = tableMismatches(table).length;
  const verdict =
    unexpected === 0 ? "all end as the settings mean them" : `${unexpected} do not end as the settings mean them`;
  return `${count} attempts on ${domain}: ${verdict}.`;
}
