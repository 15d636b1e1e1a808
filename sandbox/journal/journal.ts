import { Mutex } from "async-mutex";
import { join } from "node:path";
import { SandboxAccount } from "../account";
import { MemoryPackageStore } from "../codeartifact/packages/store";
import { noPublicIndex } from "../codeartifact/packages/search";
import { Packages } from "../codeartifact/packages/packages";
import type { SandboxContext } from "../context";
import { SandboxError } from "../core/awsError";
import type { AccountInfo } from "../core/identifiers";
import { DecisionLog } from "../decisionLog";
import { AuthorizationTokens } from "../sts/authorizationTokens";
import { Sts } from "../sts/sts";
import { type Entry, JournalFile } from "./journalFile";
import { journaledOperations } from "./operations";

/** An operation that changes an account, as perform knows it. */
type Change = Omit<Entry, "time">;

/**
 * Keeps an account in a file: every operation that changes it, by any client. What was answered with success is carried out
 * again when the account is opened the next time, at the time that it had then.
 */
export class Journal {
  readonly #file: JournalFile;
  readonly #clock: Clock;
  readonly #mutex = new Mutex();

  private constructor(
    readonly account: SandboxAccount,
    file: JournalFile,
    clock: Clock,
  ) {
    this.#file = file;
    this.#clock = clock;
  }

  /**
   * Opens an account that is kept in a folder, or makes it there.
   *
   * @param prepare - makes what the account has before its first operation
   * @throws SandboxError where the folder holds another account, or one that is damaged
   */
  static async open(
    directory: string,
    place: Pick<AccountInfo, "accountId" | "region">,
    prepare: (account: SandboxAccount) => void,
  ): Promise<Journal> {
    const clock = new Clock();
    const account = new SandboxAccount({ ...place, now: clock.now });
    const path = join(directory, "account.jsonl");
    const { journal: file, entries } = await JournalFile.open(path, place);
    try {
      prepare(account);
      const context = replayContext(account);
      const administrator = { ...context.sts.administrator(), origin: { sourceIp: "127.0.0.1" } };
      for (const [index, { time, action, input, roleArn: arn }] of entries.entries()) {
        const operation = journaledOperations.get(action);
        const caller = arn === administrator.caller.arn ? administrator.caller : { arn };
        try {
          const { answer } = operation?.(context, input as never) ?? {};
          await clock.at(time, () => answer?.({ ...administrator, caller }));
        } catch (error) {
          throw new SandboxError(`${path} cannot be carried out from line ${index + 2} on: ${String(error)}`);
        }
      }
      return new Journal(account, file, clock);
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /** Carries out what changes the account, and answers once it is in the file. Changes come one after the other. */
  keep<Output>(change: Change, work: () => Output | Promise<Output>): Promise<Output> {
    return this.#mutex.runExclusive(async () => {
      const time = new Date();
      const output = await this.#clock.at(time, work);
      await this.#file.add({ time, ...change });
      return output;
    });
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}

/** Whether an operation changes the account. What changes packages is kept with them. */
export function isJournaled(action: string): boolean {
  return journaledOperations.has(action);
}

/** The time of an account, which an operation sees standing still. */
class Clock {
  #time: Date | undefined;

  readonly now = (): Date => this.#time ?? new Date();

  at<Answer>(time: Date, work: () => Answer): Answer {
    this.#time = time;
    try {
      return work();
    } finally {
      this.#time = undefined;
    }
  }
}

/** Where operations are carried out again: with packages of their own, since those that were kept are there already. */
function replayContext(account: SandboxAccount): SandboxContext {
  return {
    account,
    sts: new Sts(account),
    packages: new Packages(account, account.codeartifact, new MemoryPackageStore(), noPublicIndex),
    tokens: new AuthorizationTokens(account),
    decisions: new DecisionLog(),
    address: () => "",
  };
}
