import { association, packagePath } from "../../sandbox/codeartifact/packageGroupPatterns";
import type { RegisteredOrigin, Way } from "../access/registered";
import { admittedJobs, inNoAccount, lostPublishers, rolesOf } from "./admittedJobs";
import { type Grant, type Grants, grantsOf, lifted, widened } from "./grants";
import { code, codes } from "./markdown";
import type { Plan, PlanStep } from "./plan";
import type { StackFacts, StackTable } from "./stackFacts";

/** Something that the person who approves a change must not overlook. */
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
  const planned = plan === undefined ? [] : [...protectedLosses(plan), ...errorsOf(plan)];
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
function errorsOf({ diagnostics }: Plan): readonly string[] {
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

/** Names that only this registry's publishers could bring in, and that could come from elsewhere after a change. */
export function openedNames(before: StackTable, after: StackTable): readonly string[] {
  const opened = examples(before, after).filter(
    (name) => isPrivate(originOf(before, name)) && !isPrivate(originOf(after, name)),
  );
  const stated = [...before.origins, ...after.origins].map(({ pattern }) => pattern);
  // One name represents all under a private prefix, unless an entry of its own names it.
  const groups = new Map<string, string[]>();
  for (const name of opened) {
    const key = stated.includes(`/pypi//${name}$`) ? name : (originOf(before, name)?.pattern ?? name);
    groups.set(key, [...(groups.get(key) ?? []), name]);
  }
  return [...groups.values()].map((names) => {
    const [name = ""] = names;
    const from = originOf(after, name);
    return (
      `**a private name opens**: ${codes(names)} may come from elsewhere than this registry's ` +
      `publishers, by the package group ${code(from?.pattern ?? "/*")}`
    );
  });
}

/** Names to try: each that a pattern names, and one that only its prefix takes in. */
function examples(...tables: readonly StackTable[]): readonly string[] {
  const names = tables.flatMap(({ origins }) =>
    origins.flatMap(({ pattern }) => {
      const [, name, suffix] = /^\/pypi\/\/(.+)([$~*])$/.exec(pattern) ?? [];
      if (name === undefined) {
        return [];
      }
      return suffix === "$" ? [name] : [name, `${name}-${anyWord}`];
    }),
  );
  return [...new Set(names)];
}

/** Any text that may follow a prefix. */
const anyWord = "anything";

function originOf({ origins }: StackTable, name: string): RegisteredOrigin | undefined {
  const patterns = [...origins.map(({ pattern }) => pattern), "/*"];
  const { pattern } = association(patterns, packagePath("pypi", name));
  return origins.find((origin) => origin.pattern === pattern);
}

/** Whether nothing but publishing brings the package in; without a group of the stack's, everything does. */
function isPrivate(origin: RegisteredOrigin | undefined): boolean {
  return origin !== undefined && [origin.externalUpstream, origin.internalUpstream].every(isShut);
}

function isShut(way: Way): boolean {
  return way === "BLOCK" || (Array.isArray(way) && way.length === 0);
}

/** What existing roles, and other accounts, may do after a change and could not before. */
export function widenedPermissions(before: StackTable, after: StackTable): readonly string[] {
  const parties = [...new Set(after.documents.map(({ party }) => party))];
  return parties
    .filter((party) => isResource(after, party) || rolesOf(before).includes(party))
    .flatMap((party) => {
      const known = permissionsOf(before, party);
      const permissions = permissionsOf(after, party);
      return [
        ...byAction(widened(known, permissions)).map(
          ([action, resources]) => `${code(party)} **may now** ${code(action)} on ${resourcesText(resources)}`,
        ),
        ...lifted(known, permissions).map(({ label }) => `${code(party)} **loses the prohibition** of ${code(label)}`),
        ...permissions.unread.map(
          (problem) => `the permissions of ${code(party)} **cannot be judged**: ${code(problem)}`,
        ),
      ];
    });
}

function permissionsOf({ account, documents }: StackTable, party: string): Grants {
  const own = documents.filter((one) => one.party === party && one.kind !== "trust");
  return grantsOf(
    own.map(({ name, document }) => ({ name, document: inNoAccount(document, account) })),
    own.some(({ kind }) => kind === "resource") ? "resource" : "identity",
  );
}

function isResource({ documents }: StackTable, party: string): boolean {
  return documents.some((one) => one.party === party && one.kind === "resource");
}

function byAction(grants: readonly Grant[]): readonly (readonly [string, readonly string[]])[] {
  const actions = new Map<string, string[]>();
  for (const { action, resource = "" } of grants) {
    actions.set(action, [...new Set([...(actions.get(action) ?? []), resource])]);
  }
  return [...actions];
}

/** Resources without what all of them begin with; those of a wildcard come first, as they are the most. */
function resourcesText(resources: readonly string[]): string {
  const hasWildcard = (resource: string) => /[*?]/.test(resource);
  const sorted = [...resources].sort((one, other) => Number(hasWildcard(other)) - Number(hasWildcard(one)));
  return codes(sorted.map((resource) => resource.replace(/^arn:[^:]*:codeartifact:[^:]*:\d*:/, "")));
}

/** What a change does to resources that are protected from deletion; Pulumi lists it only with `--show-sames`. */
function protectedLosses({ steps }: Plan): readonly string[] {
  return steps.filter(({ oldState }) => oldState?.protect === true).flatMap(lossText);
}

function lossText(step: PlanStep): readonly string[] {
  const name = code(nameOf(step));
  // A replacement is one step that replaces, and one for each of its halves.
  switch (step.op) {
    case "replace":
      return [`**replaces** the protected ${name}, because of ${codes(step.replaceReasons ?? []) || "its inputs"}`];
    case "delete":
    case "discard":
      return [`**deletes** the protected ${name}`];
    case "delete-replaced":
    case "discard-replaced":
    case "create-replacement":
      return [];
    default:
      return step.newState !== undefined && step.newState.protect !== true
        ? [`**no longer protects** ${name} from deletion`]
        : [];
  }
}

/** A resource as its program calls it. */
export function nameOf({ urn }: PlanStep): string {
  return urn.split("::").at(-1) ?? urn;
}
