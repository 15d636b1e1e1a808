import { normalizePackageName } from "../../naming/packagePatterns";
import type { Settings } from "../../settings";
import type { EventRecord } from "../aws/cloudTrail";
import { type CallKind, describeCall, type Target } from "./calls";
import { type Identity, Identities, isNamed } from "./identity";
import type { Recorded, Source } from "./sources";
import { type StateChange, tieToCauses } from "./stateChanges";

/**
 * Whether a call did what it asked for, was denied, or failed for another reason. `changed` is a change of state without a call.
 */
export const verdicts = ["allowed", "denied", "failed", "changed"] as const;

export type Verdict = (typeof verdicts)[number];

/** What a version became. */
export type VersionChange = Pick<StateChange, "repository" | "version" | "operation" | "state">;

/** One event of a stack. */
export interface AuditEvent {
  /** CloudTrail's eventID; of a change without a call EventBridge's. */
  readonly id: string;
  /** ISO 8601, to the second, in UTC. */
  readonly time: string;
  readonly sources: readonly Source[];
  readonly verdict: Verdict;
  readonly error?: { readonly code: string; readonly message: string };
  /** Absent where CodeArtifact changed something by itself, or no call is found that did. */
  readonly who?: Identity;
  /** Such as `codeartifact:PublishPackageVersion`; absent as `who` is. */
  readonly action?: string;
  /** `change` is a change of state without a call. */
  readonly kind: CallKind | "change";
  /** What was asked for, in words. */
  readonly did: string;
  readonly target: Target;
  /** What became of the versions, as CodeArtifact reported it. */
  readonly changes: readonly VersionChange[];
  /** The address that the request came from. */
  readonly address?: string;
}

/** Which events are wanted; what is absent does not matter. */
export interface Wanted {
  readonly package?: string;
  /** A role's name or ARN, or the name of a session. */
  readonly who?: string;
  /** Whether only denied calls are wanted. */
  readonly denied: boolean;
}

/** Joins what the sources have: the oldest event first. */
export function auditEvents(settings: Settings, { calls, changes }: Recorded, since: Date): readonly AuditEvent[] {
  const identities = new Identities(
    settings,
    calls.map(({ record }) => record),
  );
  const made = calls
    .filter(({ record }) => Date.parse(record.eventTime) >= since.getTime())
    .map(({ record, sources }) => {
      const { kind, words, target } = describeCall(record);
      const { eventID, eventTime, eventSource, eventName, sourceIPAddress } = record;
      return {
        id: eventID,
        time: eventTime,
        sources,
        ...outcomeOf(record),
        who: identities.of(record),
        action: `${eventSource.replace(/\.amazonaws\.com$/, "")}:${eventName}`,
        kind,
        did: words,
        target,
        ...(sourceIPAddress === undefined ? {} : { address: sourceIPAddress }),
      };
    });
  const { tied, untied } = tieToCauses(made, changes);
  return [
    ...made.map((event): AuditEvent => ({ ...event, changes: (tied.get(event) ?? []).map(versionChange) })),
    ...untied.map(changeAlone),
  ].sort((one, other) => (one.time < other.time ? -1 : one.time > other.time ? 1 : 0));
}

/** Those that are wanted. */
export function wantedEvents(events: readonly AuditEvent[], wanted: Wanted): readonly AuditEvent[] {
  const name = wanted.package === undefined ? undefined : normalizePackageName(wanted.package);
  return events.filter(
    ({ target, who, verdict }) =>
      (name === undefined || (target.package !== undefined && normalizePackageName(target.package) === name)) &&
      (wanted.who === undefined || (who !== undefined && isNamed(wanted.who, who, target.role))) &&
      (!wanted.denied || verdict === "denied"),
  );
}

/** Errors by which AWS denies a call, or rejects who makes it. */
const denials =
  /^(?:Client\.)?(?:AccessDenied|UnauthorizedOperation|InvalidIdentityToken|ExpiredToken|IDPRejectedClaim)/;

function outcomeOf({ errorCode: code, errorMessage = "" }: EventRecord): Pick<AuditEvent, "verdict" | "error"> {
  return code === undefined
    ? { verdict: "allowed" }
    : {
        verdict: denials.test(code) ? "denied" : "failed",
        error: { code, message: errorMessage.replace(secret, "(hidden)") },
      };
}

/** What looks like a token or a key: a message may repeat what a caller sent. */
const secret = /eyJ[\w.=-]{10,}|\b(?:AKIA|ASIA)[A-Z0-9]{12,}\b|[A-Za-z0-9+/=_-]{100,}/g;

function versionChange({ repository, version, operation, state }: StateChange): VersionChange {
  return { repository, version, operation, state };
}

/** CodeArtifact takes versions from an upstream and keeps them, as a read asks for them. */
function changeAlone(change: StateChange): AuditEvent {
  const { id, time, repository, package: name, version } = change;
  const verb = { Created: "take in", Deleted: "remove" }[change.operation] ?? "change";
  return {
    id,
    time,
    sources: ["logGroup"],
    verdict: "changed",
    kind: "change",
    did: `${verb} ${name} ${version} in ${repository}`,
    target: { repository, package: name, versions: [version] },
    changes: [versionChange(change)],
  };
}
