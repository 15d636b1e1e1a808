import { beyond, ownLimits } from "../../ownLimits";
import { HttpError } from "./httpError";

/** What an archive unpacks to, as far as it has been read. */
interface Unpacked {
  readonly entries: number;
  /** In bytes. */
  readonly unpacked: number;
}

// PyPI's own rule for .whl and .zip: https://github.com/pypi/warehouse/blob/main/warehouse/forklift/legacy.py
const alwaysTaken = 64 * 2 ** 20;

/**
 * Rejects a distribution that would fill the disk of the machine that installs it.
 *
 * @param packed - bytes of the file
 * @throws HttpError 400
 */
export function checkUnpackedSize(filename: string, packed: number, { entries, unpacked }: Unpacked): void {
  if (entries > ownLimits.archiveEntries.most) {
    throw new HttpError(400, beyond(ownLimits.archiveEntries, `${filename} has`));
  }
  if (unpacked > ownLimits.unpacked.most) {
    throw new HttpError(400, beyond(ownLimits.unpacked, `${filename} unpacks to`));
  }
  if (unpacked > alwaysTaken && unpacked > packed * ownLimits.inflation.most) {
    throw new HttpError(
      400,
      beyond(ownLimits.inflation, `${filename} has ${packed} bytes and unpacks to ${unpacked} or more,`),
    );
  }
}
