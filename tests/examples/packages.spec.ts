import { createHash } from "node:crypto";
import { cpSync, readFileSync, rmSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import type { MadeDistribution } from "../../sandbox/fixtures/distributions";
import { Person } from "../support/clients/person";
import { projectDirectory } from "../support/deployments";
import { build, buildTools, distributionsIn, packagesFolder } from "../support/examples/builtPackages";
import { copyExample } from "../support/examples/teamRepository";
import { packageLocks, wheelhouse } from "../support/examples/wheelhouse";

describe("the packages of the integration hub", () => {
  let person: Person;

  before(async () => {
    person = new Person(await buildTools());
  });

  after(() => {
    person.leave();
  });

  it("pass their own tests, in an environment that has what their locks name", async () => {
    const wheels = await wheelhouse(packageLocks);
    for (const { filename, bytes } of wheels) {
      person.write(`wheels/${filename}`, bytes);
    }
    copyExample(join(person.work, "tested"));

    const { exitCode, text } = await person.shell(
      "cd tested\npython .github/registry/packages/test.py --wheels ../wheels",
    );

    expect(exitCode, text).to.equal(0);
    expect(text).to.match(
      / [2-9] passed in .* orb-common: its tests pass .* [2-9] passed in .* orb-models: its tests pass $/,
    );
  });

  it("are the same bytes in every build, where plain setuptools makes other bytes each time", async () => {
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

  for (const version of ["1.4-x", "", "1.4.0-dev7", "v1.4.0", "\uFEFF1.4.0", "1.4.0+local"]) {
    it(`take no version from outside that PEP 440 writes otherwise: ${JSON.stringify(version)}`, async () => {
      const { exitCode, text } = await build(person, `version-${version}`, [`orb-common==${version}`]);

      expect(exitCode).to.equal(1);
      expect(text.replace("\uFEFF", "\\ufeff")).to.match(
        /^'orb-common==.*': '.*' is not a version as PEP 440 writes it: write one such as 1\.4\.0 or 1\.4\.0\.dev7 $/,
      );
    });
  }

  describe("built by another tool than build.py", () => {
    /** Builds orb-common as `python -m build` does by itself. */
    const plainly = async (version: string | Buffer | undefined) => {
      const folder = "plain/orb-common";
      rmSync(join(person.work, folder), { recursive: true, force: true });
      cpSync(join(packagesFolder, "orb-common"), join(person.work, folder), { recursive: true });
      rmSync(join(person.work, folder, "VERSION"));
      if (version !== undefined) {
        person.write(`${folder}/VERSION`, version);
      }
      return person.run("python", ["-m", "build", "--no-isolation", "--sdist", folder]);
    };

    it("take the version in VERSION, also with a line break of Windows", async () => {
      const { exitCode, text } = await plainly("1.5.0\r\n");

      expect(exitCode, text).to.equal(0);
      expect(text).to.include("Successfully built orb_common-1.5.0.tar.gz");
    });

    for (const [what, version, says] of [
      ["is missing", undefined, "No such file or directory: "],
      ["is empty", "", "Invalid version: ''"],
      ["is not UTF-8", Buffer.from([0xff]), "'utf-8' codec can't decode byte 0xff"],
      ["has a byte order mark", "\uFEFF1.5.0", "Invalid version: '\\ufeff1.5.0'"],
      ["has two lines", "1.5.0\n1.6.0", "Invalid version: '1.5.0\\n1.6.0'"],
      ["has 1,000,000 letters", "x".repeat(1_000_000), `Invalid version: '${"x".repeat(100)}'`],
    ] as const) {
      it(`end with an error that names VERSION where it ${what}`, async () => {
        const { exitCode, text } = await plainly(version);

        expect(exitCode).to.equal(1);
        expect(text).to.include("orb-common/VERSION: ");
        expect(text).to.include(says);
        expect(text).to.include(": write one line, such as 1.4.0, in UTF-8");
        expect(text).not.to.include("Traceback");
      });
    }

    it("end with the right spelling where VERSION has another", async () => {
      const { exitCode, text } = await plainly("v1.5");

      expect(exitCode).to.equal(1);
      expect(text).to.include("orb-common/VERSION: version 'v1.5': write it as PEP 440 does, 1.5");
    });
  });

  it("are built from the scripts' folder too, where Python's -m finds build.py first", async () => {
    const copy = join(person.work, "inside");
    copyExample(copy);
    const { exitCode, text } = await person.shell(
      `cd '${copy}/.github/registry/packages'\npython build.py ../../../dist orb-common`,
    );

    expect(exitCode, text).to.equal(0);
    expect(distributionsIn(join(copy, "dist"))).to.have.length(2);
  });
});

function hashes(files: readonly MadeDistribution[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    files.map(({ filename, bytes }) => [filename, createHash("sha256").update(bytes).digest("hex")]),
  );
}
