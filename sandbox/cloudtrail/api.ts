import type { Event, LookupEventsCommandInput, LookupEventsCommandOutput } from "@aws-sdk/client-cloudtrail";
import type { JsonService } from "../core/awsJson";
import { AwsError, throwFirst } from "../core/awsError";
import { choiceError, rangeError } from "../core/constraints";
import type { Answer } from "../core/model";
import type { Operation } from "../core/operation";
import { pager } from "../core/pages";
import type { RecordedCall } from "./cloudTrail";

/**
 * The account's event history, the newest first.
 * Source: https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html
 */
const lookupEvents: Operation<LookupEventsCommandInput, LookupEventsCommandOutput> = (
  { account: { cloudTrail } },
  input,
) => {
  const { LookupAttributes: attributes = [], StartTime: start, EndTime: end, EventCategory: category } = input;
  const { MaxResults: maxResults = 50, NextToken: nextToken, ...list } = input;
  throwIfInvalidAttribute(
    attributes.length > 1 ? "You can only specify one LookupAttribute." : undefined,
    ...attributes.map(({ AttributeKey: key }) => choiceError("lookupAttributes.attributeKey", key, [...values.keys()])),
  );
  throwIfInvalid("InvalidMaxResultsException")(rangeError("maxResults", maxResults, 1, 50));
  throwIfInvalid("InvalidTimeRangeException")(
    start !== undefined && end !== undefined && start > end ? "The start time is after the end time." : undefined,
  );
  throwIfInvalid("InvalidEventCategoryException")(
    category === undefined ? undefined : `Event category ${category} is not modelled: leave it out.`,
  );
  const page = pager(JSON.stringify(["LookupEvents", list]), maxResults, nextToken);
  if (page === undefined) {
    throw new AwsError("InvalidNextTokenException", "The NextToken is not one of this list.");
  }
  return {
    resource: "*",
    answer: () => {
      const found = cloudTrail
        .calls()
        .filter(({ record: { eventTime } }) => isWithin(new Date(eventTime), start, end))
        .filter((call) =>
          attributes.every(({ AttributeKey: key = "", AttributeValue: wanted = "" }) =>
            values.get(key)?.(call).includes(wanted),
          ),
        )
        .reverse();
      const { items, nextToken: NextToken } = page(found, ({ record: { eventID } }) => eventID);
      return { Events: items.map(eventOf), NextToken };
    },
  };
};

/** The values of a call by the attribute that a look-up names. */
const values: ReadonlyMap<string, (call: RecordedCall) => readonly string[]> = new Map([
  ["EventId", ({ record }) => [record.eventID]],
  ["EventName", ({ record }) => [record.eventName]],
  ["ReadOnly", ({ record }) => [String(record.readOnly)]],
  ["Username", ({ userName }) => [userName]],
  ["ResourceType", ({ record: { resources = [] } }) => resources.map(({ type }) => type)],
  ["ResourceName", ({ record: { resources = [] } }) => resources.map(({ ARN }) => ARN)],
  ["EventSource", ({ record }) => [record.eventSource]],
  ["AccessKeyId", ({ accessKeyId }) => (accessKeyId === undefined ? [] : [accessKeyId])],
]);

function isWithin(time: Date, start = new Date(0), end = time): boolean {
  return time >= start && time <= end;
}

function eventOf({ record, userName, accessKeyId }: RecordedCall): Answer<Event> {
  const { eventID, eventName, eventSource, eventTime, readOnly, resources = [] } = record;
  return {
    EventId: eventID,
    EventName: eventName,
    ReadOnly: String(readOnly),
    AccessKeyId: accessKeyId,
    EventTime: new Date(eventTime),
    EventSource: eventSource,
    Username: userName,
    Resources: resources.map(({ type, ARN }) => ({ ResourceType: type, ResourceName: ARN })),
    CloudTrailEvent: JSON.stringify(record),
  };
}

const throwIfInvalid = (code: string) => throwFirst((message) => new AwsError(code, message));

const throwIfInvalidAttribute = throwIfInvalid("InvalidLookupAttributesException");

/** CloudTrail's event history. It has no trails: what they would write, LookupEvents returns. */
export const cloudTrail: JsonService = {
  name: "cloudtrail",
  title: "CloudTrail",
  target: "CloudTrail_20131101",
  version: "1.1",
  sdk: () => import("@aws-sdk/client-cloudtrail"),
  invalid: (message) => new AwsError("InvalidParameterException", message),
  operations: new Map([["LookupEvents", lookupEvents]]),
};
