import { verifyActions } from "../../../commands/aws/clients";
import { auditLogGroupName, auditRuleName } from "../../../naming/registryNames";
import { accountId } from "./account";
import type { Call } from "./providerCalls";

/** What `verify` asks of AWS for a domain: each of its actions, and of what no one declared where it looks for that. */
export function verifyCalls(domain: string): readonly Call[] {
  const codeartifact = (resource: string) => `arn:aws:codeartifact:us-east-1:${accountId}:${resource}`;
  const iam = (resource: string) => `arn:aws:iam::${accountId}:${resource}`;
  const resources: readonly (readonly [RegExp, string])[] = [
    [/^iam:(?:ListPolicies|ListRoles)$/, "*"],
    [/^iam:.*OpenIDConnectProvider$/, iam("oidc-provider/token.actions.githubusercontent.com")],
    [
      /^iam:(?:GetPolicy|GetPolicyVersion|ListEntitiesForPolicy)$/,
      iam(`policy/${domain}-codeartifact-reader-1a2b3c4d`),
    ],
    [/^iam:/, iam(`role/${domain}-codeartifact-reader-undeclared`)],
    [/:(?:DescribeDomain|GetDomain|ListPackageGroups|ListRepositoriesInDomain)/, codeartifact(`domain/${domain}`)],
    [/PackageGroup$|ForGroup$/, codeartifact(`package-group/${domain}/pypi//orb~`)],
    [/:ListPackageVersions$/, codeartifact(`package/${domain}/undeclared/pypi//orb-common`)],
    [/^events:/, `arn:aws:events:us-east-1:${accountId}:rule/${auditRuleName(domain, "versions")}`],
    [/^logs:Describe/, "*"],
    [/^logs:/, `arn:aws:logs:us-east-1:${accountId}:log-group:${auditLogGroupName(domain)}`],
    [/^codeartifact:/, codeartifact(`repository/${domain}/undeclared`)],
  ];
  return verifyActions.map((action) => ({
    action,
    resource: resources.find(([pattern]) => pattern.test(action))![1],
    context: {},
  }));
}

/** What `verify` asks of no domain: lists of the whole account, its provider, and the boundary of any of its roles. */
export const ofNoDomain = [
  "iam:GetOpenIDConnectProvider",
  "iam:GetRole",
  "iam:ListPolicies",
  "iam:ListRoles",
  "logs:DescribeLogGroups",
  "logs:DescribeResourcePolicies",
];
