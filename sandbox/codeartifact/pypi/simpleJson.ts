import { filePath } from "./address";
import type { ListedFiles } from "./listedFiles";
import { renderFiles } from "./renderFiles";

/** A simple page as JSON: PEP 691, with what PEP 592 and 700 add. */
export async function jsonPage({ repository, name, files }: ListedFiles): Promise<Buffer> {
  const list = await renderFiles(
    files,
    ",",
    ({ filename, version, sha256, size, uploadTime, requiresPython, yanked }) =>
      JSON.stringify({
        filename,
        url: filePath(repository, name, version, filename),
        hashes: { sha256 },
        size,
        "upload-time": uploadTime === undefined ? undefined : inMicroseconds(uploadTime),
        "requires-python": requiresPython,
        yanked: yanked ?? false,
      }),
  );
  const head = JSON.stringify({
    // A file without a size, which only a public index without JSON leaves out, is not as 1.1 has it.
    meta: { "api-version": files.every(({ size }) => size !== undefined) ? "1.1" : "1.0" },
    name,
    versions: [...new Set(files.map(({ version }) => version))],
  });
  return Buffer.concat([Buffer.from(`${head.slice(0, -1)},"files":[`), list, Buffer.from("]}")]);
}

/** `2026-01-02T03:04:05.000000Z`, as PEP 700 and PyPI write it; nothing where the time is written otherwise. */
function inMicroseconds(time: string): string | undefined {
  const [, second, fraction = ""] = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,6})\d*)?Z$/.exec(time) ?? [];
  return second === undefined ? undefined : `${second}.${fraction.padEnd(6, "0")}Z`;
}
