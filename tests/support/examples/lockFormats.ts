import { expect } from "chai";
import type { LayerBuilder } from "./describeLayers";

/** The locks from which layers are built. */
export const lockFiles = ["Pipfile.lock", "uv.lock", "poetry.lock", "pylock.toml", "requirements.txt"] as const;

export type LockFile = (typeof lockFiles)[number];

/** A private package, a compiled one, one for newer Pythons and one for arm64. */
const requirements = [
  "orb-common==1.4.0",
  "pydantic-core==2.50.5",
  "tzdata==2026.6 ; python_version >= '3.13'",
  "colorama==0.4.6 ; platform_machine == 'aarch64'",
];

/** Writes a folder whose lock the format's own tool makes, on this machine, for every Python and architecture. */
export async function writeLock(layers: LayerBuilder, lock: LockFile, folder: string): Promise<void> {
  const { person, token } = layers;
  const index = `${layers.registries.of.staging.address}/pypi/python-packages/simple/`;
  const password = { USERNAME: "aws", PASSWORD: token };
  const run = async (tool: string, options: readonly string[], environment: Record<string, string> = {}) => {
    const { exitCode, text } = await person.run(tool, options, environment);
    expect(exitCode, text).to.equal(0);
  };
  const project = `[project]\nname = "layer"\nversion = "0"\nrequires-python = ">=3.11,<4"\ndependencies = ${JSON.stringify(requirements)}\n`;
  const uv = `\n[[tool.uv.index]]\nname = "python-packages"\nurl = "${index}"\ndefault = true\n`;
  const uvPassword = prefixed("UV_INDEX_PYTHON_PACKAGES_", password);
  switch (lock) {
    case "Pipfile.lock": {
      const source = `[[source]]\nname = "python-packages"\nurl = "\${CODEARTIFACT_INDEX_URL}"\nverify_ssl = true\n`;
      person.write(`${folder}/Pipfile`, `${source}\n[packages]\n${requirements.map(pipfileLine).join("\n")}\n`);
      const { exitCode, output } = await layers.script("lock_layer.sh", [folder]);
      expect(exitCode, output).to.equal(0);
      return;
    }
    case "uv.lock":
      person.write(`${folder}/pyproject.toml`, project + uv);
      return run("uv", ["lock", "--project", folder], uvPassword);
    case "poetry.lock": {
      const source = `\n[[tool.poetry.source]]\nname = "python-packages"\nurl = "${index}"\npriority = "primary"\n`;
      person.write(`${folder}/pyproject.toml`, `${project}\n[tool.poetry]\npackage-mode = false\n${source}`);
      return run(
        "poetry",
        ["--project", folder, "--no-interaction", "lock"],
        prefixed("POETRY_HTTP_BASIC_PYTHON_PACKAGES_", password),
      );
    }
    case "pylock.toml": {
      person.write(`${folder}-source/pyproject.toml`, project + uv);
      const options = ["export", "--quiet", "--project", `${folder}-source`, "--no-emit-project"];
      person.write(`${folder}/.keep`, "");
      return run("uv", [...options, "--format", "pylock.toml", "--output-file", `${folder}/pylock.toml`], uvPassword);
    }
    case "requirements.txt": {
      person.write(`${folder}/requirements.in`, `${requirements.join("\n")}\n`);
      const options = ["--universal", "--generate-hashes", "--no-emit-index-url", "--python-version", "3.11"];
      return run(
        "uv",
        ["pip", "compile", "--quiet", ...options, `${folder}/requirements.in`, "-o", `${folder}/${lock}`],
        {
          UV_DEFAULT_INDEX: layers.indexUrl,
        },
      );
    }
  }
}

function pipfileLine(requirement: string): string {
  const [, name = "", version = "", markers] = /^([\w-]+)==(\S+)(?: ; (.*))?$/.exec(requirement) ?? [];
  return `${name} = { version = "==${version}"${markers === undefined ? "" : `, markers = "${markers}"`} }`;
}

function prefixed(prefix: string, variables: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(variables).map(([name, value]) => [`${prefix}${name}`, value]));
}
