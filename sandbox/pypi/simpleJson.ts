import { filePath } from "./address";
import type { ListedFiles } from "./listedFiles";

/** A simple page as JSON: PEP 691, with what PEP 592 and 700 add. */
export function jsonPage({ repository, name, files }: ListedFiles): string {
  return JSON.stringify({
    // A file without a size, which only a public index without JSON leaves out, is not as 1.1 has it.
    meta: { "api-version": files.every(({ size }) => size !== undefined) ? "1.1" : "1.0" },
    name,
    versions: [...new Set(files.map(({ version }) => version))],
    files: files.map(({ filename, version, sha256, size, uploadTime, requiresPython, yanked = false }) => ({
      filename,
      url: filePath(repository, name, version, filename),
      hashes: { sha256 },
      size,
      "upload-time": uploadTime === undefined ? undefined : inMicroseconds(uploadTime),
      "requires-python": requiresPython,
      yanked,
    })),
  });
}

/** `2026-01-02T03:04:05.000000Z`, as PEP 700 and PyPI write it; nothing where the time is written otherwise. */
function inMicroseconds(time: string): string | undefined {
  const [, second, fraction = ""] = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,6})\d*)?Z$/.exec(time) ?? [];
  return second === undefined ? undefined : `${second}.${fraction.padEnd(6, "0")}Z`;
}
