import { admittedJobs, lostPublishers } from "./jobs";
import { openedNames } from "./openedNames";
import { protectedLosses } from "./protectedLosses";
import { code } from "./markdown";
import type { Plan, StackFacts } from "./stackFacts";
import { widenedPermissions } from "./widenedPermissions";

/** Something that whoever approves a change must not overlook. */
export interface Warning {
  readonly stack: string;
  /** What the change does, as Markdown. */
  readonly text: string;
}

/** What a change would do to a stack that is easily overlooked, and cannot always be taken back. */
export function warningsOf({ stack, before, after, plan }: StackFacts): readonly Warning[] {
  const gone = before !== undefined && after === undefined ? ["**it cannot be judged**: its program does not run"] : [];
  const compared =
    before === undefined || after === undefined
      ? []
      : [
          ...lostPublishers(before, after),
          ...openedNames(before, after),
          ...admittedJobs(before, after),
          ...widenedPermissions(before, after),
        ];
  const surprising = (after?.surprises ?? []).map(
    ({ party, what, seen, expected }) =>
      `**${seen} against the settings**, which mean it to be ${expected}: ${code(`${party} ${what}`)}`,
  );
  const planned = plan === undefined ? [] : [...protectedLosses(plan), ...refusals(plan)];
  const texts = [...gone, ...surprising, ...compared, ...planned];
  return texts.map((text) => ({ stack, text }));
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
