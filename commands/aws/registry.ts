import { arnParts } from "../../iam/arns";
import type { Tags } from "../../sandbox/core/identifiers";
import type { RestrictionMode, RestrictionType } from "../../sandbox/codeartifact/packageGroups";
import type { Encryption } from "../../settings/aws";

/** All of a registry that is compared: as a stack declares it, or as it is deployed. */
export interface Registry {
  /** Absent where there is no such domain, and so nothing else of it. */
  readonly domain?: RegistryDomain;
  readonly repositories: readonly RegistryRepository[];
  /** Without the root, which no stack declares. */
  readonly packageGroups: readonly RegistryPackageGroup[];
  /** The group of each private package, there or not. */
  readonly packages: readonly RegistryPackage[];
  readonly roles: readonly RegistryRole[];
  readonly policies: readonly RegistryPolicy[];
  readonly oidcProviders: readonly RegistryOidcProvider[];
  readonly auditTrail: RegistryAuditTrail;
}

/** What is found where there is no domain. */
export const noRegistry: Registry = {
  repositories: [],
  packageGroups: [],
  packages: [],
  roles: [],
  policies: [],
  oidcProviders: [],
  auditTrail: { logGroups: [], logPolicies: [], rules: [] },
};

export interface RegistryDomain {
  readonly name: string;
  readonly key: string;
  /** JSON text. */
  readonly policy?: string;
  readonly tags: Tags;
}

export interface RegistryRepository {
  readonly name: string;
  readonly description?: string;
  /** The first to be searched first. */
  readonly upstreams: readonly string[];
  /** Such as `public:pypi`. */
  readonly externalConnections: readonly string[];
  /** Where Python's clients find it. */
  readonly endpoint?: string;
  /** JSON text. */
  readonly policy?: string;
  readonly tags: Tags;
}

export interface RegistryPackageGroup {
  /** As `/pypi//orb~`. */
  readonly pattern: string;
  readonly description?: string;
  readonly ways: EffectiveRestrictions;
  readonly tags: Tags;
}

/** How far each way into a repository is open to a group's packages. */
export type EffectiveRestrictions = Readonly<Record<RestrictionType, EffectiveRestriction>>;

export interface EffectiveRestriction {
  readonly mode: RestrictionMode;
  /** The mode that holds; never `INHERIT`. */
  readonly effectiveMode: RestrictionMode;
  /** Names; those that the way is open to where the effective mode is `ALLOW_SPECIFIC_REPOSITORIES`. */
  readonly repositories: readonly string[];
}

export interface RegistryPackage {
  readonly name: string;
  /** Pattern of its group. */
  readonly group: string;
  /** `WEAK` is one that only looks like the group's packages: it enters no repository. */
  readonly associationType: string;
}

export interface RegistryRole {
  readonly name: string;
  /** JSON text. */
  readonly trust: string;
  /** In seconds. */
  readonly maxSessionDuration: number;
  /** ARN. */
  readonly permissionsBoundary?: string;
  /** JSON texts by name. */
  readonly inlinePolicies: Readonly<Record<string, string>>;
  /** ARNs of managed policies. */
  readonly attachedPolicies: readonly string[];
  readonly tags: Tags;
}

export interface RegistryPolicy {
  readonly arn: string;
  /** JSON text that is in force. */
  readonly document: string;
  readonly tags: Tags;
  /** Of a policy that is named as the registry's and that the stack does not declare. */
  readonly leftOver?: LeftOver;
}

export interface LeftOver {
  /** Names of the roles that the policy is attached to. */
  readonly roles: readonly string[];
  /** ARN of the policy that has taken its place. */
  readonly successor?: string;
}

/** What keeps a registry's events, and sends its alarms. Nothing where the stack keeps none. */
export interface RegistryAuditTrail {
  readonly logGroups: readonly RegistryLogGroup[];
  /** By which EventBridge writes. */
  readonly logPolicies: readonly RegistryLogPolicy[];
  readonly rules: readonly RegistryEventRule[];
}

export interface RegistryLogGroup {
  readonly name: string;
  /** @default - events never expire */
  readonly retentionDays?: number;
  /** ARN. @default - CloudWatch Logs' own encryption */
  readonly key?: string;
  readonly tags: Tags;
}

export interface RegistryLogPolicy {
  readonly name: string;
  /** JSON text. */
  readonly document: string;
}

export interface RegistryEventRule {
  readonly name: string;
  /** JSON text. */
  readonly pattern: string;
  /** `ENABLED`, or with reading calls of CloudTrail too. */
  readonly state: string;
  readonly description?: string;
  /** ARNs. */
  readonly targets: readonly string[];
  readonly tags: Tags;
}

export interface RegistryOidcProvider {
  readonly arn: string;
  readonly audiences: readonly string[];
}

/**
 * What is compared of a domain's key: which it is, or, where the settings leave that to AWS or to the stack, whose it is. (Which
 * of the two has made it, only KMS could tell.)
 */
export function domainKey(encryption: Encryption, arn: string): string {
  return typeof encryption === "object" ? arn : `a key of account ${arnParts(arn).account ?? "unknown"}`;
}
