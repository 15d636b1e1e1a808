import { createHash } from "node:crypto";
import { readFileSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import type { MadeDistribution } from "../../sandbox/fixtures/distributions";
import { Person } from "../clients/person";
import { installing } from "../clients/tools";
import { projectDirectory } from "../support/deployments";
import { build, buildTools, distributionsIn, packagesFolder } from "./builtPackages";

describe("the packages of the integration hub", function () {
  this.timeout(120_000);
  let person: Person;

  before(async function () {
    this.timeout(installing);
    person = new Person(await buildTools());
  });

  after(() => {
    person.leave();
  });

  for (const name of ["orb-common", "orb-models"]) {
    it(`pass their own tests: ${name}`, async () => {
      const sources = ["orb-common/src", "orb-models/src"].map((path) => join(packagesFolder, path));
      const { exitCode, text } = await person.run(
        "python",
        ["-m", "unittest", "discover", "-s", join(packagesFolder, name, "tests")],
        { PYTHONPATH: sources.join(":") },
      );

      expect(exitCode, text).to.equal(0);
      expect(text).to.match(/Ran [2-9] tests/);
    });
  }

  it("are the same bytes whenever and by whomever they are built, where plain setuptools makes others each time", async () => {
    const first = await build(person, "first", ["orb-common", "orb-models"]);
    const umask = process.umask(0o077);
    const second = await build(person, "second", ["orb-models", "orb-common"], { TZ: "Asia/Tokyo" }).finally(() =>
      process.umask(umask),
    );
    const plainly = async (folder: string, seconds: number) => {
      const source = person.write(`${folder}/VERSION`, "1.4.0\n").replace("/VERSION", "");
      person.write(`${folder}/MANIFEST.in`, "include VERSION\n");
      person.write(`${folder}/setup.py`, readFileSync(join(packagesFolder, "orb-common/setup.py")));
      person.write(`${folder}/src/orb_common/__init__.py`, "");
      utimesSync(join(source, "src/orb_common/__init__.py"), seconds, seconds);
      const { exitCode, text } = await person.run("python", ["-m", "build", "--no-isolation", source]);
      expect(exitCode, text).to.equal(0);
      return hashes(distributionsIn(join(source, "dist")));
    };

    expect(first.exitCode, first.text).to.equal(0);
    expect(Object.keys(hashes(first.files))).to.deep.equal([
      "orb_common-1.4.0-py3-none-any.whl",
      "orb_common-1.4.0.tar.gz",
      "orb_models-1.2.0-py3-none-any.whl",
      "orb_models-1.2.0.tar.gz",
    ]);
    expect(hashes(second.files)).to.deep.equal(hashes(first.files));
    const [once, again] = [await plainly("once", 1_700_000_000), await plainly("again", 1_800_000_000)];
    for (const file of ["orb_common-1.4.0-py3-none-any.whl", "orb_common-1.4.0.tar.gz"]) {
      expect(again[file]).not.to.equal(once[file]);
    }
  });

  it("are locked by the example's layer with the hashes that the sources build to", async () => {
    const { files } = await build(person, "locked", ["orb-common", "orb-models"]);
    const lock = JSON.parse(
      readFileSync(join(projectDirectory, "examples/integration-hub/backend/layers/shared/Pipfile.lock"), "utf8"),
    ) as { readonly default: Readonly<Record<string, { readonly hashes: readonly string[] }>> };
    const locked = ["orb-common", "orb-models"].flatMap((name) => lock.default[name]?.hashes ?? []);

    expect([...locked].sort()).to.deep.equal(
      Object.values(hashes(files))
        .map((hash) => `sha256:${hash}`)
        .sort(),
    );
  });

  it("take another version from outside, in the sdist's own VERSION too", async () => {
    const { files } = await build(person, "pre-release", ["orb-common==1.4.0.dev7"]);
    const sdist = join(person.work, "pre-release/dist/orb_common-1.4.0.dev7.tar.gz");
    const inside = await person.run("python", [
      "-c",
      "import sys, tarfile; print(tarfile.open(sys.argv[1]).extractfile(sys.argv[2]).read().decode())",
      ...[sdist, "orb_common-1.4.0.dev7/VERSION"],
    ]);

    expect(files.map(({ filename }) => filename)).to.deep.equal([
      "orb_common-1.4.0.dev7-py3-none-any.whl",
      "orb_common-1.4.0.dev7.tar.gz",
    ]);
    expect(inside.text.trim()).to.equal("1.4.0.dev7");
  });

  for (const [version, says] of [
    ["1.4-x", "Invalid version: '1.4-x'"],
    ["1.4.0-dev7", "version '1.4.0-dev7': write it as PEP 440 does, 1.4.0.dev7"],
    ["v1.4.0", "version 'v1.4.0': write it as PEP 440 does, 1.4.0"],
  ] as const) {
    it(`take no version that PEP 440 writes otherwise: ${version}`, async () => {
      const { exitCode, text } = await build(person, `version-${version}`, [`orb-common==${version}`]);

      expect(exitCode).to.equal(1);
      expect(text).to.include(says);
    });
  }
});

function hashes(files: readonly MadeDistribution[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    files.map(({ filename, bytes }) => [filename, createHash("sha256").update(bytes).digest("hex")]),
  );
}
