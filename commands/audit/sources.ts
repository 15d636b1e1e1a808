import { type CloudWatchLogsClient, paginateFilterLogEvents } from "@aws-sdk/client-cloudwatch-logs";
import { catalogue } from "../../iam/reach/catalogue";
import { auditLogGroupName } from "../../naming/registryNames";
import type { Settings } from "../../settings";
import { type AwsClients, ask, awsClients, find } from "../aws/clients";
import { type EventQuery, eventHistoryDays, type EventRecord, lookupEvents, readEventRecord } from "../aws/cloudTrail";
import type { Progress } from "../terminal/progress";
import { isOfStack } from "./belonging";
import { readStateChange, type StateChange } from "./stateChanges";

/** Where an event was found. */
export type Source = "cloudTrail" | "logGroup";

/** What AWS has recorded of a stack. */
export interface Recorded {
  /** Each call once, the oldest first. */
  readonly calls: readonly RecordedCall[];
  /** Each change once, the oldest first. */
  readonly changes: readonly StateChange[];
  readonly looked: LookedAt;
}

export interface RecordedCall {
  readonly record: EventRecord;
  readonly sources: readonly Source[];
}

/** Where was looked, and for how far back. */
export interface LookedAt {
  readonly cloudTrail: { readonly regions: readonly string[]; readonly since: Date };
  /** The group is there where the stack's setting `audit` is on, or was. */
  readonly logGroup: { readonly name: string; readonly found: boolean };
}

/** What is looked up. */
export interface Asked {
  readonly settings: Settings;
  readonly since: Date;
  readonly now: Date;
  /** The AWS profile to ask with. */
  readonly profile?: string;
}

/**
 * IAM's events are in this region's history alone, and so are those of STS's global address.
 * Source: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-concepts.html#cloudtrail-concepts-global-service-events
 */
const globalRegion = "us-east-1";

/**
 * Every call of IAM that changes a role or a managed policy, or attaches one. They are looked up one by one: the history of an
 * account has many more events of IAM, which only read.
 */
export const iamCalls: readonly string[] = [...catalogue.role, ...catalogue.policy]
  .flatMap((action) => /^iam:(?!PassRole$|.*ServiceLinkedRole$)(.+)$/.exec(action)?.[1] ?? [])
  .concat("AttachUserPolicy", "AttachGroupPolicy", "DetachUserPolicy", "DetachGroupPolicy")
  .concat("PutUserPermissionsBoundary", "AddRoleToInstanceProfile", "RemoveRoleFromInstanceProfile");

/** @throws CommandError where AWS denies a request */
export async function readRecorded(asked: Asked, progress: Progress): Promise<Recorded> {
  const { settings, since, now, profile } = asked;
  const earliest = new Date(now.getTime() - eventHistoryDays * 86_400_000);
  const historySince = since < earliest ? earliest : since;
  const clients = await awsClients(settings.aws, profile);
  const { region } = settings.aws;
  const inGlobalRegion =
    region === globalRegion ? clients : await awsClients({ ...settings.aws, region: globalRegion }, profile);
  // A session that makes the first call of the period may have been opened before it.
  const openedSince = new Date(Math.max(historySince.getTime() - settings.sessionDuration * 1000, earliest.getTime()));
  const found = new Map<string, RecordedCall>();
  const add = (record: EventRecord, source: Source) => {
    if (isOfStack(record, settings.domain)) {
      const { sources = [] } = found.get(record.eventID) ?? {};
      found.set(record.eventID, { record, sources: sources.includes(source) ? sources : [...sources, source] });
    }
  };
  const sessions = { eventName: "AssumeRoleWithWebIdentity", since: openedSince };
  const lookUps: readonly (readonly [AwsClients, string, EventQuery])[] = [
    [clients, region, { eventSource: "codeartifact.amazonaws.com", since: historySince }],
    [clients, region, sessions],
    ...(region === globalRegion ? [] : [[inGlobalRegion, globalRegion, sessions] as const]),
    ...iamCalls.map((eventName) => [inGlobalRegion, globalRegion, { eventName, since: historySince }] as const),
  ];
  for (const [{ cloudTrail }, place, query] of lookUps) {
    const what = `CloudTrail's event history of ${place}: ${query.eventName ?? query.eventSource ?? ""}`;
    if (query.eventName !== undefined && iamCalls.indexOf(query.eventName) > 0) {
      progress.step(what);
    } else {
      progress.wait(what);
    }
    await ask(what, async () => {
      let count = 0;
      for await (const record of lookupEvents(cloudTrail, query)) {
        add(record, "cloudTrail");
        if (++count % 50 === 0) {
          progress.step(`${what}, ${count} events, back to ${record.eventTime}`);
        }
      }
    });
  }
  const changes = new Map<string, StateChange>();
  const name = auditLogGroupName(settings.domain);
  progress.wait(`log group ${name}`);
  const events = await logEvents(clients.logs, name, since, progress);
  for (const event of events ?? []) {
    const change = readStateChange(event);
    const record = readEventRecord(JSON.stringify((event as { readonly detail?: unknown }).detail ?? null));
    if (record !== undefined) {
      add(record, "logGroup");
    } else if (change?.domain === settings.domain) {
      changes.set(change.id, change);
    }
  }
  return {
    // The history is the newest first, also within a second, which is as exactly as it has times.
    calls: [...found.values()].reverse().sort((one, other) => compare(one.record.eventTime, other.record.eventTime)),
    changes: [...changes.values()].sort((one, other) => compare(one.time, other.time)),
    looked: {
      cloudTrail: { regions: [...new Set([region, globalRegion])], since: historySince },
      logGroup: { name, found: events !== undefined },
    },
  };
}

/** The events of a group, as EventBridge delivered them. @returns nothing where there is no such group */
async function logEvents(
  logs: CloudWatchLogsClient,
  logGroupName: string,
  since: Date,
  progress: Progress,
): Promise<readonly object[] | undefined> {
  const what = `log group ${logGroupName}`;
  return find(what, async () => {
    const found: object[] = [];
    for await (const { events = [] } of paginateFilterLogEvents(
      { client: logs },
      { logGroupName, startTime: since.getTime() },
    )) {
      found.push(...events.flatMap(({ message = "" }) => parsed(message)));
      progress.step(`${what}, ${found.length} events`);
    }
    return found;
  });
}

/** Nothing where a message is no object of JSON. */
function parsed(message: string): readonly object[] {
  try {
    const value: unknown = JSON.parse(message);
    return typeof value === "object" && value !== null ? [value] : [];
  } catch {
    return [];
  }
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
