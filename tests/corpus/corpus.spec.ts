import { execFile, execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import { readCoreMetadata } from "../../sandbox/pypi/coreMetadata";
import { readDistributionName } from "../../sandbox/pypi/distributionName";
import { clientTools, installing } from "../clients/tools";
import { tarGz, zip } from "../sandbox/pypi/archives";
import { openRegistry, read, type Registry, repository, upload } from "../sandbox/pypi/registry";

/** What the library `packaging` and Python's email parser read of a distribution. */
interface Expected {
  readonly name: string;
  readonly version: string;
  /** Of the file's name. */
  readonly normalName: string;
  readonly normalVersion: string;
  readonly requiresPython: string | null;
}

const distributions = JSON.parse(readFileSync(join(__dirname, "distributions.json"), "utf8")) as readonly {
  readonly filename: string;
  readonly metadata: string;
}[];
const jsonType = "application/vnd.pypi.simple.v1+json";

describe("85 real distributions", function () {
  this.timeout(120_000);
  let registry: Registry;
  let expected: readonly Expected[];
  let python: string;
  let bin: string;

  before(async function () {
    this.timeout(installing);
    ({ python, bin } = await clientTools());
    const output = execFileSync(python, [join(__dirname, "expected.py")], { encoding: "utf8" });
    expected = JSON.parse(output) as Expected[];
    registry = await openRegistry();
  });
  after(() => registry.close());

  const all = () => distributions.map((one, index) => ({ ...one, expected: expected[index]! }));

  it("have the name, version and Requires-Python that Python's own libraries read", () => {
    const seen = all().map(({ filename, metadata }) => {
      const { name, version, requiresPython = null } = readCoreMetadata(metadata, filename);
      const read = readDistributionName(filename, name);
      return { name, version, normalName: read.name, normalVersion: read.version, requiresPython };
    });
    expect(seen).to.deep.equal(expected);
    expect(seen).to.have.lengthOf(85);
  });

  it("are uploaded under their names, and the pages and the API give them back", async () => {
    for (const {
      filename,
      metadata,
      expected: { name, version, normalName, normalVersion, requiresPython },
    } of all()) {
      const bytes = await archive(filename, metadata);
      const distribution = { filename, bytes };
      const fields = { name, version };
      const { status, text } = await upload(registry, distribution, { fields, token: registry.administrator });
      expect(status, text).to.equal(200);

      const path = `/pypi/${repository}/simple/${normalName}/`;
      const page = await read(registry, path, { headers: { accept: jsonType } });
      const { files } = (await page.json()) as { files: readonly Record<string, unknown>[] };
      const file = files.find((one) => one.filename === filename);
      const sha256 = createHash("sha256").update(bytes).digest("hex");
      expect([file?.hashes, file?.["requires-python"] ?? null]).to.deep.equal([{ sha256 }, requiresPython]);

      const html = await (await read(registry, path, { headers: { accept: "text/html" } })).text();
      const link = html.split("\n").find((line) => line.includes(`>${filename}</a>`)) ?? "";
      const escaped = requiresPython?.replaceAll(">", "&#62;").replaceAll("<", "&#60;") ?? null;
      expect(/data-requires-python="([^"]*)"/.exec(link)?.[1] ?? null, link).to.equal(escaped);

      const record = registry.twin.packages.store.find({ domain: registry.twin.domain, repository }, normalName);
      expect(Object.keys(record?.versions[normalVersion]?.assets ?? {})).to.include(filename);
    }
  });

  it("are found by pip and uv where any Python 3 takes them", async () => {
    const wheels = all().filter(({ filename }) => filename.endsWith("-none-any.whl"));
    const wanted = wheels.map((one) => `${one.expected.normalName}==${one.expected.normalVersion}`).sort();
    const index = `http://aws:${registry.reader}@${registry.address.slice("http://".length)}/pypi/${repository}/simple/`;
    const folder = mkdtempSync(join(tmpdir(), "corpus-"));
    try {
      const run = promisify(execFile);
      const pip = ["download", "--isolated", "--no-cache-dir", "--no-deps", "--only-binary", ":all:", "-d", folder];
      await run(python, ["-m", "pip", ...pip, "--index-url", index, ...wanted]);
      expect(readdirSync(folder).sort()).to.deep.equal(wheels.map(({ filename }) => filename).sort());

      const input = join(folder, "requirements.in");
      writeFileSync(input, wanted.join("\n"));
      const uv = [
        "pip",
        "compile",
        "--quiet",
        "--no-header",
        "--no-annotate",
        "--no-cache",
        "--no-deps",
        "--no-config",
      ];
      const { stdout } = await run(join(bin, "uv"), [...uv, "--python", python, "--default-index", index, input]);
      expect(stdout.trim().split("\n").sort()).to.deep.equal(wanted);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

/** A file of that name and with those headers, and nothing else that its format does not need. */
function archive(filename: string, metadata: string): Promise<Buffer> {
  if (!filename.endsWith(".whl")) {
    const entry = ["source/PKG-INFO", metadata] as const;
    return filename.endsWith(".zip") ? zip(entry) : tarGz(entry);
  }
  const folder = `${filename.split("-").slice(0, 2).join("-")}.dist-info`;
  return zip(
    [`${folder}/METADATA`, metadata],
    [`${folder}/WHEEL`, "Wheel-Version: 1.0\nRoot-Is-Purelib: true\n"],
    [`${folder}/RECORD`, ""],
  );
}
