import { type FileHandle, open } from "node:fs/promises";
import { dirname } from "node:path";
import * as z from "zod";
import { SandboxError } from "../core/awsError";
import type { AccountInfo } from "../core/identifiers";

/** One operation that changed an account. */
export interface Entry {
  readonly time: Date;
  /** Such as `iam:CreateRole`. */
  readonly action: string;
  /** The decoded request. */
  readonly input: object;
  /** ARN of the role that asked: Cloud Control acts with its permissions. */
  readonly roleArn: string;
}

/**
 * The operations that changed an account, each as a line of JSON, in their order. A line is on the disk before its operation is
 * answered; the last one is incomplete where the process ended while it was being written, and counts for nothing then.
 */
export class JournalFile {
  readonly #file: FileHandle;
  /** Once a write has failed, so do all later ones: no operation is kept without those before it. */
  #written: Promise<unknown> = Promise.resolve();

  private constructor(file: FileHandle) {
    this.#file = file;
  }

  /**
   * @param path - of the file, which is made where it is not there
   * @returns the file, and what it holds
   * @throws SandboxError where it is another account's, or damaged
   */
  static async open(
    path: string,
    { accountId, region }: Pick<AccountInfo, "accountId" | "region">,
  ): Promise<{ readonly journal: JournalFile; readonly entries: readonly Entry[] }> {
    const file = await open(path, "a+", 0o600);
    try {
      const text = await file.readFile("utf8");
      const complete = text.slice(0, text.lastIndexOf("\n") + 1);
      if (complete.length < text.length) {
        await file.truncate(Buffer.byteLength(complete));
      }
      const [first, ...lines] = complete.split("\n").slice(0, -1);
      const journal = new JournalFile(file);
      if (first === undefined) {
        await journal.#append({ holds, version: 1, accountId, region });
        const folder = await open(dirname(path), "r");
        await folder.sync().finally(() => folder.close());
      } else {
        checkHeader(path, first, { accountId, region });
      }
      return { journal, entries: lines.map((line, index) => readEntry(path, line, index + 2)) };
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /** Adds an operation. Entries are written in the order of the calls. */
  add({ time, ...entry }: Entry): Promise<void> {
    return this.#append({ time: time.toISOString(), ...entry });
  }

  async close(): Promise<void> {
    await this.#written.catch(() => undefined);
    await this.#file.close();
  }

  #append(value: object): Promise<void> {
    const written = this.#written.then(async () => {
      await this.#file.appendFile(`${JSON.stringify(value)}\n`);
      await this.#file.datasync();
    });
    this.#written = written;
    return written;
  }
}

const holds = "an account of package-registry's sandbox";

const headerSchema = z.object({
  holds: z.literal(holds),
  version: z.literal(1),
  accountId: z.string(),
  region: z.string(),
});

const entrySchema = z.object({
  time: z.iso.datetime(),
  action: z.string(),
  input: z.record(z.string(), z.unknown()),
  roleArn: z.string(),
});

function checkHeader(path: string, line: string, wanted: Pick<AccountInfo, "accountId" | "region">): void {
  const header = headerSchema.safeParse(jsonOf(line));
  if (!header.success) {
    throw new SandboxError(`${path} is not a file of this version of the sandbox. Choose another folder`);
  }
  const { accountId, region } = header.data;
  if (accountId !== wanted.accountId || region !== wanted.region) {
    throw new SandboxError(
      `${path} is of account ${accountId} in ${region}, not of ${wanted.accountId} in ${wanted.region}: ` +
        "choose another folder, or that account with --account",
    );
  }
}

function readEntry(path: string, line: string, number: number): Entry {
  const entry = entrySchema.safeParse(jsonOf(line));
  if (!entry.success) {
    throw new SandboxError(`${path} is damaged in line ${number}. Take the line out, or choose another folder`);
  }
  const { time, ...rest } = entry.data;
  return { time: new Date(time), ...rest };
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    return undefined;
  }
}
