import type { PolicyDocument } from "../../iam/documents";
import type { ParsedStatement } from "../../iam/grammar";
import { actionMatches } from "../../iam/matching";
import { covers, type Grant, type Grants, grantsOf, lifted, widened } from "./grants";
import { code, codes } from "./markdown";
import type { StackTable } from "./stackFacts";

/** Jobs and other parties that may assume a role after a change, and could not before. */
export function admittedJobs(before: StackTable, after: StackTable): readonly string[] {
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

export function rolesOf({ documents }: StackTable): readonly string[] {
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
export function inNoAccount(document: PolicyDocument, account: string): PolicyDocument {
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
