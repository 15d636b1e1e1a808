import type { Decision } from "../../iam/evaluate";

export type Verdict = "allowed" | "denied";

/** One attempt: how the settings mean it to end, and how the documents that the program registers end it, and why. */
export interface Attempt extends Omit<Decision, "outcome"> {
  readonly what: string;
  readonly expected: Verdict;
  readonly seen: Verdict;
}

/**
 * Several requests that are one attempt: meant to be allowed in every form, or in none. The first that ends otherwise
 * speaks for all.
 */
export function attempt(what: string, expected: Verdict, decisions: readonly Decision[]): Attempt {
  const wanted = expected === "allowed";
  const [speaking] = [...decisions.filter(({ outcome }) => (outcome === "allowed") !== wanted), ...decisions];
  if (speaking === undefined) {
    throw new Error(`nothing was tried: ${what}`);
  }
  const { outcome, ...why } = speaking;
  return { what, expected, seen: outcome === "allowed" ? "allowed" : "denied", ...why };
}

/** `allowed` where the settings mean it. */
export function meant(isMeant: boolean): Verdict {
  return isMeant ? "allowed" : "denied";
}
