import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "smol-toml";

/** What a package's build reads in pyproject.toml, as far as setup looks at it. */
export interface Pyproject {
  readonly name?: string;
  readonly version?: string;
}

/** Of `[project]` or `[tool.poetry]`. A file that is not TOML, or another tool's, says nothing. */
export function readPyproject(folder: string): Pyproject {
  const path = join(folder, "pyproject.toml");
  if (!existsSync(path)) {
    return {};
  }
  try {
    const { project, tool } = parse(readFileSync(path, "utf8")) as {
      readonly project?: Pyproject;
      readonly tool?: { readonly poetry?: Pyproject };
    };
    return project ?? tool?.poetry ?? {};
  } catch {
    return {};
  }
}
