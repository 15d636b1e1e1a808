import { evaluate } from "../../../iam/evaluate";
import { withPermissions } from "../../authorization";
import type { SandboxContext } from "../../context";
import type { Requester } from "../../sts/sts";
import { malformed, parseKeyPolicy } from "../keyPolicy";

/**
 * The lockout safety check of a new key policy.
 * Source: https://docs.aws.amazon.com/kms/latest/APIReference/API_PutKeyPolicy.html, BypassPolicyLockoutSafetyCheck
 *
 * @throws MalformedPolicyDocumentException unless the session could put another policy after this one
 */
export function requireFurtherPut({ account }: SandboxContext, session: Requester, document: string): void {
  const { arn, sessionName, permissions = [], boundary } = withPermissions(account, session.caller);
  const { policy } = parseKeyPolicy(document);
  const decision = evaluate(
    {
      caller: { kind: "role", arn, sessionName },
      action: "kms:PutKeyPolicy",
      resource: `arn:${account.partition}:kms:${account.region}:${account.accountId}:key/new`,
      context: { "aws:PrincipalAccount": account.accountId, "aws:PrincipalArn": arn },
    },
    {
      identity: permissions,
      boundary,
      resource: [{ name: "the new key policy", document: policy }],
      resourceAccount: account.accountId,
    },
  );
  if (decision.outcome !== "allowed") {
    throw malformed("The new key policy will not allow you to update the key policy in the future.");
  }
}
