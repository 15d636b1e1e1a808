import type { Decision } from "../iam/evaluate";
import { ownLimits } from "./ownLimits";

/** One request and what became of it. Holds no token and no key. */
export interface LoggedDecision {
  readonly time: Date;
  /** ARN of the caller's session, or `anonymous` and why: `anonymous (no token)`. */
  readonly who: string;
  /** `service:Action`. */
  readonly action: string;
  /** ARN, or `*`. */
  readonly resource: string;
  /** Whether the caller got what was asked for: the registry may still reject what IAM allows. */
  readonly allowed: boolean;
  /** The statement that decides, or the one that is missing. A rejection that no policy makes gives its reason in words. */
  readonly reason: string;
}

/** A decision as the log has it. */
export function verdictOf({ outcome, reason }: Decision): Verdict {
  return { allowed: outcome === "allowed", reason };
}

type Verdict = Pick<LoggedDecision, "allowed" | "reason">;

/** What was asked of the sandbox, and what it answered, the newest last. */
export class DecisionLog {
  readonly #entries: LoggedDecision[] = [];
  readonly #listeners: ((entry: LoggedDecision) => void)[] = [];

  add(entry: Omit<LoggedDecision, "time" | keyof Verdict>, { allowed, reason }: Verdict): void {
    const [who, action, resource] = [tidy(entry.who), tidy(entry.action), tidy(entry.resource)];
    const logged = { time: new Date(), who, action, resource, allowed, reason: tidy(reason) };
    this.#entries.push(logged);
    if (this.#entries.length > ownLimits.decisions.most) {
      this.#entries.shift();
    }
    for (const listener of this.#listeners) {
      listener(logged);
    }
  }

  /** The last thousand. */
  entries(): readonly LoggedDecision[] {
    return this.#entries;
  }

  /** Calls the listener for every decision from now on. */
  listen(listener: (entry: LoggedDecision) => void): void {
    this.#listeners.push(listener);
  }
}

function tidy(written: string): string {
  const text = withoutTokens(written);
  // An ARN has at most 2,048 characters.
  const { most } = ownLimits.decisionText;
  return text.length > most ? `${text.slice(0, most)}…` : text;
}

/** Anything that begins as the tokens do that are given out here, and as AWS's and GitHub's do. */
const tokens = /(?:eyJ|IQoJb3JpZ2luX2Vj|ghs_)[\w-]{16,}(?:\.[\w-]*){0,2}/g;

/** The text without tokens: a client may send one where a name belongs, and answers and logs repeat what it sent. */
export function withoutTokens(text: string): string {
  return text.replace(tokens, "(a token)");
}
