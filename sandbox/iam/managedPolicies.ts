import { documentLimits, iamLimits } from "../../iam/limits";
import { AwsError, notModelled } from "../core/awsError";
import { type AccountInfo, type Tags, UniqueIds } from "../core/identifiers";
import { awsPolicies, isAwsPolicy } from "./awsPolicies";
import {
  checkBoundaryArn,
  countedLength,
  descriptionError,
  otherTagKey,
  pathError,
  policyArnError,
  policyNameError,
  readDocument,
  sameName,
  type StoredDocument,
  withoutTags,
  withTags,
} from "./checks";
import { alreadyExists, deleteConflict, limitExceeded, malformed, noSuchEntity, throwIfInvalid } from "./errors";
import { managedPolicyError } from "./managedPolicyError";
import type { Role, Roles } from "./roles";

/** A managed policy, with the document that is in force. */
export interface Policy {
  readonly arn: string;
  readonly policyName: string;
  /** `ANPA` and 17 characters. */
  readonly policyId: string;
  readonly path: string;
  readonly createDate: Date;
  /** When its latest version was made. */
  readonly updateDate: Date;
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

/** One document of a managed policy; one version of each policy is in force. */
export interface PolicyVersion {
  /** `v1`, `v2`, …; a number is not given twice. */
  readonly versionId: string;
  readonly isDefaultVersion: boolean;
  /** JSON text. */
  readonly document: string;
  readonly createDate: Date;
}

/** What a role has a policy as. */
export const policyUsages = ["PermissionsPolicy", "PermissionsBoundary"] as const;

type PolicyUsage = (typeof policyUsages)[number];

/** What `create` takes. */
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

/** How a list of a role's policies names one. */
interface AttachedPolicy {
  readonly policyArn: string;
  readonly policyName: string;
}

interface OfPolicy {
  readonly policyArn: string;
}

interface OfVersion extends OfPolicy {
  /** Such as `v2`. */
  readonly versionId: string;
}

interface OfAttachment extends OfPolicy {
  readonly roleName: string;
}

interface PolicyState {
  about: Pick<Policy, "arn" | "policyName" | "policyId" | "path" | "createDate" | "description" | "tags">;
  readonly versions: Map<string, StoredVersion>;
  /** Versions made so far. */
  created: number;
  defaultVersionId: string;
}

type StoredVersion = StoredDocument & Pick<PolicyVersion, "versionId" | "createDate">;

/** The account's managed policies and those of AWS that are known here, and which roles have them. */
export class Policies {
  readonly #account: AccountInfo;
  readonly #roles: Roles;
  readonly #policies = new Map<string, PolicyState>();
  readonly #awsPolicies: ReadonlyMap<string, PolicyState>;
  readonly #ids = new UniqueIds("ANPA");

  constructor(account: AccountInfo, roles: Roles) {
    this.#account = account;
    this.#roles = roles;
    this.#awsPolicies = new Map(
      [...awsPolicies(account.partition)].map(([arn, { policyDocument, ...about }]) => {
        const version = { ...readManagedDocument(policyDocument), versionId: "v1", createDate: about.createDate };
        const versions = new Map([["v1", version]]);
        return [arn, { about: { ...about, path: "/", tags: {} }, versions, created: 1, defaultVersionId: "v1" }];
      }),
    );
  }

  create({ policyName, policyDocument, description, path = "/", tags = {} }: CreatePolicy): Policy {
    throwIfInvalid(policyNameError(policyName), pathError(path), descriptionError(description));
    const stored = readManagedDocument(policyDocument);
    if ([...this.#policies.values()].some(({ about }) => sameName(about.policyName) === sameName(policyName))) {
      throw alreadyExists(`A policy called ${policyName} already exists. Duplicate names are not allowed.`);
    }
    const most = iamLimits.policiesOfAccount;
    if (this.#policies.size >= most) {
      throw limitExceeded(`Cannot exceed quota for PoliciesPerAccount: ${most}`);
    }
    const { partition, accountId, now } = this.#account;
    const arn = `arn:${partition}:iam::${accountId}:policy${path}${policyName}`;
    const createDate = now();
    const given = withTags({}, tags, otherTagKey);
    const about = { arn, policyName, policyId: this.#ids.next(arn), path, createDate, description, tags: given };
    const versions = new Map([["v1", { ...stored, versionId: "v1", createDate }]]);
    this.#policies.set(arn, { about, versions, created: 1, defaultVersionId: "v1" });
    return this.get({ policyArn: arn });
  }

  /** @throws NoSuchEntity */
  get({ policyArn }: OfPolicy): Policy {
    const { about, versions, defaultVersionId } = this.#state(policyArn);
    return {
      ...about,
      policyDocument: versions.get(defaultVersionId)?.document ?? "",
      updateDate: [...versions.values()].at(-1)?.createDate ?? about.createDate,
      defaultVersionId,
      attachmentCount: this.rolesWith({ policyArn, usage: "PermissionsPolicy" }).length,
      permissionsBoundaryUsageCount: this.rolesWith({ policyArn, usage: "PermissionsBoundary" }).length,
    };
  }

  /** Those of the account itself. */
  list(): readonly Policy[] {
    return [...this.#policies.keys()].map((policyArn) => this.get({ policyArn }));
  }

  /** The version in force, or undefined where there is no such policy. */
  find(policyArn: string): StoredDocument | undefined {
    const state = this.#policies.get(policyArn) ?? this.#awsPolicies.get(policyArn);
    return state?.versions.get(state.defaultVersionId);
  }

  /** Roles that have the policy in one of its two uses: the account has no users or groups. @throws NoSuchEntity */
  rolesWith({ policyArn, usage }: OfPolicy & { readonly usage: PolicyUsage }): readonly Role[] {
    checkArn(policyArn);
    if (this.#known(policyArn) === undefined) {
      throw notAttachable(policyArn);
    }
    return this.#roles
      .states()
      .filter(({ role, attachedPolicies }) =>
        usage === "PermissionsPolicy" ? attachedPolicies.has(policyArn) : role.permissionsBoundary === policyArn,
      )
      .map(({ role }) => role);
  }

  delete({ policyArn }: OfPolicy): void {
    checkOwn(policyArn, "delete policies");
    const { attachmentCount, permissionsBoundaryUsageCount } = this.get({ policyArn });
    if (attachmentCount + permissionsBoundaryUsageCount > 0) {
      throw deleteConflict("Cannot delete a policy attached to entities.");
    }
    if (this.#state(policyArn).versions.size > 1) {
      throw deleteConflict(
        "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. " +
          "The default version is deleted with the policy.",
      );
    }
    this.#policies.delete(policyArn);
  }

  /** The new version is not in force before `setDefaultVersion`. */
  createVersion({ policyArn, policyDocument }: OfPolicy & { readonly policyDocument: string }): PolicyVersion {
    checkOwn(policyArn, "update policies");
    const state = this.#state(policyArn);
    const stored = readManagedDocument(policyDocument);
    const most = iamLimits.versionsOfPolicy;
    if (state.versions.size >= most) {
      throw limitExceeded(
        `A managed policy can have up to ${most} versions. Before you create a new version, you must delete an existing version.`,
      );
    }
    state.created += 1;
    const versionId = `v${state.created}`;
    state.versions.set(versionId, { ...stored, versionId, createDate: this.#account.now() });
    return this.getVersion({ policyArn, versionId });
  }

  /** @throws NoSuchEntity */
  getVersion({ policyArn, versionId }: OfVersion): PolicyVersion {
    checkArn(policyArn);
    const { versions, defaultVersionId } = this.#known(policyArn) ?? {};
    const version = versions?.get(versionId);
    if (version === undefined) {
      throw noSuchEntity(`Policy ${policyArn} version ${versionId} does not exist or is not attachable.`);
    }
    const { document, createDate } = version;
    return { versionId, document, createDate, isDefaultVersion: versionId === defaultVersionId };
  }

  setDefaultVersion(version: OfVersion): void {
    checkOwn(version.policyArn, "update policies");
    const { versionId } = this.getVersion(version);
    this.#state(version.policyArn).defaultVersionId = versionId;
  }

  deleteVersion(version: OfVersion): void {
    checkOwn(version.policyArn, "delete policy versions for policies");
    if (this.getVersion(version).isDefaultVersion) {
      throw deleteConflict("Cannot delete the default version of a policy.");
    }
    this.#state(version.policyArn).versions.delete(version.versionId);
  }

  /** The oldest first. */
  listVersions({ policyArn }: OfPolicy): readonly PolicyVersion[] {
    return [...this.#state(policyArn).versions.keys()].map((versionId) => this.getVersion({ policyArn, versionId }));
  }

  tag({ policyArn, tags }: OfPolicy & { readonly tags: Tags }): void {
    checkOwn(policyArn, "update policies");
    const state = this.#state(policyArn);
    state.about = { ...state.about, tags: withTags(state.about.tags, tags, otherTagKey) };
  }

  untag({ policyArn, tagKeys }: OfPolicy & { readonly tagKeys: readonly string[] }): void {
    checkOwn(policyArn, "update policies");
    const state = this.#state(policyArn);
    state.about = { ...state.about, tags: withoutTags(state.about.tags, tagKeys, otherTagKey) };
  }

  /** A policy that the role has already stays, and that is no error. */
  attach({ roleName, policyArn }: OfAttachment): void {
    const { attachedPolicies } = this.#roles.state(roleName);
    checkArn(policyArn);
    if (this.#known(policyArn) === undefined) {
      throw notAttachable(policyArn);
    }
    const most = iamLimits.managedPoliciesPerRole;
    if (!attachedPolicies.has(policyArn) && attachedPolicies.size >= most) {
      throw limitExceeded(`Cannot exceed quota for PoliciesPerRole: ${most}`);
    }
    attachedPolicies.add(policyArn);
  }

  detach({ roleName, policyArn }: OfAttachment): void {
    if (!this.#roles.state(roleName).attachedPolicies.delete(policyArn)) {
      throw noSuchEntity(`Policy ${policyArn} was not found.`);
    }
  }

  attached({ roleName }: { readonly roleName: string }): readonly AttachedPolicy[] {
    return [...this.#roles.state(roleName).attachedPolicies].map((policyArn) => ({
      policyArn,
      policyName: this.#state(policyArn).about.policyName,
    }));
  }

  /** Whether a role may have the policy as its boundary. @throws InvalidInput or NoSuchEntity */
  checkBoundary(policyArn: string): void {
    checkBoundaryArn(policyArn);
    if (this.#known(policyArn) === undefined) {
      throw noSuchEntity(`Scope ARN: ${policyArn} does not exist or is not attachable.`);
    }
  }

  #state(policyArn: string): PolicyState {
    checkArn(policyArn);
    const state = this.#known(policyArn);
    if (state === undefined) {
      throw noSuchEntity(`Policy ${policyArn} was not found.`);
    }
    return state;
  }

  /** @throws NotImplemented for a policy of AWS whose document is not known here */
  #known(policyArn: string): PolicyState | undefined {
    const state = this.#policies.get(policyArn) ?? this.#awsPolicies.get(policyArn);
    if (state === undefined && isAwsPolicy(policyArn)) {
      const known = [...this.#awsPolicies.values()].map(({ about }) => about.policyName).join(", ");
      throw notModelled(`${policyArn} is AWS's own, and the sandbox does not have its document. It has ${known}.`);
    }
    return state;
  }
}

function notAttachable(policyArn: string): AwsError {
  return noSuchEntity(`Policy ${policyArn} does not exist or is not attachable.`);
}

function checkArn(policyArn: string): void {
  throwIfInvalid(policyArnError("policyArn", policyArn));
}

/** @param what - that AWS does with no policy but the account's own, in IAM's words */
function checkOwn(policyArn: string, what: string): void {
  checkArn(policyArn);
  if (isAwsPolicy(policyArn)) {
    throw new AwsError("AccessDenied", `Cannot ${what} outside your own account.`, 403);
  }
}

/** @throws MalformedPolicyDocument or LimitExceeded */
function readManagedDocument(policyDocument: string): StoredDocument {
  const stored = readDocument(policyDocument, "identity");
  const error = managedPolicyError(policyDocument, stored.policy);
  if (error !== undefined) {
    throw malformed(error);
  }
  const limit = documentLimits["managed policy"];
  if (countedLength(policyDocument) > limit) {
    throw limitExceeded(
      `Cannot exceed quota for PolicySize: ${limit} (the document has ${countedLength(policyDocument)})`,
    );
  }
  return stored;
}
