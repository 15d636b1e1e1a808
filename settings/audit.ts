import * as z from "zod";
import { arnParts, keyArn } from "../iam/arns";
import { schemaError, type SettingErrors, shown, textOf } from "./errors";

/** How long the events of a registry are kept, and who hears of the worst. */
export interface AuditSettings {
  /** Days that the log group keeps an event. */
  readonly retentionDays: number;
  /** SNS topic for alarms. @default - no alarms */
  readonly alarmTopicArn?: string;
  /** KMS key that encrypts the log group. @default - CloudWatch Logs' own encryption */
  readonly keyArn?: string;
}

/** Source: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
export const retentionDays: readonly number[] = [
  ...[1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653],
];

const schemas = {
  retentionDays: z
    .int(schemaError("is not a number of days", "Write it without quotation marks, as in 365"))
    .refine(
      (days) => retentionDays.includes(days),
      schemaError(
        "is not a number of days that CloudWatch Logs keeps events for",
        `Choose one of ${retentionDays.join(", ")}`,
      ),
    ),
  alarmTopicArn: textOf(
    /^arn:[a-z-]+:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,256}$/,
    "is not the ARN of an SNS topic",
    "Write arn:aws:sns:REGION:ACCOUNT:NAME",
  ),
  keyArn: textOf(keyArn, "is not the ARN of a KMS key", "Write arn:aws:kms:REGION:ACCOUNT:key/ID"),
};

/** What a stack keeps that says nothing of `audit`: the events of a year, except for the environment `dev`. */
export function defaultAudit(environment: string): AuditSettings | undefined {
  return environment === "dev" ? undefined : { retentionDays: 365 };
}

/**
 * Reads the setting `audit`; undefined where no events are kept.
 *
 * @param region - of the stack: EventBridge sends alarms to a topic of its own region, and a log group has a key of its own region.
 *   An empty one, which could not be read, is not compared: that would be a second, misleading error
 */
export function readAudit(errors: SettingErrors, value: unknown, region = ""): AuditSettings | undefined {
  if (value === undefined || value === false) {
    return undefined;
  }
  const wayOut = "Write the days that events are kept, as in: audit: { retentionDays: 365 }. Write false to keep none";
  const fields = errors.readObject("audit", value, Object.keys(schemas), wayOut);
  if (fields === undefined) {
    return undefined;
  }
  const alarmTopicArn = errors.readOptional("audit.alarmTopicArn", schemas.alarmTopicArn, fields.alarmTopicArn);
  const key = errors.readOptional("audit.keyArn", schemas.keyArn, fields.keyArn);
  for (const [name, arn] of Object.entries({ alarmTopicArn, keyArn: key })) {
    const { region: other } = arnParts(arn ?? "");
    if (other !== undefined && region !== "" && other !== region) {
      errors.add(`audit.${name}`, `${shown(arn)} is in ${other}, and the stack is in ${region}. Name one of ${region}`);
    }
  }
  return {
    retentionDays: errors.read("audit.retentionDays", schemas.retentionDays, fields.retentionDays, 365),
    ...(alarmTopicArn === undefined ? {} : { alarmTopicArn }),
    ...(key === undefined ? {} : { keyArn: key }),
  };
}
