import { normalizePackageName } from "../../naming/packagePatterns";
import { repositoryName } from "../../naming/registryNames";
import { ask } from "../aws/clients";
import { callerOf, type EventCaller, eventHistoryDays, type EventRecord, lookupEvents } from "../aws/cloudTrail";
import type { Environment, HeldVersion } from "./registryVersions";
import { sameVersion } from "./selection";

/** Who published a version, or why that is not known. */
export type Publication = readonly EventCaller[] | string;

/** Publications of a registry's versions. */
export interface Publications {
  readonly of: (version: HeldVersion) => Publication;
  /** Why none is known; AWS's words. */
  readonly denied?: string;
}

const dayMs = 24 * 60 * 60 * 1000;

/** An event has the second at which the request came in, and the version a later time. */
const marginMs = 60 * 60 * 1000;

/**
 * Finds in CloudTrail who published versions. Events are asked for only as far back as the versions go.
 *
 * @param since - before which CloudTrail has no events
 * @throws CommandError where AWS cannot be asked; a caller without the right gets no error, but `denied`
 */
export async function publications(
  { stack, settings: { domain }, clients: { cloudTrail } }: Environment,
  versions: readonly HeldVersion[],
  now = new Date(),
): Promise<Publications> {
  const oldest = now.getTime() - eventHistoryDays * dayMs;
  const times = versions.map(({ published }) => published.getTime()).filter((time) => time > oldest);
  const events: EventRecord[] = [];
  try {
    if (times.length > 0) {
      const since = new Date(Math.max(oldest, Math.min(...times) - marginMs));
      for await (const event of lookupEvents(cloudTrail, { eventName: "PublishPackageVersion", since })) {
        events.push(event);
      }
    }
  } catch (error) {
    const { name, message } = error as Error;
    if (name !== "AccessDeniedException") {
      return ask(`events of ${stack}`, () => Promise.reject(error as Error));
    }
    return { of: () => "not known (CloudTrail denies it)", denied: message };
  }
  const published = events.filter((event) => event.errorCode === undefined && isIn(event, domain));
  return {
    of: (version) => {
      const callers = published.filter((event) => isOf(event, version)).map(callerOf);
      return callers.length > 0
        ? distinct(callers.reverse())
        : version.published.getTime() <= oldest
          ? `not known (older than CloudTrail's ${eventHistoryDays} days)`
          : "not known (CloudTrail has no event of it)";
    },
  };
}

function isIn({ requestParameters }: EventRecord, domain: string): boolean {
  return requestParameters?.domainName === domain && requestParameters.repositoryName === repositoryName;
}

function isOf({ requestParameters }: EventRecord, { name, version }: HeldVersion): boolean {
  const { packageName, packageVersion } = requestParameters ?? {};
  return (
    typeof packageName === "string" &&
    typeof packageVersion === "string" &&
    normalizePackageName(packageName) === name &&
    sameVersion(packageVersion, version)
  );
}

function distinct(callers: readonly EventCaller[]): readonly EventCaller[] {
  return callers.filter(
    ({ role, name }, index) => callers.findIndex((other) => other.role === role && other.name === name) === index,
  );
}
