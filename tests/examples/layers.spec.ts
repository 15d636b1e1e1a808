import { createHash } from "node:crypto";
import { chmodSync, cpSync, existsSync, readFileSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect } from "chai";
import { makeWheel } from "../../sandbox/fixtures/distributions";
import { cleanEnvironment } from "../../sandbox/python/cleanEnvironment";
import { runProcess } from "../../sandbox/python/runProcess";
import { Person } from "../clients/person";
import { clientTools, installing } from "../clients/tools";
import { projectDirectory } from "../support/deployments";
import { build, buildTools } from "./builtPackages";
import { openRegistries, publishInto, type Registries, readerToken } from "./registries";
import { wheelhouse } from "./wheelhouse";

const layers = join(projectDirectory, "examples/integration-hub/backend/layers");

/** Whether a layer's packages can be used by a Python that has nothing else: not even what Debian or pip put beside it. */
const usesModels = [
  "import sys; sys.path[:] = [p for p in sys.path if not p.endswith('-packages')] + [sys.argv[1]]",
  "import orb_models; print(orb_models.Organization('ORG-7K2M-9Q4X', 'Example').to_record())",
].join("\n");

/** Compares the tags that pip takes with build_layer.sh's options with those of packaging for a machine with this glibc. */
const compareTags = `
import sys
from unittest import mock
from packaging import _manylinux, tags
from pip._internal.utils.compatibility_tags import get_supported
python, machine, glibc, seen = sys.argv[1:]
given = open(seen).read().split()
values = lambda option: [value for name, value in zip(given, given[1:]) if name == option]
(version,) = values("--python-version")
pip = get_supported(version.replace(".", ""), values("--platform"), *values("--implementation"), values("--abi"))
with mock.patch.object(_manylinux, "_get_glibc_version", lambda: (2, int(glibc))), \\
        mock.patch.object(_manylinux, "_have_compatible_abi", lambda *_: True):
    platforms = [*_manylinux.platform_tags([machine]), f"linux_{machine}"]
numbers, name = tuple(map(int, python.split("."))), "cp" + python.replace(".", "")
wanted = [*tags.cpython_tags(numbers, [name], platforms), *tags.compatible_tags(numbers, name, platforms)]
differing = sorted({*map(str, pip)} ^ {*map(str, wanted)})
print(f"{len(wanted)} tags, {' '.join(differing) or 'none'} differs")
`;

describe("a Lambda layer", function () {
  this.timeout(180_000);
  let registries: Registries;
  let person: Person;
  let token: string;
  let indexUrl: string;

  before(async function () {
    this.timeout(installing);
    person = new Person(await clientTools());
    registries = await openRegistries([
      ...(await wheelhouse(["examples/integration-hub/backend/packages/requirements.txt"])),
      await makeWheel({ name: "orb-common", version: "99.0" }),
    ]);
    const builder = new Person(await buildTools());
    const { files } = await build(builder, "build", ["orb-common", "orb-models", "orb-common==1.4.1"]);
    builder.leave();
    const { staging } = registries.of;
    await publishInto(staging, files);
    token = await readerToken(staging, "staging");
    indexUrl = `${staging.address.replace("://", `://aws:${token}@`)}/pypi/python-packages/simple/`;
  });

  after(async () => {
    person.leave();
    await registries.close();
  });

  const script = (name: string, options: readonly string[], environment: Readonly<Record<string, string>> = {}) => {
    const { PATH = "", ...clean } = cleanEnvironment(person.home);
    return runProcess(resolve(layers, name), options, {
      directory: person.work,
      environment: {
        ...{ ...clean, PATH: `${person.tools.bin}:${PATH}`, PYTHONDONTWRITEBYTECODE: "1" },
        ...{ PIPENV_PYTHON: person.tools.python, PIPENV_YES: "1", PIPENV_NOSPIN: "1", PIPENV_VENV_IN_PROJECT: "1" },
        ...{ CODEARTIFACT_INDEX_URL: indexUrl, ...environment },
      },
    });
  };

  /** Builds a folder's layer, and tells the zip's bytes. */
  const layer = async (folder: string, environment: Readonly<Record<string, string>> = {}) => {
    const zip = join(person.work, `${folder}.zip`);
    const { exitCode, output } = await script("build_layer.sh", [folder, zip], environment);
    return { exitCode, output, zip, bytes: exitCode === 0 ? readFileSync(zip) : Buffer.alloc(0) };
  };
  const use = async (zip: string) => {
    const unpacked = `${zip}.unpacked`;
    const told = await person.run("python", ["-m", "zipfile", "-e", zip, unpacked]);
    expect(told.exitCode, told.text).to.equal(0);
    return runProcess("python3", ["-I", "-S", "-c", usesModels, join(unpacked, "python")], { environment: {} });
  };

  /** Folders whose layer holds the same, by the tool that locked it. */
  const locks: Readonly<Record<string, (folder: string) => Promise<void>>> = {
    pipenv: (folder) => {
      cpSync(join(layers, "shared"), join(person.work, folder), { recursive: true });
      return Promise.resolve();
    },
    uv: async (folder) => {
      person.write(
        `${folder}/pyproject.toml`,
        `[project]\nname = "layer"\nversion = "0"\nrequires-python = ">=3.11"\n` +
          `dependencies = ["orb-models==1.2.0", "orb-common==1.4.0"]\n\n[[tool.uv.index]]\nname = "python-packages"\n` +
          `url = "${registries.of.staging.address}/pypi/python-packages/simple/"\ndefault = true\n`,
      );
      const locked = await person.run("uv", ["lock", "--project", folder], {
        UV_INDEX_PYTHON_PACKAGES_USERNAME: "aws",
        UV_INDEX_PYTHON_PACKAGES_PASSWORD: token,
      });
      expect(locked.exitCode, locked.text).to.equal(0);
    },
    pip: (folder) => {
      const { default: locked } = JSON.parse(readFileSync(join(layers, "shared/Pipfile.lock"), "utf8")) as {
        readonly default: Readonly<Record<string, { version: string; hashes: readonly string[] }>>;
      };
      const lines = Object.entries(locked).map(([name, { version, hashes }]) =>
        [`${name}${version}`, ...hashes.map((hash) => `    --hash=${hash}`)].join(" \\\n"),
      );
      person.write(`${folder}/requirements.txt`, `${lines.join("\n")}\n`);
      return Promise.resolve();
    },
  };

  for (const [tool, lock] of Object.entries(locks)) {
    it(`is exactly what ${tool}'s lock names, usable by itself, and the same bytes when it is built again`, async () => {
      await lock(tool);
      const first = await layer(tool);
      const again = await layer(tool, { TZ: "Asia/Tokyo" });

      expect(first.exitCode, first.output).to.equal(0);
      expect(sha256(again.bytes)).to.equal(sha256(first.bytes));
      // What the registry has since, and what PyPI calls the same, is not in it.
      expect(await installed(person, first.zip)).to.deep.equal([
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
    await locks.pipenv!("rollback");
    const former = await layer("rollback");
    const formerLock = person.read("rollback/Pipfile.lock");

    const locked = await script("lock_layer.sh", ["rollback"]);
    expect(locked.exitCode, locked.output).to.equal(0);
    const newer = await layer("rollback");
    const newerPackages = await installed(person, newer.zip);
    person.write("rollback/Pipfile.lock", formerLock);
    const back = await layer("rollback");

    expect(newerPackages).to.deep.equal(["attrs-26.1.0", "orb_common-1.4.1", "orb_models-1.2.0"]);
    expect(sha256(newer.bytes)).not.to.equal(sha256(former.bytes));
    expect(sha256(back.bytes)).to.equal(sha256(former.bytes));
  });

  it("leaves the token in no file, neither locked nor built, where pipenv by itself does", async () => {
    const forms = [token, Buffer.from(`aws:${token}`).toString("base64")];
    expect(person.filesWith(forms)).to.deep.equal([]);

    const bare = await person.run("pipenv", ["lock"], {
      ...{ PIPENV_PYTHON: person.tools.python, PIPENV_PIPFILE: join(person.work, "rollback/Pipfile") },
      ...{ PIPENV_VENV_IN_PROJECT: "1", PIPENV_NOSPIN: "1", CODEARTIFACT_INDEX_URL: indexUrl },
    });
    const left = person.filesWith(forms);
    left.forEach((path) => {
      rmSync(join(person.home, path));
    });

    expect(bare.exitCode, bare.text).to.equal(0);
    expect(left).to.have.length(1);
    expect(left[0]).to.match(/^pipenv-request-/);
  });

  it("is built and locked without any module of its folder, of PYTHONPATH or of the scripts' folder", async () => {
    const marks = join(person.home, "marks");
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
    const copy = join(person.work, "copied");
    cpSync(layers, copy, { recursive: true });
    for (const name of modules) {
      for (const folder of ["copied", "copied/shared"]) {
        person.write(`${folder}/${name}.py`, `open(${JSON.stringify(marks)}, "a").write("${name}\\n")\n`);
      }
    }
    person.write(
      "copied/shared/.env",
      "PIP_EXTRA_INDEX_URL=http://127.0.0.1:9/\nPIPENV_PYPI_MIRROR=http://127.0.0.1:9/\n",
    );
    const hostile = { PYTHONPATH: join(copy, "shared"), PIP_EXTRA_INDEX_URL: "http://127.0.0.1:9/", PIP_TARGET: "x" };
    const run = (name: string, ...options: readonly string[]) => script(join(copy, name), options, hostile);

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

  for (const [what, files] of [
    ["a placeholder in an address", { "README.txt": "https://aws:${TOKEN}@x.d.codeartifact.eu-west-1.amazonaws.com/" }],
    ["a user without a password", { "README.txt": "https://aws@x.d.codeartifact.eu-west-1.amazonaws.com/" }],
    ["a configuration without a password", { "orb/.env": "DEBUG=1\n", "orb/pip.conf": "[global]\ntimeout = 60\n" }],
  ] as const) {
    it(`is made where ${what} is in a package`, async () => {
      const name = `orb-${what.replaceAll(" ", "-")}`;
      const { filename, bytes } = await makeWheel({ name, version: "1.0.0", files });
      await publishInto(registries.of.staging, [{ filename, bytes }]);
      person.write(`${name}/requirements.txt`, `${name}==1.0.0 --hash=sha256:${sha256(bytes)}\n`);

      const { exitCode, output } = await layer(name);

      expect(exitCode, output).to.equal(0);
    });
  }

  it("is built with the tags that packaging finds on the function's system", async () => {
    const seen = join(person.home, "platforms");
    for (const [python, architecture, machine, glibc] of [
      ["3.10", "x86_64", "x86_64", 26],
      ["3.11", "arm64", "aarch64", 26],
      ["3.12", "x86_64", "x86_64", 34],
      ["3.12", "arm64", "aarch64", 34],
      ["3.14", "x86_64", "x86_64", 34],
    ] as const) {
      await locks.pip!("tags");
      // In place of pip's installation, it notes the options.
      person.write(
        "tags-bin/python3",
        `#!/bin/sh\ncase "$*" in *"pip install"*) echo "$*" >${JSON.stringify(seen)}; exit 1 ;; esac\n` +
          `exec ${person.tools.python} "$@"\n`,
      );
      chmodSync(join(person.work, "tags-bin/python3"), 0o755);
      const options = ["--python", python, "--architecture", architecture, "tags", join(person.work, "tags.zip")];
      const { exitCode } = await script("build_layer.sh", options, {
        PATH: `${join(person.work, "tags-bin")}:${person.tools.bin}:${process.env.PATH ?? ""}`,
      });
      expect(exitCode).to.equal(1);

      const told = await person.run("python", ["-c", compareTags, python, machine, String(glibc), seen]);

      expect(told.exitCode, told.text).to.equal(0);
      expect(told.text).to.match(/^[1-9][0-9]+ tags, none differs\s*$/);
    }
  });

  describe("is not made", () => {
    const refused = async (folder: string, says: RegExp, environment: Readonly<Record<string, string>> = {}) => {
      const { exitCode, output, zip } = await layer(folder, environment);
      expect(exitCode, output).not.to.equal(0);
      expect(output).to.match(says);
      expect(output).not.to.include(token);
      expect(existsSync(zip)).to.equal(false);
    };
    /** Publishes a wheel that holds these files, and locks it. */
    const lockWheel = async (
      folder: string,
      files: Readonly<Record<string, string>>,
      rename = (name: string) => name,
    ) => {
      const { filename, bytes } = await makeWheel({ name: `orb-${folder}`, version: "1.0.0", files });
      await publishInto(registries.of.staging, [{ filename: rename(filename), bytes }]);
      person.write(`${folder}/requirements.txt`, `orb-${folder}==1.0.0 --hash=sha256:${sha256(bytes)}\n`);
    };

    it("from a lock that does not fit its Pipfile any more", async () => {
      await locks.pipenv!("stale");
      person.write("stale/Pipfile", person.read("stale/Pipfile").replace('orb-models = "*"', 'orb-models = ">=1"'));

      await refused("stale", /Pipfile\.lock is out-of-date/);
    });

    it("from a lock that names other bytes than the registry has", async () => {
      await locks.pip!("bytes");
      person.write(
        "bytes/requirements.txt",
        person.read("bytes/requirements.txt").replaceAll(/sha256:.{8}/g, "sha256:00000000"),
      );

      await refused("bytes", /THESE PACKAGES DO NOT MATCH THE HASHES/);
    });

    it("from requirements without hashes", async () => {
      person.write("unhashed/requirements.txt", "orb-common==1.4.0\n");

      await refused("unhashed", /Hashes are required in --require-hashes mode/);
    });

    it("from requirements that name another place, all of which it lists", async () => {
      await locks.pip!("option");
      const others = [
        "--extra-index-url https://pypi.org/simple/",
        "-r other.txt",
        "orb @ https://evil.example/orb.whl",
      ];
      person.write("option/requirements.txt", `${others.join("\n")}\n${person.read("option/requirements.txt")}`);

      await refused(
        "option",
        /'--extra-index-url .*' is an option.*\n.*'-r other\.txt' is an option.*\n.*'orb @ .*' is not NAME==VERSION/,
      );
    });

    it("from pipenv's or uv's lock that names another place", async () => {
      await locks.pipenv!("git");
      const [lock, other] = ['"attrs": {', '"attrs": { "git": "https://evil.example/attrs",'];
      person.write("git/Pipfile.lock", person.read("git/Pipfile.lock").replace(lock, other));
      await refused("git", /Pipfile\.lock: default: attrs has git, so it may come from elsewhere than the index/);

      await locks.uv!("directory");
      const text = person
        .read("directory/uv.lock")
        .replace(/(name = "attrs"\n.*\nsource = ).*/, '$1{ directory = "a" }');
      person.write("directory/uv.lock", text);
      await refused("directory", /uv\.lock: attrs comes from \{'directory': 'a'\}, not from the index/);
    });

    it("from uv's lock that does not fit its pyproject.toml any more", async () => {
      await locks.uv!("unfit");
      person.write(
        "unfit/pyproject.toml",
        person.read("unfit/pyproject.toml").replace("orb-common==1.4.0", "orb-common"),
      );

      await refused("unfit", /unfit: uv\.lock does not fit pyproject\.toml any more/);
    });

    it("where a package says that it was installed from an address; a package that does not is in it", async () => {
      await lockWheel("direct", { "orb_direct-1.0.0.dist-info/direct_url.json": '{"url":"file:///x","dir_info":{}}' });
      await lockWheel("indexed", { "orb_indexed/direct_url.json": "{}" });

      await refused(
        "direct",
        /orb_direct-1\.0\.0\.dist-info\/direct_url\.json: says that it was installed from an address/,
      );
      const { exitCode, output } = await layer("indexed");
      expect(exitCode, output).to.equal(0);
    });

    it("of a package that has no wheel for Lambda's platform and Python, where one that has is installed", async () => {
      await lockWheel("foreign", { "orb_foreign.py": "" }, (name) =>
        name.replace("py3-none-any", "cp311-cp311-win_amd64"),
      );
      await lockWheel("native", { "orb_native.py": "" }, (name) =>
        name.replace("py3-none-any", "cp312-cp312-manylinux_2_28_x86_64"),
      );

      await refused("foreign", /No matching distribution found for orb-foreign==1\.0\.0/);
      const { exitCode, output } = await layer("native");
      expect(exitCode, output).to.equal(0);
    });

    for (const [what, files, says] of [
      ["the token", () => ({ "data.txt": `x${token}x` }), "data.txt: holds the token"],
      [
        "the token as a header has it",
        () => ({ "data.txt": Buffer.from(`aws:${token}`).toString("base64") }),
        "data.txt: holds the token",
      ],
      [
        "an address of the registry with other credentials",
        () => ({
          "data.txt": "https://aws:old@orb-integration-hub-dev-123456789012.d.codeartifact.us-east-1.amazonaws.com/",
        }),
        "data.txt: holds an address of the registry with credentials",
      ],
      [
        "the token in base64 over several lines",
        () => ({ "data.txt": wrapped(Buffer.from(`x: ${token}`).toString("base64")) }),
        "data.txt: holds the token",
      ],
      ["the token over folded lines", () => ({ "data.txt": wrapped(token) }), "data.txt: holds the token"],
      [
        "the token with URL encoding",
        () => ({ "data.txt": Buffer.from(token).toString("hex").replaceAll(/../g, "%$&") }),
        "data.txt: holds the token",
      ],
      ["the token in UTF sixteen", () => ({ "data.txt": token.replaceAll(/./g, "$&\0") }), "data.txt: holds the token"],
      [
        "a configuration with a password",
        () => ({ "pip.conf": "[global]\nindex-url = https://aws:old@pypi.example/\n" }),
        "pip.conf: is a configuration that holds credentials",
      ],
      [
        "a netrc with a password",
        () => ({ "orb/.netrc": "machine pypi.example login aws password old" }),
        "orb/.netrc: is a configuration that holds credentials",
      ],
    ] as const) {
      it(`where ${what} is in a package`, async () => {
        const folder = `leak-${what.replaceAll(/[^a-z]+/g, "-")}`;
        await lockWheel(folder, files());

        await refused(folder, new RegExp(`${says.replaceAll(".", "\\.")}\nNo layer was made\\.`));
      });
    }

    it("for a Python or an architecture that Lambda does not have, both of which it names", async () => {
      await locks.pip!("options");
      const zip = join(person.work, "options.zip");
      const other = ["--python", "3.9", "--architecture", "aarch64"];
      const { exitCode, output } = await script("build_layer.sh", [...other, "options", zip]);

      expect(exitCode).to.equal(2);
      expect(output).to.equal(
        "--python 3.9: Lambda has no such runtime, choose 3.10, 3.11, 3.12, 3.13 or 3.14\n" +
          "--architecture aarch64: Lambda has no such architecture, choose x86_64 or arm64\n",
      );
      const own = ["--python=3.13", "--architecture=arm64", "options", zip];
      const built = await script("build_layer.sh", own);
      expect(built.exitCode, built.output).to.equal(0);
    });

    it("where two packages have other bytes under one name; a folder bin of one package is in it", async () => {
      await lockWheel("one", { "orb_same.py": "1", "bin/tool.py": "" });
      await lockWheel("two", { "orb_same.py": "2" });
      person.write("both/requirements.txt", person.read("one/requirements.txt") + person.read("two/requirements.txt"));

      await refused("both", /orb_same\.py: its bytes are not those of orb_(one|two)-1\.0\.0\.dist-info/);
      const { exitCode, output, bytes } = await layer("one");
      expect(exitCode, output).to.equal(0);
      expect(bytes.includes("python/bin/tool.py")).to.equal(true);
    });

    it("without a token to look for", async () => {
      await locks.pip!("tokenless");

      await refused("tokenless", /CODEARTIFACT_INDEX_URL: is not set/, { CODEARTIFACT_INDEX_URL: "" });
    });
  });
});

/** Lines of 70 characters, folded as a header is. */
function wrapped(text: string): string {
  return text.replaceAll(/.{70}/g, "$&\n        ");
}

async function installed(person: Person, zip: string): Promise<readonly string[]> {
  const { text } = await person.run("python", ["-m", "zipfile", "-l", zip]);
  return [...new Set([...text.matchAll(/python\/([\w.]+-[\w.]+)\.dist-info/g)].map(([, name]) => name!))].sort();
}

function sha256(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}
