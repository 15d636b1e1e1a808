import { admittedJobs, lostPublishers, rolesOf } from "./admittedJobs";
import { openedNames } from "./openedNames";
import { protectedLosses } from "./protectedLosses";
import { code } from "./markdown";
import type { Plan } from "./plan";
import type { StackFacts, StackTable } from "./stackFacts";
import { widenedPermissions } from "./widenedPermissions";

/** Something that whoever approves a change must not overlook. */
export interface Warning {
  readonly stack: string;
  /** What the change does, as Markdown. */
  readonly text: string;
}

/** What a change would do to a stack that is easily overlooked, and cannot always be taken back; the most important first. */
export function warningsOf({ stack, before, after, plan, problem }: StackFacts): readonly Warning[] {
  const compared =
    before === undefined || after === undefined
      ? []
      : [
          ...lostPublishers(before, after),
          ...openedNames(before, after),
          ...admittedJobs(before, after),
          ...widenedPermissions(before, after),
        ];
  const planned = plan === undefined ? [] : [...protectedLosses(plan), ...refusals(plan)];
  const texts = [
    ...unjudged(before, after, problem),
    ...(after === undefined ? [] : [...surprising(after), ...unmeantRoles(after)]),
    ...compared,
    ...planned,
  ];
  return texts.map((text) => ({ stack, text }));
}

function unjudged(before: StackFacts["before"], after: StackFacts["after"], problem: string | undefined) {
  if (problem !== undefined) {
    return [`**it cannot be judged**: ${code(problem.split("\n", 1)[0] ?? "")}`];
  }
  return before !== undefined && after === undefined
    ? ["**its stack file is removed**; what is deployed of it remains"]
    : [];
}

function surprising({ surprises }: StackTable): readonly string[] {
  return surprises.map(
    ({ party, what, seen, expected }) =>
      `**${seen} against the settings**, which mean it to be ${expected}: ${code(`${party} ${what}`)}`,
  );
}

/** Roles that no setting asks for: no attempt is made with them. */
function unmeantRoles(after: StackTable): readonly string[] {
  const meant = after.roles.map(({ role }) => role);
  return rolesOf(after)
    .filter((role) => !meant.includes(role))
    .map((role) => `${code(role)} is **a role that no setting means**, and is not tried out`);
}

/** Why Pulumi would not go on; that it did not is its last message. */
function refusals({ diagnostics }: Plan): readonly string[] {
  const messages = diagnostics
    .filter(({ severity }) => severity === "error")
    .map(({ message = "" }) => message.trim().replace(/^error: /, ""));
  const reasons = messages.filter((message, index) => index === 0 || message !== "preview failed");
  return reasons.map((reason) => `**it cannot be deployed**: ${code(withNames(reason))}`);
}

/** Resources by their names, where Pulumi writes their whole addresses. */
function withNames(message: string): string {
  return message.replaceAll(/urn:pulumi:[^"'\s]*::([^"'\s:]+)/g, "$1");
}
