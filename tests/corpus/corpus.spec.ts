import { execFile, execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { CodeartifactClient, paginateListPackageVersionAssets } from "@aws-sdk/client-codeartifact";
import { expect } from "chai";
import { readCoreMetadata } from "../../sandbox/codeartifact/pypi/metadata";
import { readDistributionName } from "../../sandbox/codeartifact/pypi/distributionName";
import { cleanEnvironment } from "../../commands/python/runProcess";
import { clientTools, withVersion } from "../support/clients/tools";
import { tarGz, zip } from "../support/sandbox/archives";
import { domain, openRegistry, read, type Registry, repository, upload } from "../support/sandbox/pypi";

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
const run = promisify(execFile);
const jsonType = "application/vnd.pypi.simple.v1+json";

describe("87 real distributions", () => {
  let registry: Registry;
  let expected: readonly Expected[];
  let python: string;
  let bin: string;
  /** Bytes by file name. */
  const uploaded = new Map<string, Buffer>();

  before(async () => {
    ({ python, bin } = await clientTools());
    const output = execFileSync(python, [join(__dirname, "expected.py")], { encoding: "utf8" });
    expected = JSON.parse(output) as Expected[];
    registry = await openRegistry();
  });
  after(() => registry.close());

  const all = () => distributions.map((one, index) => ({ ...one, expected: expected[index]! }));

  it("have every version of core metadata from 1.0 to 2.5", () => {
    const versions = distributions.map(({ metadata }) => /^Metadata-Version: (.*)$/m.exec(metadata)?.[1]);

    expect([...new Set(versions)].sort()).to.deep.equal([
      ...["1.0", "1.1", "1.2", "2.0", "2.1", "2.2", "2.3", "2.4", "2.5"],
    ]);
  });

  it("have the name, version and Requires-Python that Python's own libraries read", () => {
    const seen = all().map(({ filename, metadata }) => {
      const { name, version, requiresPython = null } = readCoreMetadata(metadata, filename);
      const read = readDistributionName(filename, name);
      return { name, version, normalName: read.name, normalVersion: read.version, requiresPython };
    });
    expect(seen).to.deep.equal(expected);
    expect(seen).to.have.lengthOf(87);
  });

  it("are uploaded under their names, and the HTML and JSON pages give them back", async () => {
    for (const {
      filename,
      metadata,
      expected: { name, version, normalName, requiresPython },
    } of all()) {
      const bytes = await archive(filename, metadata);
      uploaded.set(filename, bytes);
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
    }
  });

  it("are the assets that ListPackageVersionAssets lists over the wire, with their size and digests", async () => {
    // The SDK signs by this machine's clock, while the registry's does not move.
    const { now } = registry.clock;
    registry.clock.now = new Date();
    const { accessKeyId, secretAccessKey, sessionToken } = registry.context.sts.administrator();
    const credentials = { accessKeyId, secretAccessKey, sessionToken };
    const { address: endpoint } = registry;
    const client = new CodeartifactClient({ endpoint, region: "us-east-1", credentials });
    const filesOf = new Map<string, string[]>();
    for (const { filename, expected: one } of all()) {
      const version = `${one.normalName} ${one.normalVersion}`;
      filesOf.set(version, [...(filesOf.get(version) ?? []), filename].sort());
    }
    try {
      for (const [version, filenames] of filesOf) {
        const [name = "", packageVersion = ""] = version.split(" ");
        const asked = { domain, repository, package: name, packageVersion, format: "pypi" } as const;
        const assets: unknown[] = [];
        for await (const page of paginateListPackageVersionAssets({ client }, asked)) {
          assets.push(...(page.assets ?? []));
        }
        expect(assets).to.deep.equal(
          filenames.map((filename) => {
            const bytes = uploaded.get(filename)!;
            const hashes = ["MD5", "SHA-1", "SHA-256", "SHA-512"].map((name) => [name, digest(name, bytes)]);
            return { name: filename, size: bytes.length, hashes: Object.fromEntries(hashes) as object };
          }),
        );
      }
      expect([...filesOf.values()].flat()).to.have.lengthOf(87);
    } finally {
      client.destroy();
      registry.clock.now = now;
    }
  });

  describe("are fetched, every one with the bytes that were uploaded,", () => {
    let folder: string;

    before(() => {
      folder = mkdtempSync(join(tmpdir(), "corpus-"));
    });
    after(() => {
      rmSync(folder, { recursive: true });
    });

    const isWheel = ({ filename }: { readonly filename: string }) => filename.endsWith(".whl");
    const clean = () => ({ ...cleanEnvironment(folder), PATH: `${bin}:${process.env.PATH ?? ""}` });

    it(`by ${withVersion("pip")}`, async () => {
      const index = `http://aws:${registry.reader}@${registry.address.slice("http://".length)}/pypi/${repository}/simple/`;
      const fetchAll = async (options: readonly string[], files: ReturnType<typeof all>) => {
        const wanted = files.map((one) => `${one.expected.normalName}==${one.expected.normalVersion}`);
        const common = ["--isolated", "--no-cache-dir", "--no-deps", "--dest", folder, "--index-url", index];
        await run(python, ["-m", "pip", "download", ...common, ...options, ...wanted], { env: clean() });
      };
      const target = ["--python-version", "3.11", "--implementation", "cp", "--platform", "manylinux2014_x86_64"];
      await fetchAll(["--only-binary", ":all:", ...target], all().filter(isWheel));
      const sources = all().filter((one) => !isWheel(one));
      await fetchAll(["--no-binary", ":all:", "--no-build-isolation", "--ignore-requires-python"], sources);

      const fetched = all().map(({ filename }) => [filename, digest("SHA256", readFileSync(join(folder, filename)))]);
      expect(fetched).to.deep.equal(all().map(({ filename }) => [filename, digest("SHA256", uploaded.get(filename)!)]));
    });

    it(`by ${withVersion("uv")}`, async () => {
      const options = ["--no-header", "--no-annotate", "--no-cache", "--no-deps", "--no-config", "--generate-hashes"];
      const target = ["--python-version", "3.11", "--python-platform", "x86_64-manylinux_2_28"];
      const address = registry.address.replace("://", `://aws:${registry.reader}@`);
      const found: string[] = [];
      for (const files of [all().filter(isWheel), all().filter((one) => !isWheel(one))]) {
        // uv fetches a file by its address as a whole, to say its digest.
        const wanted = files.map(({ filename, expected: { normalName, normalVersion } }) => {
          const path = `/pypi/${repository}/simple/${normalName}/${encodeURIComponent(normalVersion)}/${filename}`;
          return `${normalName} @ ${address}${path}`;
        });
        const input = join(folder, "requirements.in");
        writeFileSync(input, wanted.join("\n"));
        const compile = [
          "pip",
          "compile",
          "--quiet",
          ...options,
          ...target,
          "--no-build-isolation",
          "--python",
          python,
        ];
        const { stdout } = await run(join(bin, "uv"), [...compile, "--no-index", input], { env: clean() });
        found.push(...stdout.trim().split(/\n(?=\S)/));
      }

      const seen = found.map((text) => {
        const [, filename = "", sha256 = ""] = /\/([^/\s]+) .*--hash=sha256:([0-9a-f]{64})/s.exec(text) ?? [];
        return [filename, sha256];
      });
      expect(new Map(seen as [string, string][])).to.deep.equal(
        new Map(all().map(({ filename }) => [filename, digest("SHA256", uploaded.get(filename)!)])),
      );
      expect(seen).to.have.lengthOf(87);
    });
  });
});

function digest(algorithm: string, bytes: Buffer): string {
  return createHash(algorithm.replace("-", "").toLowerCase()).update(bytes).digest("hex");
}

/** A file of that name and with those headers, and nothing else that its format does not need. */
function archive(filename: string, metadata: string): Promise<Buffer> {
  if (!filename.endsWith(".whl")) {
    const entries = [
      ["source/PKG-INFO", metadata],
      ["source/pyproject.toml", buildSystem],
      ["source/backend.py", backend],
    ] as const;
    return filename.endsWith(".zip") ? zip(...entries) : tarGz(...entries);
  }
  const folder = `${filename.split("-").slice(0, 2).join("-")}.dist-info`;
  return zip(
    [`${folder}/METADATA`, metadata],
    [`${folder}/WHEEL`, "Wheel-Version: 1.0\nRoot-Is-Purelib: true\n"],
    [`${folder}/RECORD`, ""],
  );
}

/** What pip and uv ask of a source distribution before they keep it: its metadata, by a backend of its own. */
const buildSystem = '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n';
const backend = `
import email, pathlib

def prepare_metadata_for_build_wheel(folder, settings=None):
    text = pathlib.Path("PKG-INFO").read_text(encoding="utf-8")
    headers = email.message_from_string(text)
    name = headers["Name"].replace("-", "_") + "-" + headers["Version"] + ".dist-info"
    made = pathlib.Path(folder, name)
    made.mkdir()
    (made / "METADATA").write_text(text, encoding="utf-8")
    return name
`;
