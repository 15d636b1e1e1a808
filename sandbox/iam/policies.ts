import type { Account, Tags } from "../core/account";
import { uniqueId } from "../core/identifiers";
import {
  countedLength,
  descriptionError,
  pathError,
  policyNameError,
  readDocument,
  sameName,
  type StoredDocument,
} from "./documents";
import { alreadyExists, deleteConflict, limitExceeded, noSuchEntity, throwIfInvalid } from "./errors";
import { policyArnError, type Role, type Roles } from "./roles";
import { withoutTags, withTags } from "./tags";

/** A managed policy, with the document that is in force. */
export interface Policy {
  readonly arn: string;
  readonly policyName: string;
  /** `ANPA` and 17 characters. */
  readonly policyId: string;
  readonly path: string;
  readonly createDate: Date;
  readonly description?: string;
  /** JSON text. */
  readonly policyDocument: string;
  /** Version of that document. */
  readonly defaultVersionId: string;
  /** Roles that have it. */
  readonly attachmentCount: number;
  /** Roles that it bounds. */
  readonly permissionsBoundaryUsageCount: number;
  readonly tags: Tags;
}

/** What a role has a policy as. */
export const policyUsages = ["PermissionsPolicy", "PermissionsBoundary"] as const;

export type PolicyUsage = (typeof policyUsages)[number];

/** What `createPolicy` takes. */
export interface CreatePolicy {
  /** At most 128 characters; unique in the account without regard to case. */
  readonly policyName: string;
  /** JSON text of at most 6,144 characters. */
  readonly policyDocument: string;
  readonly description?: string;
  /** @default "/" */
  readonly path?: string;
  readonly tags?: Tags;
}

interface PolicyState {
  readonly about: Omit<
    Policy,
    "attachmentCount" | "permissionsBoundaryUsageCount" | "policyDocument" | "defaultVersionId"
  >;
  readonly versions: PolicyVersions;
}

/** How a list of a role's policies names one. */
export interface AttachedPolicy {
  readonly policyArn: string;
  readonly policyName: string;
}

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
const maximumLength = 6144;
const maximumPerRole = 10;

/** The account's managed policies, and which roles have them. Those of AWS itself (`arn:aws:iam::aws:policy/…`) are not here. */
export class Policies {
  readonly #account: Account;
  readonly #roles: Roles;
  readonly #policies = new Map<string, PolicyState>();

  constructor(account: Account, roles: Roles) {
    this.#account = account;
    this.#roles = roles;
  }

  create({ policyName, policyDocument, description, path = "/", tags = {} }: CreatePolicy): Policy {
    throwIfInvalid(policyNameError(policyName), pathError(path), descriptionError(description));
    const stored = readManagedDocument(policyDocument);
    if ([...this.#policies.values()].some(({ about }) => sameName(about.policyName) === sameName(policyName))) {
      throw alreadyExists(`A policy called ${policyName} already exists. Duplicate names are not allowed.`);
    }

    const { partition, accountId, now } = this.#account;
    const arn = `arn:${partition}:iam::${accountId}:policy${path}${policyName}`;
    const policyId = uniqueId("ANPA", arn);
    const createDate = now();
    const about = { arn, policyName, policyId, path, createDate, description, tags };
    this.#policies.set(arn, { about, versions: new PolicyVersions(stored, createDate) });

    return this.get(arn);
  }

  get(policyArn: string): Policy {
    const { about, versions } = this.#state(policyArn);
    const { document: policyDocument, versionId: defaultVersionId } = versions.default;
    const attachmentCount = this.rolesWith(policyArn, "PermissionsPolicy").length;
    const permissionsBoundaryUsageCount = this.rolesWith(policyArn, "PermissionsBoundary").length;

    return { ...about, policyDocument, defaultVersionId, attachmentCount, permissionsBoundaryUsageCount };
  }

  /** The version in force, or undefined where the account has no such policy. */
  find(policyArn: string): StoredDocument | undefined {
    return this.#policies.get(policyArn)?.versions.default;
  }

  /** Roles that have the policy in one of its two uses. @throws NoSuchEntity */
  rolesWith(policyArn: string, usage: PolicyUsage): readonly Role[] {
    this.#state(policyArn);
    return this.#roles
      .list()
      .filter(({ role, attachedPolicies }) =>
        usage === "PermissionsPolicy" ? attachedPolicies.has(policyArn) : role.permissionsBoundary === policyArn,
      )
      .map(({ role }) => role);
  }

  delete(policyArn: string): void {
    if (this.get(policyArn).attachmentCount > 0) {
      throw deleteConflict("Cannot delete a policy attached to entities.");
    }
    if (this.versions(policyArn).list().length > 1) {
      throw deleteConflict(
        "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. " +
          "The default version is deleted with the policy.",
      );
    }
    this.#policies.delete(policyArn);
  }

  /** @throws NoSuchEntity */
  versions(policyArn: string): PolicyVersions {
    return this.#state(policyArn).versions;
  }

  createVersion(policyArn: string, policyDocument: string): PolicyVersion {
    const versions = this.versions(policyArn);
    return versions.create(readManagedDocument(policyDocument), this.#account.now());
  }

  tag(policyArn: string, tags: Tags): void {
    this.#setTags(policyArn, withTags(this.get(policyArn).tags, tags));
  }

  untag(policyArn: string, keys: readonly string[]): void {
    this.#setTags(policyArn, withoutTags(this.get(policyArn).tags, keys));
  }

  list(): readonly Policy[] {
    return [...this.#policies.keys()].map((arn) => this.get(arn));
  }

  /** A policy that the role has already stays, and nothing is refused. */
  attach(roleName: string, policyArn: string): void {
    const { attachedPolicies } = this.#roles.state(roleName);
    throwIfInvalid(policyArnError("policyArn", policyArn));
    if (!this.#policies.has(policyArn)) {
      throw noSuchEntity(`Policy ${policyArn} does not exist or is not attachable.`);
    }
    if (!attachedPolicies.has(policyArn) && attachedPolicies.size >= maximumPerRole) {
      throw limitExceeded(`Cannot exceed quota for PoliciesPerRole: ${maximumPerRole}`);
    }
    attachedPolicies.add(policyArn);
  }

  detach(roleName: string, policyArn: string): void {
    if (!this.#roles.state(roleName).attachedPolicies.delete(policyArn)) {
      throw noSuchEntity(`Policy ${policyArn} was not found.`);
    }
  }

  attached(roleName: string): readonly AttachedPolicy[] {
    return [...this.#roles.state(roleName).attachedPolicies].map((policyArn) => ({
      policyArn,
      policyName: this.get(policyArn).policyName,
    }));
  }

  #state(policyArn: string): PolicyState {
    throwIfInvalid(policyArnError("policyArn", policyArn));
    const state = this.#policies.get(policyArn);
    if (!state) {
      throw noSuchEntity(`Policy ${policyArn} was not found.`);
    }

    return state;
  }

  #setTags(policyArn: string, tags: Tags): void {
    const state = this.#state(policyArn);
    this.#policies.set(policyArn, { ...state, about: { ...state.about, tags } });
  }
}

/** @throws MalformedPolicyDocument or LimitExceeded */
function readManagedDocument(policyDocument: string): StoredDocument {
  const stored = readDocument(policyDocument, "identity");
  if (countedLength(policyDocument) > maximumLength) {
    throw limitExceeded(
      `Cannot exceed quota for PolicySize: ${maximumLength} (the document has ${countedLength(policyDocument)})`,
    );
  }
  return stored;
}

/** One document of a managed policy, of which one is in force. */
export interface PolicyVersion {
  /** `v1`, `v2`, …; a number is not given twice. */
  readonly versionId: string;
  readonly isDefaultVersion: boolean;
  /** JSON text. */
  readonly document: string;
  readonly createDate: Date;
}

type StoredVersion = StoredDocument & Pick<PolicyVersion, "versionId" | "createDate">;

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
const maximumVersions = 5;

/** The versions of one managed policy. */
class PolicyVersions {
  readonly #versions = new Map<string, StoredVersion>();
  #created = 0;
  #default = "v1";

  constructor(document: StoredDocument, createDate: Date) {
    this.create(document, createDate);
  }

  create(document: StoredDocument, createDate: Date): PolicyVersion {
    if (this.#versions.size >= maximumVersions) {
      throw limitExceeded(
        `A managed policy can have up to ${maximumVersions} versions. Before you create a new version, you must delete an existing version.`,
      );
    }
    this.#created += 1;
    const versionId = `v${this.#created}`;
    this.#versions.set(versionId, { ...document, versionId, createDate });

    return this.get(versionId);
  }

  /** The version in force. */
  get default(): StoredVersion {
    return this.#stored(this.#default);
  }

  setDefault(versionId: string): void {
    this.#default = this.get(versionId).versionId;
  }

  get(versionId: string): PolicyVersion {
    const { document, createDate } = this.#stored(versionId);
    return { versionId, document, createDate, isDefaultVersion: versionId === this.#default };
  }

  delete(versionId: string): void {
    if (this.get(versionId).isDefaultVersion) {
      throw deleteConflict("Cannot delete the default version of a policy.");
    }
    this.#versions.delete(versionId);
  }

  /** The oldest first. */
  list(): readonly PolicyVersion[] {
    return [...this.#versions.keys()].map((versionId) => this.get(versionId));
  }

  #stored(versionId: string): StoredVersion {
    const version = this.#versions.get(versionId);
    if (version === undefined) {
      throw noSuchEntity(`Policy version ${versionId} does not exist.`);
    }
    return version;
  }
}
