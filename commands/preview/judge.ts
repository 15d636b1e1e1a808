import { fork } from "node:child_process";
import { join } from "node:path";
import { projectFolder } from "../projectFolder";
import type { ChangedStack } from "./change";
import type { Folders } from "./stackFacts";
import type { StackPart } from "./stackPart";

/** What a process needs to know of the stack that it judges. */
export interface Judgement {
  readonly stack: ChangedStack;
  readonly folders: Folders;
}

/** The most stacks that are judged. */
const stackLimit = 8;

/** Judges stacks one after the other. Where there are too many, one part says that the others are not judged. */
export async function judgeStacks(
  stacks: readonly ChangedStack[],
  folders: Folders,
  judge: (judgement: Judgement) => Promise<StackPart> = judgeStack,
): Promise<readonly StackPart[]> {
  const parts: StackPart[] = [];
  for (const stack of stacks.slice(0, stackLimit)) {
    parts.push(await judge({ stack, folders }));
  }
  const [next, ...rest] = stacks.slice(stackLimit);
  return next === undefined
    ? parts
    : [
        ...parts,
        unjudged(next.name, `with ${rest.length} others, as ${stackLimit} stacks are the most that are judged`),
      ];
}

/** What a stack may take. On a runner of GitHub's, one takes about four seconds and 200 MB. */
const limits = { milliseconds: 120_000, megabytes: 2048 };

/**
 * Judges a stack in a process of its own, so that files made to exhaust memory or time end that process alone. A stack whose
 * process ends without an answer is not judged, and is not passed.
 */
export async function judgeStack(judgement: Judgement, { milliseconds, megabytes } = limits): Promise<StackPart> {
  return new Promise((resolve) => {
    let part: StackPart | undefined;
    const judge = fork(join(projectFolder, "commands/preview/judgeProcess.ts"), {
      execArgv: [...process.execArgv, `--max-old-space-size=${megabytes}`],
      stdio: ["ignore", "ignore", "inherit", "ipc"],
      timeout: milliseconds,
      killSignal: "SIGKILL",
    });
    judge.on("message", (message) => {
      part = message as StackPart;
    });
    judge.send(judgement);
    judge.on("close", (exitCode, signal) => {
      const how =
        signal === null ? `ended with ${exitCode}` : `was ended by ${signal}, after ${milliseconds / 1000} s at most`;
      const log = 'see the log of the job "Describe the change"';
      resolve(part ?? unjudged(judgement.stack.name, `the process that judges it ${how}; ${log}`));
    });
  });
}

/** A stack that is not judged, and why; the reason is Markdown. */
function unjudged(stack: string, why: string): StackPart {
  return { stack, warnings: [`**it cannot be judged**: ${why}`], isWhole: false, isAsExpected: false, pieces: [] };
}
