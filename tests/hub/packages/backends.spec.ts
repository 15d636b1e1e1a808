import { cpSync, mkdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { createHash } from "node:crypto";
import { expect } from "chai";
import { Person } from "../../support/clients/person";
import { projectDirectory } from "../../support/deployments";
import { buildTools, distributionsIn } from "../../support/examples/builtPackages";
import { packageProjects, type Sources } from "../../support/examples/packageProjects";

describe("a package of each build backend", () => {
  let person: Person;

  before(async () => {
    person = new Person(await buildTools());
    mkdirSync(join(person.work, ".github"));
    cpSync(join(projectDirectory, "hub"), join(person.work, ".github/registry"), { recursive: true });
    person.write("registry.toml", '[branches]\nrelease = ["main"]\n\n[packages.orb-x]\npath = "packages/orb-x"\n');
  });

  after(() => {
    person.leave();
  });

  const write = (sources: Sources) => {
    rmSync(join(person.work, "packages"), { recursive: true, force: true });
    for (const [path, text] of Object.entries(sources)) {
      mkdirSync(dirname(join(person.work, "packages/orb-x", path)), { recursive: true });
      person.write(`packages/orb-x/${path}`, text);
    }
  };
  const script = (name: string, ...words: readonly string[]) =>
    person.run("python", [`.github/registry/packages/${name}.py`, ...words]);
  const build = async (target: string, given: string) => {
    const { exitCode, text } = await script("build", target, given);
    expect(exitCode, text).to.equal(0);
    const files = distributionsIn(join(person.work, target));
    return {
      text,
      hashes: Object.fromEntries(
        files.map(({ filename, bytes }) => [filename, createHash("sha256").update(bytes).digest("hex")]),
      ),
    };
  };

  for (const [name, sources] of Object.entries(packageProjects)) {
    it(`is tested, and built at its own version and at another, the same bytes each time: ${name}`, async () => {
      write(sources);
      const plans = name.startsWith("setup.py of the plan");
      const files = (version: string) => [
        `orb_x-${version}-py3-none-any.whl`,
        ...(plans ? [] : [`orb_x-${version}.tar.gz`]),
      ];
      const folder = name.replace(/\W+/g, "-");

      const tested = await script("test");
      const own = await build(`${folder}-own`, "orb-x");
      const [first, second] = [
        await build(`${folder}-first`, "orb-x==2.0.0.dev7"),
        await build(`${folder}-second`, "orb-x==2.0.0.dev7"),
      ];

      expect(tested.exitCode, tested.text).to.equal(0);
      expect(tested.text).to.match(/1 passed in \S+ =* ?orb-x: its tests pass/);
      expect(Object.keys(own.hashes)).to.deep.equal(files("1.4.0"));
      expect(Object.keys(first.hashes)).to.deep.equal(files("2.0.0.dev7"));
      expect(second.hashes).to.deep.equal(first.hashes);
      expect(first.text.includes("orb-x: its sdist is left out.")).to.equal(plans);
      // The sources themselves have their own version still.
      expect(person.read(`packages/orb-x/${Object.keys(sources)[0] ?? ""}`)).to.equal(Object.values(sources)[0]);
    });
  }

  it("is an error where the build takes the version from elsewhere", async () => {
    write({
      VERSION: "1.4.0\n",
      "setup.py":
        "from setuptools import setup\n\nNUMBER = '3.0'\nsetup(name='orb-x', version=NUMBER, packages=['orb_x'])\n",
      "orb_x/__init__.py": "",
    });
    const { exitCode, text } = await script("build", "wrong", "orb-x");

    expect(exitCode).to.equal(1);
    expect(text).to.include(
      "orb-x: the build made version 3.0, not 1.4.0. It must read VERSION or PACKAGE_VERSION, or have its version in " +
        "packages/orb-x/pyproject.toml",
    );
  });

  it("is tested with the packages before it in registry.toml, and tests of those are not run", async () => {
    const sources = packageProjects["hatchling, src"] ?? {};
    write(sources);
    person.write("packages/orb-x/tests/test_word.py", "def test_word():\n    assert False\n");
    for (const [path, text] of Object.entries(sources)) {
      const renamed = (words: string) => words.replaceAll("orb_x", "orb_y").replaceAll("orb-x", "orb-y");
      mkdirSync(dirname(join(person.work, "packages/orb-y", renamed(path))), { recursive: true });
      person.write(`packages/orb-y/${renamed(path)}`, renamed(text));
    }
    person.write("packages/orb-y/tests/test_other.py", "def test_other():\n    import orb_x\n");
    const table = person.read("registry.toml");
    person.write("registry.toml", `${table}\n[packages.orb-y]\npath = "packages/orb-y"\n`);

    const { exitCode, text } = await script("test", "orb-y");
    const alone = await script("test", "orb-x");
    person.write("registry.toml", table);

    expect(exitCode, text).to.equal(0);
    expect(text).to.include("2 passed").and.to.include("orb-y: its tests pass").and.not.to.include("orb-x:");
    expect(alone.exitCode).to.equal(1);
    expect(alone.text).to.include("orb-x: its tests failed, see above");
  });

  it("is not published if a test fails, and is if it has none", async () => {
    const sources = packageProjects["hatchling, src"] ?? {};
    write({ ...sources, "tests/test_word.py": "def test_word():\n    assert False\n" });
    const failing = await script("test");
    write({ ...sources, "tests/test_word.py": "" });
    const empty = await script("test");

    expect(failing.exitCode).to.equal(1);
    expect(failing.text).to.include("orb-x: its tests failed, see above");
    expect(empty.exitCode, empty.text).to.equal(0);
    expect(empty.text).to.include("orb-x: it has no test");
  });
});
