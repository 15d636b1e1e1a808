import { randomUUID } from "node:crypto";
import type { CloudTrailRecord } from "../cloudtrail/record";
import type { JsonObject } from "../../iam/json";

/**
 * An event as the bus takes it.
 * Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-events-structure.html
 */
export interface BusEvent extends JsonObject {
  readonly version: "0";
  readonly id: string;
  readonly "detail-type": string;
  readonly source: string;
  readonly account: string;
  /** ISO 8601, to the second. */
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: object;
}

/**
 * A call as CloudTrail tells the bus of it.
 * Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html
 */
export function apiCallEvent(record: CloudTrailRecord): BusEvent {
  return {
    version: "0",
    id: randomUUID(),
    "detail-type": "AWS API Call via CloudTrail",
    source: sourceOf(record.eventSource),
    account: record.recipientAccountId,
    time: record.eventTime,
    region: record.awsRegion,
    resources: [],
    detail: record,
  };
}

function sourceOf(eventSource: string): string {
  return `aws.${eventSource.replace(/\.amazonaws\.com$/, "")}`;
}

/**
 * Whether a call reaches a rule of state ENABLED. Calls that read do not, and EventBridge knows them by their names. Two of
 * STS begin with Get and change something.
 * Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail-management.html
 */
export function isChange(service: string, operation: string): boolean {
  return (
    !/^(?:Describe|Get|List)/.test(operation) ||
    (service === "sts" && /^Get(?:FederationToken|SessionToken)$/.test(operation))
  );
}
