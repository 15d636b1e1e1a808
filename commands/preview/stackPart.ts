import type { RegisteredOrigin, RegisteredRestriction } from "../access/registered";
import { attemptsText, whyText } from "../access/render";
import { code, details, fenced, row } from "./markdown";
import type { Plan, PlanStep } from "./plan";
import type { StackFacts, StackTable } from "./stackFacts";
import { resourceName, warningsOf } from "./warnings";

/** What the comment says of one stack. */
export interface StackPart {
  readonly stack: string;
  /** What must not be overlooked, each one line of Markdown, the most important first. */
  readonly warnings: readonly string[];
  /** Whether both sides and the plan were there to be compared. */
  readonly isWhole: boolean;
  /** Whether the change was judged, and allows nothing that its settings do not mean. */
  readonly isAsExpected: boolean;
  readonly pieces: readonly Piece[];
}

/** What is left out first where a text has a limit comes last. */
export const detailLevels = ["brief", "changes", "tables", "attempts"] as const;

/** A part of the text that is kept whole or left out. */
export interface Piece {
  readonly detail: (typeof detailLevels)[number];
  readonly text: string;
}

/** The most rows of a table. */
const rowLimit = 300;

/** Describes one stack. */
export function stackPart(facts: StackFacts): StackPart {
  const { stack, before, after, plan, problem } = facts;
  return {
    stack,
    warnings: warningsOf(facts).map(({ text }) => text),
    isWhole: [before, after, plan].every((known) => known !== undefined),
    isAsExpected: problem === undefined && (after?.mismatches ?? []).length === 0,
    pieces: [brief(`### ${code(stack, 100)}`), ...planPieces(facts), ...accessPieces(facts)],
  };
}

function brief(text: string): Piece {
  return { detail: "brief", text };
}

function planPieces({ plan, failure = "" }: StackFacts): readonly Piece[] {
  if (plan !== undefined) {
    return describedPlan(plan);
  }
  return failure.trim() === ""
    ? [
        brief(
          "**Plan:** none. A pull request from a fork, or one of Dependabot, has no identity that AWS would know; neither has a repository before it is set up (bootstrap/README.md).",
        ),
      ]
    : [brief("**Plan:** none."), { detail: "changes", text: fenced("text", failure.trimEnd().split("\n").slice(-30)) }];
}

function describedPlan({ steps, diagnostics }: Plan): readonly Piece[] {
  const changes = steps.filter(({ op }) => op !== "same" && op !== "read");
  const messages = diagnostics.filter(({ severity }) => severity === "error" || severity === "warning");
  const rows = changes.map((step) => row([step.op, typeOf(step), resourceName(step), propertiesOf(step)]));
  const head = ["| | type | resource | what changes |", "| --- | --- | --- | --- |"];
  return [
    brief(`**Plan:** ${summary(changes)}`),
    ...(rows.length === 0 ? [] : [tables("each resource", head, rows)]),
    ...(messages.length === 0
      ? []
      : [{ detail: "changes", text: fenced("text", messages.map(messageText).join("\n").split("\n")) } as const]),
  ];
}

function accessPieces({ before, after, problem }: StackFacts): readonly Piece[] {
  if (after === undefined) {
    return problem === undefined
      ? [brief("**Access:** the change has no such stack.")]
      : [
          brief("**Access:** not judged."),
          { detail: "changes", text: fenced("text", problem.split("\n").slice(0, 30)) },
        ];
  }
  const changes = before === undefined ? undefined : accessChanges(before, after);
  const difference =
    changes === undefined
      ? "not compared, as the base branch gave no table."
      : changes.length === 0
        ? "as on the base branch."
        : `changes, in ${changes.length} lines.`;
  return [
    brief(`**Access:** ${difference}`),
    ...(changes === undefined || changes.length === 0
      ? []
      : [{ detail: "changes", text: fenced("diff", changes) } as const]),
    tables(
      "who may do what",
      ["| role | of the job | may |", "| --- | --- | --- |"],
      after.roles.map(({ role, job, may }) => row([role, job, may.join("; ")])),
    ),
    ...attempts(after),
  ];
}

function attempts(table: StackTable): readonly Piece[] {
  const head = ["| attempt | verdict | why |", "| --- | --- | --- |"];
  return [
    ...table.sections.map(({ party, relation, attempts: made }): Piece => {
      const rows = made.map((one) => {
        const verdict = one.expected === one.seen ? one.seen : `${one.seen}, meant to be ${one.expected}`;
        return row([one.what, verdict, whyText(one)]);
      });
      return { detail: "attempts", text: [`${code(party)} ${relation}`, "", ...head, ...limited(rows)].join("\n") };
    }),
    { detail: "attempts", text: attemptsText(table, code(table.domain)) },
  ];
}

function tables(title: string, head: readonly string[], rows: readonly string[]): Piece {
  return { detail: "tables", text: details(title, [...head, ...limited(rows)].join("\n")) };
}

function limited(rows: readonly string[]): readonly string[] {
  return rows.length > rowLimit
    ? [...rows.slice(0, rowLimit), "", `(${rows.length - rowLimit} rows more are not shown)`]
    : rows;
}

/** Pulumi begins some messages with their severity, and others not. */
function messageText({ severity = "", message = "" }: Plan["diagnostics"][number]): string {
  const text = message.trim();
  return text.startsWith(`${severity}: `) ? text : `${severity}: ${text}`;
}

function summary(changes: readonly PlanStep[]): string {
  const counts = new Map<string, number>();
  for (const { op } of changes) {
    counts.set(op, (counts.get(op) ?? 0) + 1);
  }
  const parts = [...counts].slice(0, 20).map(([op, count]) => `${count} to ${op}`);
  return counts.size === 0 ? "no changes." : `${parts.join(", ")}.`;
}

function typeOf({ urn }: PlanStep): string {
  return urn.split("::").at(2)?.split("$").at(-1) ?? "";
}

function propertiesOf({ replaceReasons, detailedDiff, diffReasons }: PlanStep): string {
  const names = Object.keys(detailedDiff ?? {});
  const changed = names.length > 0 ? names : (diffReasons ?? []);
  const replaced = (replaceReasons ?? []).length > 0 ? " (replaces)" : "";
  return changed.length === 0 ? "" : `${changed.join(", ")}${replaced}`;
}

/** How two access tables differ, as the lines of a diff: roles, what each attempt comes to, and where packages come from. */
function accessChanges(before: StackTable, after: StackTable): readonly string[] {
  return [
    ...difference(before.roles.map(roleText), after.roles.map(roleText)),
    ...difference(before.origins.map(originText), after.origins.map(originText)),
    ...verdictChanges(before, after),
  ];
}

function difference(before: readonly string[], after: readonly string[]): readonly string[] {
  return [
    ...before.filter((line) => !after.includes(line)).map((line) => `- ${line}`),
    ...after.filter((line) => !before.includes(line)).map((line) => `+ ${line}`),
  ];
}

function roleText({ role, job, may }: StackTable["roles"][number]): string {
  return `${role} (${job}) may ${may.join("; ")}`;
}

function originText({ pattern, publish, externalUpstream, internalUpstream }: RegisteredOrigin): string {
  return `${pattern} published to ${wayText(publish)}; from outside through ${wayText(externalUpstream)}; from upstreams to ${wayText(internalUpstream)}`;
}

function wayText(way: RegisteredRestriction): string {
  return way === "BLOCK" ? "none" : way === "ALLOW" ? "any" : way.join(", ") || "none";
}

/** Attempts that were tried on both sides and now end otherwise. */
function verdictChanges(before: StackTable, after: StackTable): readonly string[] {
  const verdicts = new Map<string, string>(
    before.sections.flatMap(({ party, relation, attempts }) =>
      attempts.map(({ what, seen }) => [`${party} ${relation}: ${what}`, seen] as const),
    ),
  );
  return after.sections.flatMap(({ party, relation, attempts }) =>
    attempts.flatMap(({ what, seen }) => {
      const attempt = `${party} ${relation}: ${what}`;
      const known = verdicts.get(attempt);
      return known === undefined || known === seen ? [] : [`- ${attempt}: ${known}`, `+ ${attempt}: ${seen}`];
    }),
  );
}
