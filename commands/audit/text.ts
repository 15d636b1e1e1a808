import { colors } from "../terminal/colors";
import { defaultWidth, plainTable, printable, wrap } from "../terminal/wrap";
import { type AuditEvent, type Verdict, verdicts } from "./events";
import { notRecorded } from "./notRecorded";
import { type AuditReport, countBy, groupOf, wordsOf } from "./report";

/** The report for a person. */
export function auditText(report: AuditReport): string {
  const { events } = report;
  const summary =
    events.length === 0
      ? ["Nothing is recorded."]
      : [countTable("What", events, ({ kind }) => titles[kind]), countTable("Who", events, groupOf)];
  return [
    header(report),
    ...(events.length === 0 ? [] : [events.map(eventLine).join("\n")]),
    ...summary,
    [colors.bold("What AWS does not record"), ...notRecorded.map(({ text, source }) => limit(text, source))].join("\n"),
  ].join("\n\n");
}

function header({ stack, domain, since, until, looked: { cloudTrail, logGroup } }: AuditReport): string {
  const regions = cloudTrail.regions.join(" and ");
  const history =
    cloudTrail.regions.length === 1
      ? `CloudTrail's event history of ${regions}`
      : `CloudTrail's event history of ${regions}, where IAM's events are`;
  const limited = cloudTrail.since > since ? ` since ${minutes(cloudTrail.since)}, as it has 90 days` : "";
  const group = logGroup.found
    ? `Log group ${logGroup.name}.`
    : `There is no log group ${logGroup.name}: the setting audit makes it.`;
  return [
    colors.bold(`${stack}: domain ${domain}, ${minutes(since)} to ${minutes(until)} UTC`),
    wrap(`${history}${limited}. ${group}`, defaultWidth),
  ].join("\n");
}

/** `2026-11-29 10:43:22  denied   reader of acme/hub run 12 attempt 1: publish orb-common 1.0`, wrapped. */
function eventLine(event: AuditEvent): string {
  const { time, verdict, did, error, changes } = event;
  const states = [
    ...new Set(
      changes.map(({ operation, state }) =>
        operation === "Deleted" ? "deleted" : `${operation.toLowerCase()}, ${state}`,
      ),
    ),
  ].join("; ");
  const words = `${wordsOf(event)}: ${did}${states === "" ? "" : ` (${states})`}${verdict === "failed" ? ` (${error?.code ?? ""})` : ""}`;
  const start = `${time.replace("T", " ").replace("Z", "")}  ${verdict.padEnd(verdictWidth)}`;
  const whole = printable(start).replaceAll(" ", noBreak) + printable(words).replace(runWords, joined);
  const text = wrap(whole, defaultWidth, "    ").replaceAll(noBreak, " ").slice(start.length);
  return `${colors.dim(start.slice(0, -verdictWidth))}${colorOf[verdict](verdict.padEnd(verdictWidth))}${text}`;
}

/** A run and its attempt stay on one line. */
const runWords = /run \d+ attempt \d+/;

function joined(words: string): string {
  return words.replaceAll(" ", noBreak);
}

const verdictWidth = "allowed".length + 2;

/** A space at which no line is broken. */
const noBreak = "\u00a0";

const colorOf: Readonly<Record<Verdict, (text: string) => string>> = {
  allowed: colors.green,
  denied: colors.red,
  failed: colors.yellow,
  changed: colors.cyan,
};

/** What kinds of events are called in the summary. */
const titles: Readonly<Record<AuditEvent["kind"], string>> = {
  publish: "publish versions",
  delete: "delete or dispose of versions",
  status: "change the status of versions",
  origin: "change a package's origins",
  group: "change package groups",
  policy: "change resource policies",
  registry: "change domain or repositories",
  role: "change roles or policies of IAM",
  session: "assume a role",
  token: "get a registry token",
  file: "read a file",
  index: "read an index page",
  look: "look at what there is",
  change: "change of state without a call",
};

function countTable(title: string, events: readonly AuditEvent[], nameOf: (event: AuditEvent) => string): string {
  const shown = verdicts.filter((verdict) => events.some((event) => event.verdict === verdict));
  return plainTable([
    [title, ...shown].map((text) => colors.bold(text)),
    ...[...countBy(events, nameOf)].map(([name, counts]) => [
      wrap(printable(name), nameWidth),
      ...shown.map((verdict) => String(counts[verdict])),
    ]),
  ]);
}

const nameWidth = 44;

function limit(text: string, source: string): string {
  return `- ${wrap(text, defaultWidth - 2).replaceAll("\n", "\n  ")}\n  ${colors.dim(source)}`;
}

function minutes(time: Date): string {
  return time.toISOString().slice(0, 16).replace("T", " ");
}
