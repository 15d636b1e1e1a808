import { spawn } from "node:child_process";
import { once } from "node:events";
import { exampleProject } from "../exampleProject";
import { nodeWords } from "./processes";

/** Runs a command, and ends it by a signal when something happens; answers how it ended. */
export async function endedWhen(
  happens: (stderr: AsyncIterable<Buffer>) => Promise<unknown>,
  name: string,
  words: readonly string[],
  environment: Readonly<Record<string, string>>,
  signal: NodeJS.Signals = "SIGKILL",
): Promise<number | NodeJS.Signals | null> {
  const { PATH, HOME } = process.env;
  const child = spawn(process.execPath, [...nodeWords(name), ...words], {
    cwd: exampleProject,
    env: { PATH, HOME, ...environment },
    stdio: ["ignore", "ignore", "pipe"],
  });
  const ended = once(child, "exit") as Promise<[number | null, NodeJS.Signals | null]>;
  await happens(child.stderr);
  child.kill(signal);
  child.stderr.resume();
  const [exitCode, endedBy] = await ended;
  return exitCode ?? endedBy;
}

/** What happens when a command says something. */
export function saying(said: string): (stderr: AsyncIterable<Buffer>) => Promise<void> {
  return async (stderr) => {
    let text = "";
    for await (const part of stderr) {
      text += part.toString();
      if (text.includes(said)) {
        return;
      }
    }
  };
}
