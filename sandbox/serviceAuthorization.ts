import { type Decision, evaluate, type RequestContext } from "../iam/evaluate";
import type { SandboxAccount } from "./account";
import { decidedOrDenied, resourcePolicies } from "./authorization";
import { organizationLimits } from "./organization";
import { accountKeys, isAbsentKey } from "./requestKeys";

/**
 * Whether an AWS service may do something to a resource of this account on its own: the policy of the resource must allow
 * the service's principal.
 *
 * @param principal - such as `events.amazonaws.com`
 * @param context - the action's own keys, and those that name the source of the request
 */
export function decideForService(
  account: SandboxAccount,
  principal: string,
  action: string,
  resource: string,
  context: RequestContext = {},
): Decision {
  const { accountId, organization, now } = account;
  return decidedOrDenied(() =>
    evaluate(
      {
        caller: { kind: "service", principal },
        action,
        resource,
        context: () => ({
          ...accountKeys(account, action),
          "aws:CurrentTime": now().toISOString(),
          "aws:SecureTransport": "true",
          "aws:PrincipalIsAWSService": "true",
          "aws:PrincipalServiceName": principal,
          "aws:ResourceAccount": accountId,
          // The default policy of a topic asks for it, and no service has it.
          "aws:SourceOwner": [],
          ...context,
        }),
        isAbsent: isAbsentKey(action),
      },
      {
        resource: resourcePolicies(account, resource),
        ...organizationLimits(accountId, organization, { action, resourceAccount: accountId }),
      },
    ),
  );
}

/**
 * Whether CloudWatch Logs may use a key for a log group.
 * Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
 */
export function decideKeyUse(account: SandboxAccount, keyArn: string, groupArn: string): Decision {
  const keyState = account.kms.find(keyArn)?.keyState;
  if (keyState !== "Enabled") {
    return { outcome: "implicitlyDenied", reason: `the key is ${keyState ?? "not there"}` };
  }
  const context = { "kms:EncryptionContext:aws:logs:arn": groupArn, "kms:CallerAccount": account.accountId };
  const decisions = ["Encrypt", "Decrypt", "GenerateDataKey", "DescribeKey"].map((name) =>
    decideForService(account, `logs.${account.region}.amazonaws.com`, `kms:${name}`, keyArn, context),
  );
  return decisions.find(({ outcome }) => outcome !== "allowed") ?? { outcome: "allowed", reason: "" };
}
