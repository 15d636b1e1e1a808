import type {
  CreateTopicCommandInput,
  CreateTopicCommandOutput,
  DeleteTopicCommandInput,
  DeleteTopicCommandOutput,
  GetTopicAttributesCommandInput,
  GetTopicAttributesCommandOutput,
  ListTagsForResourceCommandInput,
  ListTagsForResourceCommandOutput,
  ListTopicsCommandInput,
  ListTopicsCommandOutput,
  PublishCommandInput,
  PublishCommandOutput,
  SetTopicAttributesCommandInput,
  SetTopicAttributesCommandOutput,
  TagResourceCommandInput,
  TagResourceCommandOutput,
  UntagResourceCommandInput,
  UntagResourceCommandOutput,
} from "@aws-sdk/client-sns";
import { authorize, type SandboxContext } from "../context";
import { AwsError, notModelled } from "../core/awsError";
import { requestTagKeys, requestTags } from "../core/conditions";
import type { Tags } from "../core/identifiers";
import type { Operation } from "../core/operation";
import { pager } from "../core/pages";
import type { QueryService } from "../core/queryProtocol";
import { signedQuery } from "../core/signedQuery";
import { invalid } from "./topics";

/** Names of topics: https://docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html */
const topicName = /^[\w-]{1,256}$/;

/** For tags the caller needs sns:TagResource too. */
const createTopic: Operation<CreateTopicCommandInput, CreateTopicCommandOutput> = (context, input) => {
  const { sns } = context.account;
  const { Name: name, Attributes: attributes = {} } = input;
  if (!topicName.test(name)) {
    throw invalid("Invalid parameter: Topic Name");
  }
  const resource = sns.arn(name);
  const tags = readTags(input.Tags);
  return {
    resource,
    authorize: (session) => {
      authorize(context, session, "sns:CreateTopic", resource, requestTags(tags));
      if (Object.keys(tags).length > 0) {
        authorize(context, session, "sns:TagResource", resource, requestTags(tags));
      }
    },
    answer: () => {
      const { DisplayName: displayName, Policy: policyDocument } = attributes;
      requireModelled(Object.keys(attributes));
      return { TopicArn: sns.create(name, { displayName, policyDocument, tags }).topicArn };
    },
  };
};

const deleteTopic: Operation<DeleteTopicCommandInput, DeleteTopicCommandOutput> = (context, { TopicArn: arn }) => ({
  resource: topicResource(context, arn),
  answer: () => {
    context.account.sns.delete(arn);
    return {};
  },
});

const listTopics: Operation<ListTopicsCommandInput, ListTopicsCommandOutput> = ({ account: { sns } }, input) => {
  const page = pager("ListTopics", 100, input.NextToken);
  if (page === undefined) {
    throw invalid("Invalid parameter: NextToken");
  }
  return {
    resource: sns.arn("*"),
    answer: () => {
      const { items, nextToken: NextToken } = page(sns.list(), ({ topicArn }) => topicArn);
      return { Topics: items.map(({ topicArn }) => ({ TopicArn: topicArn })), NextToken };
    },
  };
};

const getTopicAttributes: Operation<GetTopicAttributesCommandInput, GetTopicAttributesCommandOutput> = (
  context,
  { TopicArn: arn },
) => ({
  resource: topicResource(context, arn),
  answer: () => {
    const { topicArn, displayName, policyDocument } = context.account.sns.get(arn);
    return {
      Attributes: {
        TopicArn: topicArn,
        Owner: context.account.accountId,
        DisplayName: displayName,
        Policy: policyDocument,
        SubscriptionsConfirmed: "0",
        SubscriptionsPending: "0",
        SubscriptionsDeleted: "0",
      },
    };
  },
});

const setTopicAttributes: Operation<SetTopicAttributesCommandInput, SetTopicAttributesCommandOutput> = (
  context,
  { TopicArn: arn, AttributeName: name, AttributeValue: value = "" },
) => ({
  resource: topicResource(context, arn),
  answer: () => {
    requireModelled([name]);
    context.account.sns.change(arn, name === "Policy" ? { policyDocument: value } : { displayName: value });
    return {};
  },
});

/** Bytes of a message: https://docs.aws.amazon.com/sns/latest/api/API_Publish.html */
const longestMessage = 262_144;

const publish: Operation<PublishCommandInput, PublishCommandOutput> = (context, input) => {
  const { TopicArn: arn, Message: message, Subject: subject } = input;
  if (arn === undefined) {
    throw notModelled("TargetArn and PhoneNumber of sns:Publish are not modelled: give TopicArn.");
  }
  if (message === "") {
    throw invalid("Invalid parameter: Empty message");
  }
  if (Buffer.byteLength(message) > longestMessage) {
    throw invalid("Invalid parameter: Message too long");
  }
  if (subject !== undefined && !/^[!-~][ -~]{0,99}$/.test(subject)) {
    throw invalid("Invalid parameter: Subject");
  }
  return {
    resource: topicResource(context, arn),
    answer: () => {
      const other = ["MessageStructure", "MessageAttributes"] as const;
      const given = other.filter((name) => input[name] !== undefined);
      if (given.length > 0) {
        throw notModelled(`${given.join(" and ")} of sns:Publish is not modelled.`);
      }
      return { MessageId: context.account.sns.publish(arn, { subject, message }).messageId };
    },
  };
};

const tagResource: Operation<TagResourceCommandInput, TagResourceCommandOutput> = (context, input) => {
  const { sns } = context.account;
  const tags = readTags(input.Tags);
  return {
    resource: topicResource(context, input.ResourceArn),
    conditions: requestTags(tags),
    answer: () => {
      const all = { ...taggable(context, input.ResourceArn), ...tags };
      checkTagCount(all);
      sns.change(input.ResourceArn, { tags: all });
      return {};
    },
  };
};

const untagResource: Operation<UntagResourceCommandInput, UntagResourceCommandOutput> = (context, input) => ({
  resource: topicResource(context, input.ResourceArn),
  conditions: requestTagKeys(input.TagKeys),
  answer: () => {
    const kept = Object.entries(taggable(context, input.ResourceArn)).filter(([key]) => !input.TagKeys.includes(key));
    context.account.sns.change(input.ResourceArn, { tags: Object.fromEntries(kept) });
    return {};
  },
});

const listTagsForResource: Operation<ListTagsForResourceCommandInput, ListTagsForResourceCommandOutput> = (
  context,
  input,
) => ({
  resource: topicResource(context, input.ResourceArn),
  answer: () => ({
    Tags: Object.entries(taggable(context, input.ResourceArn)).map(([Key, Value]) => ({ Key, Value })),
  }),
});

/** The tagging operations have an error of their own for a topic that is not there. */
function taggable({ account: { sns } }: SandboxContext, topicArn: string): Tags {
  const topic = sns.find(topicArn);
  if (topic === undefined) {
    throw new AwsError("ResourceNotFound", "Resource does not exist", 404);
  }
  return topic.tags;
}

/** @throws InvalidParameter for what is not the ARN of a topic; a topic of another account is not there */
function topicResource({ account: { partition } }: SandboxContext, arn: string): string {
  if (!new RegExp(`^arn:${partition}:sns:[\\w-]+:\\d{12}:[\\w-]{1,256}$`).test(arn)) {
    throw invalid("Invalid parameter: TopicArn");
  }
  return arn;
}

function requireModelled(attributes: readonly string[]): void {
  const other = attributes.filter((name) => name !== "Policy" && name !== "DisplayName");
  if (other.length > 0) {
    throw notModelled(`Attribute ${other.join(" and ")} of a topic is not modelled: Policy and DisplayName are.`);
  }
}

/** https://docs.aws.amazon.com/sns/latest/dg/sns-tags.html */
const mostTags = 50;

/** @throws InvalidParameter */
function readTags(list: readonly { readonly Key?: string; readonly Value?: string }[] = []): Tags {
  const entries = list.map(({ Key: key = "", Value: value = "" }) => [key, value] as const);
  if (entries.some(([key, value]) => key === "" || key.length > 128 || value.length > 256 || /^aws:/i.test(key))) {
    throw invalid(
      "Invalid parameter: Tags Reason: a key has 1 to 128 characters and no aws: before it, a value up to 256",
    );
  }
  if (new Set(entries.map(([key]) => key)).size < entries.length) {
    throw invalid("Invalid parameter: Duplicated keys are not allowed.");
  }
  const tags = Object.fromEntries(entries);
  checkTagCount(tags);
  return tags;
}

function checkTagCount(tags: Tags): void {
  if (Object.keys(tags).length > mostTags) {
    throw new AwsError("TagLimitExceeded", "Could not complete request: tag quota of per resource exceeded");
  }
}

/** The operations that are modelled here. Each is at https://docs.aws.amazon.com/sns/latest/api/API_NAME.html */
export const snsOperations: ReadonlyMap<string, Operation<never, object>> = new Map(
  Object.entries<Operation<never, object>>({
    CreateTopic: createTopic,
    DeleteTopic: deleteTopic,
    ListTopics: listTopics,
    GetTopicAttributes: getTopicAttributes,
    SetTopicAttributes: setTopicAttributes,
    Publish: publish,
    TagResource: tagResource,
    UntagResource: untagResource,
    ListTagsForResource: listTagsForResource,
  }),
);

/** Amazon SNS: standard topics and what is published to them. There are no subscriptions. */
export const sns: QueryService = {
  prefix: "sns",
  title: "SNS",
  version: "2010-03-31",
  sdk: () => import("@aws-sdk/client-sns"),
  operations: new Map([...snsOperations].map(([name, operation]) => [name, signedQuery("sns", name, operation)])),
  other: (name) =>
    signedQuery("sns", name, () => ({
      resource: "*",
      answer: () => {
        throw notModelled(`sns:${name} is not modelled. sandbox/README.md says what is.`);
      },
    })),
};
