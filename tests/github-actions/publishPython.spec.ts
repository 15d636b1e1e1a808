import { createHash } from "node:crypto";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { makeSdist, makeWheel, type MadeDistribution } from "../../sandbox/fixtures/distributions";
import { projectDirectory } from "../support/deployments";
import { awsProgram, registryInputs, RunnerStep } from "./runnerStep";

const publish = join(projectDirectory, ".github/actions/publish-python/publish.py");
const token = "eyJ2ZXIiOjF9.canary";
const endpoint =
  "https://orb-integration-hub-dev-123456789012.d.codeartifact.us-east-1.amazonaws.com/pypi/python-packages/";
const place = "orb-integration-hub-dev/python-packages";

/** Stands in for twine, as the module that `python -m twine` runs: notes what it sees, and fails for one file. */
const twine = `
import os, sys
with open(os.environ["NOTES"], "a") as notes:
    seen = {name: os.environ[name] for name in sorted(os.environ) if name.startswith(("TWINE_", "AWS_"))}
    print("twine", *sys.argv[1:-1], os.path.basename(sys.argv[-1]), seen, file=notes)
sys.exit(1 if os.path.basename(sys.argv[-1]) == os.environ.get("FAILS") else 0)
`;

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
    step.write("modules/twine/__init__.py", "");
    step.write("modules/twine/__main__.py", twine);
  });

  afterEach(() => {
    step.remove();
  });

  interface Case {
    readonly files: readonly MadeDistribution[];
    /** SHA-256 of what the registry has, by name. @default nothing */
    readonly there?: Readonly<Record<string, string>>;
    readonly packages?: string;
    readonly fails?: string;
    readonly answers?: Readonly<Record<string, string>>;
  }

  const run = async ({ files, there, packages = "orb-common orb-models", fails = "", answers = {} }: Case) => {
    for (const { filename, bytes } of files) {
      step.write(`dist/${filename}`, bytes);
    }
    const assets = Object.entries(there ?? {}).map(([name, sha256]) => ({ name, hashes: { "SHA-256": sha256 } }));
    step.program(
      "aws",
      awsProgram({
        "list-package-version-assets":
          there === undefined ? "fail ResourceNotFoundException" : JSON.stringify({ assets }),
        "get-authorization-token": JSON.stringify({ authorizationToken: token }),
        "get-repository-endpoint": JSON.stringify({ repositoryEndpoint: endpoint }),
        ...answers,
      }),
    );
    const notes = join(step.folder, "calls");
    const end = await step.python(publish, {
      ...{ ...registryInputs, PACKAGES: packages, FILES: "dist", PYTHONPATH: join(step.folder, "modules") },
      ...{ NOTES: notes, FAILS: fails, AWS_SESSION_TOKEN: "of the role" },
    });
    return { ...end, uploads: end.calls.filter((call) => call.startsWith("twine ")) };
  };
  const names = (uploads: readonly string[]) => uploads.map((call) => /null (\S+) /.exec(call)?.[1]);

  it("uploads what is not there, a package after those it is named behind", async () => {
    const { exitCode, uploads, output } = await run({ files: [...models, ...common] });

    expect(exitCode, output).to.equal(0);
    expect(names(uploads)).to.deep.equal([...common, ...models].map(({ filename }) => filename));
  });

  it("gives twine the token and none of the role's credentials, and never --skip-existing", async () => {
    const { uploads, output } = await run({ files: common });

    expect(uploads[0]).to.equal(
      `twine upload --non-interactive --disable-progress-bar --config-file /dev/null ${common[0]?.filename ?? ""} ` +
        `{'TWINE_PASSWORD': '${token}', 'TWINE_REPOSITORY_URL': '${endpoint}', 'TWINE_USERNAME': 'aws'}`,
    );
    expect(output.indexOf(`::add-mask::${token}`)).to.equal(0);
    expect(output.replaceAll(/^::add-mask::.*$/gm, "")).not.to.include(token);
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
    const { uploads } = await run({ files: common, there: hashes(common.slice(0, 1)) });

    expect(names(uploads)).to.deep.equal([common[1]?.filename]);
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

  it("refuses a package that is not in the list before AWS is asked for anything", async () => {
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
    it(`refuses a file that ${what}`, async () => {
      const { exitCode, output, calls } = await run({ files: [...models, file] });

      expect(exitCode).to.equal(1);
      expect(output).to.include(says);
      expect(calls).to.deep.equal([]);
    });
  }

  it("refuses a file whose name says another package or version than its metadata", async () => {
    for (const filename of ["orb_models-1.0.0-py3-none-any.whl", "orb_common-1.0.1-py3-none-any.whl"]) {
      rmSync(join(step.folder, "dist"), { recursive: true, force: true });
      const { exitCode, output, calls } = await run({ files: [{ filename, bytes: common[0]!.bytes }] });

      expect(exitCode).to.equal(1);
      expect(output).to.include(`${filename}: its metadata says orb-common 1.0.0`);
      expect(calls).to.deep.equal([]);
    }
  });

  it("refuses a folder that is empty or missing", async () => {
    expect((await run({ files: [] })).exitCode).to.equal(1);
    step.write("dist/x", "");
    rmSync(join(step.folder, "dist/x"));
    expect((await run({ files: [] })).output).to.include("files: dist is empty");
  });

  it("is red where AWS refuses to list, which is not the same as finding nothing", async () => {
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
