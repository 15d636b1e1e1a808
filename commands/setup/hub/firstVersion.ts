import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "smol-toml";

/**
 * The text of VERSION for a package that has its version nowhere else: the default of PACKAGE_VERSION in its setup.py.
 *
 * @param folder - of setup.py or pyproject.toml
 * @returns undefined if the package needs no file
 */
export function firstVersion(folder: string): string | undefined {
  const [setup, project] = ["setup.py", "pyproject.toml"].map((file) => join(folder, file)) as [string, string];
  if (existsSync(join(folder, "VERSION")) || !existsSync(setup) || (existsSync(project) && hasVersion(project))) {
    return undefined;
  }
  const text = readFileSync(setup, "utf8");
  const writesIt = /(?<![\w.])version\s*=\s*["']/.test(text);
  return writesIt ? undefined : (/PACKAGE_VERSION["']\s*,\s*["']([^"']+)["']/.exec(text)?.[1] ?? "0.1.0");
}

function hasVersion(path: string): boolean {
  const { project, tool } = parse(readFileSync(path, "utf8")) as {
    readonly project?: { readonly version?: unknown; readonly dynamic?: readonly string[] };
    readonly tool?: { readonly poetry?: { readonly version?: unknown } };
  };
  return project?.version !== undefined || tool?.poetry?.version !== undefined;
}
