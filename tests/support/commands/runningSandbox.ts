import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable } from "node:stream";
import { exampleProject } from "../exampleProject";
import { nodeWords } from "./processes";

/** How a sandbox ended. */
export interface SandboxEnd {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** `npm run sandbox` as a process of its own, which serves. */
export class RunningSandbox {
  private constructor(
    readonly process: ChildProcess,
    readonly stdout: Output,
    readonly stderr: Output,
    readonly ended: Promise<SandboxEnd>,
    /** `http://127.0.0.1:PORT`. */
    readonly address: string,
  ) {}

  /** Starts it on a port that is free, unless the options say otherwise; answers once it serves. */
  static async start(options: readonly string[], directory = exampleProject): Promise<RunningSandbox> {
    const { PATH, HOME, TMPDIR } = process.env;
    const child = spawn(process.execPath, [...nodeWords("sandbox"), "--port", "0", ...options], {
      cwd: directory,
      env: { PATH, HOME, TMPDIR },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const [stdout, stderr] = [new Output(child.stdout), new Output(child.stderr)];
    const closed = once(child, "close") as Promise<[SandboxEnd["exitCode"], SandboxEnd["signal"]]>;
    const ended = closed.then(([exitCode, signal]) => ({ exitCode, signal }));
    await Promise.race([stdout.until(/^Decisions$/m), ended]);
    const [, address] = / serves at (\S+) until Ctrl-C\./.exec(stdout.text) ?? [];
    if (address === undefined) {
      throw new Error(`the sandbox did not start: ${stderr.text}`);
    }
    return new RunningSandbox(child, stdout, stderr, ended, address);
  }

  /** What a person pastes into another shell. */
  get instructions(): string {
    const [, text = ""] = /^(# In another shell[^]*?)^# Or /m.exec(this.stdout.text) ?? [];
    return text;
  }

  /** What a person pastes who has Pulumi. */
  get pulumiInstructions(): string {
    const [, text = ""] = /^(# With your own Pulumi[^]*)^# With AWS profiles/m.exec(this.stdout.text) ?? [];
    return text;
  }

  /** What gives a shell a profile for each identity. */
  get profileInstructions(): string {
    const [, text = ""] = /^(# With AWS profiles[^]*)^Decisions$/m.exec(this.stdout.text) ?? [];
    return text;
  }

  /** The lines of the log, each without its time. */
  get decisions(): readonly string[] {
    const [, lines = ""] = /^Decisions\n([^]*)$/m.exec(this.stdout.text) ?? [];
    return lines
      .trimEnd()
      .split("\n")
      .map((line) => line.replace(/^\S+ /, ""));
  }

  async end(signal: NodeJS.Signals = "SIGINT"): Promise<SandboxEnd> {
    this.process.kill(signal);
    return this.ended;
  }
}

/** What a process has written so far. */
class Output {
  text = "";
  readonly #source: Readable;

  constructor(source: Readable) {
    this.#source = source.setEncoding("utf8").on("data", (chunk: string) => (this.text += chunk));
  }

  /** Waits until it holds something, however long that takes. */
  async until(pattern: RegExp): Promise<void> {
    while (!pattern.test(this.text)) {
      await once(this.#source, "data");
    }
  }
}
