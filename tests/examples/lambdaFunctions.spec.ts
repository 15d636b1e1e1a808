import { existsSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { describeLayers, layersFolder, sha256 } from "../support/examples/describeLayers";

const listing = "import sys, zipfile; print(*zipfile.ZipFile(sys.argv[1]).namelist())";

describeLayers("a function package", (given) => {
  const build = (folder: string, environment: Readonly<Record<string, string>> = {}) =>
    given.layers.script(
      "build_folder.py",
      ["function", folder, join(given.layers.person.work, `${folder}.zip`)],
      environment,
    );
  const contents = async (folder: string) => {
    const { text } = await given.layers.person.run("python", ["-c", listing, `${folder}.zip`]);
    return text.trim().split(" ");
  };
  const digest = (folder: string) => sha256(readFileSync(join(given.layers.person.work, `${folder}.zip`)));
  /** Writes the files of a folder, beside a lock of one package. */
  const write = async (folder: string, own: Readonly<Record<string, string>>, packaged?: Record<string, string>) => {
    if (packaged !== undefined) {
      await given.layers.lockWheel(folder, packaged);
    }
    for (const [path, text] of Object.entries(own)) {
      given.layers.person.write(`${folder}/${path}`, text);
    }
  };
  const expectNone = async (folder: string, says: string) => {
    const { exitCode, output } = await build(folder);
    expect([exitCode, output]).to.deep.equal([1, `${says}\nNo function package was made.\n`]);
    expect(existsSync(join(given.layers.person.work, `${folder}.zip`))).to.equal(false);
  };

  it("has its own files and its packages at the top, and no tests, locks, caches or hidden files", async () => {
    const left = [
      "tests/test_app.py",
      "test_app.py",
      "app_test.py",
      "conftest.py",
      ".env",
      ".git/x",
      "a/__pycache__/b.pyc",
    ];
    const locks = ["requirements.in", "requirements-dev.txt", "pyproject.toml", "Pipfile"];
    const files = Object.fromEntries([...left, ...locks].map((path) => [path, ""]));
    await write("whole", { "app.py": "import orb_whole\n", "a/b.json": "{}", ...files }, { "orb_whole.py": "" });

    const first = await build("whole");
    expect(first.exitCode, first.output).to.equal(0);
    const bytes = digest("whole");
    await build("whole", { TZ: "Asia/Tokyo" });

    expect(await contents("whole")).to.deep.equal([
      ...[
        "a/b.json",
        "app.py",
        "orb_whole-1.0.0.dist-info/METADATA",
        "orb_whole-1.0.0.dist-info/WHEEL",
        "orb_whole.py",
      ],
    ]);
    expect(digest("whole")).to.equal(bytes);
    const manifest = JSON.parse(given.layers.person.read("whole.json")) as Manifest;
    expect([manifest.kind, manifest.sha256, manifest.lock?.file]).to.deep.equal([
      "function",
      bytes,
      "requirements.txt",
    ]);
    expect(manifest.files).to.deep.equal([
      { path: "a/b.json", sha256: sha256(Buffer.from("{}")) },
      { path: "app.py", sha256: sha256(Buffer.from("import orb_whole\n")) },
    ]);
    expect(manifest.packages.map(({ name }) => name)).to.deep.equal(["orb-whole"]);
  });

  it("is its code alone, without an index, where it has no lock", async () => {
    await write("alone", { "app.py": "" });

    const { exitCode, output } = await build("alone", { CODEARTIFACT_INDEX_URL: "" });

    expect(exitCode, output).to.equal(0);
    expect(await contents("alone")).to.deep.equal(["app.py"]);
    const manifest = JSON.parse(given.layers.person.read("alone.json")) as Manifest;
    expect([manifest.lock, manifest.packages]).to.deep.equal([null, []]);
  });

  for (const [what, own, packaged] of [
    ["a file", "orb.py", "orb.py"],
    ["a module beside a folder of modules", "orb.py", "orb/__init__.py"],
    ["a file in a package's folder", "orb/more.py", "orb/__init__.py"],
  ] as const) {
    it(`is not made where its own ${own} and a package's ${packaged} have one name: ${what}`, async () => {
      const folder = `same-${what.length}`;
      await write(folder, { "app.py": "", [own]: "own" }, { [packaged]: "theirs" });

      await expectNone(
        folder,
        `${own}: a package of the lock has ${packaged}, and Python finds one of them. Rename the function's`,
      );
    });
  }

  it("is not made with the token or credentials in its own files; a placeholder is allowed", async () => {
    await write("leak", { "app.py": `token = "${given.layers.token}"\n` }, { "orb_leak.py": "" });
    await expectNone("leak", "app.py: contains the token");
    const address = (password: string) => `https://aws:${password}@x.d.codeartifact.eu-west-1.amazonaws.com/`;
    await write("address", { "app.py": address("real0ldT0ken") });
    await expectNone("address", "app.py: contains an address of the registry with credentials");
    await write("address", { "app.py": address("${TOKEN}") });
    expect((await build("address", { CODEARTIFACT_INDEX_URL: "" })).exitCode).to.equal(0);
  });

  it("is not made with more bytes than a function may have with its layers", async () => {
    const code = [
      "import pathlib, sys; sys.path.append(sys.argv[1]); import pack",
      "pack.LARGEST = 3",
      "path = pathlib.Path(sys.argv[2]); path.write_text('1234')",
      "for size in (4, 3):",
      "    path.write_text('x' * size)",
      "    try: print(pack.require_no_findings('function', pack.Contents(), pack.Contents({'app.py': path}), ''))",
      "    except SystemExit as error: print(error)",
    ].join("\n");
    const { text } = await given.layers.person.run("python", ["-B", "-c", code, layersFolder, "large.py"]);

    expect(text.trim()).to.equal(
      "4 bytes are more than the 3 that a function may have with all its layers No function package was made. None",
    );
  });

  it("is not made of a link, nor of nothing", async () => {
    await write("link", { "app.py": "" });
    symlinkSync("/etc/hostname", join(given.layers.person.work, "link/host"));
    await expectNone("link", "host: it is not a file, and a link's target may be outside the folder. Copy the file");
    await write("nothing", { "tests/test_app.py": "" });
    await expectNone("nothing", "nothing: it has no file of the function's own");
  });
});

interface Manifest {
  readonly kind: string;
  readonly sha256: string;
  readonly lock: { readonly file: string } | null;
  readonly packages: readonly { readonly name: string }[];
  readonly files: readonly object[];
}
