import type { AccountInfo } from "../core/identifiers";
import { OidcProviders } from "./oidcProviders";
import { Policies } from "./policies";
import { Roles } from "./roles";

/** IAM of one account, as far as roles for other people's workloads need it. */
export class Iam {
  readonly oidcProviders: OidcProviders;
  readonly roles: Roles;
  readonly policies: Policies;

  constructor(account: AccountInfo) {
    this.oidcProviders = new OidcProviders(account);
    this.roles = new Roles(account);
    this.policies = new Policies(account, this.roles);
  }
}
