import type { Tags } from "../../core/identifiers";
import { type LogGroup, retentionDays } from "../../logs/logs";
import type { ResourcePolicy } from "../../logs/resourcePolicies";
import { bridged, changes, foundAs, type Inputs, normalisedJson, tagChanges, tags, tagsState } from "./bridged";
import { deleteIfExists, given, type Properties, type ResourceType, withContext, withMade } from "./resourceType";

interface LogGroupInputs {
  readonly name: string;
  readonly retentionInDays?: number;
  readonly kmsKeyId?: string;
  readonly logGroupClass?: LogGroup["logGroupClass"];
  readonly skipDestroy?: boolean;
  readonly deletionProtectionEnabled?: boolean;
  readonly tags?: Tags;
}

const logGroupSchema: Inputs = {
  name: { required: true, replaces: true },
  retentionInDays: { default: 0, choices: [0, ...retentionDays] },
  kmsKeyId: {},
  logGroupClass: { computed: true, replaces: true, choices: ["STANDARD", "INFREQUENT_ACCESS", "DELIVERY"] },
  skipDestroy: { default: false },
  deletionProtectionEnabled: { computed: true },
  ...tags,
};

/**
 * `aws:cloudwatch/logGroup:LogGroup`. AWS does not know of skipDestroy: the state alone has it.
 * Source: internal/service/logs/group.go of terraform-provider-aws
 */
export const logGroupType: ResourceType<LogGroupInputs> = {
  ...bridged(logGroupSchema),
  computed: ["arn", "logGroupClass", "deletionProtectionEnabled"],
  create: ({ logs }, news) => {
    const { name, retentionInDays = 0 } = news;
    const state = () => ({ ...groupState(logs.describeLogGroup(name)), skipDestroy: news.skipDestroy ?? false });
    withContext(`creating CloudWatch Logs Log Group (${name})`, () =>
      logs.createLogGroup({
        logGroupName: name,
        kmsKeyId: news.kmsKeyId === "" ? undefined : news.kmsKeyId,
        logGroupClass: news.logGroupClass,
        deletionProtectionEnabled: news.deletionProtectionEnabled,
        tags: news.tags,
      }),
    );
    withMade(
      () => ({ id: name, state: state() }),
      () => {
        if (retentionInDays > 0) {
          withContext(`setting CloudWatch Logs Log Group (${name}) retention policy`, () => {
            logs.putRetentionPolicy(name, retentionInDays);
          });
        }
      },
    );
    return { id: name, state: state() };
  },
  read: ({ logs }, name, known) => {
    const group = logs.find(name);
    return group && foundAs(logGroupSchema, { ...groupState(group), skipDestroy: known?.state.skipDestroy ?? false });
  },
  update: ({ logs }, name, news, { state: old }) => {
    const { retentionInDays = 0, kmsKeyId = "" } = news;
    if (changes(logGroupSchema, "retentionInDays", old, news)) {
      const doing = retentionInDays > 0 ? "setting" : "deleting";
      withContext(`${doing} CloudWatch Logs Log Group (${name}) retention policy`, () => {
        logs.putRetentionPolicy(name, retentionInDays > 0 ? retentionInDays : undefined);
      });
    }
    if (changes(logGroupSchema, "kmsKeyId", old, news)) {
      const doing = kmsKeyId === "" ? "disassociating" : "associating";
      withContext(`${doing} CloudWatch Logs Log Group (${name}) KMS key`, () => {
        logs.associateKmsKey(name, kmsKeyId === "" ? undefined : kmsKeyId);
      });
    }
    if (changes(logGroupSchema, "deletionProtectionEnabled", old, news)) {
      withContext(`setting CloudWatch Logs Log Group (${name}) deletion protection`, () => {
        logs.putDeletionProtection(name, news.deletionProtectionEnabled === true);
      });
    }
    const { added, removed } = tagChanges(old, news);
    const kept = Object.entries(logs.describeLogGroup(name).tags).filter(([key]) => !removed.includes(key));
    logs.putTags(name, { ...Object.fromEntries(kept), ...added });
    return { ...groupState(logs.describeLogGroup(name)), skipDestroy: news.skipDestroy ?? false };
  },
  delete: ({ logs }, name, { skipDestroy }) => {
    if (skipDestroy === true) {
      return;
    }
    deleteIfExists(`deleting CloudWatch Logs Log Group (${name})`, () => {
      logs.deleteLogGroup(name);
    });
  },
};

function groupState(group: LogGroup): Properties {
  return given({
    name: group.logGroupName,
    retentionInDays: group.retentionInDays ?? 0,
    kmsKeyId: group.kmsKeyId,
    logGroupClass: group.logGroupClass,
    deletionProtectionEnabled: group.deletionProtectionEnabled,
    arn: group.arn,
    ...tagsState(group.tags),
  });
}

interface LogResourcePolicyInputs {
  readonly policyName: string;
  readonly policyDocument: string;
}

const policySchema: Inputs = {
  policyName: { required: true, replaces: true },
  policyDocument: { required: true, is: "policy" },
};

/**
 * `aws:cloudwatch/logResourcePolicy:LogResourcePolicy`, of the account. One of a log group alone is not modelled.
 * Source: internal/service/logs/resource_policy.go of terraform-provider-aws
 */
export const logResourcePolicyType: ResourceType<LogResourcePolicyInputs> = {
  ...bridged(policySchema),
  computed: ["policyScope", "revisionId"],
  create: ({ logs }, { policyName, policyDocument }) => {
    const policy = withContext(`creating CloudWatch Logs Resource Policy (${policyName})`, () =>
      logs.resourcePolicies.put(policyName, normalisedJson(policyDocument)),
    );
    return { id: policyName, state: policyState(policy) };
  },
  read: ({ logs }, id) => {
    const policy = logs.resourcePolicies.list().find(({ policyName }) => policyName === id);
    return policy && foundAs(policySchema, policyState(policy));
  },
  update: ({ logs }, id, { policyDocument }) =>
    policyState(
      withContext(`creating CloudWatch Logs Resource Policy (${id})`, () =>
        logs.resourcePolicies.put(id, normalisedJson(policyDocument)),
      ),
    ),
  delete: ({ logs }, id) => {
    deleteIfExists(`deleting CloudWatch Logs Resource Policy (${id})`, () => {
      logs.resourcePolicies.delete(id);
    });
  },
};

function policyState({ policyName, policyDocument, revisionId }: ResourcePolicy): Properties {
  return { policyName, policyDocument, policyScope: "ACCOUNT", revisionId };
}
