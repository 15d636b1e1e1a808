import type { ResourceValidationPolicy } from "@pulumi/policy";
import { githubIssuer } from "../../iam/trust";
import { trustDocuments } from "../resources";
import { checkStatements, includesAction, type SeenStatement } from "../statements";

/** A role admits one GitHub job of one repository: each of these claims is compared with exact strings. */
export const githubTrust: ResourceValidationPolicy = {
  name: "exact-github-trust",
  description: "A role that trusts GitHub Actions compares sub, aud, repository_id and repository_owner_id exactly.",
  severity: "critical",
  validateResource: (resource, report) => {
    checkStatements(trustDocuments(resource), "trust", report, (statements) => {
      for (const statement of statements.filter(({ effect }) => effect === "Allow")) {
        for (const issuer of githubIssuers(statement)) {
          const wrong = Object.entries(claims).flatMap(
            ([claim, meaning]) => whatIsInexact(statement, `${issuer}:${claim}`, meaning) ?? [],
          );
          if (wrong.length > 0) {
            report(
              `${resource.name}: ${statement.place} admits GitHub jobs that it does not name exactly. ${wrong.join(" ")} ` +
                "Compare each claim by StringEquals with exact values. A name can be registered again by others, an id cannot.",
            );
          }
        }
      }
    });
  },
};

/** What a claim is, for who reads the error. */
const claims = {
  sub: "the subject of one environment or branch",
  aud: "such as sts.amazonaws.com",
  repository_id: "the repository's number",
  repository_owner_id: "the owner's number",
} as const;

const github = githubIssuer();
const providerOfGithub = new RegExp(`:oidc-provider/(${github.replaceAll(".", "\\.")}(?:/[^/]+)?)$`);

/** The issuers of GitHub that a statement trusts, as its condition keys begin. The principal "*" is every provider. */
function githubIssuers(statement: SeenStatement): readonly string[] {
  const { principals = [], isNotPrincipal } = statement;
  if (!includesAction(statement, "sts:AssumeRoleWithWebIdentity")) {
    return [];
  }
  if (isNotPrincipal || principals.some(({ value }) => value === "*")) {
    return [github];
  }
  const issuers = principals.flatMap(({ value }) => providerOfGithub.exec(value)?.[1] ?? []);
  return [...new Set(issuers)];
}

/** Why a claim is not compared exactly, if so. */
function whatIsInexact({ written }: SeenStatement, key: string, meaning: string): string | undefined {
  const comparisons = written.filter(([, name]) => name.toLowerCase() === key.toLowerCase());
  if (comparisons.some(([operator, , values]) => operator.toLowerCase() === "stringequals" && isExact(values))) {
    return undefined;
  }
  const found = comparisons.map(
    ([operator, , values]) => `${operator} ${values.map((value) => `"${value}"`).join(", ")}`,
  );
  return `${key} is ${found.length === 0 ? "not compared" : `compared by ${found.join(" and ")}`}; required: StringEquals, ${meaning}.`;
}

/** A wildcard under StringEquals matches itself alone, and is written by someone who meant more. */
function isExact(values: readonly string[]): boolean {
  return values.length > 0 && values.every((value) => value !== "" && !/[*?]|\$\{/.test(value));
}
