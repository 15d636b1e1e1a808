import { EventRule } from "@pulumi/aws/cloudwatch/eventRule";
import { EventTarget } from "@pulumi/aws/cloudwatch/eventTarget";
import { LogGroup } from "@pulumi/aws/cloudwatch/logGroup";
import { LogResourcePolicy } from "@pulumi/aws/cloudwatch/logResourcePolicy";
import * as pulumi from "@pulumi/pulumi";
import { arnParts } from "../iam/arns";
import { policyDocument, type PolicyDocument } from "../iam/documents";
import { counted, documentText } from "../iam/limits";
import type { Origins } from "../naming/packagePatterns";
import { auditLogGroupName, auditLogGroups, auditRuleName, storeName } from "../naming/registryNames";
import { type AuditedRegistry, type AuditRule, alarmRules, trailRules } from "./auditEvents";
import { programError } from "./programError";

/** How long events are kept, and who hears of the worst. */
export interface Audit {
  /** Days that the log group keeps an event. */
  readonly retentionDays: number;
  /**
   * SNS topic in the region of the stack that is to hear of alarms. Its policy must let `events.amazonaws.com` publish.
   * @default - no alarms
   */
  readonly alarmTopicArn?: pulumi.Input<string>;
  /**
   * KMS key that encrypts the log group. Its policy must let CloudWatch Logs use it.
   * @default - CloudWatch Logs' own encryption
   */
  readonly keyArn?: pulumi.Input<string>;
}

/** What an audit trail is about. */
export interface AuditTrailArgs extends Audit {
  /** Name of the domain; the log group and the rules are named after it. */
  readonly domain: string;
  /** ARN of the domain, once it exists. */
  readonly domainArn: pulumi.Input<string>;
  /** Name of the repository that is connected to public PyPI. */
  readonly store: pulumi.Input<string>;
  readonly origins: Origins;
  /** Whether the log group is kept from deletion. */
  readonly protect: boolean;
  /** On the log group and the rules. */
  readonly tags: pulumi.Input<Readonly<Record<string, string>>>;
}

/**
 * Keeps what happens to a registry: EventBridge rules write each change of a package version, each call that changes something or
 * is rejected, and each session of its roles into a log group. Calls reach EventBridge only where the account has a trail of
 * CloudTrail, and those of IAM only in us-east-1.
 */
export class AuditTrail extends pulumi.ComponentResource {
  readonly logGroupName: pulumi.Output<string>;

  constructor(name: string, args: AuditTrailArgs, opts?: pulumi.ComponentResourceOptions) {
    super("python-registry:index:AuditTrail", name, args, opts);
    const { domain, domainArn, store, origins, protect, tags } = args;
    checkPatternSizes(args);
    const child = { parent: this };
    const logGroup = new LogGroup(
      `${name}-log`,
      { name: auditLogGroupName(domain), retentionInDays: args.retentionDays, kmsKeyId: args.keyArn, tags },
      { parent: this, protect, retainOnDelete: protect },
    );
    // The same for every stack of an account: AWS takes ten in a region. It stays when one of them goes.
    const policy = new LogResourcePolicy(
      `${name}-log-policy`,
      {
        policyName: logPolicyName,
        policyDocument: pulumi.output(domainArn).apply((arn) => documentText(logPolicy(arn))),
      },
      { parent: this, retainOnDelete: true },
    );

    const registry = pulumi.all([domainArn, store]).apply(([arn, storeName]): AuditedRegistry => {
      const { partition = "", region = "", account = "" } = arnParts(arn);
      const { private: privateNames, public: publicNames } = origins;
      return { partition, region, account, domain, store: storeName, privateNames, publicNames };
    });
    const listen = (
      rules: (of: AuditedRegistry) => readonly AuditRule[],
      target: pulumi.Input<string>,
      dependsOn: readonly pulumi.Resource[],
    ) => {
      // How many rules there are, and their names, do not depend on what AWS answers.
      rules(anyRegistry(domain)).forEach(({ name: kind, readsToo }, index) => {
        const one = registry.apply((known) => rules(known)[index] ?? { description: "", pattern: {} });
        const rule = new EventRule(
          `${name}-${kind}`,
          {
            name: auditRuleName(domain, kind),
            description: one.apply(({ description }) => description),
            eventPattern: one.apply(({ pattern }) => JSON.stringify(pattern)),
            state: readsToo ? "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS" : "ENABLED",
            tags,
          },
          child,
        );
        new EventTarget(
          `${name}-${kind}-target`,
          { rule: rule.name, targetId: "audit", arn: target },
          { parent: this, dependsOn: [...dependsOn] },
        );
      });
    };
    listen(trailRules, logGroup.arn, [policy]);
    if (args.alarmTopicArn !== undefined) {
      listen(alarmRules, args.alarmTopicArn, []);
    }

    this.logGroupName = logGroup.name;
    this.registerOutputs({ logGroupName: this.logGroupName });
  }
}

/** The resource policy by which EventBridge writes the audit trails of all stacks of an account. */
const logPolicyName = "package-registry-audit";

/** Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html, "CloudWatch Logs permissions" */
function logPolicy(domainArn: string): PolicyDocument {
  const { partition = "", region = "", account = "" } = arnParts(domainArn);
  return policyDocument({
    Sid: "WriteAuditTrails",
    Effect: "Allow",
    Principal: { Service: ["events.amazonaws.com", "delivery.logs.amazonaws.com"] },
    Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
    Resource: `arn:${partition}:logs:${region}:${account}:log-group:${auditLogGroups}:*`,
  });
}

/** EventBridge's quota for a pattern, in characters. Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html */
const longestPattern = 2_048;

/** @throws RunError where the origins have more names than a pattern takes, measured with the longest region */
function checkPatternSizes({ domain, origins, alarmTopicArn }: AuditTrailArgs): void {
  const longest = { ...anyRegistry(domain), privateNames: origins.private, publicNames: origins.public };
  const tooLong = (alarmTopicArn === undefined ? [] : alarmRules(longest)).find(
    ({ pattern }) => JSON.stringify(pattern).length > longestPattern,
  );
  if (tooLong !== undefined) {
    throw programError(
      `audit.alarmTopicArn: the pattern of the alarm ${tooLong.name} has ${counted(JSON.stringify(tooLong.pattern).length)} ` +
        `characters, EventBridge takes ${counted(longestPattern)}. List fewer entries in origins.private and origins.public, ` +
        "such as one prefix for many names, or leave alarmTopicArn out.",
    );
  }
}

function anyRegistry(domain: string): AuditedRegistry {
  const place = { partition: "aws-us-gov", account: "000000000000", region: "ap-northeast-1" };
  return { ...place, domain, store: storeName, privateNames: [], publicNames: [] };
}
