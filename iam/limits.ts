import type { PolicyDocument } from "./documents";

/**
 * The most characters AWS takes in a document; IAM does not count white space.
 * Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html and
 * https://docs.aws.amazon.com/codeartifact/latest/APIReference/API_ResourcePolicy.html
 */
export const documentLimits = {
  "trust policy": 2_048,
  "inline policy": 10_240,
  "managed policy": 6_144,
  "resource policy": 7_168,
} as const;

/**
 * The most characters that AWS Organizations takes in a policy, without white space between its parts.
 * Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html
 */
export const organizationPolicyLimits = { "service-control": 10_240, "resource-control": 5_120 } as const;

/** IAM's quotas. Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
export const iamLimits = {
  policyName: 128,
  managedPoliciesPerRole: 10,
  versionsOfPolicy: 5,
  tags: 50,
  clientIdsOfProvider: 100,
  rolesOfAccount: 1_000,
  policiesOfAccount: 1_500,
  providersOfAccount: 100,
} as const;

/** The life of a registry token, in seconds. Source: https://docs.aws.amazon.com/codeartifact/latest/APIReference/API_GetAuthorizationToken.html */
export const tokenSeconds = { shortest: 900, longest: 43_200 } as const;

/** The life of a role's session, in seconds. Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html */
export const sessionSeconds = { shortest: 900, longest: 43_200, default: 3_600 } as const;

/** What a role may have as its longest session, in seconds. Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html */
export const roleSessionSeconds = { shortest: 3_600, longest: 43_200, default: 3_600 } as const;

/** The document's text as AWS counts it, without white space between its parts. */
export function documentText(document: PolicyDocument): string {
  return JSON.stringify(document);
}

/** What is too long about a document, as `2,310 characters, AWS takes 2,048`; undefined where it fits. */
export function excess(kind: keyof typeof documentLimits, document: PolicyDocument): string | undefined {
  const { length } = documentText(document);
  const limit = documentLimits[kind];
  return length <= limit ? undefined : `${counted(length)} characters, AWS takes ${counted(limit)}`;
}

/** A count as people write it, `10,240`. */
export function counted(characters: number): string {
  return characters.toLocaleString("en-US");
}
