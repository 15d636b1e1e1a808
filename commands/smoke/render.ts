import { colors } from "../terminal/colors";
import { isDifferent, type JobReport } from "./job";
import type { NotAsked, Row } from "./questions";
import type { DecisionDifference } from "./simulation";
import { exitCodeOf, type SmokeReport } from "./smoke";
import { type Finding, isSerious, type KeyDifference } from "./validation";

/** What AWS said, for a person or a program. */
export function renderSmoke(report: SmokeReport, format: "text" | "json"): string {
  if (format === "json") {
    // Warnings go to standard error.
    return JSON.stringify({ ...report, warnings: undefined }, undefined, 2);
  }
  const { stack, domain, region, account, validation, simulation } = report;
  const place = `${domain} in ${region}, account ${account}`;
  const verdict = [colors.green("AWS agrees"), colors.red("AWS differs"), colors.yellow("AWS did not take everything")];
  return [
    ...validation.findings.map(findingText),
    ...validation.keyDifferences.map(keysText),
    ...simulation.differences.map(differenceText),
    ...notAskedText("AWS did not take", simulation.rejected),
    ...notAskedText("Not asked", simulation.notAsked),
    documentsLine(report),
    simulationLine(report),
    ...canaryText(report),
    `${stack}: ${verdict[exitCodeOf(report)] ?? ""}. ${place}.`,
  ].join("\n");
}

/** Which roles a GitHub job has been given, for a person or a program. */
export function renderJob(report: JobReport, format: "text" | "json"): string {
  const { stack, account, claims, roles } = report;
  if (format === "json") {
    return JSON.stringify(report, undefined, 2);
  }
  const different = roles.filter(isDifferent).length;
  const verdict =
    different === 0 ? colors.green("AWS agrees") : colors.red(`AWS differs about ${count(different, "role")}`);
  return [
    "The job's token says:",
    ...Object.entries(claims).map(([name, value]) => `  ${name} = ${printable(value)}`),
    ...roles.map((one) => {
      const { role, evaluator, aws } = one;
      return `  ${isDifferent(one) ? colors.red(`${aws}, here ${evaluator}`) : aws.padEnd(8)}  ${role}`;
    }),
    `${stack}: ${verdict}. ${count(roles.length, "role")} asked for in account ${account}.`,
  ].join("\n");
}

function documentsLine({ validation: { documents, findings, keyDifferences } }: SmokeReport): string {
  const serious = findings.filter(isSerious).length;
  const keys = documents.filter(({ kind }) => kind === "identity").length;
  return (
    `${count(documents.length, "document")}, by ValidatePolicy: ${count(serious, "error or security warning", "errors or security warnings")}, ` +
    `${count(findings.length - serious, "other finding")}. Condition keys of ${count(keys, "document")}, by ` +
    `GetContextKeysForCustomPolicy: ${keyDifferences.length === 0 ? "the same" : `${keyDifferences.length} differ`}.`
  );
}

function simulationLine({ simulation }: SmokeReport): string {
  const { rows, requests, calls, differences, notAsked, rejected } = simulation;
  const partly = new Set([...notAsked, ...rejected].map(({ row }) => rowText(row))).size;
  return (
    `${count(rows, "row")} of the access table, ${count(requests, "request")} in ${count(calls, "call")} of SimulateCustomPolicy: ` +
    `${differences.length === 0 ? "the same verdicts" : `${count(differences.length, "verdict")} differ`}. ` +
    `${count(partly, "row")} not asked, or in part.`
  );
}

function canaryText({ canary }: SmokeReport): readonly string[] {
  if (canary === undefined) {
    return [];
  }
  const { package: name, version, clients, steps } = canary;
  return [
    `Canary ${name} ${version}, by ${clients}:`,
    ...steps.map(({ what, expected, seen, detail }) =>
      expected === seen
        ? `  ${colors.green(seen)}  ${printable(what)}`
        : `  ${colors.red(seen)}, expected ${expected}  ${printable(what)}${detail === "" ? "" : `: ${printable(detail)}`}`,
    ),
  ];
}

function findingText({ document, type, code, details, learnMore }: Finding): string {
  const paint = isSerious({ type } as Finding) ? colors.red : colors.yellow;
  return [
    colors.bold(printable(document)),
    line("AWS", `${type} ${code}: ${details}`, paint),
    line("see", learnMore),
    "",
  ].join("\n");
}

function keysText({ document, evaluator, aws }: KeyDifference): string {
  return [
    colors.bold(`${printable(document)}, condition keys`),
    line("AWS", aws.join(", ") || "none"),
    line("here", evaluator.join(", ") || "none"),
    "",
  ].join("\n");
}

function differenceText({ row, action, resource, evaluator, aws, context }: DecisionDifference): string {
  const values = Object.entries(context).map(([key, value]) => `${key} = ${value.join(", ")}`);
  return [
    colors.bold(printable(rowText(row))),
    line("request", `${action} on ${resource}${values.length === 0 ? "" : `, with ${values.join("; ")}`}`),
    line("AWS", aws, colors.red),
    line("here", evaluator),
    "",
  ].join("\n");
}

/** One part for each reason, with the rows that have it. */
function notAskedText(heading: string, list: readonly NotAsked[]): readonly string[] {
  const byReason = new Map<string, Row[]>();
  for (const { row, reason } of list) {
    byReason.set(reason, [...(byReason.get(reason) ?? []), row]);
  }
  return [...byReason].map(([reason, rows]) =>
    [
      `${heading}: ${printable(reason).replace(/\.?$/, ".")}`,
      ...rows.map((row) => `  ${printable(rowText(row))}`),
      "",
    ].join("\n"),
  );
}

function rowText({ party, relation, what }: Row): string {
  return `${party} ${relation}: ${what}`;
}

function count(number: number, one: string, several = `${one}s`): string {
  return `${number} ${number === 1 ? one : several}`;
}

function line(name: string, text: string, paint: (text: string) => string = (plain) => plain): string {
  return `  ${name.padEnd(7)} ${paint(printable(text))}`;
}

/** Text that others wrote must not move the cursor. */
function printable(text: string): string {
  return text.replace(/(?!\n)\p{Cc}/gu, "\uFFFD");
}
