import { createHash } from "node:crypto";

/** The repository that clients use: private packages, and public ones through its upstream. */
export const repositoryName = "python-packages";

/** The repository that alone is connected to public PyPI. */
export const storeName = "pypi-store";

/** IAM's limit for a role's name, in characters. Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
export const roleNameLimit = 64;

/** What a role of a registry is for. */
export const registryRoleKinds = ["publisher", "reader", "inspector", "maintainer"] as const;
export type RegistryRoleKind = (typeof registryRoleKinds)[number];

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
export function roleName(domain: string, kind: RegistryRoleKind, name?: string): string {
  return [domain, "codeartifact", kind, ...(name === undefined ? [] : [name])].join("-");
}

/**
 * The log group of a domain's audit trail. EventBridge writes to log groups below `/aws/events/` alone.
 * Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html
 */
export function auditLogGroupName(domain: string): string {
  return `/aws/events/${domain}-codeartifact-audit`;
}

/** The log groups of all audit trails of an account. */
export const auditLogGroups = auditLogGroupName("*");

/** An EventBridge rule of a domain's audit trail. With a kind of 8 characters it is shorter than the name of a publisher's role. */
export function auditRuleName(domain: string, kind: string): string {
  return `${domain}-codeartifact-${kind}`;
}

/** The managed policy that gives a role of this domain its right to read, without the hash of its document. */
export function readerPolicyName(domain: string): string {
  return `${domain}-codeartifact-reader`;
}

/**
 * A managed policy with a part of a publisher's packages, without the hash of its document.
 *
 * @param part - counted from 1
 */
export function packagesPolicyName(publisherRole: string, part: number): string {
  return `${publisherRole}-packages-${part}`;
}

/**
 * The name of a managed policy that never changes. It ends with 8 hexadecimal digits of the document's SHA-256, so that
 * another document is another policy. The longest is a publisher's, 85 characters; IAM allows 128.
 *
 * @param stem - the name without the hash
 * @param document - JSON text
 */
export function immutablePolicyName(stem: string, document: string): string {
  return `${stem}-${createHash("sha256").update(document).digest("hex").slice(0, 8)}`;
}

/** Whether a managed policy has the name of a domain's reader policy, with a hash or, from an earlier release, without. */
export function isReaderPolicyName(domain: string, name: string): boolean {
  return withoutHash(name) === readerPolicyName(domain);
}

/** Whether a managed policy has the name of a part of a publisher's packages, with a hash or, from an earlier release, without. */
export function isPackagesPolicyName(domain: string, name: string): boolean {
  const [, role, part] = /^(.+)-packages-([1-9]\d*)$/.exec(withoutHash(name)) ?? [];
  return role !== undefined && part !== undefined && isRoleName(domain, "publisher", role);
}

/** Whether a role has the name that a job of a domain gets. */
export function isRegistryRoleName(domain: string, name: string): boolean {
  return registryRoleKinds.some((kind) => isRoleName(domain, kind, name));
}

function isRoleName(domain: string, kind: RegistryRoleKind, name: string): boolean {
  const stem = roleName(domain, kind);
  return name === stem || name.startsWith(`${stem}-`);
}

function withoutHash(policyName: string): string {
  return policyName.replace(/-[0-9a-f]{8}$/, "");
}

/**
 * The role that a deployment of one stack runs as. Its name is outside `DOMAIN-codeartifact-…`, which that role may change:
 * it cannot change itself.
 */
export function deployRoleName(domain: string): string {
  return `${domain}-deploy`;
}

/**
 * The role that deploys an environment's Lambda layers and functions. Bootstrap makes it; its name is outside
 * `DOMAIN-codeartifact-…`, so that no deployment of the stack changes it.
 */
export function lambdaDeployerRoleName(domain: string): string {
  return `${domain}-lambda-deployer`;
}

/** The role that looks at all of an account's stacks. */
export function previewRoleName(customerId: string, projectId: string): string {
  return `${customerId}-${projectId}-preview`;
}

/** The header by which a client shows a registry token. Source: https://docs.aws.amazon.com/codeartifact/latest/ug/tokens-authentication.html */
export function basicAuthorization(token: string): string {
  return `Basic ${Buffer.from(`aws:${token}`).toString("base64")}`;
}
