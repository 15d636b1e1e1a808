import { notModelled } from "../../core/awsError";
import { constraintError, rangeError } from "../../core/constraints";
import type { Tags } from "../../core/identifiers";
import { type Pager, pager } from "../../core/pages";
import type { SandboxContext } from "../../context";
import { invalid, throwIfInvalid } from "../errors";

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html */
const groupName = { minLength: 1, maxLength: 512, pattern: "[\\.\\-_/#A-Za-z0-9]+" };

/**
 * What an operation on a group acts on. AWS writes it with the stream that is not there:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/iam-access-control-overview-cwl.html says that policies need `:*`.
 */
export function groupResource({ account: { logs } }: SandboxContext, logGroupName: string): string {
  throwIfInvalid(constraintError("logGroupName", logGroupName, groupName));
  return `${logs.arn(logGroupName)}:log-stream:`;
}

/** What an operation on a stream acts on. */
export function streamResource(context: SandboxContext, logGroupName: string, logStreamName: string): string {
  throwIfInvalid(constraintError("logStreamName", logStreamName, { minLength: 1, maxLength: 512, pattern: "[^:*]*" }));
  return groupResource(context, logGroupName) + logStreamName;
}

/**
 * The name of the group that a request names in one of two ways.
 *
 * @param identifier - a name, or an ARN without `:*`
 */
export function namedGroup(
  { account: { logs } }: SandboxContext,
  name: string | undefined,
  identifier: string | undefined,
): string {
  if ((name === undefined) === (identifier === undefined)) {
    throw invalid("Specify either logGroupName or logGroupIdentifier, and not both.");
  }
  return name ?? (identifier ?? "").replace(logs.arn(""), "");
}

/**
 * The group that the ARN of a tagging operation names: "use the first version, without the trailing `:*`".
 *
 * @returns the group's name; the resource is the ARN itself
 */
export function taggedGroup({ account: { logs } }: SandboxContext, resourceArn: string): string {
  throwIfInvalid(
    constraintError("resourceArn", resourceArn, { minLength: 1, maxLength: 1011, pattern: "[\\w+=/:,.@*-]*" }),
  );
  const prefix = logs.arn("");
  if (!resourceArn.startsWith(prefix)) {
    throw notModelled(`Tags of ${resourceArn}: only those of log groups of this account and region are modelled.`);
  }
  return resourceArn.slice(prefix.length);
}

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_TagResource.html */
const mostTags = 50;

/** @throws InvalidParameterException */
export function readTags(tags: Readonly<Record<string, string>> = {}): Tags {
  const entries = Object.entries(tags);
  throwIfInvalid(
    ...entries.flatMap(([key, value]) => [
      constraintError("tags", key, { minLength: 1, maxLength: 128, pattern: "[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+" }),
      constraintError("tags", value, { maxLength: 256, pattern: "[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*" }),
      /^aws:/i.test(key) ? `Tag key ${key}: keys that begin with aws: are reserved.` : undefined,
    ]),
  );
  return tags;
}

/** @throws TooManyTagsException */
export function checkTagCount(tags: Tags): void {
  if (Object.keys(tags).length > mostTags) {
    throw invalid(`A log group has at most ${mostTags} tags.`);
  }
}

/** Cuts the page that a request names out of a list. */
export function pageOf(
  operation: string,
  input: { readonly limit?: number; readonly nextToken?: string },
  most = 50,
  usual = most,
): Pager {
  const { limit = usual, nextToken, ...list } = input;
  throwIfInvalid(rangeError("limit", limit, 1, most));
  const page = pager(JSON.stringify([operation, list]), limit, nextToken);
  if (page === undefined) {
    throw invalid("The specified nextToken is invalid.");
  }
  return page;
}
