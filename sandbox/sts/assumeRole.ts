import type { AssumeRoleCommandInput, AssumeRoleCommandOutput } from "@aws-sdk/client-sts";
import { sessionSeconds } from "../../iam/limits";
import { authorize } from "../context";
import { AwsError, notModelled } from "../core/awsError";
import { prefixed, requestTags } from "../core/conditions";
import { constraintError } from "../core/constraints";
import type { Tags } from "../core/identifiers";
import type { Decoded } from "../core/model";
import { toSecond } from "../core/queryProtocol";
import type { Operation } from "../core/operation";
import { invalid, throwIfInvalid } from "./errors";
import { packedSize, sessionLimitsOf } from "./sessionPolicies";
import { durationError, type Session, sessionNameError } from "./sts";

/**
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html . All credentials here are those of a role's session,
 * so this is always role chaining, whose sessions last an hour at most.
 */
export const assumeRole: Operation<AssumeRoleCommandInput, AssumeRoleCommandOutput> = (context, input) => {
  const { account, sts } = context;
  const { RoleArn: roleArn, RoleSessionName: roleSessionName, SourceIdentity: sourceIdentity } = input;
  const { DurationSeconds: durationSeconds = sessionSeconds.default } = input;
  throwIfInvalid(...requestErrors(input, durationSeconds));
  rejectNotModelled(input);
  const limits = sessionLimitsOf(input);
  const tags = tagsOf(input);
  const transitiveTagKeys = input.TransitiveTagKeys ?? [];

  const role = account.iam.roles.find(roleArn)?.role;
  const conditions = {
    "sts:RoleSessionName": roleSessionName,
    ...(input.ExternalId === undefined ? {} : { "sts:ExternalId": input.ExternalId }),
    ...(sourceIdentity === undefined ? {} : { "sts:SourceIdentity": sourceIdentity }),
    ...(transitiveTagKeys.length === 0 ? {} : { "sts:TransitiveTagKeys": transitiveTagKeys }),
    ...requestTags(tags),
    ...prefixed("aws:ResourceTag", role?.tags ?? {}),
    ...prefixed("iam:ResourceTag", role?.tags ?? {}),
  };
  return {
    resource: roleArn,
    authorize: (session) => {
      const actions = [
        "sts:AssumeRole",
        ...(Object.keys(tags).length === 0 ? [] : ["sts:TagSession"]),
        ...(sourceIdentity === undefined ? [] : ["sts:SetSourceIdentity"]),
      ];
      for (const action of actions) {
        authorize(context, session, action, roleArn, conditions);
      }
    },
    answer: (caller) => {
      if (durationSeconds > sessionSeconds.default) {
        throw invalid(
          "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.",
        );
      }
      const inherited = inheritedTags(caller, transitiveTagKeys, tags);
      const session = sts.openChained({
        roleArn,
        roleSessionName,
        durationSeconds,
        limits,
        tags: { ...inherited, ...tags },
        transitiveTagKeys: [...Object.keys(inherited), ...transitiveTagKeys],
        sourceIdentity: sourceIdentityOf(caller, sourceIdentity),
      });
      return {
        Credentials: {
          AccessKeyId: session.accessKeyId,
          SecretAccessKey: session.secretAccessKey,
          SessionToken: session.sessionToken,
          Expiration: toSecond(session.expiration),
        },
        AssumedRoleUser: { Arn: session.assumedRoleArn, AssumedRoleId: session.assumedRoleId },
        PackedPolicySize: packedSize(limits, tags),
        SourceIdentity: session.caller.sourceIdentity,
      };
    },
  };
};

function requestErrors(
  input: Decoded<AssumeRoleCommandInput>,
  durationSeconds: number,
): readonly (string | undefined)[] {
  const { RoleArn: roleArn } = input;
  return [
    constraintError("roleArn", roleArn, { minLength: 20, maxLength: 2048 }),
    sessionNameError("roleSessionName", input.RoleSessionName),
    sessionNameError("sourceIdentity", input.SourceIdentity),
    constraintError("externalId", input.ExternalId, { minLength: 2, maxLength: 1224, pattern: "[\\w+=,.@:/-]*" }),
    durationError(durationSeconds),
    /^arn:[\w-]+:iam::\d{12}:role\/\S+$/.test(roleArn) ? undefined : `${roleArn} is invalid`,
  ];
}

/** Codes of virtual devices, and contexts of identity providers. */
function rejectNotModelled(input: Decoded<AssumeRoleCommandInput>): void {
  const member = (["SerialNumber", "TokenCode", "ProvidedContexts"] as const).find((name) => input[name] !== undefined);
  if (member !== undefined) {
    throw notModelled(`${member} of sts:AssumeRole is not modelled.`);
  }
}

function tagsOf({ Tags: list = [], TransitiveTagKeys: transitive = [] }: Decoded<AssumeRoleCommandInput>): Tags {
  const pattern = "[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]";
  throwIfInvalid(
    list.length > 50
      ? "1 validation error detected: Value at 'tags' failed to satisfy constraint: " +
          "Member must have length less than or equal to 50"
      : undefined,
    ...list.flatMap(({ Key, Value }, index) => [
      constraintError(`tags.${index + 1}.member.key`, Key, { minLength: 1, maxLength: 128, pattern: `${pattern}+` }),
      constraintError(`tags.${index + 1}.member.value`, Value, { maxLength: 256, pattern: `${pattern}*` }),
    ]),
  );
  const keys = list.map(({ Key = "" }) => Key.toLowerCase());
  if (new Set(keys).size < keys.length) {
    throw invalidParameter("Duplicate tag keys found. Please note that Tag keys are case insensitive.");
  }
  if (transitive.some((key) => !keys.includes(key.toLowerCase()))) {
    throw invalidParameter("The specified transitive tag key must be included in the requested tags.");
  }
  return Object.fromEntries(list.map(({ Key = "", Value = "" }) => [Key, Value]));
}

/** Tags that the caller's session hands on. The request can set neither another value for them, nor hand on their keys itself. */
function inheritedTags({ caller, transitiveTagKeys = [] }: Session, transitive: readonly string[], tags: Tags): Tags {
  const handedOn = transitiveTagKeys.map((key) => key.toLowerCase());
  const isHandedOn = (key: string) => handedOn.includes(key.toLowerCase());
  if ([...transitive, ...Object.keys(tags)].some(isHandedOn)) {
    throw invalidParameter(
      "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the " +
        "calling session.",
    );
  }
  return Object.fromEntries(Object.entries(caller.sessionTags ?? {}).filter(([key]) => isHandedOn(key)));
}

/** A source identity stays through role chaining, and cannot be changed by it. */
function sourceIdentityOf({ caller }: Session, requested: string | undefined): string | undefined {
  if (caller.sourceIdentity !== undefined && requested !== undefined && requested !== caller.sourceIdentity) {
    throw invalidParameter("The source identity of the calling session cannot be changed.");
  }
  return requested ?? caller.sourceIdentity;
}

function invalidParameter(message: string): AwsError {
  return new AwsError("InvalidParameterValue", message, 400);
}
