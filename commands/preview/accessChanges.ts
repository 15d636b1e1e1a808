import type { RegisteredOrigin, Way } from "../access/registered";
import type { StackTable } from "./stackFacts";

/** How two access tables differ, as the lines of a diff: roles, what each attempt comes to, and where packages come from. */
export function accessChanges(before: StackTable, after: StackTable): readonly string[] {
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

function wayText(way: Way): string {
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
