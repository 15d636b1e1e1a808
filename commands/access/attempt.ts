import type { Decision } from "../../iam/evaluate";

export type Verdict = "allowed" | "denied";

/** One attempt: how the settings mean it to end, and how the documents that the program registers end it. */
export interface Attempt {
  readonly what: string;
  readonly expected: Verdict;
  readonly seen: Verdict;
  /** Which statement decided, or what the nearest one misses. */
  readonly why: string;
}

/**
 * Several requests that are one attempt: meant to be allowed in every form, or in none. The first that ends otherwise
 * speaks for all.
 */
export function attempt(what: string, expected: Verdict, decisions: readonly Decision[]): Attempt {
  const wanted = expected === "allowed";
  const [speaking] = [...decisions.filter(({ allowed }) => allowed !== wanted), ...decisions];
  if (speaking === undefined) {
    throw new Error(`nothing was tried: ${what}`);
  }
  return { what, expected, seen: speaking.allowed ? "allowed" : "denied", why: speaking.reason };
}

/** `allowed` where the settings mean it. */
export function meant(isMeant: boolean): Verdict {
  return isMeant ? "allowed" : "denied";
}
