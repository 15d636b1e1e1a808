import { type CloudTrailClient, type LookupAttribute, paginateLookupEvents } from "@aws-sdk/client-cloudtrail";
import * as z from "zod";
import { sessionArn } from "../../iam/arns";

/** Which events are looked up. */
export interface EventQuery {
  /** Such as `PublishPackageVersion`. */
  readonly eventName?: string;
  /** ARN of a resource that the event names. */
  readonly resourceName?: string;
  /** Such as `codeartifact.amazonaws.com`. */
  readonly eventSource?: string;
  readonly since: Date;
}

/** How long LookupEvents knows an event, in days. Source: https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html */
export const eventHistoryDays = 90;

const members = z.record(z.string(), z.unknown()).nullish();

/** Source: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html */
const recordSchema = z.object({
  eventID: z.string(),
  /** ISO 8601, to the second, in UTC. */
  eventTime: z.string(),
  eventSource: z.string(),
  eventName: z.string(),
  awsRegion: z.string().optional(),
  recipientAccountId: z.string().optional(),
  sourceIPAddress: z.string().optional(),
  userAgent: z.string().optional(),
  errorCode: z.string().optional(),
  errorMessage: z.string().optional(),
  readOnly: z.boolean().optional(),
  userIdentity: z
    .object({
      type: z.string().optional(),
      /** Of an assumed role `arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION`. */
      arn: z.string().optional(),
      accountId: z.string().optional(),
      principalId: z.string().optional(),
      userName: z.string().optional(),
      /** Of the session's credentials: the event that opened the session has it too. */
      accessKeyId: z.string().optional(),
      sessionContext: z.object({ attributes: z.object({ creationDate: z.string().optional() }).optional() }).optional(),
      /** A service that asked on its own behalf. */
      invokedBy: z.string().optional(),
    })
    .optional(),
  requestParameters: members,
  responseElements: members,
  additionalEventData: members,
  resources: z.array(z.object({ ARN: z.string().optional(), type: z.string().optional() })).nullish(),
});

/** An event of CloudTrail, without what no command reads. */
export type EventRecord = z.infer<typeof recordSchema>;

/** @returns nothing where it is no record */
export function readEventRecord(json: string): EventRecord | undefined {
  try {
    return recordSchema.safeParse(JSON.parse(json)).data;
  } catch {
    return undefined;
  }
}

/**
 * The events of the account and the region that fit, the newest first. AWS takes one attribute: the others of the
 * query are compared here.
 *
 * @throws what the SDK throws
 */
export async function* lookupEvents(
  client: CloudTrailClient,
  { resourceName, eventName, eventSource, since }: EventQuery,
): AsyncGenerator<EventRecord> {
  const attributes = [
    ["ResourceName", resourceName],
    ["EventName", eventName],
    ["EventSource", eventSource],
  ] as const satisfies readonly (readonly [LookupAttribute["AttributeKey"], string | undefined])[];
  const [first] = attributes.flatMap(([AttributeKey, AttributeValue]) =>
    AttributeValue === undefined ? [] : [{ AttributeKey, AttributeValue }],
  );
  const query = { StartTime: since, LookupAttributes: first === undefined ? undefined : [first] };
  for await (const { Events: events = [] } of paginateLookupEvents({ client }, query)) {
    for (const { CloudTrailEvent: json = "" } of events) {
      const record = readEventRecord(json);
      if (
        record !== undefined &&
        [record.eventName, undefined].includes(eventName) &&
        [record.eventSource, undefined].includes(eventSource)
      ) {
        yield record;
      }
    }
  }
}

/** Who asked. */
export interface EventCaller {
  /** Name of the role that was assumed. */
  readonly role?: string;
  /** The name that the session was given, of a user the user's name, and of a service its address. */
  readonly name?: string;
}

/** Who an event names as its caller: neither where it names an identity of another kind. */
export function callerOf({ userIdentity: { arn = "", userName, invokedBy } = {} }: EventRecord): EventCaller {
  const { role, session } = sessionArn.exec(arn)?.groups ?? {};
  return role === undefined ? { name: userName ?? invokedBy } : { role, name: session };
}
