import type { AuditEvent, Verdict } from "./events";
import type { LookedAt } from "./sources";

/** An audit of one stack. */
export interface AuditReport {
  readonly stack: string;
  readonly domain: string;
  readonly since: Date;
  readonly until: Date;
  readonly looked: LookedAt;
  /** The oldest first. */
  readonly events: readonly AuditEvent[];
}

/** How many events ended in which way. */
export type Counts = Readonly<Record<Verdict, number>>;

/** Counts events by what a function says of each, in the order of their first. */
export function countBy(
  events: readonly AuditEvent[],
  nameOf: (event: AuditEvent) => string,
): ReadonlyMap<string, Counts> {
  const counts = new Map<string, Record<Verdict, number>>();
  for (const event of events) {
    const name = nameOf(event);
    const counted = counts.get(name) ?? { allowed: 0, denied: 0, failed: 0, changed: 0 };
    counted[event.verdict]++;
    counts.set(name, counted);
  }
  return counts;
}

/** Who made a call, without its run; a change without a call is CodeArtifact's. */
export function groupOf({ who }: AuditEvent): string {
  return who?.group ?? changedAlone;
}

/** Who made a call. */
export function wordsOf({ who }: AuditEvent): string {
  return who?.words ?? changedAlone;
}

/** Whom a change without a call is attributed to. */
const changedAlone = "CodeArtifact";
