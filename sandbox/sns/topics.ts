import { randomUUID } from "node:crypto";
import { type NamedDocument, type ParsedPolicy, parsePolicy, PolicyError } from "../../iam/grammar";
import { AwsError } from "../core/awsError";
import type { AccountInfo, Tags } from "../core/identifiers";
import { ownLimits } from "../ownLimits";

/** What was published to a topic. */
export interface TopicMessage {
  readonly messageId: string;
  readonly time: Date;
  readonly subject?: string;
  readonly message: string;
}

/** A standard topic. */
export interface Topic {
  readonly topicArn: string;
  readonly displayName: string;
  /** JSON text of the topic's policy. */
  readonly policyDocument: string;
  readonly tags: Tags;
}

interface TopicState {
  readonly topic: Topic;
  readonly policy: ParsedPolicy;
  readonly messages: TopicMessage[];
}

/**
 * The topics of one account. A topic keeps its messages, and has no subscriptions.
 * Operations: https://docs.aws.amazon.com/sns/latest/api/API_Operations.html
 */
export class Topics {
  readonly #account: AccountInfo;
  readonly #topics = new Map<string, TopicState>();
  readonly #listeners: ((topicArn: string, message: TopicMessage) => void)[] = [];

  constructor(account: AccountInfo) {
    this.#account = account;
  }

  /** The ARN that a topic of the name has or would have. */
  arn(name: string): string {
    const { partition, region, accountId } = this.#account;
    return `arn:${partition}:sns:${region}:${accountId}:${name}`;
  }

  /** Makes a topic, or answers with the one that has the name: "This action is idempotent". */
  create(name: string, { displayName = "", policyDocument, tags = {} }: Partial<Omit<Topic, "topicArn">> = {}): Topic {
    const topicArn = this.arn(name);
    const existing = this.#topics.get(topicArn);
    if (existing !== undefined) {
      if (Object.entries(tags).some(([key, value]) => existing.topic.tags[key] !== value)) {
        throw invalid("Invalid parameter: Tags Reason: Topic already exists with different tags");
      }
      return existing.topic;
    }
    return this.#set({
      topicArn,
      displayName,
      policyDocument: policyDocument ?? defaultPolicy(this.#account, topicArn),
      tags,
    });
  }

  find(topicArn: string): Topic | undefined {
    return this.#topics.get(topicArn)?.topic;
  }

  /** @throws NotFound */
  get(topicArn: string): Topic {
    return this.#state(topicArn).topic;
  }

  /** By ARN. */
  list(): readonly Topic[] {
    const topics = [...this.#topics.values()].map(({ topic }) => topic);
    return topics.sort((one, other) => (one.topicArn < other.topicArn ? -1 : 1));
  }

  /** Deletes a topic. One that does not exist is no error, as at AWS. */
  delete(topicArn: string): void {
    this.#topics.delete(topicArn);
  }

  /** @throws InvalidParameter for a policy that AWS rejects */
  change(topicArn: string, changes: Partial<Pick<Topic, "displayName" | "policyDocument" | "tags">>): void {
    this.#set({ ...this.get(topicArn), ...changes });
  }

  /** The policy that decides requests for a topic. */
  findPolicy(topicArn: string): NamedDocument<ParsedPolicy> | undefined {
    const state = this.#topics.get(topicArn);
    return state && { name: "topic policy", document: state.policy };
  }

  publish(topicArn: string, { subject, message }: Pick<TopicMessage, "subject" | "message">): TopicMessage {
    const { messages } = this.#state(topicArn);
    const published = { messageId: randomUUID(), time: this.#account.now(), subject, message };
    messages.push(published);
    if (messages.length > ownLimits.topicMessages.most) {
      messages.shift();
    }
    for (const listener of this.#listeners) {
      listener(topicArn, published);
    }
    return published;
  }

  /** The last thousand messages of a topic, the newest last. */
  messages(topicArn: string): readonly TopicMessage[] {
    return this.#state(topicArn).messages;
  }

  /** Calls the listener for every message from now on. */
  listen(listener: (topicArn: string, message: TopicMessage) => void): void {
    this.#listeners.push(listener);
  }

  #state(topicArn: string): TopicState {
    const state = this.#topics.get(topicArn);
    if (state === undefined) {
      throw new AwsError("NotFound", "Topic does not exist", 404);
    }
    return state;
  }

  #set(topic: Topic): Topic {
    const messages = this.#topics.get(topic.topicArn)?.messages ?? [];
    this.#topics.set(topic.topicArn, { topic, policy: parse(topic.policyDocument), messages });
    return topic;
  }
}

/** A parameter has a value that the operation does not take. */
export function invalid(message: string): AwsError {
  return new AwsError("InvalidParameter", message);
}

function parse(document: string): ParsedPolicy {
  try {
    return parsePolicy(document, "resource", "topic policy");
  } catch (error) {
    throw error instanceof PolicyError ? invalid(`Invalid parameter: Policy Error: ${error.reason}`) : error;
  }
}

/**
 * The policy of a topic that is made without one: the account itself may use it. No service may.
 * Source: https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html
 */
function defaultPolicy({ accountId }: AccountInfo, topicArn: string): string {
  return JSON.stringify({
    Version: "2008-10-17",
    Id: "__default_policy_ID",
    Statement: [
      {
        Sid: "defaultstatementID",
        Effect: "Allow",
        Principal: { AWS: "*" },
        Action: [
          "SNS:GetTopicAttributes",
          "SNS:SetTopicAttributes",
          "SNS:AddPermission",
          "SNS:RemovePermission",
          "SNS:DeleteTopic",
          "SNS:Subscribe",
          "SNS:ListSubscriptionsByTopic",
          "SNS:Publish",
        ],
        Resource: topicArn,
        Condition: { StringEquals: { "AWS:SourceOwner": accountId } },
      },
    ],
  });
}
