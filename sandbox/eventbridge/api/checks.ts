import type { RequestContext } from "../../../iam/evaluate";
import type { SandboxContext } from "../../context";
import { AwsError } from "../../core/awsError";
import { constraintError, rangeError } from "../../core/constraints";
import type { Tags } from "../../core/identifiers";
import { type Pager, pager } from "../../core/pages";
import { invalid, notFound, throwIfInvalid } from "../errors";

/** Of rules and targets: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html */
const nameForm = { minLength: 1, maxLength: 64, pattern: "[\\.\\-_A-Za-z0-9]+" };

/** What an operation on a rule acts on, and what conditions may ask of it. */
export interface RuleTarget {
  readonly resource: string;
  readonly conditions: RequestContext;
}

/**
 * The rule of a name on the default bus.
 *
 * @throws ResourceNotFoundException for another bus, which the account does not have
 */
export function ruleTarget(context: SandboxContext, name: string, eventBusName: string | undefined): RuleTarget {
  const { rules } = context.account.eventBridge;
  throwIfInvalid(nameError("name", name));
  requireDefaultBus(context, eventBusName);
  const conditions: RequestContext =
    rules.find(name) === undefined ? {} : { "events:creatorAccount": context.account.accountId };
  return { resource: rules.arn(name), conditions };
}

export function nameError(member: string, name: string | undefined): string | undefined {
  return constraintError(member, name, nameForm);
}

export function requireDefaultBus({ account }: SandboxContext, name = "default"): void {
  const { partition, region, accountId } = account;
  if (name !== "default" && name !== `arn:${partition}:events:${region}:${accountId}:event-bus/default`) {
    throw notFound(`Event bus ${name} does not exist.`);
  }
}

/** The name of the rule that the ARN of a tagging operation names. */
export function taggedRule({ account: { eventBridge } }: SandboxContext, resourceArn: string): string {
  throwIfInvalid(constraintError("resourceARN", resourceArn, { minLength: 1, maxLength: 1600 }));
  const prefix = eventBridge.rules.arn("");
  const name = resourceArn.slice(prefix.length);
  if (!resourceArn.startsWith(prefix) || nameError("name", name) !== undefined) {
    throw notFound(`${resourceArn} is not a rule of the default event bus of this account and region.`);
  }
  return name;
}

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-tagging.html */
const mostTags = 50;

/** @throws ValidationException */
export function readTags(list: readonly { readonly Key?: string; readonly Value?: string }[] = []): Tags {
  const entries = list.map(({ Key: key = "", Value: value = "" }) => [key, value] as const);
  throwIfInvalid(
    ...entries.flatMap(([key, value]) => [
      constraintError("tags.key", key, { minLength: 1, maxLength: 128 }),
      constraintError("tags.value", value, { maxLength: 256 }),
      /^aws:/i.test(key) ? `Tag key ${key}: keys that begin with aws: are reserved.` : undefined,
    ]),
  );
  if (new Set(entries.map(([key]) => key)).size < entries.length) {
    throw invalid("Duplicate tag keys are not allowed.");
  }
  const tags = Object.fromEntries(entries);
  checkTagCount(tags);
  return tags;
}

/** @throws LimitExceededException */
export function checkTagCount(tags: Tags): void {
  if (Object.keys(tags).length > mostTags) {
    throw new AwsError("LimitExceededException", `A rule has at most ${mostTags} tags.`);
  }
}

/** Cuts the page that a request names out of a list. */
export function pageOf(operation: string, input: { readonly Limit?: number; readonly NextToken?: string }): Pager {
  const { Limit: limit = 100, NextToken: nextToken, ...list } = input;
  throwIfInvalid(rangeError("limit", limit, 1, 100));
  const page = pager(JSON.stringify([operation, list]), limit, nextToken);
  if (page === undefined) {
    throw invalid("The NextToken is not one of this list.");
  }
  return page;
}
