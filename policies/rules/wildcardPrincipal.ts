import type { ResourceValidationPolicy } from "@pulumi/policy";
import { sharingDocuments } from "../resources";
import { checkStatements, type SeenStatement } from "../statements";

/** A domain or repository is shared with accounts or an organization that its policy names. */
export const wildcardPrincipal: ResourceValidationPolicy = {
  name: "no-wildcard-principal",
  description: "The policy of a CodeArtifact domain or repository names whom it admits.",
  severity: "critical",
  validateResource: (resource, report) => {
    checkStatements(sharingDocuments(resource), "resource", report, (statements) => {
      for (const statement of statements.filter(({ effect }) => effect === "Allow")) {
        const everyone = whoIsEveryone(statement);
        if (everyone !== undefined && !isBounded(statement)) {
          report(
            `${resource.name}: ${statement.place} allows ${everyone}, which is every AWS account. Name the accounts as ` +
              "principals, or add the condition StringEquals on aws:PrincipalOrgID or aws:PrincipalAccount with exact values.",
          );
        }
      }
    });
  },
};

function whoIsEveryone({ principals = [], isNotPrincipal }: SeenStatement): string | undefined {
  return isNotPrincipal
    ? "all but its NotPrincipal"
    : principals.some(({ value }) => value === "*")
      ? 'the principal "*"'
      : undefined;
}

/** StringEquals compares all values as they are; a request without the key does not match. */
function isBounded({ written }: SeenStatement): boolean {
  return written.some(([operator, key, values]) => {
    const form = boundingKeys.get(key.toLowerCase());
    return (
      operator.toLowerCase() === "stringequals" &&
      form !== undefined &&
      values.length > 0 &&
      values.every((value) => form.test(value))
    );
  });
}

const boundingKeys: ReadonlyMap<string, RegExp> = new Map([
  ["aws:principalorgid", /^o-[a-z0-9]{10,32}$/],
  ["aws:principalaccount", /^\d{12}$/],
]);
