import { nameInArn } from "../../iam/arns";
import type { ParsedPolicy, ParsedStatement } from "../../iam/grammar";
import { documentLimits, iamLimits, roleSessionSeconds } from "../../iam/limits";
import { rangeError } from "../core/constraints";
import { type AccountInfo, type Tags, UniqueIds } from "../core/identifiers";
import {
  checkBoundaryArn,
  countedLength,
  descriptionError,
  pathError,
  policyNameError,
  readDocument,
  roleNameError,
  roleTagKey,
  sameName,
  type StoredDocument,
  withoutTags,
  withTags,
} from "./checks";
import { alreadyExists, deleteConflict, limitExceeded, malformed, noSuchEntity, throwIfInvalid } from "./errors";

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

/** What `create` takes. */
export interface CreateRole {
  /** At most 64 characters; unique in the account without regard to case. */
  readonly roleName: string;
  /** JSON text of at most 2,048 characters. */
  readonly assumeRolePolicyDocument: string;
  /** Seconds, 3,600 to 43,200. @default 3600 */
  readonly maxSessionDuration?: number;
  /** ARN of a managed policy. Whether it exists is not checked, as most boundaries are made by other means. */
  readonly permissionsBoundary?: string;
  /** @default "/" */
  readonly path?: string;
  readonly description?: string;
  readonly tags?: Tags;
}

interface InRole {
  readonly roleName: string;
}

interface InRolePolicy extends InRole {
  readonly policyName: string;
}

/** A policy that belongs to one role. */
export interface RolePolicy extends InRolePolicy {
  /** JSON text. */
  readonly policyDocument: string;
}

/** A role and its policies. */
export interface RoleState {
  readonly role: Role;
  readonly trust: ParsedPolicy;
  /** By name. */
  readonly inlinePolicies: Map<string, StoredDocument>;
  /** ARNs. */
  readonly attachedPolicies: Set<string>;
}

/** The account's roles with their inline policies. */
export class Roles {
  readonly #account: AccountInfo;
  readonly #roles = new Map<string, RoleState>();
  readonly #ids = new UniqueIds("AROA");

  constructor(account: AccountInfo) {
    this.#account = account;
  }

  create(request: CreateRole): Role {
    const {
      roleName,
      assumeRolePolicyDocument,
      maxSessionDuration = roleSessionSeconds.default,
      path = "/",
      tags = {},
    } = request;
    const { description, permissionsBoundary } = request;
    throwIfInvalid(
      roleNameError(roleName),
      pathError(path),
      roleDescriptionError(description),
      durationError(maxSessionDuration),
    );
    checkBoundaryArn(permissionsBoundary);
    const trust = readTrust(assumeRolePolicyDocument);
    if (this.#roles.has(sameName(roleName))) {
      throw alreadyExists(`Role with name ${roleName} already exists.`);
    }
    if (this.#roles.size >= iamLimits.rolesOfAccount) {
      throw limitExceeded(`Cannot exceed quota for RolesPerAccount: ${iamLimits.rolesOfAccount}`);
    }
    const { partition, accountId, now } = this.#account;
    const arn = `arn:${partition}:iam::${accountId}:role${path}${roleName}`;
    const role = {
      arn,
      roleName,
      roleId: this.#ids.next(arn),
      path,
      createDate: now(),
      assumeRolePolicyDocument,
      maxSessionDuration,
      description,
      permissionsBoundary,
      tags: withTags({}, tags, roleTagKey),
    };
    this.#roles.set(sameName(roleName), { role, trust, inlinePolicies: new Map(), attachedPolicies: new Set() });
    return role;
  }

  /** @throws NoSuchEntity */
  get({ roleName }: InRole): Role {
    return this.state(roleName).role;
  }

  update({ roleName, ...change }: InRole & Partial<Pick<Role, "maxSessionDuration" | "description">>): Role {
    const { role } = this.state(roleName);
    const { maxSessionDuration = role.maxSessionDuration, description = role.description } = change;
    throwIfInvalid(roleDescriptionError(description), durationError(maxSessionDuration));
    return this.#change(roleName, { maxSessionDuration, description });
  }

  updateTrust({ roleName, policyDocument }: InRole & { readonly policyDocument: string }): Role {
    this.state(roleName);
    const trust = readTrust(policyDocument);
    return this.#change(roleName, { assumeRolePolicyDocument: policyDocument }, trust);
  }

  /** The boundary is the ARN of a managed policy. */
  putBoundary({ roleName, permissionsBoundary }: InRole & { readonly permissionsBoundary: string }): void {
    this.state(roleName);
    checkBoundaryArn(permissionsBoundary);
    this.#change(roleName, { permissionsBoundary });
  }

  deleteBoundary({ roleName }: InRole): void {
    this.#change(roleName, { permissionsBoundary: undefined });
  }

  tag({ roleName, tags }: InRole & { readonly tags: Tags }): void {
    this.#change(roleName, { tags: withTags(this.get({ roleName }).tags, tags, roleTagKey) });
  }

  untag({ roleName, tagKeys }: InRole & { readonly tagKeys: readonly string[] }): void {
    this.#change(roleName, { tags: withoutTags(this.get({ roleName }).tags, tagKeys, roleTagKey) });
  }

  delete({ roleName }: InRole): void {
    const { inlinePolicies, attachedPolicies } = this.state(roleName);
    if (attachedPolicies.size > 0) {
      throw deleteConflict("Cannot delete entity, must detach all policies first.");
    }
    if (inlinePolicies.size > 0) {
      throw deleteConflict("Cannot delete entity, must delete policies first.");
    }
    this.#roles.delete(sameName(roleName));
  }

  list(): readonly Role[] {
    return this.states().map(({ role }) => role);
  }

  /** Adds a policy to a role, or replaces the one of that name. */
  putPolicy({ roleName, policyName, policyDocument }: RolePolicy): void {
    const { role, inlinePolicies } = this.state(roleName);
    throwIfInvalid(policyNameError(policyName));
    const stored = readDocument(policyDocument, "identity");
    const others = [...inlinePolicies].filter(([name]) => sameName(name) !== sameName(policyName));
    const length = [...others.map(([, { document }]) => document), policyDocument]
      .map(countedLength)
      .reduce((sum, each) => sum + each);
    const limit = documentLimits["inline policy"];
    if (length > limit) {
      throw limitExceeded(
        `Maximum policy size of ${limit} bytes exceeded for role ${role.roleName} (its inline policies have ${length})`,
      );
    }
    inlinePolicies.delete(storedName(inlinePolicies, policyName) ?? policyName);
    inlinePolicies.set(policyName, stored);
  }

  /** @throws NoSuchEntity */
  getPolicy({ roleName, policyName }: InRolePolicy): RolePolicy {
    const { role, inlinePolicies } = this.state(roleName);
    const name = storedName(inlinePolicies, policyName) ?? policyName;
    const stored = inlinePolicies.get(name);
    if (stored === undefined) {
      throw noSuchEntity(`The role policy with name ${policyName} cannot be found.`);
    }
    return { roleName: role.roleName, policyName: name, policyDocument: stored.document };
  }

  /** @throws NoSuchEntity */
  deletePolicy(policy: InRolePolicy): void {
    const { roleName, policyName } = this.getPolicy(policy);
    this.state(roleName).inlinePolicies.delete(policyName);
  }

  /** Names. */
  listPolicies({ roleName }: InRole): readonly string[] {
    return [...this.state(roleName).inlinePolicies.keys()];
  }

  /** The role with this ARN, where the account has it. */
  find(arn: string): RoleState | undefined {
    const state = this.#roles.get(sameName(nameInArn(arn)));
    return state?.role.arn === arn ? state : undefined;
  }

  /** @throws NoSuchEntity */
  state(roleName: string): RoleState {
    throwIfInvalid(roleNameError(roleName));
    const state = this.#roles.get(sameName(roleName));
    if (state === undefined) {
      throw noSuchEntity(`The role with name ${roleName} cannot be found.`);
    }
    return state;
  }

  states(): readonly RoleState[] {
    return [...this.#roles.values()];
  }

  #change(roleName: string, change: Partial<Role>, trust = this.state(roleName).trust): Role {
    const state = this.state(roleName);
    const role = { ...state.role, ...change };
    this.#roles.set(sameName(roleName), { ...state, role, trust });
    return role;
  }
}

function storedName(inlinePolicies: ReadonlyMap<string, StoredDocument>, policyName: string): string | undefined {
  return [...inlinePolicies.keys()].find((name) => sameName(name) === sameName(policyName));
}

function roleDescriptionError(description: string | undefined): string | undefined {
  return descriptionError(description, "[\\u0009\\u000A\\u000D\\u0020-\\u007E\\u00A1-\\u00FF]*");
}

function durationError(seconds: number): string | undefined {
  return rangeError("maxSessionDuration", seconds, roleSessionSeconds.shortest, roleSessionSeconds.longest);
}

/** Whether the federated provider that a document names exists is not checked, nor does IAM check it. */
function readTrust(document: string): ParsedPolicy {
  const { policy } = readDocument(document, "trust");
  const limit = documentLimits["trust policy"];
  if (countedLength(document) > limit) {
    throw limitExceeded(
      `Cannot exceed quota for ACLSizePerRole: ${limit} (the document has ${countedLength(document)})`,
    );
  }
  const error = openTrustError(policy);
  if (error !== undefined) {
    throw malformed(error);
  }
  return policy;
}

/** The issuer of GitHub Actions, also in its form for one enterprise: `token.actions.githubusercontent.com/SLUG`. */
const githubProvider = /^arn:[\w-]+:iam::\d{12}:oidc-provider\/(token\.actions\.githubusercontent\.com(?:\/.+)?)$/i;

/** Operators that count; with `IfExists` or `ForAllValues:` a token without the claim would pass. */
const limitingOperators = ["stringequals", "stringlike", "stringequalsignorecase"];

/** One of these claims must be limited: either says whose repository or workflow it is. */
const limitingClaims = ["sub", "job_workflow_ref"];

/**
 * Why IAM does not store a trust policy that admits any repository of GitHub, or nothing: all of GitHub's users share the
 * provider, so each statement that trusts it must look at a claim, and at more than a bare wildcard. IAM reads no
 * further: `repo:*` passes, and so does a list with one value that is not a wildcard.
 * Rule: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_oidc_secure-by-default.html ; `job_workflow_ref`,
 * the words and the two cases as people met them at AWS in 2026.
 */
function openTrustError({ statements }: ParsedPolicy): string | undefined {
  for (const statement of statements.filter(({ effect }) => effect === "Allow")) {
    for (const { type, value } of statement.principals ?? []) {
      const issuer = type === "Federated" ? githubProvider.exec(value)?.[1] : undefined;
      if (issuer !== undefined && !isLimited(statement, issuer)) {
        const keys = limitingClaims.map((claim) => `${issuer}:${claim}`).join(" or ");
        return (
          `Trust policy with trusted principal ${value} must evaluate, using StringEquals, StringLike or ` +
          `StringEqualsIgnoreCase, ${keys} which is not scoped to all`
        );
      }
    }
  }
  return undefined;
}

function isLimited({ written }: ParsedStatement, issuer: string): boolean {
  const keys = limitingClaims.map((claim) => `${issuer}:${claim}`.toLowerCase());
  return written.some(
    ([operator, key, values]) =>
      limitingOperators.includes(operator.toLowerCase()) &&
      keys.includes(key.toLowerCase()) &&
      values.some((value) => !/^[*?]*$/.test(value)),
  );
}
