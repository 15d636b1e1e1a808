import { arnParts } from "./arns";
import { policyDocument, type PolicyDocument, type Statement } from "./documents";

/** Accounts beside the domain's own whose principals may read. Either of the two admits. */
export interface OtherAccounts {
  /** AWS Organizations id, `o-…`: every account of it. */
  readonly organizationId?: string;
  /** Account ids of 12 digits. */
  readonly accountIds: readonly string[];
}

/**
 * The domain's policy: principals of other accounts may mint a token for it. Their own account must allow it too, and caps
 * the token's life there: a domain policy has no say over `sts:GetServiceBearerToken`.
 * Source: https://docs.aws.amazon.com/codeartifact/latest/ug/domain-policies.html
 */
export function domainPolicy(domainArn: string, others: OtherAccounts): PolicyDocument {
  return sharingPolicy(domainArn, others, ["codeartifact:GetAuthorizationToken"]);
}

/** The repository's policy: principals of other accounts may read it. Source: https://docs.aws.amazon.com/codeartifact/latest/ug/repo-policies.html */
export function repositoryPolicy(repositoryArn: string, others: OtherAccounts): PolicyDocument {
  return sharingPolicy(repositoryArn, others, [
    "codeartifact:GetRepositoryEndpoint",
    "codeartifact:ReadFromRepository",
  ]);
}

function sharingPolicy(resourceArn: string, others: OtherAccounts, actions: readonly string[]): PolicyDocument {
  const { partition = "", account: owner = "" } = arnParts(resourceArn);
  const statement = { Effect: "Allow", Action: actions, Resource: resourceArn } as const;
  // Within the owner's account a resource policy admits by itself, past every role's own document.
  const notTheOwner = { StringNotEquals: { "aws:PrincipalAccount": owner } };
  const statements: Statement[] = [];
  if (others.organizationId !== undefined) {
    statements.push({
      Sid: "ReadFromOrganization",
      ...statement,
      Principal: "*",
      Condition: { StringEquals: { "aws:PrincipalOrgID": others.organizationId }, ...notTheOwner },
    });
  }
  if (others.accountIds.length > 0) {
    const principals = others.accountIds.map((account) => `arn:${partition}:iam::${account}:root`);
    statements.push({
      Sid: "ReadFromAccounts",
      ...statement,
      Principal: { AWS: principals },
      Condition: notTheOwner,
    });
  }
  return policyDocument(...statements);
}
