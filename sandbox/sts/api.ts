import type { FastifyPluginAsync, FastifyRequest } from "fastify";
import type { SandboxContext } from "../context";
import { AwsError } from "../core/awsError";
import { queryRoutes, type QueryService, requiredParameters, type XmlElements } from "../core/queryProtocol";
import { verifiedSession } from "../core/signature";
import { verdictOf } from "../decisionLog";
import { AssumeRoleDenied } from "./errors";

const required = ["RoleArn", "RoleSessionName", "WebIdentityToken"] as const;

/** Parameters that narrow a session, or speak of other protocols; a session that ignored them would be wider than asked for. */
const notModelled = /^(?:Policy|PolicyArns\..*|ProviderId)$/;

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html */
async function assumeRoleWithWebIdentity(context: SandboxContext, parameters: URLSearchParams): Promise<XmlElements> {
  const action = "sts:AssumeRoleWithWebIdentity";
  const resource = parameters.get("RoleArn")?.slice(0, 2048) ?? "*";
  try {
    const session = await context.sts.assumeRoleWithWebIdentity(readRequest(parameters));
    const { subject, audience, provider, decision } = session;
    context.decisions.add({ who: subject, action, resource }, verdictOf(decision));
    return {
      SubjectFromWebIdentityToken: subject,
      Audience: audience,
      AssumedRoleUser: { Arn: session.assumedRoleArn, AssumedRoleId: session.assumedRoleId },
      Credentials: {
        AccessKeyId: session.accessKeyId,
        SecretAccessKey: session.secretAccessKey,
        SessionToken: session.sessionToken,
        Expiration: session.expiration.toISOString().replace(/\.\d+Z$/, "Z"),
      },
      Provider: provider,
    };
  } catch (error) {
    if (error instanceof AssumeRoleDenied) {
      context.decisions.add({ who: error.subject, action, resource }, verdictOf(error.decision));
    } else if (error instanceof AwsError) {
      const reason = `${error.code}: ${error.message}`;
      context.decisions.add({ who: "nobody (no valid identity token)", action, resource }, { allowed: false, reason });
    }
    throw error;
  }
}

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html: "No permissions are required". */
async function getCallerIdentity(
  context: SandboxContext,
  _parameters: URLSearchParams,
  request: FastifyRequest,
): Promise<XmlElements> {
  const asking = { action: "sts:GetCallerIdentity", resource: "*" };
  try {
    const { assumedRoleArn, assumedRoleId, caller } = await verifiedSession(context, request, "sts");
    context.decisions.add({ who: assumedRoleArn, ...asking }, { allowed: true, reason: "allowed to everybody" });
    return { Arn: assumedRoleArn, UserId: assumedRoleId, Account: caller.arn.split(":")[4] ?? "" };
  } catch (error) {
    if (error instanceof AwsError) {
      const reason = `${error.code}: ${error.message}`;
      context.decisions.add({ who: "nobody (no valid signature)", ...asking }, { allowed: false, reason });
    }
    throw error;
  }
}

function readRequest(parameters: URLSearchParams): Parameters<SandboxContext["sts"]["assumeRoleWithWebIdentity"]>[0] {
  const foreign = [...parameters.keys()].find((name) => notModelled.test(name));
  if (foreign !== undefined) {
    throw new AwsError("NotImplemented", `${foreign} of sts:AssumeRoleWithWebIdentity is not modelled.`, 501);
  }
  const [roleArn, roleSessionName, webIdentityToken] = requiredParameters(parameters, required);
  const duration = parameters.get("DurationSeconds");
  if (duration !== null && !/^-?\d{1,9}$/.test(duration)) {
    const rule = `Value '${duration.slice(0, 64)}' at 'durationSeconds' failed to satisfy constraint`;
    throw new AwsError("ValidationError", `1 validation error detected: ${rule}: Member must be a whole number`, 400);
  }
  return {
    ...{ roleArn, roleSessionName, webIdentityToken },
    ...(duration === null ? {} : { durationSeconds: Number(duration) }),
  };
}

/** AWS STS, as far as jobs need it. */
export const sts: QueryService = {
  ...{ prefix: "sts", title: "STS", version: "2011-06-15" },
  operations: new Map([
    ["AssumeRoleWithWebIdentity", assumeRoleWithWebIdentity],
    ["GetCallerIdentity", getCallerIdentity],
  ]),
};

/** STS alone. */
export function stsRoutes(context: SandboxContext): FastifyPluginAsync {
  return queryRoutes(context, [sts]);
}
