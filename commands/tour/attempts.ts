import type { Deployment } from "../../sandbox/pulumi/deployment";
import type { Clients, Outcome, RegistryAccess } from "./clients";
import type { Credentials } from "./codeartifactApi";
import type { PublicPackages } from "./publicIndex";

/** One attempt of the tour: how it is expected to end, and how it ended. */
export interface TourAttempt {
  readonly chapter: string;
  readonly what: string;
  readonly expected: string;
  readonly seen: string;
  /** What the client was answered. */
  readonly detail: string;
}

/** What the tour goes through. */
export interface TourOptions {
  readonly deployment: Deployment;
  /** Where the sandbox serves. */
  readonly address: string;
  /** Of an administrator, whom IAM allows everything in the account. */
  readonly administrator: Credentials;
  readonly clients: Clients;
  /** What the public index offers. */
  readonly offered: PublicPackages;
  /** Called as each attempt begins. @default - no progress is shown */
  readonly progress?: (what: string) => void;
}

/** Where attempts are made. They are kept in the order in which they begin, also where several are under way at once. */
export class AttemptRecorder {
  readonly #attempts: TourAttempt[];

  constructor(
    readonly options: TourOptions,
    readonly chapter = "",
    attempts: TourAttempt[] = [],
  ) {
    this.#attempts = attempts;
  }

  /** The same recorder under another heading. */
  under(chapter: string): AttemptRecorder {
    return new AttemptRecorder(this.options, chapter, this.#attempts);
  }

  /** Makes an attempt, and answers with whatever it ended in. */
  async attempt<Result extends Outcome>(what: string, expected: string, act: () => Promise<Result>): Promise<Result> {
    this.options.progress?.(what);
    const begun: TourAttempt = { chapter: this.chapter, what, expected, seen: "", detail: "" };
    const place = this.#attempts.push(begun) - 1;
    const result = await act();
    this.#attempts[place] = { ...begun, seen: result.code, detail: result.detail ?? "" };
    return result;
  }

  /** Makes several attempts as one, which are expected to end alike. It ends as the first that does not, if there is one. */
  async attemptAll<Result extends Outcome>(
    what: string,
    expected: string,
    acts: readonly (() => Promise<Result>)[],
  ): Promise<void> {
    await this.attempt(what, expected, async () => {
      const endings = await Promise.all(acts.map((act) => act()));
      const [other] = endings.filter(({ code }) => code !== expected);
      const details = new Set(endings.map(({ detail }) => detail));
      const alike: Outcome = { code: expected, detail: details.size === 1 ? [...details][0] : undefined };
      return other ?? (endings.length === 0 ? { code: "nothing was tried" } : alike);
    });
  }

  /** A repository of the stack, for a caller with this token. */
  access(repository: string, token: string): RegistryAccess {
    return { endpoint: `${this.options.address}/pypi/${repository}/`, token };
  }

  /** What has been tried. */
  attempts(): readonly TourAttempt[] {
    return this.#attempts;
  }
}
