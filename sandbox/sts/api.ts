import type {
  AssumeRoleWithWebIdentityCommandInput,
  AssumeRoleWithWebIdentityCommandOutput,
  GetCallerIdentityCommandInput,
  GetCallerIdentityCommandOutput,
} from "@aws-sdk/client-sts";
import { arnParts } from "../../iam/arns";
import type { Call, WebIdentityCaller } from "../cloudtrail/record";
import { AwsError, notModelled } from "../core/awsError";
import type { Decoded } from "../core/model";
import { originOf } from "../core/origin";
import { type QueryOperation, type QueryService, toSecond } from "../core/queryProtocol";
import { verifiedSession } from "../core/signature";
import { signedQuery } from "../core/signedQuery";
import { verdictOf } from "../decisionLog";
import { AssumeRoleDenied } from "./errors";

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html */
const assumeRoleWithWebIdentity: QueryOperation<
  AssumeRoleWithWebIdentityCommandInput,
  AssumeRoleWithWebIdentityCommandOutput
> = async (context, read, request) => {
  const action = "sts:AssumeRoleWithWebIdentity";
  let resource = "*";
  let input: Decoded<AssumeRoleWithWebIdentityCommandInput> | undefined;
  const record = (caller: WebIdentityCaller, outcome: Pick<Call, "input" | "output" | "error">) => {
    const operation = "AssumeRoleWithWebIdentity";
    const origin = originOf(request);
    context.account.cloudTrail.add({ service: "sts", operation, caller, origin, resources: [resource], ...outcome });
  };
  try {
    input = read();
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
    const answer = {
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
    record({ provider, audience, subject }, { input, output: answer });
    return answer;
  } catch (error) {
    if (error instanceof AssumeRoleDenied) {
      context.decisions.add({ who: error.subject, action, resource }, verdictOf(error.decision));
      record(error.identity, { input, error });
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
    const session = await verifiedSession(context, request, "sts");
    const { assumedRoleArn, assumedRoleId, caller, origin } = session;
    context.decisions.add({ who: assumedRoleArn, ...entry }, { allowed: true, reason: "allowed to everyone" });
    context.account.cloudTrail.add({ service: "sts", operation: "GetCallerIdentity", caller: session, origin });
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
  other: (name) =>
    signedQuery("sts", name, () => ({
      resource: "*",
      answer: () => {
        throw notModelled(`sts:${name} is not modelled. sandbox/README.md says what is.`);
      },
    })),
};

/** Members that narrow a session, or belong to other protocols. Without them the session would be wider than requested. */
function checkModelled(input: Decoded<AssumeRoleWithWebIdentityCommandInput>): void {
  const member = (["Policy", "PolicyArns", "ProviderId"] as const).find((name) => input[name] !== undefined);
  if (member !== undefined) {
    throw new AwsError("NotImplemented", `${member} of sts:AssumeRoleWithWebIdentity is not modelled.`, 501);
  }
}
