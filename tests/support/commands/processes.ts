import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { projectDirectory } from "../deployments";
import { exampleProject } from "../exampleProject";

/** How a command ended for the person who ran it. */
export interface Ended {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Place {
  /** @default the example project's */
  readonly directory?: string;
  /** Added to what every process needs. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Whether no one reads the output. @default false */
  readonly closed?: boolean;
}

/** Runs a command of the project as its npm script does, without npm, and with its output in a pipe. */
export function runCommand(name: string, options: readonly string[], place: Place = {}): Promise<Ended> {
  return run(process.execPath, [...nodeWords(name), ...options], place);
}

/** What a command's npm script gives to Node, with its files named from the root. */
export function nodeWords(name: string): readonly string[] {
  const { [name]: script = "" } = scripts;
  const [, ...words] = script.replace(/^exec /, "").split(" ");
  return words.map((word) => (/\.c?[jt]s$/.test(word) ? join(projectDirectory, word) : word));
}

const { scripts } = JSON.parse(readFileSync(join(projectDirectory, "package.json"), "utf8")) as {
  readonly scripts: Readonly<Record<string, string>>;
};

/** Runs a program, with its output in a pipe, without what this process's environment says of colours and CI. */
export async function run(
  program: string,
  options: readonly string[],
  { directory = exampleProject, environment = {}, closed = false }: Place = {},
): Promise<Ended> {
  const { PATH, HOME, TMPDIR } = process.env;
  const child = spawn(program, options, {
    cwd: directory,
    env: { PATH, HOME, TMPDIR, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  if (closed) {
    child.stdout.destroy();
  }
  const [stdout, stderr, [exitCode]] = await Promise.all([
    closed ? "" : text(child.stdout),
    text(child.stderr),
    once(child, closed ? "exit" : "close") as Promise<[number | null]>,
  ]);
  return { exitCode, stdout, stderr };
}
