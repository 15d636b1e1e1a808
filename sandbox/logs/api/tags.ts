import type {
  ListTagsForResourceCommandInput,
  ListTagsForResourceCommandOutput,
  ListTagsLogGroupCommandInput,
  ListTagsLogGroupCommandOutput,
  TagLogGroupCommandInput,
  TagLogGroupCommandOutput,
  TagResourceCommandInput,
  TagResourceCommandOutput,
  UntagLogGroupCommandInput,
  UntagLogGroupCommandOutput,
  UntagResourceCommandInput,
  UntagResourceCommandOutput,
} from "@aws-sdk/client-cloudwatch-logs";
import type { SandboxContext } from "../../context";
import { requestTagKeys, requestTags } from "../../core/conditions";
import type { Tags } from "../../core/identifiers";
import type { Operation } from "../../core/operation";
import { checkTagCount, groupResource, readTags, taggedGroup } from "./checks";

/** A log group, and the ARN that permissions are decided on. */
interface Tagged {
  readonly logGroupName: string;
  readonly resource: string;
}

function byArn(context: SandboxContext, resourceArn: string): Tagged {
  return { logGroupName: taggedGroup(context, resourceArn), resource: resourceArn };
}

function byName(context: SandboxContext, logGroupName: string): Tagged {
  return { logGroupName, resource: groupResource(context, logGroupName) };
}

function tag({ account: { logs } }: SandboxContext, { logGroupName, resource }: Tagged, tags: Tags) {
  return {
    resource,
    conditions: requestTags(tags),
    answer: () => {
      const all = { ...logs.describeLogGroup(logGroupName).tags, ...tags };
      checkTagCount(all);
      logs.putTags(logGroupName, all);
      return {};
    },
  };
}

function untag({ account: { logs } }: SandboxContext, { logGroupName, resource }: Tagged, keys: readonly string[]) {
  return {
    resource,
    conditions: requestTagKeys(keys),
    answer: () => {
      const { tags } = logs.describeLogGroup(logGroupName);
      logs.putTags(logGroupName, Object.fromEntries(Object.entries(tags).filter(([key]) => !keys.includes(key))));
      return {};
    },
  };
}

function listTags({ account: { logs } }: SandboxContext, { logGroupName, resource }: Tagged) {
  return { resource, answer: () => ({ tags: logs.describeLogGroup(logGroupName).tags }) };
}

const tagResource: Operation<TagResourceCommandInput, TagResourceCommandOutput> = (context, input) =>
  tag(context, byArn(context, input.resourceArn), readTags(input.tags));

const untagResource: Operation<UntagResourceCommandInput, UntagResourceCommandOutput> = (context, input) =>
  untag(context, byArn(context, input.resourceArn), input.tagKeys);

const listTagsForResource: Operation<ListTagsForResourceCommandInput, ListTagsForResourceCommandOutput> = (
  context,
  input,
) => listTags(context, byArn(context, input.resourceArn));

const tagLogGroup: Operation<TagLogGroupCommandInput, TagLogGroupCommandOutput> = (context, input) =>
  tag(context, byName(context, input.logGroupName), readTags(input.tags));

const untagLogGroup: Operation<UntagLogGroupCommandInput, UntagLogGroupCommandOutput> = (context, input) =>
  untag(context, byName(context, input.logGroupName), input.tags);

const listTagsLogGroup: Operation<ListTagsLogGroupCommandInput, ListTagsLogGroupCommandOutput> = (context, input) =>
  listTags(context, byName(context, input.logGroupName));

/** Each at https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_NAME.html */
export const tagOperations = {
  TagResource: tagResource,
  UntagResource: untagResource,
  ListTagsForResource: listTagsForResource,
  TagLogGroup: tagLogGroup,
  UntagLogGroup: untagLogGroup,
  ListTagsLogGroup: listTagsLogGroup,
};
