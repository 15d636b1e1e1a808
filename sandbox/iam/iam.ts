import type { Account, Tags } from "../core/account";
import { type CreateOpenIDConnectProvider, type OpenIDConnectProvider, OpenIDConnectProviders } from "./oidcProviders";
import {
  type AttachedPolicy,
  type CreatePolicy,
  Policies,
  type Policy,
  type PolicyUsage,
  type PolicyVersion,
} from "./policies";
import {
  type CreateRole,
  deleteInlinePolicy,
  inlinePolicy,
  putInlinePolicy,
  type Role,
  type RolePolicy,
  Roles,
} from "./roles";

interface OfRole {
  readonly roleName: string;
}

interface OfRolePolicy extends OfRole {
  readonly policyName: string;
}

interface OfPolicy {
  readonly policyArn: string;
}

interface OfPolicyVersion extends OfPolicy {
  /** Such as `v2`. */
  readonly versionId: string;
}

interface WithTags {
  readonly tags: Tags;
}

interface WithTagKeys {
  readonly tagKeys: readonly string[];
}

interface OfProvider {
  readonly arn: string;
}

/**
 * IAM of one account, as far as roles for other people's workloads need it.
 * Operations: https://docs.aws.amazon.com/IAM/latest/APIReference/API_Operations.html
 */
export class Iam {
  readonly #providers: OpenIDConnectProviders;
  readonly roles: Roles;
  readonly policies: Policies;

  constructor(account: Account) {
    this.#providers = new OpenIDConnectProviders(account);
    this.roles = new Roles(account);
    this.policies = new Policies(account, this.roles);
  }

  createOpenIDConnectProvider(request: CreateOpenIDConnectProvider): OpenIDConnectProvider {
    return this.#providers.create(request);
  }

  getOpenIDConnectProvider({ arn }: OfProvider): OpenIDConnectProvider {
    return this.#providers.get(arn);
  }

  deleteOpenIDConnectProvider({ arn }: OfProvider): void {
    this.#providers.delete(arn);
  }

  listOpenIDConnectProviders(): readonly OpenIDConnectProvider[] {
    return this.#providers.list();
  }

  createRole(request: CreateRole): Role {
    return this.roles.create(request);
  }

  getRole({ roleName }: OfRole): Role {
    return this.roles.state(roleName).role;
  }

  updateRole(request: OfRole & { readonly maxSessionDuration?: number; readonly description?: string }): Role {
    return this.roles.update(request.roleName, request);
  }

  updateAssumeRolePolicy({ roleName, policyDocument }: OfRole & { readonly policyDocument: string }): Role {
    return this.roles.updateTrust(roleName, policyDocument);
  }

  putRolePermissionsBoundary(request: OfRole & { readonly permissionsBoundary: string }): void {
    this.roles.updateBoundary(request.roleName, request.permissionsBoundary);
  }

  deleteRolePermissionsBoundary({ roleName }: OfRole): void {
    this.roles.updateBoundary(roleName, undefined);
  }

  tagRole({ roleName, tags }: OfRole & WithTags): void {
    this.roles.tag(roleName, tags);
  }

  untagRole({ roleName, tagKeys }: OfRole & WithTagKeys): void {
    this.roles.untag(roleName, tagKeys);
  }

  deleteRole({ roleName }: OfRole): void {
    this.roles.delete(roleName);
  }

  listRoles(): readonly Role[] {
    return this.roles.list().map(({ role }) => role);
  }

  putRolePolicy({ roleName, policyName, policyDocument }: RolePolicy): void {
    putInlinePolicy(this.roles.state(roleName), policyName, policyDocument);
  }

  getRolePolicy({ roleName, policyName }: OfRolePolicy): RolePolicy {
    return inlinePolicy(this.roles.state(roleName), policyName);
  }

  deleteRolePolicy({ roleName, policyName }: OfRolePolicy): void {
    deleteInlinePolicy(this.roles.state(roleName), policyName);
  }

  /** Names. */
  listRolePolicies({ roleName }: OfRole): readonly string[] {
    return [...this.roles.state(roleName).inlinePolicies.keys()];
  }

  createPolicy(request: CreatePolicy): Policy {
    return this.policies.create(request);
  }

  getPolicy({ policyArn }: OfPolicy): Policy {
    return this.policies.get(policyArn);
  }

  deletePolicy({ policyArn }: OfPolicy): void {
    this.policies.delete(policyArn);
  }

  /** The new version is not in force before `setDefaultPolicyVersion` says so. */
  createPolicyVersion({ policyArn, policyDocument }: OfPolicy & { readonly policyDocument: string }): PolicyVersion {
    return this.policies.createVersion(policyArn, policyDocument);
  }

  getPolicyVersion({ policyArn, versionId }: OfPolicyVersion): PolicyVersion {
    return this.policies.versions(policyArn).get(versionId);
  }

  setDefaultPolicyVersion({ policyArn, versionId }: OfPolicyVersion): void {
    this.policies.versions(policyArn).setDefault(versionId);
  }

  deletePolicyVersion({ policyArn, versionId }: OfPolicyVersion): void {
    this.policies.versions(policyArn).delete(versionId);
  }

  /** The oldest first. */
  listPolicyVersions({ policyArn }: OfPolicy): readonly PolicyVersion[] {
    return this.policies.versions(policyArn).list();
  }

  tagPolicy({ policyArn, tags }: OfPolicy & WithTags): void {
    this.policies.tag(policyArn, tags);
  }

  untagPolicy({ policyArn, tagKeys }: OfPolicy & WithTagKeys): void {
    this.policies.untag(policyArn, tagKeys);
  }

  listPolicies(): readonly Policy[] {
    return this.policies.list();
  }

  /** Roles alone: the account has no users or groups. */
  listEntitiesForPolicy({ policyArn, usage }: OfPolicy & { readonly usage: PolicyUsage }): readonly Role[] {
    return this.policies.rolesWith(policyArn, usage);
  }

  attachRolePolicy({ roleName, policyArn }: OfRole & OfPolicy): void {
    this.policies.attach(roleName, policyArn);
  }

  detachRolePolicy({ roleName, policyArn }: OfRole & OfPolicy): void {
    this.policies.detach(roleName, policyArn);
  }

  listAttachedRolePolicies({ roleName }: OfRole): readonly AttachedPolicy[] {
    return this.policies.attached(roleName);
  }
}
