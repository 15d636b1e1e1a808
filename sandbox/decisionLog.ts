import { contextOf, type Decision } from "../iam/evaluate";
import { type Question, questionsOf } from "./authorization";
import { ownLimits } from "./ownLimits";

/** One request and what became of it. Holds no token and no key. */
export interface LoggedDecision {
  /** Counted from 1 since the start. */
  readonly id: number;
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
  /** The package that the request is for, where it names one. */
  readonly subject?: DecisionSubject;
  /** What the documents were asked, with the values that the request had. Absent where none was. */
  readonly question?: Question;
}

/** What a request to the Python endpoint is for, in the client's words. */
export interface DecisionSubject {
  readonly packageName?: string;
  readonly packageVersion?: string;
  readonly filename?: string;
}

/** A decision as the log has it. */
export function verdictOf(decision: Decision): Verdict {
  return { allowed: decision.outcome === "allowed", reason: decision.reason, question: questionOf(decision) };
}

/** What the documents were asked for a decision; of a token's two rights the one that decides. */
export function questionOf(decision: Decision): Question | undefined {
  return questionsOf(decision).at(-1);
}

type Verdict = Pick<LoggedDecision, "allowed" | "reason" | "question">;

/** What was asked of the sandbox, and what it answered, the newest last. */
export class DecisionLog {
  readonly #entries: LoggedDecision[] = [];
  readonly #listeners = new Set<(entry: LoggedDecision) => void>();
  #count = 0;
  #allowed = 0;

  add(
    { who, action, resource, subject }: Omit<LoggedDecision, "id" | "time" | keyof Verdict>,
    { allowed, reason, question }: Verdict,
  ): void {
    this.#count += 1;
    this.#allowed += allowed ? 1 : 0;
    const logged: LoggedDecision = {
      id: this.#count,
      time: new Date(),
      who: tidy(who),
      action: tidy(action),
      resource: tidy(resource),
      allowed,
      reason: tidy(reason),
      ...(subject === undefined ? {} : { subject: tidySubject(subject) }),
      ...(question === undefined ? {} : { question: asItWas(question) }),
    };
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

  /** How many there were since the start, with those that the log no longer has. */
  counts(): { readonly allowed: number; readonly denied: number } {
    return { allowed: this.#allowed, denied: this.#count - this.#allowed };
  }

  /** Calls the listener for every decision from now on, until the function that it returns is called. */
  listen(listener: (entry: LoggedDecision) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }
}

/** The context may be a function of what changes later, such as the time. */
function asItWas({ request, ...rest }: Question): Question {
  return { request: { ...request, context: contextOf(request.context) }, ...rest };
}

function tidySubject({ packageName, packageVersion, filename }: DecisionSubject): DecisionSubject {
  return Object.fromEntries(
    Object.entries({ packageName, packageVersion, filename }).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, tidy(value)]],
    ),
  );
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
