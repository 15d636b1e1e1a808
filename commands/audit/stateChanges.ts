import * as z from "zod";
import { normalizePackageName } from "../../naming/packagePatterns";

/**
 * A version's change of state, which CodeArtifact itself reports.
 * Source: https://docs.aws.amazon.com/codeartifact/latest/ug/service-event-format-example.html
 */
export interface StateChange {
  readonly id: string;
  /** ISO 8601, to the second, in UTC. */
  readonly time: string;
  readonly domain: string;
  readonly repository: string;
  readonly package: string;
  readonly version: string;
  /** Such as `Published`. */
  readonly state: string;
  /** `Created`, `Updated` or `Deleted`. */
  readonly operation: string;
}

const stateChangeSchema = z.object({
  id: z.string(),
  time: z.string(),
  detail: z.object({
    domainName: z.string(),
    repositoryName: z.string(),
    packageName: z.string(),
    packageVersion: z.string(),
    packageVersionState: z.string(),
    operationType: z.string(),
    /** The same event may be delivered twice. */
    eventDeduplicationId: z.string().optional(),
  }),
});

/** @returns nothing where it is no such event */
export function readStateChange(event: unknown): StateChange | undefined {
  const { data } = stateChangeSchema.safeParse(event);
  return data === undefined
    ? undefined
    : {
        id: data.detail.eventDeduplicationId ?? data.id,
        time: data.time,
        domain: data.detail.domainName,
        repository: data.detail.repositoryName,
        package: data.detail.packageName,
        version: data.detail.packageVersion,
        state: data.detail.packageVersionState,
        operation: data.detail.operationType,
      };
}

/** A call that may have caused a change. */
export interface PossibleCause {
  /** Such as `codeartifact:PublishPackageVersion`. */
  readonly action: string;
  /** ISO 8601. */
  readonly time: string;
  readonly verdict: string;
  readonly target: {
    readonly repository?: string;
    readonly package?: string;
    readonly versions: readonly string[];
  };
}

/** How far apart a call and the change that it causes are, in milliseconds. Neither event names the other. */
const nearby = 60_000;

/** The calls that cause each kind of change. A read takes what it reads from an upstream into the repository. */
const causes: Readonly<Record<string, readonly string[]>> = {
  Created: ["PublishPackageVersion", "CopyPackageVersions", "ReadFromRepository"],
  Updated: [
    "PublishPackageVersion",
    "CopyPackageVersions",
    "UpdatePackageVersionsStatus",
    "DisposePackageVersions",
    "ReadFromRepository",
  ],
  Deleted: ["DeletePackageVersions", "DeletePackage", "DeleteRepository"],
};

/**
 * Ties each change to the call that caused it: an allowed one for the same version, no further away than a minute, the nearest,
 * and of those equally near the one with the fewest changes.
 *
 * @returns the changes by their cause, and those without one: CodeArtifact's own, or by a call that is not in the list
 */
export function tieToCauses<Cause extends PossibleCause>(
  calls: readonly Cause[],
  changes: readonly StateChange[],
): { readonly tied: ReadonlyMap<Cause, readonly StateChange[]>; readonly untied: readonly StateChange[] } {
  const tied = new Map<Cause, StateChange[]>();
  const untied: StateChange[] = [];
  const byPackage = new Map<string, Cause[]>();
  for (const call of calls) {
    const name = normalizePackageName(call.target.package ?? "");
    byPackage.set(name, [...(byPackage.get(name) ?? []), call]);
  }
  for (const change of changes) {
    const candidates = ["", normalizePackageName(change.package)]
      .flatMap((name) => byPackage.get(name) ?? [])
      .filter((call) => mayCause(call, change))
      .sort(
        (one, other) =>
          apart(one, change) - apart(other, change) || (tied.get(one)?.length ?? 0) - (tied.get(other)?.length ?? 0),
      );
    const [cause] = candidates;
    if (cause === undefined) {
      untied.push(change);
    } else {
      tied.set(cause, [...(tied.get(cause) ?? []), change]);
    }
  }
  return { tied, untied };
}

function mayCause({ action, verdict, time, target }: PossibleCause, change: StateChange): boolean {
  const call = action.replace(/^codeartifact:/, "");
  return (
    verdict === "allowed" &&
    (causes[change.operation] ?? []).includes(call) &&
    apart({ time }, change) <= nearby &&
    (call === "ReadFromRepository" || target.repository === change.repository) &&
    (call.startsWith("DeletePackage") && target.versions.length === 0
      ? target.package !== undefined
      : call === "DeleteRepository" || target.versions.includes(change.version))
  );
}

function apart(one: { readonly time: string }, other: { readonly time: string }): number {
  return Math.abs(Date.parse(one.time) - Date.parse(other.time));
}
