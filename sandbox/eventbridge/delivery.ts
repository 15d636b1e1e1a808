import type { RequestContext } from "../../iam/evaluate";
import { AwsError } from "../core/awsError";
import { type AccountInfo, uuid } from "../core/identifiers";
import type { Decision } from "../../iam/evaluate";
import type { Logs } from "../logs/logs";
import type { Topics } from "../sns/topics";
import type { BusEvent } from "./busEvent";
import type { Rule, Target } from "./rules";
import { inputOf } from "./targetInput";

/** What a delivery needs of the account. */
export interface DeliveryAccount extends AccountInfo {
  readonly logs: Logs;
  readonly sns: Topics;
}

/** Whether EventBridge may do something to a resource, by the resource's policy. */
export type ServiceDecision = (action: string, resource: string, context: RequestContext) => Decision;

/** An event that did not reach a target of a rule that it matches. */
export interface FailedInvocation {
  readonly rule: Rule;
  readonly target: Target;
  /** What EventBridge wanted to do, and to what. */
  readonly action: string;
  readonly resource: string;
  readonly reason: string;
}

/**
 * Sends an event to a target of a rule. "EventBridge uses resource-based policies" for log groups and topics, and names the
 * rule as the source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html
 *
 * @returns why it did not arrive; nothing where it did
 */
export function deliver(
  account: DeliveryAccount,
  decide: ServiceDecision,
  event: BusEvent,
  rule: Rule,
  target: Target,
): FailedInvocation | undefined {
  const steps = stepsOf(account, event, rule, target);
  for (const { action, resource, run } of steps) {
    const failed = { rule, target, action, resource };
    const context = { "aws:SourceArn": rule.arn, "aws:SourceAccount": account.accountId };
    const { outcome, reason } = decide(action, resource, context);
    if (outcome !== "allowed") {
      return { ...failed, reason };
    }
    try {
      run();
    } catch (error) {
      if (error instanceof AwsError) {
        return { ...failed, reason: `${error.code}: ${error.message}` };
      }
      throw error;
    }
  }
  return undefined;
}

interface Step {
  readonly action: string;
  readonly resource: string;
  readonly run: () => void;
}

function stepsOf({ logs, sns, now }: DeliveryAccount, event: BusEvent, rule: Rule, target: Target): readonly Step[] {
  const groupName = logGroupOf(target.arn);
  if (groupName === undefined) {
    return [
      {
        action: "sns:Publish",
        resource: target.arn,
        run: () => {
          sns.publish(target.arn, { message: inputOf(target, event, rule) });
        },
      },
    ];
  }
  const streamName = uuid(`${rule.arn} ${target.id}`);
  const resource = `${logs.arn(groupName)}:log-stream:${streamName}`;
  const createStream = {
    action: "logs:CreateLogStream",
    resource,
    run: () => {
      logs.events(groupName).createStream(streamName, now());
    },
  };
  const hasStream = logs.find(groupName) !== undefined && logs.events(groupName).hasStream(streamName);
  return [
    ...(hasStream ? [] : [createStream]),
    {
      action: "logs:PutLogEvents",
      resource,
      run: () => {
        const timestamp = new Date(event.time).getTime();
        logs.events(groupName).add(streamName, { timestamp, message: inputOf(target, event, rule) }, now());
      },
    },
  ];
}

/** The name of the log group that a target is; undefined for a topic. */
export function logGroupOf(targetArn: string): string | undefined {
  return /^arn:[\w-]+:logs:[\w-]+:\d{12}:log-group:([^:]+)(?::\*)?$/.exec(targetArn)?.[1];
}
