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
  return { what, expected, seen: outcome === "allowed" ? "allowed" : "denied", ...why };
}

/** The verdict that is expected. */
export function expectedVerdict(isAllowed: boolean): Verdict {
  return isAllowed ? "allowed" : "denied";
}
