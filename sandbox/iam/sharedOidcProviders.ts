import { isObject, type JsonObject, listOf, parseJson } from "../../iam/json";

/** The issuer of GitHub Actions, also in its form for one enterprise: `token.actions.githubusercontent.com/SLUG`. */
const githubProvider = /^arn:[\w-]+:iam::\d{12}:oidc-provider\/(token\.actions\.githubusercontent\.com(?:\/.+)?)$/i;

/** Operators that count; with `IfExists` or `ForAllValues:` a token without the claim would pass. */
const operators = ["stringequals", "stringlike", "stringequalsignorecase"];

/** Claims of which one must be limited: either says whose repository or workflow it is. */
const claims = ["sub", "job_workflow_ref"];

/**
 * Why IAM does not store a trust policy that lets any repository of GitHub in, or nothing: the provider is shared by all of
 * GitHub's users, so each statement that trusts it must look at a claim, and at more than a bare wildcard. IAM reads no
 * further: `repo:*` passes, and so does a list with one value that is not a wildcard.
 * Rule: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_oidc_secure-by-default.html ; `job_workflow_ref`,
 * the words and the two cases as people met them at AWS in 2026.
 *
 * @param document Text that has passed the policy grammar.
 */
export function openTrustError(document: string): string | undefined {
  const policy = parseJson(document)?.value;
  const statements = listOf(isObject(policy) ? policy.Statement : undefined).filter(isObject);

  for (const statement of statements.filter(({ Effect }) => Effect === "Allow")) {
    for (const provider of federatedPrincipals(statement)) {
      const issuer = githubProvider.exec(provider)?.[1];
      if (issuer !== undefined && !limits(statement.Condition, issuer)) {
        const keys = claims.map((claim) => `${issuer}:${claim}`).join(" or ");

        return (
          `Trust policy with trusted principal ${provider} must evaluate, using StringEquals, StringLike or ` +
          `StringEqualsIgnoreCase, ${keys} which is not scoped to all`
        );
      }
    }
  }

  return undefined;
}

function federatedPrincipals({ Principal }: JsonObject): readonly string[] {
  return listOf(isObject(Principal) ? Principal.Federated : undefined).filter((name) => typeof name === "string");
}

function limits(condition: unknown, issuer: string): boolean {
  const keys = claims.map((claim) => `${issuer}:${claim}`.toLowerCase());

  return Object.entries(isObject(condition) ? condition : {})
    .filter(([operator]) => operators.includes(operator.toLowerCase()))
    .flatMap(([, tests]) => Object.entries(isObject(tests) ? tests : {}))
    .filter(([key]) => keys.includes(key.toLowerCase()))
    .some(([, values]) => listOf(values).some((value) => typeof value === "string" && !/^[*?]*$/.test(value)));
}
