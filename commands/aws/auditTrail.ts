import {
  type CloudWatchLogsClient,
  DescribeResourcePoliciesCommand,
  ListTagsForResourceCommand as ListTagsOfGroupCommand,
  paginateDescribeLogGroups,
} from "@aws-sdk/client-cloudwatch-logs";
import {
  DescribeRuleCommand,
  type EventBridgeClient,
  ListTagsForResourceCommand as ListTagsOfRuleCommand,
  ListTargetsByRuleCommand,
} from "@aws-sdk/client-eventbridge";
import { each } from "../verify/iamLists";
import { ask, type AwsClients, find, list } from "./clients";
import type { RegistryAuditTrail, RegistryEventRule, RegistryLogGroup, RegistryLogPolicy } from "./registry";

/**
 * Reads from AWS what a stack declares of its audit trail. Nothing is asked where it declares none.
 *
 * @throws CommandError where AWS denies a request
 */
export async function liveAuditTrail(
  { logs, eventBridge }: Pick<AwsClients, "logs" | "eventBridge">,
  declared: RegistryAuditTrail,
): Promise<RegistryAuditTrail> {
  return {
    logGroups: await each(declared.logGroups, ({ name }) => liveLogGroup(logs, name)),
    logPolicies: await liveLogPolicies(logs, declared.logPolicies),
    rules: await each(declared.rules, ({ name }) => liveRule(eventBridge, name)),
  };
}

async function liveLogGroup(logs: CloudWatchLogsClient, name: string): Promise<RegistryLogGroup | undefined> {
  const pages = paginateDescribeLogGroups({ client: logs }, { logGroupNamePrefix: name });
  const groups = await list(`log group ${name}`, pages, (page) => page.logGroups);
  const group = groups.find(({ logGroupName }) => logGroupName === name);
  if (group === undefined) {
    return undefined;
  }
  const { tags = {} } = await ask(`tags of log group ${name}`, () =>
    logs.send(new ListTagsOfGroupCommand({ resourceArn: group.logGroupArn })),
  );
  return { name, retentionDays: group.retentionInDays, key: group.kmsKeyId, tags };
}

/** All of them fit one answer: an account has ten in a region. */
async function liveLogPolicies(
  logs: CloudWatchLogsClient,
  declared: readonly RegistryLogPolicy[],
): Promise<readonly RegistryLogPolicy[]> {
  if (declared.length === 0) {
    return [];
  }
  const { resourcePolicies = [] } = await ask("resource policies of CloudWatch Logs", () =>
    logs.send(new DescribeResourcePoliciesCommand({})),
  );
  return declared.flatMap(({ name }) => {
    const policy = resourcePolicies.find(({ policyName }) => policyName === name);
    return policy === undefined ? [] : [{ name, document: policy.policyDocument ?? "" }];
  });
}

async function liveRule(eventBridge: EventBridgeClient, name: string): Promise<RegistryEventRule | undefined> {
  const rule = await find(`event rule ${name}`, () => eventBridge.send(new DescribeRuleCommand({ Name: name })));
  if (rule === undefined) {
    return undefined;
  }
  return ask(`targets and tags of event rule ${name}`, async () => {
    // A rule has five targets at most, which fit one answer.
    const { Targets = [] } = await eventBridge.send(new ListTargetsByRuleCommand({ Rule: name }));
    const { Tags = [] } = await eventBridge.send(new ListTagsOfRuleCommand({ ResourceARN: rule.Arn }));
    return {
      name,
      pattern: rule.EventPattern ?? "",
      state: rule.State ?? "",
      description: rule.Description,
      targets: Targets.flatMap(({ Arn }) => Arn ?? []),
      tags: Object.fromEntries(Tags.map(({ Key = "", Value = "" }) => [Key, Value] as const)),
    };
  });
}
