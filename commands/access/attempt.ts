import type { Decision } from "../../iam/evaluate";
import type { Attempt } from "../terminal/attemptTable";

export type Verdict = "allowed" | "denied";

/** One attempt: how it ends by the settings, how it ends by the documents that the program registers, and why. */
export interface AccessAttempt extends Attempt, Omit<Decision, "outcome"> {
  readonly expected: Verdict;
  readonly seen: Verdict;
}

/**
 * Several requests that are one attempt, because all are expected to end alike. The attempt ends as the first request that
 * does not, if there is one.
 */
export function attempt(what: string, expected: Verdict, decisions: readonly Decision[]): AccessAttempt {
  const wanted = expected === "allowed";
  const [decisive] = [...decisions.filter(({ outcome }) => (outcome === "allowed") !== wanted), ...decisions];
  if (decisive === undefined) {
    throw new Error(`nothing was tried: ${what}`);
  }
  const { outcome, ...why } = decisive;
  const made = { what, expected, seen: outcome === "allowed" ? "allowed" : "denied", ...why } as const;
  decisionsByAttempt.set(made, decisions);
  return made;
}

/** They last as long as the attempts do, and are not part of them: a table is printed as it is. */
const decisionsByAttempt = new WeakMap<AccessAttempt, readonly Decision[]>();

/** The decisions on all requests of an attempt. */
export function decisionsOf(made: AccessAttempt): readonly Decision[] {
  return decisionsByAttempt.get(made) ?? [];
}

/** The verdict that is expected. */
export function expectedVerdict(isAllowed: boolean): Verdict {
  return isAllowed ? "allowed" : "denied";
}
