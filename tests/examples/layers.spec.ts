import { cpSync, existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { runProcess } from "../../commands/python/runProcess";
import type { Person } from "../support/clients/person";
import { describeLayers, exampleLayer, layersFolder, sha256 } from "../support/examples/describeLayers";

/** Whether a layer's packages can be used by a Python that has nothing else: not even what Debian or pip put beside it. */
const usesModels = [
  "import sys; sys.path[:] = [p for p in sys.path if not p.endswith('-packages')] + [sys.argv[1]]",
  "import orb_models; print(orb_models.Organization('ORG-7K2M-9Q4X', 'Example').to_record())",
].join("\n");

describeLayers("a Lambda layer", (given) => {
  before(async () => {
    await given.layers.publishExample();
  });

  const use = async (zip: string) => {
    const unpacked = `${zip}.unpacked`;
    const run = await given.layers.person.run("python", ["-m", "zipfile", "-e", zip, unpacked]);
    expect(run.exitCode, run.text).to.equal(0);
    return runProcess("python3", ["-I", "-S", "-c", usesModels, join(unpacked, "python")], { environment: {} });
  };

  for (const tool of ["pipenv", "uv", "pip"] as const) {
    it(`is exactly what ${tool}'s lock names, usable by itself, and the same bytes when it is built again`, async () => {
      await given.layers.lock[tool](tool);
      const first = await given.layers.build(tool);
      const again = await given.layers.build(tool, { TZ: "Asia/Tokyo" });

      expect(first.exitCode, first.output).to.equal(0);
      expect(sha256(again.bytes)).to.equal(sha256(first.bytes));
      // What the registry has since, and what PyPI calls the same, is not in it.
      expect(await installed(given.layers.person, first.zip)).to.deep.equal([
        "attrs-26.1.0",
        "orb_common-1.4.0",
        "orb_models-1.2.0",
      ]);
      expect(await use(first.zip)).to.deep.equal({
        exitCode: 0,
        output: "{'id': 'org-7k2m-9q4x', 'name': 'Example'}\n",
      });
      expect(first.output).to.include(`${sha256(first.bytes)}  ${tool}.zip`);
    });
  }

  it("of a former lock comes back byte for byte after a newer one", async () => {
    await given.layers.lock.pipenv("rollback");
    const former = await given.layers.build("rollback");
    const formerLock = given.layers.person.read("rollback/Pipfile.lock");

    const locked = await given.layers.script("lock_layer.sh", ["rollback"]);
    expect(locked.exitCode, locked.output).to.equal(0);
    const newer = await given.layers.build("rollback");
    const newerPackages = await installed(given.layers.person, newer.zip);
    given.layers.person.write("rollback/Pipfile.lock", formerLock);
    const back = await given.layers.build("rollback");

    expect(newerPackages).to.deep.equal(["attrs-26.1.0", "orb_common-1.4.1", "orb_models-1.2.0"]);
    expect(sha256(newer.bytes)).not.to.equal(sha256(former.bytes));
    expect(sha256(back.bytes)).to.equal(sha256(former.bytes));
  });

  it("leaves the token in no file, neither locked nor built, where pipenv by itself does", async () => {
    const { token, indexUrl } = given.layers;
    const forms = [token, Buffer.from(`aws:${token}`).toString("base64")];
    expect(given.layers.person.filesWith(forms)).to.deep.equal([]);

    const bare = await given.layers.person.run("pipenv", ["lock"], {
      ...{
        PIPENV_PYTHON: given.layers.person.tools.python,
        PIPENV_PIPFILE: join(given.layers.person.work, "rollback/Pipfile"),
      },
      PIPENV_VENV_IN_PROJECT: "1",
      PIPENV_NOSPIN: "1",
      CODEARTIFACT_INDEX_URL: indexUrl,
    });
    const left = given.layers.person.filesWith(forms);
    left.forEach((path) => {
      rmSync(join(given.layers.person.home, path));
    });

    expect(bare.exitCode, bare.text).to.equal(0);
    expect(left).to.have.length(1);
    expect(left[0]).to.match(/^pipenv-request-/);
  });

  it("is built and locked without any module of its folder, of PYTHONPATH or of the scripts' folder", async () => {
    const marks = join(given.layers.person.home, "marks");
    const modules = [
      "pip",
      "packaging",
      "json",
      "zipfile",
      "hashlib",
      "tomllib",
      "pipenv",
      "sitecustomize",
      "requests",
    ];
    const copy = join(given.layers.person.work, "copied");
    cpSync(layersFolder, copy, { recursive: true });
    cpSync(exampleLayer, join(copy, "shared"), { recursive: true });
    for (const name of modules) {
      for (const folder of ["copied", "copied/shared"]) {
        given.layers.person.write(`${folder}/${name}.py`, `open(${JSON.stringify(marks)}, "a").write("${name}\\n")\n`);
      }
    }
    given.layers.person.write(
      "copied/shared/.env",
      "PIP_EXTRA_INDEX_URL=http://127.0.0.1:9/\nPIPENV_PYPI_MIRROR=http://127.0.0.1:9/\n",
    );
    const hostile = { PYTHONPATH: join(copy, "shared"), PIP_EXTRA_INDEX_URL: "http://127.0.0.1:9/", PIP_TARGET: "x" };
    const run = (name: string, ...options: readonly string[]) =>
      given.layers.script(join(copy, name), options, hostile);

    const locked = await run("lock_layer.sh", join(copy, "shared"));
    const built = await run("build_layer.sh", join(copy, "shared"), join(copy, "shared.zip"));

    expect(locked.exitCode, locked.output).to.equal(0);
    expect(built.exitCode, built.output).to.equal(0);
    expect(existsSync(marks) ? readFileSync(marks, "utf8") : "").to.equal("");
    // Python started as usual imports them.
    await runProcess("python3", ["-m", "pip"], {
      directory: join(copy, "shared"),
      environment: { PATH: process.env.PATH },
    });
    expect(readFileSync(marks, "utf8")).to.include("pip\n");
  });
});

async function installed(person: Person, zip: string): Promise<readonly string[]> {
  const { text } = await person.run("python", ["-m", "zipfile", "-l", zip]);
  return [...new Set([...text.matchAll(/python\/([\w.]+-[\w.]+)\.dist-info/g)].map(([, name]) => name!))].sort();
}
