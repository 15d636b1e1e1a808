import { type ChildProcess, spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { projectFolder } from "../projectFolder";
import type { PythonTools } from "./pythonTools";
import { cleanEnvironment, type ProcessEnd, runProcess } from "./runProcess";

/** Runs a Python tool in a folder that is also its home, as `python -I -m WORDS` does. */
export type RunTool = (
  folder: string,
  words: readonly string[],
  environment: Readonly<Record<string, string>>,
) => Promise<ProcessEnd>;

/**
 * Runs Python tools in processes that share their imports: `runner.py` forks for every call. Where Python cannot fork, as on
 * Windows, each call is an ordinary process.
 *
 * @param modules - imported once
 */
export function startRunner(tools: PythonTools, modules: readonly string[]): RunTool {
  if (process.platform === "win32") {
    return (folder, words, environment) =>
      runProcess(tools.python, ["-I", "-m", ...words], {
        directory: folder,
        environment: cleanEnvironment(folder, environment),
      });
  }
  // A process group of its own, so that it and its forks can be ended together.
  const runner = spawn(tools.python, ["-I", join(projectFolder, "commands/python/runner.py"), ...modules], {
    env: cleanEnvironment(tools.bin),
    stdio: ["pipe", "pipe", "inherit"],
    detached: true,
  });
  const calls = new Map<
    number,
    { readonly resolve: (exitCode: number) => void; readonly reject: (why: Error) => void }
  >();
  let next = 0;
  // Pipes are sockets, which their types do not say.
  const handles = [runner, runner.stdin, runner.stdout] as unknown as readonly Handle[];
  // It waits for calls as long as this process runs, and does not keep it running.
  const hold = (isHeld: boolean) => {
    for (const handle of handles) {
      handle[isHeld ? "ref" : "unref"]();
    }
  };
  hold(false);
  running.add(runner);
  runner.on("close", (exitCode, signal) => {
    running.delete(runner);
    for (const { reject } of calls.values()) {
      reject(new Error(`Python's runner ended with ${signal ?? exitCode}`));
    }
  });
  createInterface({ input: runner.stdout }).on("line", (line) => {
    const { id, exitCode } = JSON.parse(line) as { readonly id: number; readonly exitCode: number };
    calls.get(id)?.resolve(exitCode);
    calls.delete(id);
    hold(calls.size > 0);
  });
  return async (folder, words, environment) => {
    const id = next++;
    const output = join(folder, `output-${id}.txt`);
    const exitCode = await new Promise<number>((resolve, reject) => {
      calls.set(id, { resolve, reject });
      hold(true);
      const call = { id, words, directory: folder, output, environment: cleanEnvironment(folder, environment) };
      runner.stdin.write(`${JSON.stringify(call)}\n`);
    });
    return { exitCode, output: await readFile(output, "utf8") };
  };
}

/** What keeps this process running, or does not. */
interface Handle {
  ref(): void;
  unref(): void;
}

const running = new Set<ChildProcess>();

process.on("exit", () => {
  for (const { pid } of running) {
    try {
      // Its group: the runner and its forks.
      process.kill(-(pid ?? 0), "SIGKILL");
    } catch {
      // It has just ended by itself.
    }
  }
});
