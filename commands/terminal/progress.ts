import type { WriteStream } from "node:tty";
import { colors } from "./colors";

/** Shows a person what a command is doing. */
export interface Progress {
  /** One of many things that are soon done. */
  readonly step: (what: string) => void;
  /** Something that takes its time. */
  readonly wait: (what: string) => void;
  /** Takes the last word back: what follows says more. */
  readonly end: () => void;
}

/** On a terminal one line that changes; elsewhere, as in a log, a line for each thing that takes its time, and no more. */
export function progressOn(stream: Pick<WriteStream, "write" | "isTTY" | "columns">): Progress {
  if (!stream.isTTY) {
    return {
      step: () => undefined,
      wait: (what) => stream.write(`… ${what}\n`),
      end: () => undefined,
    };
  }
  const show = (what: string) => {
    // A line that runs over the edge could not be taken back.
    stream.write(`\r\u001b[K${colors.dim(`… ${what}`.slice(0, Math.max(stream.columns - 1, 1)))}`);
  };
  return { step: show, wait: show, end: () => stream.write("\r\u001b[K") };
}
