import { accessChanges } from "./accessChanges";
import { code, details, fenced } from "./markdown";
import { nameOf } from "./protectedLosses";
import type { Plan, PlanStep, StackFacts } from "./stackFacts";
import { type Warning, warningsOf } from "./warnings";

/** Tells the comment from all others of a pull request, so that the next one takes its place. */
export const marker = "<!-- package-registry preview -->";

/** The most characters GitHub takes in a comment, less a few for what is said where it does not fit. */
const commentLimit = 65_000;

/** The comment on a pull request: first what must not be overlooked, then each stack's plan and access. */
export function renderPreview(facts: readonly StackFacts[]): string {
  const warnings = warningPart(facts.flatMap(warningsOf), facts);
  const write = (folded: Folded) =>
    `${[marker, "## What this does to the registry", warnings, ...facts.map((one) => stackPart(one, folded))].join("\n\n")}\n`;
  const [whole, short] = [write(details), write(() => "")];
  if (whole.length <= commentLimit) {
    return whole;
  }
  const rest = "The rest does not fit into a comment: it is in the summary of the workflow's run.\n";
  return short.length <= commentLimit ? `${short}\n${rest}` : `${short.slice(0, commentLimit)}\n\`\`\`\n\n${rest}`;
}

/** How a part is written that is folded away. */
type Folded = typeof details;

function warningPart(warnings: readonly Warning[], facts: readonly StackFacts[]): string {
  const unseen = facts.filter(({ before, after, plan }) => [before, after, plan].includes(undefined));
  if (warnings.length > 0) {
    const lines = warnings.map(({ stack, text }) => `> - ${stack}: ${text}`);
    return ["> [!CAUTION]", ...lines].join("\n");
  }
  const nothing =
    "Nothing here locks out every publisher, opens a private name, admits a new job, widens a permission, or touches what is protected";
  return unseen.length === 0
    ? `${nothing}.`
    : `${nothing}, as far as it could be looked at: ${unseen.map(({ stack }) => stack).join(", ")} not in full, see below.`;
}

function stackPart({ stack, before, after, plan, failure }: StackFacts, folded: Folded): string {
  return [
    `### ${stack}`,
    plan === undefined ? noPlan(failure) : planPart(plan, folded),
    after === undefined
      ? "**Access:** the program could not be run; see the workflow's log."
      : accessPart(before, after, folded),
  ].join("\n\n");
}

function noPlan(failure: string | undefined): string {
  return failure === undefined || failure.trim() === ""
    ? "**Plan:** none. A pull request from a fork, or one of Dependabot, has no identity that AWS would know; neither has a repository before it is set up (bootstrap/README.md)."
    : ["**Plan:** Pulumi gave none, but said", "", fenced("text", lastLines(failure, 30))].join("\n");
}

function planPart({ steps, diagnostics }: Plan, folded: Folded): string {
  const changes = steps.filter(({ op }) => op !== "same" && op !== "read");
  const messages = diagnostics.filter(({ severity }) => severity === "error" || severity === "warning");
  const rows = changes.map(
    (step) => `| ${step.op} | ${code(typeOf(step))} | ${code(nameOf(step))} | ${propertiesOf(step)} |`,
  );
  return [
    `**Plan:** ${summary(changes)}`,
    ...(rows.length === 0
      ? []
      : [
          folded(
            "each resource",
            ["| | type | resource | what changes |", "| --- | --- | --- | --- |", ...rows].join("\n"),
          ),
        ]),
    ...(messages.length === 0 ? [] : [fenced("text", messages.map(messageText).join("\n"))]),
  ].join("\n\n");
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
  return counts.size === 0 ? "no changes." : `${[...counts].map(([op, count]) => `${count} to ${op}`).join(", ")}.`;
}

function typeOf({ urn }: PlanStep): string {
  return urn.split("::").at(2)?.split("$").at(-1) ?? "";
}

function propertiesOf({ replaceReasons, detailedDiff, diffReasons }: PlanStep): string {
  const names = Object.keys(detailedDiff ?? {});
  const changed = names.length > 0 ? names : (diffReasons ?? []);
  const replaced = (replaceReasons ?? []).length > 0 ? " (replaces)" : "";
  return changed.length === 0 ? "" : `${changed.map(code).join(", ")}${replaced}`;
}

function accessPart(before: StackFacts["before"], after: NonNullable<StackFacts["after"]>, folded: Folded): string {
  const rows = after.roles.map(({ role, job, may }) => `| ${[role, job, may.join("; ")].map(code).join(" | ")} |`);
  const table = ["| role | of the job | may |", "| --- | --- | --- |", ...rows].join("\n");
  const changes = before === undefined ? undefined : accessChanges(before, after);
  const difference =
    changes === undefined
      ? "not compared, as the base branch gave no table."
      : changes.length === 0
        ? "as on the base branch."
        : "changes.";
  return [
    `**Access:** ${difference}`,
    ...(changes === undefined || changes.length === 0 ? [] : [fenced("diff", changes.join("\n"))]),
    folded("who may do what", table),
  ].join("\n\n");
}

function lastLines(text: string, count: number): string {
  return text.trimEnd().split("\n").slice(-count).join("\n");
}
