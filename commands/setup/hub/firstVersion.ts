import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readPyproject } from "./pyproject";

/**
 * The text of VERSION for a package that has its version nowhere else: the default of PACKAGE_VERSION in its setup.py.
 *
 * @param folder - of setup.py or pyproject.toml
 * @returns undefined if the package needs no file
 */
export function firstVersion(folder: string): string | undefined {
  const setup = join(folder, "setup.py");
  const isWritten = existsSync(join(folder, "VERSION")) || readPyproject(folder).version !== undefined;
  if (isWritten || !existsSync(setup)) {
    return undefined;
  }
  const text = readFileSync(setup, "utf8");
  const writesIt = /(?<![\w.])version\s*=\s*["']/.test(text);
  return writesIt ? undefined : (/PACKAGE_VERSION["']\s*,\s*["']([^"']+)["']/.exec(text)?.[1] ?? "0.1.0");
}
