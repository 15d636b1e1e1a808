import { GetRoleCommand, type IAMClient } from "@aws-sdk/client-iam";
import { arnParts } from "../../iam/arns";
import { isReaderPolicyName, isRegistryRoleName } from "../../naming/registryNames";
import type { Settings } from "../../settings";
import { couldNotLook, find } from "../aws/clients";
import type { RegistryRole } from "../aws/registry";
import { CommandError } from "../cli";
import { putBoundary } from "./comparable";
import type { Difference } from "./difference";
import { each, listPolicies, listRoles, rolesWithPolicy } from "./iamLists";

/** A role outside the registry that a reader policy of the registry is attached to. */
export interface OtherRole extends Pick<RegistryRole, "name" | "permissionsBoundary"> {
  /** ARNs. */
  readonly readerPolicies: readonly string[];
}

/** The roles of one registry, and what is wrong with their boundaries. */
export interface BoundaryCheck {
  readonly domain: string;
  /** Absent where the account has no role at all. */
  readonly account?: string;
  /** How many roles were looked at. */
  readonly compared: Readonly<Record<"roles" | "otherRoles", number>>;
  readonly differences: readonly Difference[];
}

/** Every action that `verify --boundaries` asks AWS for. */
export const boundaryActions = ["iam:GetRole", "iam:ListEntitiesForPolicy", "iam:ListPolicies", "iam:ListRoles"];

/**
 * Compares the permissions boundary of every role named as the registry's are with the one in the settings, and looks for
 * other roles with a reader policy of the registry that have no boundary. Nothing of the registry need exist yet.
 *
 * @throws CommandError with exit code 2 where the settings name no boundary, AWS denies a request, or the credentials are of
 *   an account that the stack is not allowed in
 */
export async function checkBoundaries(stack: string, settings: Settings, iam: IAMClient): Promise<BoundaryCheck> {
  const { domain, permissionsBoundary, aws } = settings;
  if (permissionsBoundary === undefined) {
    throw new CommandError(
      `Could not look: stack ${stack} sets no permissionsBoundary to compare roles with. Set it in Pulumi.${stack}.yaml to ` +
        "the ARN that the project in bootstrap/ gives: pulumi stack output permissionsBoundaryArns",
      couldNotLook,
    );
  }
  const listed = await listRoles(iam);
  const { account } = arnParts(listed[0]?.arn ?? "");
  if (account !== undefined && aws.allowedAccountIds?.includes(account) === false) {
    throw wrongAccountError(stack, account, aws.allowedAccountIds);
  }
  const roles = await each(
    listed.filter(({ name }) => isRegistryRoleName(domain, name)),
    ({ name }) => boundedRole(iam, name),
  );
  const others = await otherRoles(iam, domain);
  return {
    domain,
    account,
    compared: { roles: roles.length, otherRoles: others.length },
    differences: boundaryDifferences({ roles, others }, permissionsBoundary),
  };
}

/** What a command says whose credentials are of an account that a stack is not allowed in. */
export function wrongAccountError(stack: string, account: string, allowed: readonly string[]): CommandError {
  return new CommandError(
    `Could not look: the credentials are of account ${account}, and aws:allowedAccountIds of stack ${stack} has ` +
      `${allowed.join(", ")}: name the profile of that account in aws:profile or with --profile.`,
    couldNotLook,
  );
}

/** Reads the roles outside a registry that have one of its reader policies, of today or left over. */
export async function otherRoles(iam: IAMClient, domain: string): Promise<readonly OtherRole[]> {
  const readerPolicies = (await listPolicies(iam)).filter(({ name }) => isReaderPolicyName(domain, name));
  const byRole = new Map<string, string[]>();
  for (const { arn } of readerPolicies) {
    for (const name of await rolesWithPolicy(iam, arn)) {
      if (!isRegistryRoleName(domain, name)) {
        byRole.set(name, [...(byRole.get(name) ?? []), arn]);
      }
    }
  }
  return each([...byRole], async ([name, arns]) => {
    const role = await boundedRole(iam, name);
    return role === undefined ? undefined : { ...role, readerPolicies: arns };
  });
}

/**
 * Roles without the boundary that they need: a role of the registry needs the one in the settings, any other role with a
 * reader policy needs one of its own.
 */
export function boundaryDifferences(
  {
    roles,
    others,
  }: {
    readonly roles: readonly Pick<RegistryRole, "name" | "permissionsBoundary">[];
    readonly others: readonly OtherRole[];
  },
  boundary: string,
): readonly Difference[] {
  return [
    ...roles
      .filter(({ permissionsBoundary }) => permissionsBoundary !== boundary)
      .map(({ name, permissionsBoundary = "none" }) => ({
        what: `role ${name}, permissions boundary`,
        declared: boundary,
        live: permissionsBoundary,
        wayOut: putBoundary(name, boundary),
      })),
    ...others
      .filter(({ permissionsBoundary }) => permissionsBoundary === undefined)
      .map(({ name, readerPolicies }) => ({
        what: `role ${name}, permissions boundary`,
        declared: `one of its own, because it has ${readerPolicies.join(" and ")}`,
        live: "none",
        wayOut: [
          `${putBoundary(name, "ARN")}, with a boundary for all that this role does; or`,
          ...readerPolicies.map((arn) => `aws iam detach-role-policy --role-name ${name} --policy-arn ${arn}`),
        ].join("\n"),
      })),
  ];
}

async function boundedRole(
  iam: IAMClient,
  name: string,
): Promise<Pick<RegistryRole, "name" | "permissionsBoundary"> | undefined> {
  const found = await find(`role ${name}`, () => iam.send(new GetRoleCommand({ RoleName: name })));
  return found?.Role && { name, permissionsBoundary: found.Role.PermissionsBoundary?.PermissionsBoundaryArn };
}
