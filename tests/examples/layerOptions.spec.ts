import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { projectDirectory } from "../support/deployments";
import { describeLayers } from "../support/examples/describeLayers";

/** What Lambda has. */
const pythons = ["3.10", "3.11", "3.12", "3.13", "3.14"];
const architectures = ["x86_64", "arm64"];

describeLayers("build_layer.sh", (given) => {
  const build = (folder: string, ...options: readonly string[]) =>
    given.layers.script("build_layer.sh", [...options, folder, join(given.layers.person.work, `${folder}.zip`)]);

  it("takes every Python and architecture that Lambda has", async () => {
    await given.layers.lockWheel("values", { "orb_values.py": "" });
    for (const option of [
      ...pythons.map((value) => `--python=${value}`),
      ...architectures.map((value) => `--architecture=${value}`),
    ]) {
      const { exitCode, output } = await build("values", option);
      expect(exitCode, `${option}: ${output}`).to.equal(0);
    }
  });

  it("rejects a Python or an architecture that Lambda does not have, and names both", async () => {
    await given.layers.lockWheel("others", { "orb_others.py": "" });
    const { exitCode, output } = await build("others", "--python", "3.9", "--architecture", "aarch64");

    expect(exitCode).to.equal(2);
    expect(output).to.equal(
      "--python 3.9: Lambda has no such runtime, choose 3.10, 3.11, 3.12, 3.13 or 3.14\n" +
        "--architecture aarch64: Lambda has no such architecture, choose x86_64 or arm64\n",
    );
  });

  it("decides conditions of a lock for the function's system, whatever Python builds", async () => {
    const { layers } = given;
    const conditions = {
      "orb-since": "python_version >= '3.13'",
      "orb-before": "python_full_version < '3.13'",
      "orb-arm": "platform_machine == 'aarch64' and sys_platform == 'linux'",
      "orb-windows": "os_name == 'nt' or platform_python_implementation != 'CPython'",
    };
    for (const [name, condition] of Object.entries(conditions)) {
      await layers.lockWheel(name.replace("orb-", ""), { [`${name.replace("-", "_")}.py`]: "" });
      const line = layers.person.read(`${name.replace("orb-", "")}/requirements.txt`);
      const all = `conditional/${name}`;
      layers.person.write(all, line.replace(" --hash", ` ; ${condition} --hash`));
    }
    const lines = Object.keys(conditions).map((name) => layers.person.read(`conditional/${name}`));
    layers.person.write("conditional/requirements.txt", lines.join(""));

    for (const [python, architecture, packages] of [
      ["3.12", "x86_64", ["orb-before"]],
      ["3.12", "arm64", ["orb-arm", "orb-before"]],
      ["3.13", "x86_64", ["orb-since"]],
      ["3.14", "arm64", ["orb-arm", "orb-since"]],
    ] as const) {
      const { exitCode, output } = await build("conditional", "--python", python, "--architecture", architecture);
      expect(exitCode, output).to.equal(0);
      const manifest = JSON.parse(layers.person.read("conditional.json")) as { packages: { name: string }[] };
      expect(manifest.packages.map(({ name }) => name)).to.deep.equal(packages);
    }
  });

  it("rejects a condition on what AWS changes by itself; one on Python's minor version is decided", async () => {
    const { layers } = given;
    await layers.lockWheel("patches", { "orb_patches.py": "" });
    const lock = layers.person.read("patches/requirements.txt");
    for (const [condition, says] of [
      ["python_full_version >= '3.12.4'", "depends on the patch of Python 3.12, which AWS changes by itself"],
      ["platform_release != ''", "depends on platform_release, which is not known before a function runs"],
      ["python_full_version >= '3.12'", undefined],
    ] as const) {
      layers.person.write("patches/requirements.txt", lock.replace(" --hash", ` ; ${condition} --hash`));

      const { exitCode, output } = await build("patches");

      expect([exitCode, says === undefined || output.includes(says)], output).to.deep.equal([
        says === undefined ? 0 : 1,
        true,
      ]);
    }
  });

  it("describes in --help and in README the same options, values and defaults", async () => {
    const { exitCode, output } = await given.layers.script("build_layer.sh", ["--help"]);
    const readme = readFileSync(join(projectDirectory, "examples/integration-hub/README.md"), "utf8");

    expect(exitCode).to.equal(0);
    const options = output.split(/\n {2}(?=--)|\n\n/).map((text) => text.replaceAll(/\s+/g, " "));
    for (const [option, values, chosen] of [
      ["--python VERSION", pythons, "3.12"],
      ["--architecture NAME", architectures, "x86_64"],
    ] as const) {
      const helped = options.find((text) => text.startsWith(option)) ?? "";
      const row = readme.split("\n").find((line) => line.startsWith(`| \`${option}\``)) ?? "";
      expect([...values].filter((value) => !helped.includes(value) || !row.includes(`\`${value}\``))).to.deep.equal([]);
      expect(
        [helped, row.replaceAll("`", "")].filter(
          (line) => !line.includes(`default: ${chosen}`) && !line.includes(`default ${chosen}`),
        ),
      ).to.deep.equal([]);
    }
  });
});
