import { readdirSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { pythonTools } from "../../commands/python/pythonTools";
import { runProcess } from "../../commands/python/runProcess";
import { readLambdaZip } from "../../commands/versions/lambdaZips";
import { lockReader } from "../../commands/versions/locks";
import { projectDirectory } from "../support/deployments";
import { describeLayers, sha256 } from "../support/examples/describeLayers";
import { layerWheels } from "../support/examples/layerWheels";
import { type LockFile, lockFiles, writeLock } from "../support/examples/lockFormats";

const pythons = ["3.12", "3.13", "3.14"] as const;
const architectures = ["x86_64", "arm64"] as const;

/** Of an ELF file: https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.eheader.html */
const elfMachines = { x86_64: 0x3e, arm64: 0xb7 };

interface Manifest {
  readonly sha256: string;
  readonly size: number;
  readonly lock: { readonly file: string; readonly sha256: string };
  readonly packages: readonly { name: string; version: string; file: string; sha256: string; source: string }[];
}

describeLayers(
  "a layer of every lock format, architecture and Python",
  (given) => {
    let wheels: ReadonlyMap<string, string>;

    before(async () => {
      await given.layers.publishExample();
      wheels = new Map((await layerWheels()).map(({ filename, bytes }) => [filename, sha256(bytes)]));
      for (const lock of lockFiles) {
        await writeLock(given.layers, lock, folderOf(lock));
      }
    });

    for (const lock of lockFiles) {
      for (const architecture of architectures) {
        for (const python of pythons) {
          it(`${lock}, ${architecture}, Python ${python}: is the same bytes twice, as manifest and docs/lambda.md say`, async () => {
            const { person } = given.layers;
            const folder = folderOf(lock);
            const options = ["--python", python, "--architecture", architecture];
            const first = await given.layers.build(folder, {}, options);
            const again = await given.layers.build(folder, { TZ: "Asia/Tokyo" }, options);
            expect(first.exitCode, first.output).to.equal(0);
            expect(sha256(again.bytes)).to.equal(sha256(first.bytes));

            const packages = [
              ...(architecture === "arm64" ? ["colorama-0.4.6"] : []),
              ...["orb-common-1.4.0", "pydantic-core-2.50.5", "typing-extensions-4.16.0"],
              ...(python === "3.12" ? [] : ["tzdata-2026.6"]),
            ];
            const manifest = JSON.parse(person.read(`${folder}.json`)) as Manifest;
            expect(manifest.packages.map(({ name, version }) => `${name}-${version}`)).to.deep.equal(packages);
            expect(await installed(first.zip)).to.deep.equal(packages);
            expect([manifest.sha256, manifest.size]).to.deep.equal([sha256(first.bytes), first.bytes.length]);
            expect(manifest.lock).to.deep.equal({
              file: lock,
              sha256: sha256(Buffer.from(person.read(`${folder}/${lock}`))),
            });
            // orb-common is the team's own and not on PyPI.
            const known = manifest.packages.filter(({ name }) => name !== "orb-common");
            expect(known.map(({ file }) => wheels.get(file))).to.deep.equal(known.map((one) => one.sha256));
            const { host } = new URL(given.layers.registries.of.staging.address);
            expect([...new Set(manifest.packages.map(({ source }) => source))]).to.deep.equal([
              `${host}/pypi/python-packages`,
            ]);
            const files = [`${folder}.json`, `${folder}.cdx.json`].map((file) => person.read(file));
            expect(files.filter((text) => text.includes(given.layers.token))).to.deep.equal([]);

            const unpacked = `${first.zip}.${architecture}-${python}`;
            await given.layers.person.run("python", ["-m", "zipfile", "-e", first.zip, unpacked]);
            const modules = join(unpacked, "python");
            const [compiled = ""] = readdirSync(join(modules, "pydantic_core")).filter((name) => name.endsWith(".so"));

            expect(compiled).to.include(`cpython-${python.replace(".", "")}-`);
            expect(readFileSync(join(modules, "pydantic_core", compiled)).readUInt16LE(18)).to.equal(
              elfMachines[architecture],
            );
            const program = architecture === "x86_64" && process.arch === "x64" ? await pythonOf(python) : undefined;
            if (program !== undefined) {
              expect(await importing(program, modules)).to.deep.equal({ exitCode: 0, output: "2.50.5\n" });
              expect(documented(lock, architecture, python)).to.equal("imported");
            } else if (architecture === "arm64" || python === "3.14") {
              expect(documented(lock, architecture, python)).to.equal("built");
            }
          });
        }
      }
    }

    it("holds the wheels of its lock, as npm run versions --layers reads both", async () => {
      const { person } = given.layers;
      for (const lock of lockFiles) {
        const folder = folderOf(lock);
        const { exitCode, output, zip } = await given.layers.build(folder);
        expect(exitCode, output).to.equal(0);
        const { packages } = JSON.parse(person.read(`${folder}.json`)) as Manifest;
        const held = await readLambdaZip(zip);
        const pins = lockReader(lock)!(person.read(`${folder}/${lock}`));

        expect(packages.map(({ name }) => name)).to.include("orb-common");
        expect(held).to.have.deep.members(
          packages.map(({ name, version, sha256: wheel }) => ({ name, version, hashes: [wheel] })),
        );
        for (const { name, version, hashes } of held) {
          const pin = pins.find((one) => one.name === name && one.version === version);
          expect(pin?.hashes, `${name} in ${lock}`).to.include.members([...hashes]);
        }
      }
    });

    it("has an SBOM that CycloneDX's own schema accepts, with the manifest's packages; one that is changed is rejected", async () => {
      const { person } = given.layers;
      for (const lock of lockFiles) {
        const { exitCode, output } = await given.layers.build(folderOf(lock));
        expect(exitCode, output).to.equal(0);
        const [manifest, sbom, text] = [
          JSON.parse(person.read(`${folderOf(lock)}.json`)) as Manifest,
          JSON.parse(person.read(`${folderOf(lock)}.cdx.json`)) as Sbom,
          person.read(`${folderOf(lock)}.cdx.json`),
        ];
        expect(sbom.components.map(({ purl, hashes }) => [purl, hashes[0]?.content])).to.deep.equal(
          manifest.packages.map((one) => [`pkg:pypi/${one.name}@${one.version}`, one.sha256]),
        );
        await given.layers.build(folderOf(lock));
        expect(person.read(`${folderOf(lock)}.cdx.json`)).to.equal(text);
      }
      const changed = person.read(`${folderOf("uv.lock")}.cdx.json`).replace('"library"', '"book"');
      person.write("changed.cdx.json", changed);

      const stems = [...lockFiles.map(folderOf), "changed"];
      expect(await validate(person.work, stems)).to.equal(`${"valid\n".repeat(lockFiles.length)}invalid\n`);
    });
  },
  layerWheels,
);

interface Sbom {
  readonly components: readonly { readonly purl: string; readonly hashes: readonly { content: string }[] }[];
}

function folderOf(lock: LockFile): string {
  return `of-${lock.replace(".", "-").toLowerCase()}`;
}

/** The distributions in a layer. */
async function installed(zip: string): Promise<readonly string[]> {
  const { output } = await runProcess("python3", ["-m", "zipfile", "-l", zip]);
  const folders = [...output.matchAll(/python\/([\w.]+-[\w.]+)\.dist-info/g)].map(([, name]) =>
    name!.replaceAll("_", "-"),
  );
  return [...new Set(folders)].sort();
}

/** A program of this Python, if the machine has one. */
async function pythonOf(version: string): Promise<string | undefined> {
  const pyenv = join(process.env.PYENV_ROOT ?? join(homedir(), ".pyenv"), "versions");
  const folders = await Promise.resolve()
    .then(() => readdirSync(pyenv).filter((name) => name.startsWith(`${version}.`)))
    .catch((): string[] => []);
  for (const program of [...folders.map((name) => join(pyenv, name, "bin/python3")), `python${version}`]) {
    const asked = await runProcess(program, ["-c", "import sys; print('%d.%d' % sys.version_info[:2])"]).catch(
      () => undefined,
    );
    if (asked?.exitCode === 0 && asked.output.trim() === version) {
      return program;
    }
  }
  return undefined;
}

function importing(program: string, modules: string) {
  const code =
    "import sys; sys.path.append(sys.argv[1]); import orb_common, typing_extensions, pydantic_core as core; print(core.__version__)";
  return runProcess(program, ["-I", "-S", "-B", "-c", code, modules], { environment: {} });
}

/** A cell of the table in docs/lambda.md. */
function documented(lock: LockFile, architecture: string, python: (typeof pythons)[number]): string {
  const rows = readFileSync(join(projectDirectory, "docs/lambda.md"), "utf8")
    .split("\n")
    .filter((line) => line.startsWith("|"))
    .map((line) => line.split("|").map((cell) => cell.trim().replaceAll("`", "")));
  const head = rows.find(([, first, second]) => first === "lock" && second === "architecture") ?? [];
  const row = rows.find(([, first, second]) => first === lock && second === architecture) ?? [];
  return row[head.indexOf(python)] ?? "";
}

async function validate(directory: string, stems: readonly string[]): Promise<string> {
  const tools = await pythonTools(join(__dirname, "../support/examples/sbom/requirements.txt"), () => undefined);
  if ("missing" in tools) {
    throw new Error(`CycloneDX's validator is installed by pip, and ${tools.missing}.`);
  }
  const code = [
    "import sys",
    "from cyclonedx.schema import SchemaVersion",
    "from cyclonedx.validation.json import JsonStrictValidator",
    "validator = JsonStrictValidator(SchemaVersion.V1_6)",
    "for stem in sys.argv[1:]:",
    "    print('invalid' if validator.validate_str(open(f'{stem}.cdx.json').read()) else 'valid')",
  ].join("\n");
  const { output } = await runProcess(tools.python, ["-c", code, ...stems], { directory });
  return output;
}
