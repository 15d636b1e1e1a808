import type { ParsedPolicy } from "../../iam/grammar";
import type { Account, Tags } from "../core/account";
import { constraintError, rangeError } from "../core/constraints";
import { uniqueId } from "../core/identifiers";
import {
  countedLength,
  descriptionError,
  pathError,
  policyNameError,
  readDocument,
  roleNameError,
  sameName,
  type StoredDocument,
} from "./documents";
import { alreadyExists, deleteConflict, limitExceeded, malformed, noSuchEntity, throwIfInvalid } from "./errors";
import { openTrustError } from "./oidcProviders";
import { withoutTags, withTags } from "./tags";

/** A role as the API describes it. */
export interface Role {
  readonly arn: string;
  readonly roleName: string;
  /** `AROA` and 17 characters. */
  readonly roleId: string;
  readonly path: string;
  readonly createDate: Date;
  /** JSON text: who may assume the role. */
  readonly assumeRolePolicyDocument: string;
  /** Seconds that a session may last. */
  readonly maxSessionDuration: number;
  readonly description?: string;
  /** ARN of a managed policy. */
  readonly permissionsBoundary?: string;
  readonly tags: Tags;
}

/** What `createRole` takes. */
export interface CreateRole {
  /** At most 64 characters; unique in the account without regard to case. */
  readonly roleName: string;
  /** JSON text of at most 2,048 characters. */
  readonly assumeRolePolicyDocument: string;
  /** Seconds, 3600 to 43200. @default 3600 */
  readonly maxSessionDuration?: number;
  /** ARN of a managed policy. Whether it exists is not asked, as most boundaries are made by other means. */
  readonly permissionsBoundary?: string;
  /** @default "/" */
  readonly path?: string;
  readonly description?: string;
  readonly tags?: Tags;
}

/** A role and its policies. */
interface RoleState {
  readonly role: Role;
  readonly trust: ParsedPolicy;
  /** By name. */
  readonly inlinePolicies: Map<string, StoredDocument>;
  /** ARNs. */
  readonly attachedPolicies: Set<string>;
}

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
const maximumTrustLength = 2048;

/** The account's roles. */
export class Roles {
  readonly #account: Account;
  readonly #roles = new Map<string, RoleState>();

  constructor(account: Account) {
    this.#account = account;
  }

  create(request: CreateRole): Role {
    const { roleName, assumeRolePolicyDocument, maxSessionDuration = 3600, path = "/", tags = {} } = request;
    const { description, permissionsBoundary } = request;
    throwIfInvalid(
      roleNameError(roleName),
      pathError(path),
      descriptionError(description),
      durationError(maxSessionDuration),
      permissionsBoundary === undefined ? undefined : policyArnError("permissionsBoundary", permissionsBoundary),
    );
    const trust = readTrust(assumeRolePolicyDocument);
    if (this.#roles.has(sameName(roleName))) {
      throw alreadyExists(`Role with name ${roleName} already exists.`);
    }

    const { partition, accountId, now } = this.#account;
    const arn = `arn:${partition}:iam::${accountId}:role${path}${roleName}`;
    const role = {
      arn,
      roleName,
      roleId: uniqueId("AROA", arn),
      path,
      createDate: now(),
      assumeRolePolicyDocument,
      maxSessionDuration,
      description,
      permissionsBoundary,
      tags,
    };
    this.#roles.set(sameName(roleName), { role, trust, inlinePolicies: new Map(), attachedPolicies: new Set() });

    return role;
  }

  update(roleName: string, change: Partial<Pick<Role, "maxSessionDuration" | "description">>): Role {
    const { role } = this.state(roleName);
    const { maxSessionDuration = role.maxSessionDuration, description = role.description } = change;
    throwIfInvalid(descriptionError(description), durationError(maxSessionDuration));

    return this.#change(roleName, { maxSessionDuration, description });
  }

  updateTrust(roleName: string, policyDocument: string): Role {
    this.state(roleName);
    const trust = readTrust(policyDocument);
    return this.#change(roleName, { assumeRolePolicyDocument: policyDocument }, trust);
  }

  /** @param permissionsBoundary ARN of a managed policy; undefined takes the boundary away. */
  updateBoundary(roleName: string, permissionsBoundary: string | undefined): void {
    this.state(roleName);
    throwIfInvalid(
      permissionsBoundary === undefined ? undefined : policyArnError("permissionsBoundary", permissionsBoundary),
    );
    this.#change(roleName, { permissionsBoundary });
  }

  tag(roleName: string, tags: Tags): void {
    this.#change(roleName, { tags: withTags(this.state(roleName).role.tags, tags) });
  }

  untag(roleName: string, keys: readonly string[]): void {
    this.#change(roleName, { tags: withoutTags(this.state(roleName).role.tags, keys) });
  }

  delete(roleName: string): void {
    const { inlinePolicies, attachedPolicies } = this.state(roleName);
    if (attachedPolicies.size > 0) {
      throw deleteConflict("Cannot delete entity, must detach all policies first.");
    }
    if (inlinePolicies.size > 0) {
      throw deleteConflict("Cannot delete entity, must delete policies first.");
    }
    this.#roles.delete(sameName(roleName));
  }

  list(): readonly RoleState[] {
    return [...this.#roles.values()];
  }

  /** The role with this ARN, where the account has it. */
  find(arn: string): RoleState | undefined {
    const state = this.#roles.get(sameName(arn.split("/").at(-1) ?? ""));
    return state?.role.arn === arn ? state : undefined;
  }

  /** @throws NoSuchEntity */
  state(roleName: string): RoleState {
    throwIfInvalid(roleNameError(roleName));
    const state = this.#roles.get(sameName(roleName));
    if (!state) {
      throw noSuchEntity(`The role with name ${roleName} cannot be found.`);
    }

    return state;
  }

  #change(roleName: string, change: Partial<Role>, trust = this.state(roleName).trust): Role {
    const state = this.state(roleName);
    const role = { ...state.role, ...change };
    this.#roles.set(sameName(roleName), { ...state, role, trust });

    return role;
  }
}

/** @param member How the request calls it. */
export function policyArnError(member: string, arn: string): string | undefined {
  return constraintError(member, arn, {
    minLength: 20,
    maxLength: 2048,
    pattern: "arn:[\\w-]+:iam::(\\d{12}|aws):policy/\\S+",
  });
}

function durationError(seconds: number): string | undefined {
  return rangeError("maxSessionDuration", seconds, 3600, 43200);
}

/** Whether the federated provider that a document names exists is not asked, nor does IAM ask it. */
function readTrust(document: string): ParsedPolicy {
  const { policy } = readDocument(document, "trust");
  if (countedLength(document) > maximumTrustLength) {
    throw limitExceeded(
      `Cannot exceed quota for ACLSizePerRole: ${maximumTrustLength} (the document has ${countedLength(document)})`,
    );
  }
  const fault = openTrustError(document);
  if (fault !== undefined) {
    throw malformed(fault);
  }
  return policy;
}

/** A policy that belongs to one role. */
export interface RolePolicy {
  readonly roleName: string;
  readonly policyName: string;
  /** JSON text. */
  readonly policyDocument: string;
}

// For all inline policies of a role together. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
const maximumLength = 10_240;

/** Adds a policy to a role, or replaces the one of that name. */
export function putInlinePolicy({ role, inlinePolicies }: RoleState, policyName: string, policyDocument: string): void {
  throwIfInvalid(policyNameError(policyName));
  const stored = readDocument(policyDocument, "identity");

  const others = [...inlinePolicies].filter(([name]) => sameName(name) !== sameName(policyName));
  const length = [...others.map(([, { document }]) => document), policyDocument]
    .map(countedLength)
    .reduce((sum, each) => sum + each);
  if (length > maximumLength) {
    throw limitExceeded(
      `Maximum policy size of ${maximumLength} bytes exceeded for role ${role.roleName} (its inline policies have ${length})`,
    );
  }

  inlinePolicies.delete(storedName(inlinePolicies, policyName) ?? policyName);
  inlinePolicies.set(policyName, stored);
}

/** @throws NoSuchEntity */
export function inlinePolicy({ role, inlinePolicies }: RoleState, policyName: string): RolePolicy {
  const name = storedName(inlinePolicies, policyName);
  const policyDocument = name === undefined ? undefined : inlinePolicies.get(name)?.document;
  if (name === undefined || policyDocument === undefined) {
    throw noSuchEntity(`The role policy with name ${policyName} cannot be found.`);
  }

  return { roleName: role.roleName, policyName: name, policyDocument };
}

/** @throws NoSuchEntity */
export function deleteInlinePolicy(state: RoleState, policyName: string): void {
  state.inlinePolicies.delete(inlinePolicy(state, policyName).policyName);
}

function storedName(inlinePolicies: ReadonlyMap<string, StoredDocument>, policyName: string): string | undefined {
  return [...inlinePolicies.keys()].find((name) => sameName(name) === sameName(policyName));
}
