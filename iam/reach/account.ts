/** One AWS account, as far as the search for a principal's reach looks at it. */
export interface ReachAccount {
  readonly partition: string;
  readonly region: string;
  /** 12 digits. */
  readonly id: string;
  /** Roles, users and groups. */
  readonly identities: readonly Identity[];
  /** Customer managed policies. AWS's own `AdministratorAccess` is always known. */
  readonly policies: readonly ManagedPolicy[];
  /** ARNs of the account's OIDC and SAML identity providers. */
  readonly identityProviders: readonly string[];
  readonly domains: readonly ReachDomain[];
  readonly keys: readonly ReachKey[];
  /** ARNs of S3 objects. @default - none */
  readonly objects?: readonly string[];
  /** What runs code as a role already. @default - none */
  readonly workloads?: readonly Workload[];
  /** ARNs of Lambda layers, without a version. @default - none */
  readonly layers?: readonly string[];
  /** Service control policies, a list for each level. @default - the account is in no organization */
  readonly serviceControl?: readonly (readonly NamedText[])[];
  /** Resource control policies, a list for each level. @default - the account is in no organization */
  readonly resourceControl?: readonly (readonly NamedText[])[];
}

/** A policy document and its name. */
export interface NamedText {
  readonly name: string;
  /** JSON text. */
  readonly document: string;
}

/** A role, a user or a group, which its ARN tells apart. */
export interface Identity {
  readonly arn: string;
  /** JSON text of the trust policy; roles have one. */
  readonly trust?: string;
  readonly inline: readonly NamedText[];
  /** ARNs of managed policies. */
  readonly attached: readonly string[];
  /** ARN of the policy that bounds it. @default - no boundary */
  readonly boundary?: string;
  /** ARNs of the groups that a user is in. @default - none */
  readonly groups?: readonly string[];
  readonly tags?: Readonly<Record<string, string>>;
}

/** A customer managed policy. */
export interface ManagedPolicy {
  readonly arn: string;
  /** JSON text of the version in force. */
  readonly document: string;
  /** JSON texts of the versions that are not in force. @default - none */
  readonly otherVersions?: readonly string[];
}

/** A CodeArtifact domain. */
export interface ReachDomain {
  readonly arn: string;
  /** JSON text of its permissions policy. @default - none */
  readonly policy?: string;
  readonly repositories: readonly { readonly arn: string; readonly policy?: string }[];
  /** ARNs of packages, those that do not exist yet included. */
  readonly packages: readonly string[];
  /** ARNs. */
  readonly packageGroups: readonly string[];
  readonly tags?: Readonly<Record<string, string>>;
}

/** A KMS key with AWS's default key policy, which leaves access to IAM. */
export interface ReachKey {
  readonly arn: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** Code that runs as a role, such as a Lambda function, and the action that replaces it. */
interface Workload {
  readonly arn: string;
  readonly roleArn: string;
  /** Such as `lambda:UpdateFunctionCode`. */
  readonly changedBy: string;
}
