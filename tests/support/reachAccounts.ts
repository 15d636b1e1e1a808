import type { Identity, ReachAccount } from "../../iam/reach/account";

export const accountId = "111122223333";

/** An ARN of IAM in the account. */
export const iam = (resource: string) => `arn:aws:iam::${accountId}:${resource}`;

/** One statement, with IAM's defaults left out. */
export type Parts = Readonly<Record<string, unknown>>;

/** A document that allows these actions, on everything unless it is said. */
export function allowing(actions: string | readonly string[], parts: Parts = {}): string {
  return documentOf({ Effect: "Allow", Action: actions, Resource: "*", ...parts });
}

/** A document of these statements. */
export function documentOf(...statements: readonly Parts[]): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: statements });
}

/** A trust policy. */
export function trusting(principal: Parts | "*", parts: Parts = {}): string {
  return documentOf({ Effect: "Allow", Principal: principal, Action: "sts:AssumeRole", ...parts });
}

/** An identity with one inline policy, which may be left out. */
export function identity(resource: string, document?: string, more: Partial<Identity> = {}): Identity {
  return {
    arn: iam(resource),
    inline: document === undefined ? [] : [{ name: "permissions", document }],
    attached: [],
    ...(resource.startsWith("role/") ? { trust: trusting({ Service: "ec2.amazonaws.com" }) } : {}),
    ...more,
  };
}

/** An account that holds these identities, and nothing else that is not named. */
export function accountOf(identities: readonly Identity[], more: Partial<ReachAccount> = {}): ReachAccount {
  return {
    partition: "aws",
    region: "us-east-1",
    id: accountId,
    identities,
    policies: [],
    identityProviders: [],
    domains: [],
    keys: [],
    ...more,
  };
}
