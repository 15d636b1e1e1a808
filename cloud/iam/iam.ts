import { type Account } from "../account";
import { deleteInlinePolicy, inlinePolicy, putInlinePolicy, type RolePolicy } from "./inlinePolicies";
import {
  type CreateOpenIDConnectProvider,
  type OpenIDConnectProvider,
  OpenIDConnectProviders,
} from "./openIdConnectProviders";
import { type AttachedPolicy, type CreatePolicy, Policies, type Policy } from "./policies";
import { type CreateRole, type Role, Roles } from "./roles";

interface OfRole {
  readonly roleName: string;
}

interface OfRolePolicy extends OfRole {
  readonly policyName: string;
}

interface OfPolicy {
  readonly policyArn: string;
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
  readonly #roles: Roles;
  readonly #policies: Policies;

  constructor(account: Account) {
    this.#providers = new OpenIDConnectProviders(account);
    this.#roles = new Roles(account);
    this.#policies = new Policies(account, this.#roles);
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
    return this.#roles.create(request);
  }

  getRole({ roleName }: OfRole): Role {
    return this.#roles.state(roleName).role;
  }

  updateRole(request: OfRole & { readonly maxSessionDuration?: number; readonly description?: string }): Role {
    return this.#roles.update(request.roleName, request);
  }

  updateAssumeRolePolicy({ roleName, policyDocument }: OfRole & { readonly policyDocument: string }): Role {
    return this.#roles.updateTrust(roleName, policyDocument);
  }

  deleteRole({ roleName }: OfRole): void {
    this.#roles.delete(roleName);
  }

  listRoles(): readonly Role[] {
    return this.#roles.list().map(({ role }) => role);
  }

  putRolePolicy({ roleName, policyName, policyDocument }: RolePolicy): void {
    putInlinePolicy(this.#roles.state(roleName), policyName, policyDocument);
  }

  getRolePolicy({ roleName, policyName }: OfRolePolicy): RolePolicy {
    return inlinePolicy(this.#roles.state(roleName), policyName);
  }

  deleteRolePolicy({ roleName, policyName }: OfRolePolicy): void {
    deleteInlinePolicy(this.#roles.state(roleName), policyName);
  }

  /** Names. */
  listRolePolicies({ roleName }: OfRole): readonly string[] {
    return [...this.#roles.state(roleName).inlinePolicies.keys()];
  }

  createPolicy(request: CreatePolicy): Policy {
    return this.#policies.create(request);
  }

  getPolicy({ policyArn }: OfPolicy): Policy {
    return this.#policies.get(policyArn);
  }

  deletePolicy({ policyArn }: OfPolicy): void {
    this.#policies.delete(policyArn);
  }

  listPolicies(): readonly Policy[] {
    return this.#policies.list();
  }

  attachRolePolicy({ roleName, policyArn }: OfRole & OfPolicy): void {
    this.#policies.attach(roleName, policyArn);
  }

  detachRolePolicy({ roleName, policyArn }: OfRole & OfPolicy): void {
    this.#policies.detach(roleName, policyArn);
  }

  listAttachedRolePolicies({ roleName }: OfRole): readonly AttachedPolicy[] {
    return this.#policies.attached(roleName);
  }
}
