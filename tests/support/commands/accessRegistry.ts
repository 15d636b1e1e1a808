import type { AccessAttempt } from "../../../commands/access/attempt";
import { accessTable, type AccessTable, tableMismatches } from "../../../commands/access/table";
import type { Deployment } from "../../../sandbox/pulumi/deployment";
import { deployChanged } from "../deployments";

/** A publisher as a stack file describes it, with ids as GitHub gives them. */
export const publisher = {
  repository: "acme/hub",
  repositoryId: 700000001,
  ownerId: 700000002,
  environment: "dev",
  ref: "refs/heads/develop",
  workflow: ".github/workflows/deploy.yml",
};

export const publisherRole = "orb-integration-hub-dev-codeartifact-publisher";
export const readerRole = "orb-integration-hub-dev-codeartifact-reader";

/** The stack dev with one publisher, no reader, and these settings. */
export function deployRegistry(
  settings: Readonly<Record<string, unknown>> = {},
  others: { readonly account?: Deployment["account"]; readonly stack?: string } = {},
): Promise<Deployment> {
  return deployChanged({ ...others, settings: { publishers: [publisher], readers: undefined, ...settings } });
}

/** The attempts to assume a role, or those of what a party may do. */
export function attemptsOf(table: AccessTable, party: string, relation = "may"): readonly AccessAttempt[] {
  const found = table.sections.filter((section) => section.party === party && section.relation === relation);
  if (found.length !== 1) {
    throw new Error(`${found.length} sections are of ${party}: ${table.sections.map((one) => one.party).join(", ")}`);
  }
  return found[0]!.attempts;
}

export function attemptsToAssume(table: AccessTable, role: string): readonly AccessAttempt[] {
  return attemptsOf(table, role, "may be assumed by");
}

/** What was tried, and how it ended. */
export function verdicts(attempts: readonly AccessAttempt[]): Readonly<Record<string, string>> {
  return Object.fromEntries(attempts.map(({ what, seen }) => [what, seen]));
}

/** What the table of a deployment finds amiss, as `PARTY: ATTEMPT`. */
export function amiss(deployment: Deployment, otherStacks: readonly Deployment[] = []): readonly string[] {
  return tableMismatches(accessTable(deployment, otherStacks)).map(({ party, what }) => `${party}: ${what}`);
}

/** Condition keys of GitHub's issuer. */
export function claims(...names: readonly string[]): readonly string[] {
  return names.map((name) => `token.actions.githubusercontent.com:${name}`);
}
