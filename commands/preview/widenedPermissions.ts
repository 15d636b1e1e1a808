import { type Grant, type Grants, grantsOf, lifted, widened } from "./grants";
import { inNoAccount, rolesOf } from "./admittedJobs";
import { code, codes } from "./markdown";
import type { StackTable } from "./stackFacts";

/** What roles that stood before, and other accounts, may do after a change and could not before. */
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
