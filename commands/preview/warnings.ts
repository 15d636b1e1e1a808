import type { PolicyDocument } from "../../iam/documents";
import type { ParsedStatement } from "../../iam/grammar";
import { actionMatches } from "../../iam/matching";
import { association, packagePath } from "../../sandbox/codeartifact/packageGroupPatterns";
import type { RegisteredOrigin, RegisteredRestriction } from "../access/registered";
import { covers, type Grant, type Grants, grantsOf, lifted, widened } from "./grants";
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
    ...(after === undefined ? [] : [...unexpectedVerdicts(after), ...undeclaredRoles(after)]),
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

function unexpectedVerdicts({ mismatches }: StackTable): readonly string[] {
  return mismatches.map(
    ({ party, what, seen, expected }) =>
      `**${seen} against the settings**, which mean it to be ${expected}: ${code(`${party} ${what}`)}`,
  );
}

/** Roles that no setting asks for: no attempt is made with them. */
function undeclaredRoles(after: StackTable): readonly string[] {
  const declared = after.roles.map(({ role }) => role);
  return rolesOf(after)
    .filter((role) => !declared.includes(role))
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

function isShut(way: RegisteredRestriction): boolean {
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
  const name = code(resourceName(step));
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
export function resourceName({ urn }: PlanStep): string {
  return urn.split("::").at(-1) ?? urn;
}

/** Jobs and other parties that may assume a role after a change, and could not before. */
function admittedJobs(before: StackTable, after: StackTable): readonly string[] {
  return rolesOf(after).flatMap((role) => {
    const known = trustOf(before, role);
    const trust = trustOf(after, role);
    const verb = rolesOf(before).includes(role) ? "now also admits" : "is new and admits";
    return [
      ...admitting(widened(known, trust)).map((statement) => `${code(role)} **${verb}** ${whoText(statement)}`),
      ...lifted(known, trust).map(({ label }) => `${code(role)} **no longer denies** what ${code(label)} denied`),
      ...trust.unread.map((problem) => `the trust policy of ${code(role)} **cannot be judged**: ${code(problem)}`),
    ];
  });
}

/** A single line where every job that could publish before could not any more. */
export function lostPublishers(before: StackTable, after: StackTable): readonly string[] {
  const publishers = rolesOf(before).filter((role) => publishes(before, role) && admits(before, role));
  const kept = publishers.filter(
    (role) =>
      publishes(after, role) &&
      admitting(trustOf(before, role).allowed).some((job) =>
        admitting(trustOf(after, role).allowed).some((one) => covers(grantOf(one), grantOf(job))),
      ),
  );
  if (publishers.length === 0 || kept.length > 0) {
    return [];
  }
  const names = codes(publishers);
  return [`**every publisher is locked out**: the job that could assume ${names} can publish nothing any more`];
}

function rolesOf({ documents }: StackTable): readonly string[] {
  return documents.filter(({ kind }) => kind === "trust").map(({ party }) => party);
}

function trustOf({ account, documents }: StackTable, role: string): Grants {
  return grantsOf(
    documents
      .filter(({ party, kind }) => party === role && kind === "trust")
      .map(({ name, document }) => ({ name, document: inNoAccount(document, account) })),
    "trust",
  );
}

/** The model's account follows from settings that say nothing of who is admitted. */
function inNoAccount(document: PolicyDocument, account: string): PolicyDocument {
  return JSON.parse(JSON.stringify(document).replaceAll(account, "000000000000")) as PolicyDocument;
}

/** Statements that some token meets: GitHub never sends the id 0, which settings hold as long as it is not known. */
function admitting(grants: readonly Grant[]): readonly ParsedStatement[] {
  const statements = [...new Set(grants.map(({ statement }) => statement))];
  return statements.filter(
    ({ conditions }) =>
      !conditions.some(
        ({ key, wanted }) => /:repository(?:_owner)?_id$/.test(key) && wanted.every((value) => value === "0"),
      ),
  );
}

function admits(table: StackTable, role: string): boolean {
  return admitting(trustOf(table, role).allowed).length > 0;
}

function publishes({ documents }: StackTable, role: string): boolean {
  const permissions = documents.filter(({ party, kind }) => party === role && kind === "permissions");
  return grantsOf(permissions, "identity").allowed.some(({ action }) =>
    actionMatches(action, "codeartifact:PublishPackageVersion"),
  );
}

function grantOf(statement: ParsedStatement): Grant {
  return { action: statement.actions.patterns[0] ?? "", resource: undefined, statement };
}

/** The most characters shown of a statement of a trust policy, which IAM limits to 2,048: what is cut could be the new job. */
const trustLimit = 2500;

/** Whom a statement of a trust policy lets in, by what it compares. */
function whoText({ principals = [], conditions }: ParsedStatement): string {
  const claims = conditions
    .filter(({ key }) => !key.endsWith(":aud"))
    .map(({ operator, key, wanted }) => {
      const name = key.replace(/^[^:]*\.[^:]*:/, "");
      return `${name} ${operator.name === "StringEquals" ? "" : `${operator.name} `}${wanted.join(" or ")}`;
    });
  const whom = principals.map(({ value }) => value).join(" or ");
  return code(claims.length === 0 ? whom : claims.join("; "), trustLimit);
}
