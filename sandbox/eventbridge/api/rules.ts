import type {
  DeleteRuleCommandInput,
  DeleteRuleCommandOutput,
  DescribeRuleCommandInput,
  DescribeRuleCommandOutput,
  DisableRuleCommandInput,
  DisableRuleCommandOutput,
  EnableRuleCommandInput,
  EnableRuleCommandOutput,
  ListRulesCommandInput,
  ListRulesCommandOutput,
  ListTagsForResourceCommandInput,
  ListTagsForResourceCommandOutput,
  PutRuleCommandInput,
  PutRuleCommandOutput,
  TagResourceCommandInput,
  TagResourceCommandOutput,
  TestEventPatternCommandInput,
  TestEventPatternCommandOutput,
  UntagResourceCommandInput,
  UntagResourceCommandOutput,
} from "@aws-sdk/client-eventbridge";
import type { RequestContext } from "../../../iam/evaluate";
import { isObject, parseJson } from "../../../iam/json";
import { authorize } from "../../context";
import { notModelled } from "../../core/awsError";
import { requestTagKeys, requestTags } from "../../core/conditions";
import { choiceError, constraintError } from "../../core/constraints";
import type { Operation } from "../../core/operation";
import { invalid, notFound, throwIfInvalid } from "../errors";
import { parsePattern, type Rule, ruleStates } from "../rules";
import { checkTagCount, nameError, pageOf, readTags, requireDefaultBus, ruleTarget, taggedRule } from "./checks";

/** For tags "you must have both the events:PutRule and events:TagResource permissions". */
const putRule: Operation<PutRuleCommandInput, PutRuleCommandOutput> = (context, input) => {
  const { rules } = context.account.eventBridge;
  const { Name: name, Description: description, EventPattern: eventPattern, State: state } = input;
  const { resource, conditions } = ruleTarget(context, name, input.EventBusName);
  throwIfInvalid(
    constraintError("description", description, { maxLength: 512 }),
    choiceError("state", state, ruleStates),
    eventPattern === undefined && input.ScheduleExpression === undefined
      ? "Parameter(s) EventPattern or ScheduleExpression must be specified."
      : undefined,
  );
  const tags = readTags(input.Tags);
  return {
    resource,
    authorize: (session) => {
      const asked = { ...conditions, ...patternKeys(eventPattern), ...requestTags(tags) };
      authorize(context, session, "events:PutRule", resource, asked);
      if (Object.keys(tags).length > 0) {
        authorize(context, session, "events:TagResource", resource, { ...conditions, ...requestTags(tags) });
      }
    },
    answer: () => {
      const other = [
        input.ScheduleExpression === undefined ? [] : ["ScheduleExpression"],
        input.RoleArn === undefined ? [] : ["RoleArn"],
      ].flat();
      if (other.length > 0 || eventPattern === undefined) {
        throw notModelled(
          `${other.join(" and ")} of events:PutRule is not modelled: rules here have an event pattern.`,
        );
      }
      return { RuleArn: rules.put({ name, eventPattern, state, description, tags }).arn };
    },
  };
};

/**
 * What conditions may ask of a rule's pattern: the values that it names.
 * Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-conditions.html
 */
function patternKeys(eventPattern: string | undefined): RequestContext {
  const pattern = parseJson(eventPattern ?? "")?.value;
  const detail = isObject(pattern) && isObject(pattern.detail) ? pattern.detail : {};
  const identity = isObject(detail.userIdentity) ? detail.userIdentity : {};
  const values = {
    "events:source": isObject(pattern) ? pattern.source : undefined,
    "events:detail-type": isObject(pattern) ? pattern["detail-type"] : undefined,
    "events:detail.service": detail.service,
    "events:detail.eventTypeCode": detail.eventTypeCode,
    "events:detail.userIdentity.principalId": identity.principalId,
  };
  return Object.fromEntries(
    Object.entries(values).map(([key, list]) => [
      key,
      Array.isArray(list) ? list.filter((value): value is string => typeof value === "string") : [],
    ]),
  );
}

const describeRule: Operation<DescribeRuleCommandInput, DescribeRuleCommandOutput> = (context, input) => ({
  ...ruleTarget(context, input.Name, input.EventBusName),
  answer: () => ({
    ...ruleOf(context.account.eventBridge.rules.describe(input.Name)),
    CreatedBy: context.account.accountId,
  }),
});

function ruleOf({ name, arn, eventPattern, state, description }: Rule) {
  return {
    Name: name,
    Arn: arn,
    EventPattern: eventPattern,
    State: state,
    Description: description,
    EventBusName: "default",
  };
}

const listRules: Operation<ListRulesCommandInput, ListRulesCommandOutput> = (context, input) => {
  const { NamePrefix: prefix } = input;
  throwIfInvalid(nameError("namePrefix", prefix));
  requireDefaultBus(context, input.EventBusName);
  const page = pageOf("ListRules", input);
  return {
    resource: context.account.eventBridge.rules.arn("*"),
    answer: () => {
      const found = context.account.eventBridge.rules.list().filter(({ name }) => name.startsWith(prefix ?? ""));
      const { items, nextToken: NextToken } = page(found, ({ name }) => name);
      return { Rules: items.map(ruleOf), NextToken };
    },
  };
};

const deleteRule: Operation<DeleteRuleCommandInput, DeleteRuleCommandOutput> = (context, input) => ({
  ...ruleTarget(context, input.Name, input.EventBusName),
  answer: () => {
    context.account.eventBridge.rules.delete(input.Name);
    return {};
  },
});

const enableRule: Operation<EnableRuleCommandInput, EnableRuleCommandOutput> = (context, input) => ({
  ...ruleTarget(context, input.Name, input.EventBusName),
  answer: () => {
    context.account.eventBridge.rules.setState(input.Name, "ENABLED");
    return {};
  },
});

const disableRule: Operation<DisableRuleCommandInput, DisableRuleCommandOutput> = (context, input) => ({
  ...ruleTarget(context, input.Name, input.EventBusName),
  answer: () => {
    context.account.eventBridge.rules.setState(input.Name, "DISABLED");
    return {};
  },
});

const tagResource: Operation<TagResourceCommandInput, TagResourceCommandOutput> = (context, input) => {
  const name = taggedRule(context, input.ResourceARN);
  const tags = readTags(input.Tags);
  const { resource, conditions } = ruleTarget(context, name, undefined);
  return {
    resource,
    conditions: { ...conditions, ...requestTags(tags) },
    answer: () => {
      const all = { ...taggable(context, name).tags, ...tags };
      checkTagCount(all);
      context.account.eventBridge.rules.putTags(name, all);
      return {};
    },
  };
};

const untagResource: Operation<UntagResourceCommandInput, UntagResourceCommandOutput> = (context, input) => {
  const name = taggedRule(context, input.ResourceARN);
  const { resource, conditions } = ruleTarget(context, name, undefined);
  return {
    resource,
    conditions: { ...conditions, ...requestTagKeys(input.TagKeys) },
    answer: () => {
      const kept = Object.entries(taggable(context, name).tags).filter(([key]) => !input.TagKeys.includes(key));
      context.account.eventBridge.rules.putTags(name, Object.fromEntries(kept));
      return {};
    },
  };
};

const listTagsForResource: Operation<ListTagsForResourceCommandInput, ListTagsForResourceCommandOutput> = (
  context,
  input,
) => {
  const name = taggedRule(context, input.ResourceARN);
  return {
    ...ruleTarget(context, name, undefined),
    answer: () => ({
      Tags: Object.entries(taggable(context, name).tags).map(([Key, Value]) => ({ Key, Value })),
    }),
  };
};

function taggable(context: Parameters<typeof taggedRule>[0], name: string): Rule {
  const rule = context.account.eventBridge.rules.find(name);
  if (rule === undefined) {
    throw notFound(`Rule ${name} does not exist on EventBus default.`);
  }
  return rule;
}

/** Members that the event of a test must have: API_TestEventPattern.html */
const requiredOfEvent = ["id", "account", "source", "time", "region", "resources", "detail-type"];

const testEventPattern: Operation<TestEventPatternCommandInput, TestEventPatternCommandOutput> = (_context, input) => {
  const event = parseJson(input.Event)?.value;
  return {
    resource: "*",
    answer: () => {
      const pattern = parsePattern(input.EventPattern);
      if (!isObject(event)) {
        throw invalid("Parameter Event is not valid. Reason: it is not a JSON object.");
      }
      const missing = requiredOfEvent.filter((member) => !(member in event));
      if (missing.length > 0) {
        throw invalid(`Parameter Event is not valid. Reason: it must contain ${missing.join(", ")}.`);
      }
      return { Result: pattern.matches(event) };
    },
  };
};

/** Each at https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_NAME.html */
export const ruleOperations = {
  PutRule: putRule,
  DescribeRule: describeRule,
  ListRules: listRules,
  DeleteRule: deleteRule,
  EnableRule: enableRule,
  DisableRule: disableRule,
  TagResource: tagResource,
  UntagResource: untagResource,
  ListTagsForResource: listTagsForResource,
  TestEventPattern: testEventPattern,
};
