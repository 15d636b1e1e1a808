import { createHash } from "node:crypto";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { makeSdist, makeWheel, type MadeDistribution } from "../../sandbox/fixtures/distributions";
import { endpoint, type RegistryBehaviour, RegistryStandIn, token } from "../support/github-actions/registryStandIn";
import { actionsFolder, registryInputs, RunnerStep } from "../support/github-actions/runnerStep";

const publish = join(actionsFolder, "publish-python/publish.py");
const place = "orb-integration-hub-dev/python-packages";

describe("the step of publish-python that publishes", () => {
  let step: RunnerStep;
  let common: readonly MadeDistribution[];
  let models: readonly MadeDistribution[];

  before(async () => {
    const both = async (name: string) => [
      await makeWheel({ name, version: "1.0.0" }),
      await makeSdist({ name, version: "1.0.0" }),
    ];
    [common, models] = [await both("orb-common"), await both("orb-models")];
  });

  beforeEach(() => {
    step = new RunnerStep();
  });

  afterEach(() => {
    step.remove();
  });

  interface Case extends RegistryBehaviour {
    readonly files: readonly MadeDistribution[];
    readonly packages?: string;
    readonly environment?: Readonly<Record<string, string>>;
    /** @default the step's */
    readonly program?: string;
  }

  const run = async ({ files, packages = "orb-common orb-models", environment, program, ...behaviour }: Case) => {
    for (const { filename, bytes } of files) {
      step.write(`dist/${filename}`, bytes);
    }
    const registry = new RegistryStandIn(step, behaviour);
    const end = await step.python(program ?? publish, {
      ...registryInputs,
      PACKAGES: packages,
      FILES: "dist",
      TOOLS: registry.tools,
      AWS_ACCESS_KEY_ID: "ASIA",
      AWS_SECRET_ACCESS_KEY: "secret",
      AWS_SESSION_TOKEN: "of the role",
      ...environment,
    });
    const { uploads, awsEnvironments } = registry;
    return { ...end, uploads, awsEnvironments, tools: registry.tools, sent: uploads.map(({ file }) => file) };
  };

  it("uploads what is not there, a package after those it is named behind", async () => {
    const { exitCode, sent, output } = await run({ files: [...models, ...common] });

    expect(exitCode, output).to.equal(0);
    expect(sent).to.deep.equal([...common, ...models].map(({ filename }) => filename));
  });

  it("gives twine the token and nothing else that the job has, and never --skip-existing", async () => {
    const { uploads, output, tools } = await run({
      files: common,
      environment: {
        ACTIONS_ID_TOKEN_REQUEST_TOKEN: "x",
        ACTIONS_ID_TOKEN_REQUEST_URL: "x",
        ACTIONS_RUNTIME_TOKEN: "x",
        AWS_PROFILE: "x",
        GITHUB_TOKEN: "x",
        TWINE_CERT: "x",
        NETRC: "x",
        REQUESTS_CA_BUNDLE: "x",
        OTHER: "x",
        HTTPS_PROXY: "http://proxy.example",
        NO_PROXY: "127.0.0.1",
      },
    });

    const [{ arguments: given, environment, path } = uploads[0]!] = uploads;
    const { PATH, HOME, TMPDIR, ...others } = environment;
    expect(given).to.deep.equal("upload --non-interactive --disable-progress-bar --config-file /dev/null".split(" "));
    expect(others).to.deep.equal({
      TWINE_PASSWORD: token,
      TWINE_REPOSITORY_URL: endpoint,
      TWINE_USERNAME: "aws",
      LANG: "C.UTF-8",
      HTTPS_PROXY: "http://proxy.example",
      NO_PROXY: "127.0.0.1",
    });
    expect([HOME, PATH]).not.to.include(undefined);
    expect(TMPDIR).to.equal(HOME);
    expect(path.filter((folder) => folder.includes("packages"))).to.deep.equal([]);
    expect(path.at(-1)).to.equal(tools);
    expect(output.indexOf(`::add-mask::${token}`)).to.equal(0);
    expect(output.replaceAll(/^::add-mask::.*$/gm, "")).not.to.include(token);
  });

  it("gives AWS's CLI the role's credentials and no setting of the job or of a home", async () => {
    const { awsEnvironments, exitCode } = await run({
      files: common,
      environment: {
        ...{
          AWS_CONFIG_FILE: "evil",
          AWS_ENDPOINT_URL: "http://evil.example",
          AWS_PROFILE: "evil",
          AWS_CA_BUNDLE: "x",
        },
        AWS_ENDPOINT_URL_CODEARTIFACT: "http://evil.example",
        ACTIONS_ID_TOKEN_REQUEST_TOKEN: "x",
      },
    });

    expect(exitCode).to.equal(0);
    expect(awsEnvironments).to.have.length(5);
    for (const { PATH, HOME, TMPDIR, PWD, ...others } of awsEnvironments) {
      // The shell of the stand-in adds where it runs.
      expect(PWD).to.equal(HOME);
      expect([PATH, HOME, TMPDIR]).not.to.include(undefined);
      expect(HOME).not.to.equal(join(step.folder, "home"));
      expect(others).to.deep.equal({
        AWS_ACCESS_KEY_ID: "ASIA",
        AWS_SECRET_ACCESS_KEY: "secret",
        AWS_SESSION_TOKEN: "of the role",
        AWS_CONFIG_FILE: "/dev/null",
        AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
        AWS_PAGER: "",
        LANG: "C.UTF-8",
        AWS_EC2_METADATA_DISABLED: "true",
        AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: "true",
      });
    }
  });

  it("leaves alone what is there with the same bytes, and mints no token for it", async () => {
    const { exitCode, output, uploads, calls } = await run({ files: common, there: hashes(common) });

    expect(exitCode, output).to.equal(0);
    expect(uploads).to.deep.equal([]);
    expect(calls.map((call) => call.split(" ")[2])).to.deep.equal(["list-package-version-assets"]);
    expect(output).to.include(
      `${common[0]?.filename ?? ""}: ${place} has the same bytes, SHA-256 ${sha256(common[0]!)}`,
    );
  });

  it("uploads the one file of a version that is not there yet", async () => {
    const { sent } = await run({ files: common, there: hashes(common.slice(0, 1)) });

    expect(sent).to.deep.equal([common[1]?.filename]);
  });

  it("is red with both hashes where other bytes are there, and sends nothing, not even what is not there", async () => {
    const other = "0".repeat(64);
    const { exitCode, output, uploads } = await run({ files: common, there: { [common[0]!.filename]: other } });

    expect(exitCode).to.equal(1);
    expect(output).to.include(
      `::error title=CodeArtifact::${common[0]!.filename} is in ${place} with other bytes: there SHA-256 ${other}, ` +
        `here ${sha256(common[0]!)}.%0AA published version never changes: raise the version. Nothing was sent.\n`,
    );
    expect(uploads).to.deep.equal([]);
  });

  it("rejects a package that is not in the list before AWS is asked for anything", async () => {
    const { exitCode, output, calls } = await run({ files: [...common, ...models], packages: "orb-common" });

    expect(exitCode).to.equal(1);
    expect(output).to.include(
      "::error title=CodeArtifact::orb-models: not among the packages of this registry (orb-common).",
    );
    expect(calls).to.deep.equal([]);
  });

  it("knows a package by its normal name", async () => {
    const { exitCode, output } = await run({ files: common, packages: "Orb_Common" });

    expect(exitCode, output).to.equal(0);
  });

  for (const [what, file, says] of [
    [
      "is no package",
      { filename: "notes.txt", bytes: Buffer.from("") },
      "notes.txt: neither a wheel (.whl) nor an sdist (.tar.gz)",
    ],
    [
      "cannot be read",
      { filename: "orb_common-1.0.0.tar.gz", bytes: Buffer.from("no archive") },
      "no wheel or sdist can be read in it",
    ],
  ] as const) {
    it(`rejects a file that ${what}`, async () => {
      const { exitCode, output, calls } = await run({ files: [...models, file] });

      expect(exitCode).to.equal(1);
      expect(output).to.include(says);
      expect(calls).to.deep.equal([]);
    });
  }

  it("rejects a file whose name says another package or version than its metadata", async () => {
    for (const filename of ["orb_models-1.0.0-py3-none-any.whl", "orb_common-1.0.1-py3-none-any.whl"]) {
      rmSync(join(step.folder, "dist"), { recursive: true, force: true });
      const { exitCode, output, calls } = await run({ files: [{ filename, bytes: common[0]!.bytes }] });

      expect(exitCode).to.equal(1);
      expect(output).to.include(`${filename}: its metadata says orb-common 1.0.0`);
      expect(calls).to.deep.equal([]);
    }
  });

  it("takes a file whose name has the version in another form of PEP 440 than its metadata, and no other name", async () => {
    const { bytes } = await makeWheel({ name: "orb-common", version: "1.0.0-RC.1" });
    for (const [filename, exitCode] of [
      ["orb_common-1.0.0rc1-py3-none-any.whl", 0],
      ["orb_common-1.0.0-rc1-py3-none-any.whl", 1],
      ["orb_common-1.0.0rc2-py3-none-any.whl", 1],
      ["orb_common-1.0rc1-py3-none-any.whl", 1],
      ["orb_common-1.0.0rc1-1-py3-none-any.whl", 0],
      ["orb_common-1.0.0rc1-py3.whl", 1],
      ["orb_common-1.0.0rc1-py3-none.whl", 1],
    ] as const) {
      rmSync(join(step.folder, "workspace/dist"), { recursive: true, force: true });
      const end = await run({ files: [{ filename, bytes }] });

      expect([filename, end.exitCode], end.output).to.deep.equal([filename, exitCode]);
      expect(end.sent).to.deep.equal(exitCode === 0 ? [filename] : []);
    }
  });

  it("looks for a release under the normal form of its version and under the form of its metadata", async () => {
    const { bytes } = await makeWheel({ name: "orb-common", version: "1.0.0-rc.1" });
    const file = { filename: "orb_common-1.0.0rc1-py3-none-any.whl", bytes };
    const { calls, output } = await run({ files: [file], there: hashes([file]) });

    expect(calls.map((call) => / --package-version (\S+)/.exec(call)?.[1])).to.deep.equal(["1.0.0rc1", "1.0.0-rc.1"]);
    expect(output).to.include("has the same bytes");
  });

  it("rejects metadata without a version of PEP 440, and names that are not ASCII", async () => {
    const latest = await makeWheel({ name: "orb-common", version: "latest" });
    const foreign = await makeWheel({ name: "orb-cömmon", version: "1.0.0" });
    const { exitCode, output } = await run({
      files: [
        { filename: "orb_common-latest-py3-none-any.whl", bytes: latest.bytes },
        { filename: "orb_common-1.0.0-py3-none-any.whl", bytes: foreign.bytes },
      ],
    });

    expect(exitCode).to.equal(1);
    expect(output).to.include("its metadata says the version 'latest', which PEP 440 does not allow");
    expect(output).to.include("orb_common-1.0.0-py3-none-any.whl: its metadata says orb-c");
    expect(output).not.to.include("Traceback");
  });

  it("names every file that it rejects", async () => {
    const notes = { filename: "notes.txt", bytes: Buffer.from("") };
    const renamed = { filename: "orb_other-1.0.0-py3-none-any.whl", bytes: common[0]!.bytes };

    const { output } = await run({ files: [...models, notes, renamed], packages: "orb-common" });

    expect(output).to.equal(
      "::error title=CodeArtifact::files: notes.txt: neither a wheel (.whl) nor an sdist (.tar.gz)%0A" +
        "files: orb_other-1.0.0-py3-none-any.whl: its metadata says orb-common 1.0.0%0A" +
        "orb-models: not among the packages of this registry (orb-common). Nothing was sent. " +
        "Add a new package to `packages` of the stack first, then to the input `packages`.\n",
    );
  });

  it("reads a name in metadata as text, not as an expression", async () => {
    const { bytes } = await makeWheel({ name: "(orb", version: "1.0.0" });
    const { exitCode, output } = await run({ files: [{ filename: "orb_common-1.0.0-py3-none-any.whl", bytes }] });

    expect(exitCode).to.equal(1);
    expect(output).to.include("its metadata says (orb 1.0.0");
  });

  for (const beside of [
    ...[".gitignore", ".DS_Store", "._orb_common-1.0.0-py3-none-any.whl"],
    ...["asc", "sig", "minisig", "sigstore", "sigstore.json", "publish.attestation", "sha256"].map(
      (ending) => `orb_common-1.0.0-py3-none-any.whl.${ending}`,
    ),
    ...["crt", "pem", "intoto.jsonl", "spdx", "spdx.json", "spdx.yml", "cdx.json", "cdx.xml"].map(
      (ending) => `orb-common.${ending}`,
    ),
    ...["SHA256SUMS", "bom.json", "bom.xml", "sbom.json"],
  ]) {
    it(`leaves ${beside} alone and names it`, async () => {
      const { exitCode, output, sent } = await run({
        files: [...common, { filename: beside, bytes: Buffer.from("*") }],
      });

      expect(exitCode, output).to.equal(0);
      expect(output).to.include(`files: ignored, because they are not distributions: ${beside}\n`);
      expect(sent).to.deep.equal(common.map(({ filename }) => filename));
    });
  }

  for (const filename of [
    ...["orb_common-1.0.0.zip", "orb_common-1.0.0.tar.bz2", "orb_common-1.0.0.tgz", "orb_common-1.0.0.whl.part"],
    ...["orb_common-1.0.0.egg", "metadata.json", "orb-bom.json", "orb.xml", "orb.yaml"],
  ]) {
    it(`rejects ${filename} beside distributions`, async () => {
      const { exitCode, output, calls } = await run({
        files: [...common, { filename, bytes: common[0]!.bytes }],
      });

      expect(exitCode).to.equal(1);
      expect(output).to.include(`${filename}: neither a wheel (.whl) nor an sdist (.tar.gz)`);
      expect(calls).to.deep.equal([]);
    });
  }

  it("rejects a folder that is empty", async () => {
    step.write("dist/x", "");
    rmSync(join(step.workspace, "dist/x"));

    expect((await run({ files: [] })).output).to.include("files: dist has no wheel or sdist");
  });

  describe("says that a file is published once the registry lists its bytes", () => {
    it("at the first look, or where the list lags behind the upload", async () => {
      for (const lag of [0, 1]) {
        const { exitCode, output, summary } = await run({ files: common.slice(0, 1), lag });

        expect(exitCode, output).to.equal(0);
        expect(output).to.include(`published to ${place}, SHA-256 ${sha256(common[0]!)}`);
        expect(summary).to.include(`| ${common[0]!.filename} | published |`);
      }
    });

    it("and ends with both hashes where it lists other bytes, before it sends the next file", async () => {
      const stores = "0".repeat(64);
      const { exitCode, output, summary, sent } = await run({ files: common, stores });

      expect(exitCode).to.equal(1);
      expect(output).to.include(
        `::error title=CodeArtifact::${common[0]!.filename}: twine sent it, and ${place} lists SHA-256 ${stores}, ` +
          `not ${sha256(common[0]!)}.`,
      );
      expect(output).not.to.include(": published to");
      expect(summary).to.include(`| ${common[0]!.filename} | sent, not confirmed |`);
      expect(sent).to.deep.equal([common[0]!.filename]);
    });

    it("and ends with the hash that it should list where it never does", async () => {
      // Without the minute that the step would wait.
      const impatient = step.writeOutside(
        "impatient.py",
        `import pathlib\ntext = pathlib.Path(${JSON.stringify(publish)}).read_text()\n` +
          `assert "LONGEST_WAIT = 60.0" in text\n__file__ = ${JSON.stringify(publish)}\n` +
          `exec(compile(text.replace("LONGEST_WAIT = 60.0", "LONGEST_WAIT = 1.0"), __file__, "exec"))\n`,
      );
      const { exitCode, output, calls } = await run({ files: common.slice(0, 1), lag: 1000, program: impatient });

      expect(exitCode).to.equal(1);
      expect(output).to.include(
        `${common[0]!.filename}: twine sent it, and ${place} lists no such file, not SHA-256 ${sha256(common[0]!)}.`,
      );
      // Before the upload, at once, and after half a second.
      expect(calls.filter((call) => call.includes("list-package-version-assets"))).to.have.length(3);
    });
  });

  it("is red where AWS rejects to list, which is not the same as finding nothing", async () => {
    const { exitCode, output, uploads } = await run({
      files: common,
      answers: { "list-package-version-assets": "fail AccessDeniedException" },
    });

    expect(exitCode).to.equal(1);
    expect(output).to.include("(AccessDeniedException)");
    expect(uploads).to.deep.equal([]);
  });

  it("says in the summary what became of each file, also where twine fails in the middle", async () => {
    const { exitCode, summary } = await run({ files: common, fails: common[1]!.filename });

    expect(exitCode).to.equal(1);
    expect(summary).to.equal(
      [
        `### ${place}`,
        "",
        "| file | | SHA-256 |",
        "| --- | --- | --- |",
        `| ${common[0]!.filename} | published | \`${sha256(common[0]!)}\` |`,
        `| ${common[1]!.filename} | not published | \`${sha256(common[1]!)}\` |`,
        "",
      ].join("\n"),
    );
  });
});

function hashes(files: readonly MadeDistribution[]): Readonly<Record<string, string>> {
  return Object.fromEntries(files.map((file) => [file.filename, sha256(file)]));
}

function sha256({ bytes }: MadeDistribution): string {
  return createHash("sha256").update(bytes).digest("hex");
}
