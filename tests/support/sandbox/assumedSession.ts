import type { SandboxContext } from "../../../sandbox/context";
import type { Session } from "../../../sandbox/sts/sts";

/** A session of a role that has these statements as its permissions, and needs no trust policy. */
export function assumedSession(
  { account, sts }: Pick<SandboxContext, "account" | "sts">,
  roleName: string,
  statements: readonly object[],
): Session {
  const document = { Version: "2012-10-17", Statement: statements };
  return Object.assign(sts.administrator(), {
    caller: {
      arn: `arn:${account.partition}:iam::${account.accountId}:role/${roleName}`,
      sessionName: "test",
      permissions: statements.length === 0 ? [] : [{ name: "inline policy", document }],
    },
    assumedRoleArn: `arn:${account.partition}:sts::${account.accountId}:assumed-role/${roleName}/test`,
  });
}
