import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { expect } from "chai";
import { makeSdist, makeWheel, type MadeDistribution } from "../../../sandbox/fixtures/distributions";
import { attest, type Attestation, installAttestingGh } from "../../support/attestingGh";
import { runCommand } from "../../support/commands/processes";
import { openRegistries, type PromotionRegistries } from "../../support/commands/promoteRegistries";

const repository = "orb-integration-hub/orb-integration-hub";
const workflow = ".github/workflows/deploy-packages.yml";
const main = "refs/heads/main";
const wanted = ["--attested-by", repository, "--signer-workflow", workflow, "--source-ref", main];
const described = (path = workflow, ref = main) => `${repository}, workflow ${repository}/${path}, ref ${ref}`;

describe("promote --attested-by", () => {
  let registries: PromotionRegistries;
  let folder: string;
  let files: readonly MadeDistribution[];

  beforeEach(async () => {
    registries = await openRegistries();
    folder = mkdtempSync(join(tmpdir(), "attested-"));
    mkdirSync(join(folder, "bin"));
    installAttestingGh(join(folder, "bin"), join(folder, "attestations"));
    const description = { name: "orb-common", version: "1.4.0" };
    files = [await makeWheel(description), await makeSdist(description)];
    for (const file of files) {
      await registries.publish("dev", file);
    }
  });

  afterEach(async () => {
    rmSync(folder, { recursive: true });
    await registries.close();
  });

  const promote = (words: readonly string[], environment: Readonly<Record<string, string>> = {}) => {
    const stacks = ["--from", "dev", "--to", "staging", "--from-profile", "dev-reader", "--to-profile"];
    return runCommand("promote", [...stacks, "staging-publisher", ...words, "orb-common==1.4.0"], {
      environment: {
        ...registries.environment,
        GH_TOKEN: "ghp_x",
        PATH: [join(folder, "bin"), process.env.PATH].join(delimiter),
        ...environment,
      },
    });
  };
  const attestAll = (change: Partial<Attestation> = {}, of = files) => {
    const signer = `${repository}/${workflow}@${main}`;
    const all = of.map((file) => ({ sha256: sha256(file), repository, signer, ref: main, ...change }));
    attest(join(folder, "attestations"), ...all);
  };
  const rejects = async (words: readonly string[], found: string, by: string, of = files) => {
    const { exitCode, stderr } = await promote(words);
    const errors = of.map((file) => `${file.filename}, SHA-256 ${sha256(file)}: ${found}`);
    expect(stderr.replaceAll(/^… .*\n/gm, "")).to.equal(
      `error: ${errors.join("\n")}\nWanted is an attestation by ${by}. Nothing was sent.\n`,
    );
    expect(exitCode).to.equal(1);
    expect(registries.held("staging")).to.deep.equal({});
    const { decisions } = registries.sandboxes.staging.context;
    expect(decisions.entries().map(({ action }) => action)).not.to.include("codeartifact:PublishPackageVersion");
  };
  const carries = async (words: readonly string[]) => {
    const { exitCode, stderr } = await promote(words);
    expect(exitCode, stderr).to.equal(0);
    expect(registries.held("staging")).to.deep.equal(
      Object.fromEntries(files.map((file) => [file.filename, sha256(file)])),
    );
  };

  it("carries files that the wanted workflow attested on the wanted ref", async () => {
    attestAll();
    await carries(wanted);
  });

  it("rejects files without an attestation, which are carried where none is asked for", async () => {
    await rejects(wanted, "gh attestation verify: no attestations found", described());
    await carries([]);
  });

  it("carries nothing where one file has none, and names it alone", async () => {
    attestAll({}, files.slice(0, 1));
    await rejects(wanted, "gh attestation verify: no attestations found", described(), files.slice(1));
  });

  for (const [what, change, found] of [
    [
      "another workflow attested",
      { signer: `${repository}/.github/workflows/other.yml@${main}` },
      described(".github/workflows/other.yml"),
    ],
    [
      "a workflow attested whose path begins like the wanted one",
      { signer: `${repository}/${workflow}.yaml@${main}` },
      described(`${workflow}.yaml`),
    ],
    ["were built from another ref", { ref: "refs/heads/develop" }, described(workflow, "refs/heads/develop")],
    ["were built from a ref in other letters", { ref: "refs/heads/Main" }, described(workflow, "refs/heads/Main")],
  ] as const) {
    it(`rejects files that ${what}, and names the signer found and the one wanted`, async () => {
      attestAll(change);
      await rejects(wanted, `attested by ${found}`, described());
    });
  }

  it("rejects files that another repository attested", async () => {
    attestAll({ repository: "stranger/hub", signer: `stranger/hub/${workflow}@${main}` });
    await rejects(wanted, "gh attestation verify: no attestations found", described());
  });

  it("takes any workflow and ref of the repository alone, and no workflow of another repository unless it is named", async () => {
    const shared = "orb-integration-hub/shared/.github/workflows/build.yml";
    attestAll({ signer: `${shared}@refs/tags/v1`, ref: "refs/heads/develop" });
    const alone = ["--attested-by", repository.toUpperCase()];
    await rejects(
      alone,
      `attested by ${repository}, workflow ${shared}, ref refs/heads/develop`,
      `${repository.toUpperCase()}, any workflow of its own, any ref`,
    );
    await carries([...alone, "--signer-workflow", shared]);
  });

  it("takes a file that is attested by others too", async () => {
    attestAll({ ref: "refs/heads/develop" });
    attestAll();
    await carries(wanted);
  });

  it("verifies files too that the target has already", async () => {
    await carries([]);
    const { exitCode, stderr } = await promote(wanted);

    expect(exitCode).to.equal(1);
    expect(stderr).to.include("gh attestation verify: no attestations found");
    attestAll();
    await carries(wanted);
  });

  it("says what gh says where it has no login, and how to get it where it is missing", async () => {
    attestAll();
    const loggedOut = await promote(wanted, { GH_TOKEN: "" });
    expect(loggedOut.exitCode).to.equal(1);
    expect(loggedOut.stderr).to.include(
      "gh attestation verify: To get started with GitHub CLI, please run:  gh auth login",
    );
    const missing = await promote(wanted, { PATH: join(folder, "nothing") });
    expect(missing.exitCode).to.equal(1);
    expect(missing.stderr).to.include(
      "error: --attested-by: gh is not on PATH: install it from https://cli.github.com and log in with gh auth login\n",
    );
    expect(registries.held("staging")).to.deep.equal({});
  });

  it("gives gh its token and none of AWS's variables", async () => {
    const seen = join(folder, "seen");
    writeFileSync(join(folder, "bin/gh"), `#!/bin/sh\nenv > "${seen}"\nexit 1\n`, { mode: 0o755 });
    await promote(wanted, {
      AWS_ACCESS_KEY_ID: "x",
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: "x",
      CODEARTIFACT_AUTH_TOKEN: "x",
    });

    const environment = readFileSync(seen, "utf8");
    expect(environment).to.match(/^GH_TOKEN=ghp_x$/m);
    expect(environment).not.to.match(/^(AWS_|ACTIONS_|CODEARTIFACT_)/m);
  });

  it("names every option that it does not understand, before anything is asked", async () => {
    const { exitCode, stderr } = await promote(
      ["--attested-by", "orb", "--signer-workflow", "deploy.yml", "--source-ref", "main"],
      { AWS_ENDPOINT_URL: "http://127.0.0.1:9" },
    );
    expect(exitCode).to.equal(2);
    expect(stderr).to.match(
      /^error: --attested-by orb is not a repository: .*\n {7}--signer-workflow deploy\.yml is not a workflow: .*\n {7}--source-ref main is not a ref: /,
    );
    const without = await promote(["--source-ref", main]);
    expect(without.exitCode).to.equal(2);
    expect(without.stderr).to.match(/^error: --signer-workflow and --source-ref need --attested-by/);
  });
});

function sha256({ bytes }: MadeDistribution): string {
  return createHash("sha256").update(bytes).digest("hex");
}
