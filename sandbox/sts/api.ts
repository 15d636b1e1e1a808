import type {
  AssumeRoleWithWebIdentityCommandInput,
  AssumeRoleWithWebIdentityCommandOutput,
  GetCallerIdentityCommandInput,
  GetCallerIdentityCommandOutput,
} from "@aws-sdk/client-sts";
import { arnParts } from "../../iam/arns";
import { AwsError } from "../core/awsError";
import type { Decoded } from "../core/model";
import { type QueryOperation, type QueryService, toSecond } from "../core/queryProtocol";
import { verifiedSession } from "../core/signature";
import { verdictOf } from "../decisionLog";
import { AssumeRoleDenied } from "./errors";

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html */
const assumeRoleWithWebIdentity: QueryOperation<
  AssumeRoleWithWebIdentityCommandInput,
  AssumeRoleWithWebIdentityCommandOutput
> = async (context, read) => {
  const action = "sts:AssumeRoleWithWebIdentity";
  let resource = "*";
  try {
    const input = read();
    resource = input.RoleArn.slice(0, 2048);
    checkModelled(input);
    const session = await context.sts.assumeRoleWithWebIdentity({
      roleArn: input.RoleArn,
      roleSessionName: input.RoleSessionName,
      webIdentityToken: input.WebIdentityToken,
      durationSeconds: input.DurationSeconds,
    });
    const { subject, audience, provider, decision, expiration } = session;
    context.decisions.add({ who: subject, action, resource }, verdictOf(decision));
    return {
      SubjectFromWebIdentityToken: subject,
      Audience: audience,
      AssumedRoleUser: { Arn: session.assumedRoleArn, AssumedRoleId: session.assumedRoleId },
      Credentials: {
        AccessKeyId: session.accessKeyId,
        SecretAccessKey: session.secretAccessKey,
        SessionToken: session.sessionToken,
        Expiration: toSecond(expiration),
      },
      Provider: provider,
    };
  } catch (error) {
    if (error instanceof AssumeRoleDenied) {
      context.decisions.add({ who: error.subject, action, resource }, verdictOf(error.decision));
    } else if (error instanceof AwsError) {
      const reason = `${error.code}: ${error.message}`;
      context.decisions.add(
        { who: "anonymous (no valid identity token)", action, resource },
        { allowed: false, reason },
      );
    }
    throw error;
  }
};

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html: "No permissions are required". */
const getCallerIdentity: QueryOperation<GetCallerIdentityCommandInput, GetCallerIdentityCommandOutput> = async (
  context,
  _read,
  request,
) => {
  const entry = { action: "sts:GetCallerIdentity", resource: "*" };
  try {
    const { assumedRoleArn, assumedRoleId, caller } = await verifiedSession(context, request, "sts");
    context.decisions.add({ who: assumedRoleArn, ...entry }, { allowed: true, reason: "allowed to everyone" });
    return { Arn: assumedRoleArn, UserId: assumedRoleId, Account: arnParts(caller.arn).account };
  } catch (error) {
    if (error instanceof AwsError) {
      const reason = `${error.code}: ${error.message}`;
      context.decisions.add({ who: "anonymous (no valid signature)", ...entry }, { allowed: false, reason });
    }
    throw error;
  }
};

/** AWS STS: the operations that jobs need. */
export const sts: QueryService = {
  prefix: "sts",
  title: "STS",
  version: "2011-06-15",
  sdk: () => import("@aws-sdk/client-sts"),
  operations: new Map(
    Object.entries({ AssumeRoleWithWebIdentity: assumeRoleWithWebIdentity, GetCallerIdentity: getCallerIdentity }),
  ),
};

/** Members that narrow a session, or belong to other protocols. Without them the session would be wider than requested. */
function checkModelled(input: Decoded<AssumeRoleWithWebIdentityCommandInput>): void {
  const member = (["Policy", "PolicyArns", "ProviderId"] as const).find((name) => input[name] !== undefined);
  if (member !== undefined) {
    throw new AwsError("NotImplemented", `${member} of sts:AssumeRoleWithWebIdentity is not modelled.`, 501);
  }
}
