import { setImmediate } from "node:timers/promises";
import type { VisibleFile } from "../packages/visibleFiles";

/** So many files are written at once, which takes a few milliseconds. */
const slice = 250;

/**
 * Writes a package's files into a page. Other work runs in between, so that a long page does not hold up the requests
 * beside it.
 *
 * @param separator - between two files
 */
export async function renderFiles(
  files: readonly VisibleFile[],
  separator: string,
  textOf: (file: VisibleFile) => string,
): Promise<Buffer> {
  const parts: Buffer[] = [];
  for (let start = 0; start < files.length; start += slice) {
    if (start > 0) {
      await setImmediate();
    }
    const text = files
      .slice(start, start + slice)
      .map(textOf)
      .join(separator);
    parts.push(Buffer.from(start === 0 ? text : separator + text));
  }
  return Buffer.concat(parts);
}
