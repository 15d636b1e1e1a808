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

  it("warns where a lock has conditions that another Python than the layer's reads", async () => {
    const { layers } = given;
    await layers.lockWheel("conditional", { "orb_conditional.py": "" });
    const lock = layers.person
      .read("conditional/requirements.txt")
      .replace(" --hash", " ; python_version >= '3.9' --hash");
    layers.person.write("conditional/requirements.txt", lock);
    const { text } = await layers.person.run("python", ["-c", "import sys; print('%d.%d' % sys.version_info[:2])"]);

    const [same, other] = [
      await build("conditional", "--python", text.trim()),
      await build("conditional", "--python=3.14"),
    ];

    expect([same.exitCode, other.exitCode], other.output).to.deep.equal([0, 0]);
    expect(same.output).not.to.include("warning: conditions in the lock");
    expect(other.output).to.include("warning: conditions in the lock");
    expect(other.output).to.include("and the layer is for 3.14 Linux x86_64: build it there");
  });

  it("describes in --help and in README the same options, values and defaults", async () => {
    const { exitCode, output } = await given.layers.script("build_layer.sh", ["--help"]);
    const readme = readFileSync(join(projectDirectory, "examples/integration-hub/README.md"), "utf8");

    expect(exitCode).to.equal(0);
    for (const [option, values, chosen] of [
      ["--python VERSION", pythons, "3.12"],
      ["--architecture NAME", architectures, "x86_64"],
    ] as const) {
      const helped = output.split("\n").find((line) => line.startsWith(option)) ?? "";
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
