import type { RoleCaller } from "../../sandbox/authorization";
import type { Deployment } from "../../sandbox/pulumi/deployment";

/**
 * A role that its own account allows everything: what it may do in a registry is the registry's account's word alone.
 *
 * @param accountId - 12 digits
 * @param organizationId - the AWS Organizations id of its account
 */
export function administratorRole({ account }: Deployment, accountId: string, organizationId?: string): RoleCaller {
  return allowedEverything(`arn:${account.partition}:iam::${accountId}:role/administrator`, organizationId);
}

/** A role of the stack's own account that may have AWS issue tokens, as any reader elsewhere may, and nothing else. */
export function unprivilegedRole({ account, settings }: Deployment): RoleCaller {
  return {
    arn: `arn:${account.partition}:iam::${account.accountId}:role/unprivileged`,
    organizationId: settings.otherAccounts?.organizationId,
    permissions: [
      {
        name: "its own policy",
        document: {
          Version: "2012-10-17",
          Statement: { Effect: "Allow", Action: "sts:GetServiceBearerToken", Resource: "*" },
        },
      },
    ],
  };
}

/** An account that no setting names. */
export function unnamedAccount({ account, settings }: Deployment): string {
  const taken = [account.accountId, ...(settings.otherAccounts?.accountIds ?? [])];
  let accountId = 210_987_654_321;
  while (taken.includes(String(accountId))) {
    accountId += 1;
  }
  return String(accountId);
}

/** Callers that might assume a role without GitHub: administrators of any account, and every role that the trust policy names. */
export function otherCallers(deployment: Deployment, trustPolicy: string): readonly RoleCaller[] {
  const { account, settings } = deployment;
  const organizations = [settings.otherAccounts?.organizationId, "o-another0001"];
  const named = [...trustPolicy.matchAll(/"(arn:[\w-]+:iam::\d{12}:role\/[^"]+)"/g)].map(([, arn = ""]) => arn);
  const accounts = [...trustPolicy.matchAll(/"(?:arn:[\w-]+:iam::)?(\d{12})(?::root)?"/g)].map(([, id = ""]) => id);
  return organizations.flatMap((organizationId) => [
    ...[account.accountId, unnamedAccount(deployment), ...accounts].map((accountId) =>
      administratorRole(deployment, accountId, organizationId),
    ),
    ...named.map((arn) => allowedEverything(arn, organizationId)),
  ]);
}

function allowedEverything(arn: string, organizationId: string | undefined): RoleCaller {
  return {
    arn,
    organizationId,
    permissions: [
      {
        name: "its own administrator policy",
        document: { Version: "2012-10-17", Statement: { Effect: "Allow", Action: "*", Resource: "*" } },
      },
    ],
  };
}
