import type {
  AssumeRoleWithWebIdentityCommandInput,
  AssumeRoleWithWebIdentityCommandOutput,
  GetAccessKeyInfoCommandInput,
  GetAccessKeyInfoCommandOutput,
  GetCallerIdentityCommandInput,
  GetCallerIdentityCommandOutput,
} from "@aws-sdk/client-sts";
import { arnParts } from "../../iam/arns";
import type { Call, WebIdentityCaller } from "../cloudtrail/record";
import { AwsError, notModelled } from "../core/awsError";
import { constraintError } from "../core/constraints";
import type { Decoded } from "../core/model";
import { originOf } from "../core/origin";
import { type QueryOperation, type QueryService, toSecond } from "../core/queryProtocol";
import { verifiedSession } from "../core/signature";
import type { Operation } from "../core/operation";
import { signedQuery } from "../core/signedQuery";
import { verdictOf } from "../decisionLog";
import { assumeRole } from "./assumeRole";
import { AssumeRoleDenied, throwIfInvalid } from "./errors";
import { packedSize, sessionLimitsOf } from "./sessionPolicies";

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
      limits: sessionLimitsOf(input),
      origin: originOf(request),
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
      PackedPolicySize: packedSize(sessionLimitsOf(input), {}),
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

/** The account of an access key that was given out here. */
const getAccessKeyInfo: Operation<GetAccessKeyInfoCommandInput, GetAccessKeyInfoCommandOutput> = (
  { sts: sessions },
  { AccessKeyId: accessKeyId },
) => {
  throwIfInvalid(constraintError("accessKeyId", accessKeyId, { minLength: 16, maxLength: 128, pattern: "\\w*" }));
  return {
    resource: "*",
    answer: () => {
      const session = sessions.find(accessKeyId);
      if (session === undefined) {
        throw notModelled(`The access key ${accessKeyId} was not given out by this sandbox.`);
      }
      return { Account: arnParts(session.caller.arn).account };
    },
  };
};

/** What AWS answers to a role's session, the only caller here: these operations are for users and the account root. */
function forUsers(name: string): Operation<never, object> {
  return () => ({
    resource: "*",
    authorize: () => undefined,
    answer: () => {
      throw new AwsError("AccessDenied", `Cannot call ${name} with session credentials`, 403);
    },
  });
}

/** AWS STS: sessions of roles. */
export const sts: QueryService = {
  prefix: "sts",
  title: "STS",
  version: "2011-06-15",
  sdk: () => import("@aws-sdk/client-sts"),
  operations: new Map<string, QueryOperation<never, object>>([
    ["AssumeRole", signedQuery("sts", "AssumeRole", assumeRole)],
    ["AssumeRoleWithWebIdentity", assumeRoleWithWebIdentity],
    ["GetAccessKeyInfo", signedQuery("sts", "GetAccessKeyInfo", getAccessKeyInfo)],
    ["GetCallerIdentity", getCallerIdentity],
    ["GetFederationToken", signedQuery("sts", "GetFederationToken", forUsers("GetFederationToken"))],
    ["GetSessionToken", signedQuery("sts", "GetSessionToken", forUsers("GetSessionToken"))],
  ]),
  other: (name) => {
    const reject = () => {
      throw notModelled(`sts:${name} is not modelled. sandbox/README.md says what is.`);
    };
    // A SAML assertion takes the place of a signature, and the account has no SAML provider.
    return name === "AssumeRoleWithSAML"
      ? () => Promise.resolve().then(reject)
      : signedQuery("sts", name, () => ({ resource: "*", answer: reject }));
  },
};

/** A token that another protocol gives. */
function checkModelled(input: Decoded<AssumeRoleWithWebIdentityCommandInput>): void {
  if (input.ProviderId !== undefined) {
    throw notModelled("ProviderId of sts:AssumeRoleWithWebIdentity is not modelled.");
  }
}
