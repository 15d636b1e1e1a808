import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { type PythonTools, pythonTools } from "../../../commands/python/pythonTools";
import type { Person } from "../clients/person";
import { pinnedVersion } from "../clients/tools";

const requirements = join(__dirname, "builders/requirements.txt");

/** A tool that builds a package's distributions into `dist`, with the backend that comes from the same project. */
export interface Builder {
  readonly name: string;
  readonly version: string;
  /** What it leaves in `dist` besides an sdist and a wheel. */
  readonly leaves: readonly string[];
  readonly backend: readonly [distribution: string, module: string];
  /** How the backend finds the package `orb_common` in a project that is called otherwise. */
  readonly finds: string;
  /** @param python - that has the backend: nothing is fetched for a build */
  readonly command: (python: string) => readonly [tool: string, ...options: readonly string[]];
}

/** Real build tools in the versions that `requirements.txt` pins. */
export async function builderTools(): Promise<PythonTools> {
  const tools = await pythonTools(requirements, () => undefined);
  if ("missing" in tools) {
    throw new Error(`These tests run real build tools, and ${tools.missing}.`);
  }
  return tools;
}

export const builders: readonly Builder[] = [
  {
    ...tool("uv", [".gitignore"], ["uv_build", "uv_build"]),
    finds: 'tool.uv.build-backend = { module-name = "orb_common", module-root = "" }',
    command: (python) => ["uv", "build", "--offline", "--no-build-isolation", "--python", python],
  },
  {
    ...tool("hatch", [], ["hatchling", "hatchling.build"]),
    finds: 'tool.hatch.build.targets.wheel.packages = ["orb_common"]',
    command: () => ["hatch", "build"],
  },
  {
    ...tool("flit", [], ["flit_core", "flit_core.buildapi"]),
    finds: 'tool.flit.module.name = "orb_common"',
    command: () => ["flit", "build"],
  },
  {
    ...tool("poetry", [], ["poetry-core", "poetry.core.masonry.api"]),
    finds: 'tool.poetry.packages = [{ include = "orb_common" }]',
    command: () => ["poetry", "build"],
  },
  {
    ...tool("build", [], ["setuptools", "setuptools.build_meta"]),
    finds: 'tool.setuptools.packages = ["orb_common"]',
    command: () => ["python", "-m", "build", "--no-isolation"],
  },
];

/** The tool that writes a software bill of materials. */
export const sbomVersion = pinnedVersion("cyclonedx-bom", requirements);

/**
 * Builds the package `Orb.Common` into a folder of its own.
 *
 * @returns the folder, and the files that the tool left in it
 */
export async function buildFolder(
  person: Person,
  { name, backend: [distribution, module], finds, command }: Builder,
  version: string,
): Promise<{ readonly folder: string; readonly files: readonly string[] }> {
  const project = `${name}-${version}`;
  person.write(`${project}/orb_common/__init__.py`, '"""What all services share."""\n');
  const file = person.write(
    `${project}/pyproject.toml`,
    `${finds}\n\n[build-system]\nrequires = ["${distribution}"]\nbuild-backend = "${module}"\n\n` +
      `[project]\nname = "Orb.Common"\nversion = "${version}"\ndescription = "What all services share."\n`,
  );
  const { python, bin } = person.tools;
  const words = command(python).map((word) => `'${word}'`);
  const run = await person.shell(`cd '${dirname(file)}'\n${words.join(" ")}`, {
    // hatch builds in this environment, which has the backend already.
    HATCH_ENV_TYPE_VIRTUAL_PATH: dirname(bin),
    PIP_NO_INDEX: "1",
  });
  if (run.exitCode !== 0) {
    throw new Error(`${name} does not build: ${run.text}`);
  }
  const folder = join(dirname(file), "dist");
  return { folder, files: readdirSync(folder).sort() };
}

function tool(name: string, leaves: readonly string[], backend: Builder["backend"]) {
  return { name, version: pinnedVersion(name, requirements), leaves, backend };
}
