/** The repository that clients use: private packages, and public ones through its upstream. */
export const repositoryName = "python-packages";

/** The repository that alone is connected to public PyPI. */
export const storeName = "pypi-store";

/** IAM's limit for a role's name, in characters. Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
export const roleNameLimit = 64;

/** What a domain may be called. Source: https://docs.aws.amazon.com/codeartifact/latest/APIReference/API_CreateDomain.html */
export const domainNamePattern = /^[a-z][a-z0-9-]{0,48}[a-z0-9]$/;

/** CodeArtifact's limit for a domain's name, in characters. */
export const domainNameLimit = 50;

/** The domain of one environment. */
export function domainName(customerId: string, projectId: string, environment: string): string {
  return `${customerId}-${projectId}-${environment}`;
}

/**
 * The name of a role of this domain. It carries the environment, because a role's name is unique in its account without
 * regard to case and all environments may share one account.
 */
export function roleName(domain: string, kind: "publisher" | "reader", name?: string): string {
  return [domain, "codeartifact", kind, ...(name === undefined ? [] : [name])].join("-");
}

/** The managed policy that gives a role of this domain its right to read. */
export function readerPolicyName(domain: string): string {
  return `${domain}-codeartifact-reader`;
}
