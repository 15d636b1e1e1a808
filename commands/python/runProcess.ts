import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { devNull } from "node:os";

/** How a process ended. */
export interface ProcessEnd {
  readonly exitCode: number;
  /** What it wrote to standard output and standard error, in the order in which it came. */
  readonly output: string;
}

/** Where a process runs. */
export interface ProcessPlace {
  /** @default - this process's */
  readonly directory?: string;
  /** The whole of it. @default - this process's */
  readonly environment?: Readonly<NodeJS.ProcessEnv>;
}

/**
 * Runs a program without input. It does not outlive this process.
 *
 * @throws the system's error (`ENOENT` and the like) where there is no such program
 */
export async function runProcess(
  program: string,
  options: readonly string[],
  { directory, environment }: ProcessPlace = {},
): Promise<ProcessEnd> {
  const child = spawn(program, options, { cwd: directory, env: environment, stdio: ["ignore", "pipe", "pipe"] });
  const chunks: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => chunks.push(chunk));
  running.add(child);
  try {
    const [exitCode] = (await once(child, "close")) as [number | null];
    // None where a signal ended it.
    return { exitCode: exitCode ?? -1, output: Buffer.concat(chunks).toString() };
  } finally {
    running.delete(child);
  }
}

const running = new Set<ChildProcess>();

process.on("exit", () => {
  for (const child of running) {
    child.kill("SIGKILL");
  }
});

/**
 * An environment in which a Python client knows nothing of the person at this machine: not their home, nor the settings,
 * indexes, credentials and proxies that their own environment and files hold.
 *
 * @param home - a folder of its own, which also takes temporary files
 */
export function cleanEnvironment(
  home: string,
  more: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  const { PATH = "", SYSTEMROOT } = process.env;
  return {
    PATH,
    HOME: home,
    USERPROFILE: home,
    TMPDIR: home,
    TEMP: home,
    LANG: "C.UTF-8",
    ...(SYSTEMROOT === undefined ? {} : { SYSTEMROOT }),
    PIP_CONFIG_FILE: devNull,
    NO_PROXY: "127.0.0.1",
    ...more,
  };
}
