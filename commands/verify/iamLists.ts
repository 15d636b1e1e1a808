import {
  EntityType,
  type IAMClient,
  paginateListEntitiesForPolicy,
  paginateListPolicies,
  paginateListRoles,
  PolicyScopeType,
  PolicyUsageType,
} from "@aws-sdk/client-iam";
import { asking } from "../aws/clients";

/** A role or a managed policy, as far as a list gives it. */
export interface Listed {
  readonly name: string;
  readonly arn: string;
}

/** @throws CommandError where AWS denies the request */
export function listRoles(iam: IAMClient): Promise<readonly Listed[]> {
  return asking("the account's roles", async () => {
    const found: Listed[] = [];
    for await (const { Roles = [] } of paginateListRoles({ client: iam }, {})) {
      found.push(...Roles.map(({ RoleName: name = "", Arn: arn = "" }) => ({ name, arn })));
    }
    return found;
  });
}

/** The account's own managed policies. @throws CommandError where AWS denies the request */
export function listPolicies(iam: IAMClient): Promise<readonly Listed[]> {
  return asking("the account's policies", async () => {
    const found: Listed[] = [];
    for await (const { Policies = [] } of paginateListPolicies({ client: iam }, { Scope: PolicyScopeType.Local })) {
      found.push(...Policies.map(({ PolicyName: name = "", Arn: arn = "" }) => ({ name, arn })));
    }
    return found;
  });
}

/** Names of the roles that a managed policy is attached to. @throws CommandError where AWS denies the request */
export function rolesWithPolicy(iam: IAMClient, policyArn: string): Promise<readonly string[]> {
  return asking(`the roles that policy ${policyArn} is attached to`, async () => {
    const found: string[] = [];
    const asked = {
      PolicyArn: policyArn,
      EntityFilter: EntityType.Role,
      PolicyUsageFilter: PolicyUsageType.PermissionsPolicy,
    };
    for await (const { PolicyRoles = [] } of paginateListEntitiesForPolicy({ client: iam }, asked)) {
      found.push(...PolicyRoles.flatMap(({ RoleName }) => RoleName ?? []));
    }
    return found;
  });
}

/** Reads one item after the other, because IAM answers few requests a second. What is not there is left out. */
export async function each<Item, Found>(
  items: readonly Item[],
  read: (item: Item) => Promise<Found | undefined>,
): Promise<readonly Found[]> {
  const found: Found[] = [];
  for (const item of items) {
    const one = await read(item);
    if (one !== undefined) {
      found.push(one);
    }
  }
  return found;
}
