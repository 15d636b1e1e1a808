import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { makeSdist, makeWheel, type MadeDistribution } from "../../sandbox/fixtures/distributions";
import { serveWatchedIndex, type WatchedIndex } from "../support/sandbox/watchedIndex";
import { wheelhouse } from "../support/examples/wheelhouse";
import { attest, type Attestation, installAttestingGh } from "../support/attestingGh";
import { actionsFolder, RunnerStep } from "../support/github-actions/runnerStep";

const prepare = join(actionsFolder, "publish-python/prepare.py");
const repository = "orb-integration-hub/orb-integration-hub";
const workflow = ".github/workflows/deploy-packages.yml";
const main = "refs/heads/main";
const wanted = { ATTESTED_BY: repository, SIGNER_WORKFLOW: workflow, SOURCE_REF: main };
const unasked = { ATTESTED_BY: "", SIGNER_WORKFLOW: "", SOURCE_REF: "" };

describe("the step of publish-python that prepares", () => {
  let step: RunnerStep;
  let pypi: WatchedIndex;
  let files: readonly MadeDistribution[];

  before(async () => {
    pypi = await serveWatchedIndex(await wheelhouse([".github/actions/publish-python/requirements.txt"]));
    const description = { name: "orb-common", version: "1.0.0" };
    files = [await makeWheel(description), await makeSdist(description)];
  });

  after(() => pypi.close());

  beforeEach(() => {
    step = new RunnerStep();
    for (const { filename, bytes } of files) {
      step.write(`dist/${filename}`, bytes);
    }
    installAttestingGh(join(step.folder, "bin"), join(step.folder, "attestations"));
  });

  afterEach(() => {
    step.remove();
  });

  const run = (inputs: Readonly<Record<string, string>>) =>
    step.python(prepare, {
      PACKAGES: "orb-common",
      FILES: "dist",
      GITHUB_SERVER_URL: "https://github.com",
      GITHUB_TOKEN: "ghs_x",
      PIP_INDEX_URL: pypi.url,
      NO_PROXY: "127.0.0.1",
      ...unasked,
      ...inputs,
    });
  const attestation = (change: Partial<Attestation> = {}, file = files[0]!): Attestation => ({
    sha256: sha256(file),
    repository,
    signer: `${repository}/${workflow}@${main}`,
    ref: main,
    ...change,
  });
  const attestAll = (change: Partial<Attestation> = {}) => {
    attest(join(step.folder, "attestations"), ...files.map((file) => attestation(change, file)));
  };
  const rejection = (found: string, by = `${repository}, workflow ${repository}/${workflow}, ref ${main}`) =>
    "::error title=CodeArtifact::" +
    [...files.map((file) => `${file.filename}, SHA-256 ${sha256(file)}: ${found}`), ""].join("%0A") +
    `Wanted is an attestation by ${by}. Nothing was sent.\n`;

  it("copies the distributions alone, installs twine as its lock names it, and gives both on", async () => {
    step.write("dist/.gitignore", "*");
    const { exitCode, output, outputs } = await run({});

    expect(exitCode, output).to.equal(0);
    expect(output).to.include("files: ignored, because they are not distributions: .gitignore\n");
    expect(Object.keys(outputs)).to.deep.equal(["files", "tools"]);
    for (const { filename, bytes } of files) {
      expect(readFileSync(join(outputs.files!, filename)).equals(bytes)).to.equal(true);
    }
    expect(readdirSync(outputs.files!).sort()).to.deep.equal(files.map(({ filename }) => filename).sort());
    expect(existsSync(join(outputs.tools!, "twine/__main__.py"))).to.equal(true);
    expect(outputs.tools!.startsWith(join(step.folder, "temp/publish-python-"))).to.equal(true);
  });

  it("installs from no configuration of the job, and imports no module of the workspace", async () => {
    const evil = { PIP_CONFIG_FILE: "pip.conf", PIP_TARGET: "elsewhere", PIP_REQUIREMENT: "evil.txt", PIP_USER: "1" };
    for (const name of ["pip", "packaging", "json", "sitecustomize"]) {
      step.write(`${name}.py`, `open("mark", "w")\n`);
    }
    step.write("pip.conf", "[install]\nrequirement = evil.txt\n");

    const { exitCode, output } = await run({ ...evil, PYTHONPATH: step.workspace });

    expect(exitCode, output).to.equal(0);
    expect(existsSync(join(step.workspace, "mark"))).to.equal(false);
    expect(existsSync(join(step.workspace, "elsewhere"))).to.equal(false);
  });

  it("ends where twine cannot be had with the hashes of the lock, without outputs", async () => {
    const { exitCode, output, outputs } = await run({ PIP_INDEX_URL: `${pypi.url}nothing/` });

    expect(exitCode).to.equal(1);
    expect(output).to.include("::error title=CodeArtifact::pip could not install twine, see above");
    expect(outputs).to.deep.equal({});
  });

  it("rejects a folder that is missing, or has a folder in it", async () => {
    expect((await run({ FILES: "nowhere" })).output).to.match(/^::error title=CodeArtifact::files: .*nowhere/);
    mkdirSync(join(step.workspace, "dist/folder"));
    expect((await run({})).output).to.match(/^::error title=CodeArtifact::files: .*folder/);
  });

  describe("verifies attestations where it is asked to: it", () => {
    const rejects = async (inputs: Readonly<Record<string, string>>, output: string) => {
      const end = await run(inputs);
      expect(end.output).to.equal(output);
      expect([end.exitCode, end.outputs]).to.deep.equal([1, {}]);
      expect(
        readdirSync(join(step.folder, "temp")).flatMap((name) => readdirSync(join(step.folder, "temp", name))),
      ).not.to.include("tools");
    };
    const accepts = async (inputs: Readonly<Record<string, string>>, by: string) => {
      const { exitCode, output } = await run(inputs);
      expect(exitCode, output).to.equal(0);
      for (const { filename } of files) {
        expect(output).to.include(`${filename}: attested by ${by}\n`);
      }
    };

    it("takes files that the wanted workflow attested on the wanted ref", async () => {
      attestAll();

      await accepts(wanted, `${repository}, workflow ${repository}/${workflow}, ref ${main}`);
    });

    it("rejects files without an attestation", async () => {
      await rejects(wanted, rejection("gh attestation verify: no attestations found"));
    });

    it("rejects all where one file has none, and names it alone", async () => {
      attest(join(step.folder, "attestations"), attestation());

      const { exitCode, output } = await run(wanted);

      expect(exitCode).to.equal(1);
      expect(output).to.include(`::error title=CodeArtifact::${files[1]!.filename}, SHA-256 ${sha256(files[1]!)}: gh`);
    });

    for (const [what, change, found] of [
      [
        "another workflow",
        { signer: `${repository}/.github/workflows/other.yml@${main}` },
        `${repository}, workflow ${repository}/.github/workflows/other.yml, ref ${main}`,
      ],
      [
        "a workflow whose path only begins like the wanted one",
        { signer: `${repository}/${workflow}.yaml@${main}` },
        `${repository}, workflow ${repository}/${workflow}.yaml, ref ${main}`,
      ],
      [
        "a workflow that fits only where a dot is any character",
        { signer: `${repository}/.github/workflows/deploy-packages-yml@${main}` },
        `${repository}, workflow ${repository}/.github/workflows/deploy-packages-yml, ref ${main}`,
      ],
      [
        "the workflow on another ref",
        { ref: "refs/heads/develop" },
        `${repository}, workflow ${repository}/${workflow}, ref refs/heads/develop`,
      ],
      [
        "the workflow on a ref that differs in case alone",
        { ref: "refs/heads/Main" },
        `${repository}, workflow ${repository}/${workflow}, ref refs/heads/Main`,
      ],
    ] as const) {
      it(`rejects files that ${what} attested, and names it`, async () => {
        attestAll(change);
        await rejects(wanted, rejection(`attested by ${found}`));
      });
    }

    it("rejects what another repository attested, where gh finds none for the wanted one", async () => {
      attestAll({ repository: "stranger/hub", signer: `stranger/hub/${workflow}@${main}` });

      await rejects(wanted, rejection("gh attestation verify: no attestations found"));
    });

    it("takes a file that the wanted signer attested beside others", async () => {
      attestAll({ ref: "refs/heads/develop" });
      attestAll();

      await accepts(wanted, `${repository}, workflow ${repository}/${workflow}, ref ${main}`);
    });

    it("takes any workflow and ref of the repository where only that is wanted, and none of another repository", async () => {
      const shared = "orb-integration-hub/shared/.github/workflows/build.yml";
      const alone = { ...unasked, ATTESTED_BY: repository };
      attestAll({ signer: `${shared}@refs/tags/v1` });
      await rejects(
        alone,
        rejection(
          `attested by ${repository}, workflow ${shared}, ref ${main}`,
          `${repository}, any workflow of its own, any ref`,
        ),
      );

      await accepts({ ...alone, SIGNER_WORKFLOW: shared }, `${repository}, workflow ${shared}, any ref`);
      attestAll({ ref: "refs/heads/develop" });
      await accepts(alone, `${repository}, any workflow of its own, any ref`);
    });

    it("rejects where gh has no token, or is not installed", async () => {
      attestAll();
      const { output } = await run({ ...wanted, GITHUB_TOKEN: "" });
      expect(output).to.include("gh attestation verify: To get started with GitHub CLI, please run:  gh auth login");

      const path = [join(step.folder, "nothing"), "/usr/bin", "/bin"].join(":");
      const python = readdirSync(join(step.folder, "bin"));
      expect(python).to.include("gh");
      const bare = new RunnerStep();
      bare.write(`dist/${files[0]!.filename}`, files[0]!.bytes);
      const end = await bare.python(prepare, {
        PACKAGES: "orb-common",
        FILES: "dist",
        GITHUB_SERVER_URL: "https://github.com",
        GITHUB_TOKEN: "x",
        ...wanted,
        PATH: `${join(bare.folder, "bin")}:${path}`,
      });
      bare.remove();
      expect(end.output).to.include("gh is not installed on this runner");
    });

    it("gives gh the token, and nothing else that the job has", async () => {
      step.program("gh", `env > "${join(step.folder, "seen")}"; exit 1`);

      const { exitCode } = await run({
        ...wanted,
        ACTIONS_ID_TOKEN_REQUEST_TOKEN: "x",
        AWS_PROFILE: "x",
        GH_DEBUG: "1",
      });

      expect(exitCode).to.equal(1);
      const seen = readFileSync(join(step.folder, "seen"), "utf8").trim().split("\n");
      const shellsOwn = /^(PATH|HOME|TMPDIR|PWD|OLDPWD|SHLVL|_)=/;
      expect(seen.filter((line) => !shellsOwn.test(line)).sort()).to.deep.equal([
        ...["GH_HOST=github.com", "GH_NO_UPDATE_NOTIFIER=1", "GH_PROMPT_DISABLED=1", "GH_TOKEN=ghs_x"],
        ...["LANG=C.UTF-8", "NO_COLOR=1", "NO_PROXY=127.0.0.1"],
      ]);
    });

    it("names every input that it does not understand, before gh is asked", async () => {
      const { exitCode, output } = await run({ ATTESTED_BY: "orb", SIGNER_WORKFLOW: "deploy.yml", SOURCE_REF: "main" });

      expect(exitCode).to.equal(1);
      expect(output).to.equal(
        "::error title=CodeArtifact::attested-by: 'orb' is not a repository: write OWNER/NAME%0A" +
          "signer-workflow: 'deploy.yml' is not a workflow: write its path, such as .github/workflows/release.yml, " +
          "with OWNER/NAME/ before it if another repository has it%0A" +
          "source-ref: 'main' is not a ref: write it in full, such as refs/heads/main\n",
      );
      expect((await run({ SOURCE_REF: main })).output).to.equal(
        "::error title=CodeArtifact::signer-workflow, source-ref: they need attested-by, the repository as OWNER/NAME\n",
      );
    });
  });
});

function sha256({ bytes }: MadeDistribution): string {
  return createHash("sha256").update(bytes).digest("hex");
}
