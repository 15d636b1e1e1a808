import { Refusal } from "./refusal";

/** What an archive unpacks to, as far as it has been read. */
interface Unpacked {
  readonly entries: number;
  /** In bytes. */
  readonly unpacked: number;
}

/** More than the largest packages have. */
const mostEntries = 100_000;

// PyPI's own rule: https://github.com/pypi/warehouse/blob/main/warehouse/forklift/legacy.py
const alwaysTaken = 64 * 2 ** 20;
const mostTimes = 50;

const mostUnpacked = 2 ** 30;

/**
 * Whoever installs a distribution unpacks it: one that grows absurdly is taken for a bomb.
 *
 * @param packed - bytes of the file
 * @throws Refusal 400
 */
export function refuseBomb(filename: string, packed: number, { entries, unpacked }: Unpacked): void {
  if (entries > mostEntries) {
    throw new Refusal(
      400,
      `${filename} holds more than ${mostEntries} files. This is a limit of the sandbox, not of AWS.`,
    );
  }
  if (unpacked > mostUnpacked || (unpacked > alwaysTaken && unpacked > packed * mostTimes)) {
    throw new Refusal(
      400,
      `${filename} unpacks to ${unpacked} bytes or more, which is taken for a bomb: at most ${mostTimes} times its own ` +
        `size beyond ${alwaysTaken}, and never more than ${mostUnpacked}. This is a limit of the sandbox, not of AWS.`,
    );
  }
}
