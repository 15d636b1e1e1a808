import {
  EntityType,
  type IAMClient,
  paginateListEntitiesForPolicy,
  paginateListPolicies,
  paginateListRoles,
  PolicyScopeType,
  PolicyUsageType,
} from "@aws-sdk/client-iam";
import { list } from "../aws/clients";

/** A role or a managed policy, as far as a list gives it. */
export interface Listed {
  readonly name: string;
  readonly arn: string;
}

/** @throws CommandError where AWS denies the request */
export function listRoles(iam: IAMClient): Promise<readonly Listed[]> {
  return list("the account's roles", paginateListRoles({ client: iam }, {}), ({ Roles }) =>
    Roles?.map(({ RoleName: name = "", Arn: arn = "" }) => ({ name, arn })),
  );
}

/** The account's own managed policies. @throws CommandError where AWS denies the request */
export function listPolicies(iam: IAMClient): Promise<readonly Listed[]> {
  const pages = paginateListPolicies({ client: iam }, { Scope: PolicyScopeType.Local });
  return list("the account's policies", pages, ({ Policies }) =>
    Policies?.map(({ PolicyName: name = "", Arn: arn = "" }) => ({ name, arn })),
  );
}

/** Names of the roles that a managed policy is attached to. @throws CommandError where AWS denies the request */
export function rolesWithPolicy(iam: IAMClient, policyArn: string): Promise<readonly string[]> {
  const asked = {
    PolicyArn: policyArn,
    EntityFilter: EntityType.Role,
    PolicyUsageFilter: PolicyUsageType.PermissionsPolicy,
  };
  const pages = paginateListEntitiesForPolicy({ client: iam }, asked);
  return list(`the roles that policy ${policyArn} is attached to`, pages, ({ PolicyRoles }) =>
    PolicyRoles?.flatMap(({ RoleName }) => RoleName ?? []),
  );
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
