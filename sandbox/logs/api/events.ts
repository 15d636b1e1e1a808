import type {
  CreateLogStreamCommandInput,
  CreateLogStreamCommandOutput,
  DeleteLogStreamCommandInput,
  DeleteLogStreamCommandOutput,
  DescribeLogStreamsCommandInput,
  DescribeLogStreamsCommandOutput,
  FilterLogEventsCommandInput,
  FilterLogEventsCommandOutput,
  GetLogEventsCommandInput,
  GetLogEventsCommandOutput,
  PutLogEventsCommandInput,
  PutLogEventsCommandOutput,
} from "@aws-sdk/client-cloudwatch-logs";
import { notModelled } from "../../core/awsError";
import { choiceError, constraintError, rangeError } from "../../core/constraints";
import type { Operation } from "../../core/operation";
import { invalid, throwIfInvalid } from "../errors";
import { filterOf } from "../filterPattern";
import type { LogEvent } from "../logEvents";
import { groupResource, namedGroup, pageOf, streamResource } from "./checks";
import { eventOverhead } from "./groups";

const createLogStream: Operation<CreateLogStreamCommandInput, CreateLogStreamCommandOutput> = (context, input) => {
  const { logGroupName, logStreamName } = input;
  const { logs, now } = context.account;
  return {
    resource: streamResource(context, logGroupName, logStreamName),
    answer: () => {
      logs.events(logGroupName).createStream(logStreamName, now());
      return {};
    },
  };
};

const deleteLogStream: Operation<DeleteLogStreamCommandInput, DeleteLogStreamCommandOutput> = (context, input) => {
  const { logGroupName, logStreamName } = input;
  return {
    resource: streamResource(context, logGroupName, logStreamName),
    answer: () => {
      context.account.logs.events(logGroupName).deleteStream(logStreamName);
      return {};
    },
  };
};

const describeLogStreams: Operation<DescribeLogStreamsCommandInput, DescribeLogStreamsCommandOutput> = (
  context,
  input,
) => {
  const { logs } = context.account;
  const { orderBy = "LogStreamName", logStreamNamePrefix: prefix = "", descending = false } = input;
  const logGroupName = namedGroup(context, input.logGroupName, input.logGroupIdentifier);
  throwIfInvalid(
    choiceError("orderBy", orderBy, ["LogStreamName", "LastEventTime"]),
    orderBy === "LastEventTime" && prefix !== ""
      ? "Cannot order by LastEventTime with a logStreamNamePrefix."
      : undefined,
  );
  const page = pageOf("DescribeLogStreams", input);
  return {
    resource: groupResource(context, logGroupName),
    answer: () => {
      const events = logs.events(logGroupName);
      const found = events
        .streams()
        .filter(({ logStreamName }) => logStreamName.startsWith(prefix))
        .map(({ logStreamName, creationTime }) => {
          const own = events.list().filter((event) => event.logStreamName === logStreamName);
          return {
            logStreamName,
            arn: `${logs.arn(logGroupName)}:log-stream:${logStreamName}`,
            creationTime: creationTime.getTime(),
            firstEventTimestamp: own[0]?.timestamp,
            lastEventTimestamp: own.at(-1)?.timestamp,
            lastIngestionTime: own.at(-1)?.ingestionTime,
            storedBytes: 0,
          };
        });
      if (orderBy === "LastEventTime") {
        found.sort((one, other) => (one.lastEventTimestamp ?? 0) - (other.lastEventTimestamp ?? 0));
      }
      const { items, nextToken } = page(descending ? found.reverse() : found, ({ logStreamName }) => logStreamName);
      return { logStreams: items, nextToken };
    },
  };
};

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html */
const batch = { events: 10_000, bytes: 1_048_576, hours: 24 };
const [hour, day] = [60 * 60 * 1000, 24 * 60 * 60 * 1000] as const;

const putLogEvents: Operation<PutLogEventsCommandInput, PutLogEventsCommandOutput> = (context, input) => {
  const { logs, now } = context.account;
  const { logGroupName, logStreamName, logEvents } = input;
  const resource = streamResource(context, logGroupName, logStreamName);
  const events = logEvents.map(({ timestamp = 0, message = "" }) => ({ timestamp, message }));
  const times = events.map(({ timestamp }) => timestamp);
  const size = events.reduce((sum, { message }) => sum + Buffer.byteLength(message) + eventOverhead, 0);
  throwIfInvalid(
    rangeError("logEvents", events.length, 1, batch.events),
    events.some(({ message }) => message === "")
      ? constraintError("logEvents.message", "", { minLength: 1 })
      : undefined,
    size > batch.bytes ? `Upload too large: ${size} bytes exceeds limit of ${batch.bytes}` : undefined,
    times.some((time, index) => time < (times[index - 1] ?? 0))
      ? "Log events in a single PutLogEvents request must be in chronological order."
      : undefined,
    (times.at(-1) ?? 0) - (times[0] ?? 0) > batch.hours * hour
      ? "The batch of log events in a single PutLogEvents request cannot span more than 24 hours."
      : undefined,
  );
  return {
    resource,
    answer: () => {
      const group = logs.describeLogGroup(logGroupName);
      const stored = logs.events(logGroupName);
      stored.requireStream(logStreamName);
      const arrival = now();
      const expired = logs.oldestKept(group).getTime();
      const tooOld = arrival.getTime() - 14 * day;
      const tooNew = arrival.getTime() + 2 * hour;
      for (const event of events) {
        if (event.timestamp >= Math.max(expired, tooOld) && event.timestamp <= tooNew) {
          stored.add(logStreamName, event, arrival);
        }
      }
      return { rejectedLogEventsInfo: rejected(times, { expired, tooOld, tooNew }) };
    },
  };
};

/** Which events of a batch, which is in the order of time, are not stored. */
function rejected(
  times: readonly number[],
  { expired, tooOld, tooNew }: { readonly expired: number; readonly tooOld: number; readonly tooNew: number },
) {
  const firstNew = times.findIndex((time) => time > tooNew);
  const old = times.filter((time) => time < tooOld).length;
  const gone = times.filter((time) => time < expired).length;
  const info = {
    ...(firstNew === -1 ? {} : { tooNewLogEventStartIndex: firstNew }),
    ...(old === 0 ? {} : { tooOldLogEventEndIndex: old }),
    ...(gone === 0 ? {} : { expiredLogEventEndIndex: gone }),
  };
  return Object.keys(info).length === 0 ? undefined : info;
}

const getLogEvents: Operation<GetLogEventsCommandInput, GetLogEventsCommandOutput> = (context, input) => {
  const { logs } = context.account;
  const { logStreamName, startTime = 0, endTime = Infinity, startFromHead = false, limit = 10_000, nextToken } = input;
  const logGroupName = namedGroup(context, input.logGroupName, input.logGroupIdentifier);
  const [, direction, at] = /^([fb])\/(\d{1,56})$/.exec(nextToken ?? "") ?? [];
  throwIfInvalid(
    rangeError("limit", limit, 1, 10_000),
    nextToken !== undefined && at === undefined ? "The specified nextToken is invalid." : undefined,
  );
  return {
    resource: streamResource(context, logGroupName, logStreamName),
    answer: () => {
      const stored = logs.events(logGroupName);
      stored.requireStream(logStreamName);
      const all = stored
        .list()
        .filter((event) => event.logStreamName === logStreamName)
        .filter(({ timestamp }) => timestamp >= startTime && timestamp < endTime);
      const forward = all.filter(({ eventId }) => at === undefined || eventId > at);
      const backward = all.filter(({ eventId }) => at === undefined || eventId < at);
      const isForward = direction === undefined ? startFromHead : direction === "f";
      const events = isForward ? forward.slice(0, limit) : backward.slice(-limit);
      const edge = at ?? "0".repeat(56);
      return {
        events: events.map(({ timestamp, message, ingestionTime }) => ({ timestamp, message, ingestionTime })),
        nextForwardToken: `f/${events.at(-1)?.eventId ?? edge}`,
        nextBackwardToken: `b/${events[0]?.eventId ?? edge}`,
      };
    },
  };
};

/**
 * Events of a group's streams by time. A page ends after `limit` events. At AWS a page may have fewer, even none, and a
 * token all the same.
 */
const filterLogEvents: Operation<FilterLogEventsCommandInput, FilterLogEventsCommandOutput> = (context, input) => {
  const { logs } = context.account;
  const { logStreamNames, logStreamNamePrefix: prefix, startTime = 0, endTime = Infinity, filterPattern } = input;
  const logGroupName = namedGroup(context, input.logGroupName, input.logGroupIdentifier);
  throwIfInvalid(
    logStreamNames !== undefined && prefix !== undefined
      ? "Cannot specify both logStreamNames and logStreamNamePrefix."
      : undefined,
    startTime > endTime ? "End time should not be less than start time." : undefined,
    constraintError("filterPattern", filterPattern, { maxLength: 1024 }),
  );
  if ((logStreamNames?.length ?? 1) < 1 || (logStreamNames?.length ?? 0) > 100) {
    throw invalid("logStreamNames has between 1 and 100 names.");
  }
  const page = pageOf("FilterLogEvents", input, 10_000);
  return {
    resource: groupResource(context, logGroupName),
    answer: () => {
      if (input.unmask === true) {
        throw notModelled("unmask of logs:FilterLogEvents is not modelled: leave it out.");
      }
      const matches = filterOf(filterPattern ?? "");
      const stored = logs.events(logGroupName);
      logStreamNames?.forEach((name) => {
        stored.requireStream(name);
      });
      const found = stored
        .list()
        .filter(({ timestamp }) => timestamp >= startTime && timestamp <= endTime)
        .filter((event) => isOfStream(event, logStreamNames, prefix))
        .filter(({ message }) => matches(message));
      const { items, nextToken } = page(found, ({ eventId }) => eventId);
      return { events: items, searchedLogStreams: [], nextToken };
    },
  };
};

function isOfStream({ logStreamName }: LogEvent, names: readonly string[] | undefined, prefix = ""): boolean {
  return names === undefined ? logStreamName.startsWith(prefix) : names.includes(logStreamName);
}

/** Each at https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_NAME.html */
export const eventOperations = {
  CreateLogStream: createLogStream,
  DeleteLogStream: deleteLogStream,
  DescribeLogStreams: describeLogStreams,
  PutLogEvents: putLogEvents,
  GetLogEvents: getLogEvents,
  FilterLogEvents: filterLogEvents,
};
