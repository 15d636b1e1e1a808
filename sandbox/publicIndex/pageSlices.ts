import { setImmediate } from "node:timers/promises";
import { beyond, ownLimits } from "../ownLimits";
import type { HostAnswer } from "./indexHosts";
import { notAPage } from "./pageError";

/** So many bytes are read at once, which takes a few milliseconds. */
const slice = 64 * 1024;

/** Reads a page that is given to it in parts. */
export interface PageParser {
  write(part: Buffer): void;
  /** How many files it has come across. */
  readonly found: number;
}

/**
 * Gives a page to a parser part by part and lets other work run in between, so that a page of many megabytes does not hold
 * up the requests beside it.
 *
 * @throws PublicIndexUnavailable where the page holds too much beside its files
 */
export async function writeInSlices(answer: HostAnswer, parser: PageParser): Promise<void> {
  const { body } = answer;
  let last = { found: 0, start: 0 };
  for (let start = 0; start < body.length; start += slice) {
    if (start > 0) {
      await setImmediate();
    }
    parser.write(body.subarray(start, start + slice));
    if (parser.found > last.found) {
      last = { found: parser.found, start };
    } else if (start - last.start > ownLimits.indexGap.most) {
      throw notAPage(answer, beyond(ownLimits.indexGap, "with", " between two files"));
    }
  }
}
