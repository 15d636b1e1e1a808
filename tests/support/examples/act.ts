import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";

/** How act is run. */
export interface ActOptions {
  /** act itself. */
  readonly program: string;
  /** A work tree of the repository, at the commit that is run. */
  readonly directory: string;
  readonly event: string;
  /** Of GitHub's event, a JSON file. */
  readonly payload: string;
  /** Path of the workflow file in the repository. */
  readonly workflow: string;
  /** The job that is run, after those that it needs. @default - every job */
  readonly job?: string;
  readonly secrets: Readonly<Record<string, string>>;
  readonly variables: Readonly<Record<string, string>>;
  /** What every step sees. */
  readonly environment: Readonly<Record<string, string>>;
  /** Folders that are taken for other people's actions, by `owner/name@commit`. */
  readonly actions: Readonly<Record<string, string>>;
  /** act's own environment, and so that of its steps: nothing else of this process's. */
  readonly processEnvironment: Readonly<Record<string, string>>;
}

/** How a run ended. */
export interface ActRun {
  readonly exitCode: number;
  /** `success` or `failure` by job; a job that was left out is not in it. */
  readonly jobs: Readonly<Record<string, string>>;
  /** All that the jobs wrote into their summaries. */
  readonly summary: string;
  /** What a person reads of the run, masked. */
  readonly log: string;
}

/** Runs a workflow file unchanged, on this machine. */
export async function runAct(options: ActOptions): Promise<ActRun> {
  const pairs = (flag: string, values: Readonly<Record<string, string>>) =>
    Object.entries(values).flatMap(([name, value]) => [flag, `${name}=${value}`]);
  const act = spawn(
    options.program,
    [
      ...[options.event, "--json", "-C", options.directory, "-W", options.workflow, "-e", options.payload],
      ...(options.job === undefined ? [] : ["-j", options.job]),
      ...[
        "-P",
        "ubuntu-24.04=-self-hosted",
        "-P",
        "ubuntu-latest=-self-hosted",
        "--no-cache-server",
        "--no-skip-checkout",
        "--action-offline-mode",
      ],
      ...pairs("--var", options.variables),
      ...pairs("--env", options.environment),
      ...pairs("--local-repository", options.actions),
      ...Object.keys(options.secrets).flatMap((name) => ["-s", name]),
    ],
    {
      // A secret that is named without a value is read from here; arguments are seen by everyone on the machine.
      env: { ...options.processEnvironment, ...options.secrets },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  const kill = () => act.kill("SIGKILL");
  process.on("exit", kill);
  const [stdout, stderr, [exitCode]] = await Promise.all([
    text(act.stdout),
    text(act.stderr),
    once(act, "close") as Promise<[number | null]>,
  ]);
  process.off("exit", kill);
  const entries = `${stdout}${stderr}`
    .split("\n")
    .filter((line) => line !== "")
    .map(readEntry);
  return {
    exitCode: exitCode ?? -1,
    jobs: Object.fromEntries(
      entries.flatMap(({ jobID, jobResult }) =>
        jobID === undefined || jobResult === undefined ? [] : [[jobID, jobResult]],
      ),
    ),
    summary: entries.flatMap(({ command, content }) => (command === "summary" ? (content ?? "") : [])).join("\n"),
    log: entries.map(({ jobID = "", msg }) => `[${jobID}] ${msg.trimEnd()}`).join("\n"),
  };
}

interface Entry {
  readonly msg: string;
  readonly jobID?: string;
  readonly jobResult?: string;
  readonly command?: string;
  readonly content?: string;
}

function readEntry(line: string): Entry {
  try {
    return JSON.parse(line) as Entry;
  } catch {
    return { msg: line };
  }
}
