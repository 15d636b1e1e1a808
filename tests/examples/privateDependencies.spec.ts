import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { parse } from "yaml";
import { makeWheel } from "../../sandbox/fixtures/distributions";
import { exampleFile } from "../support/exampleProject";
import { describeWorkflows } from "../support/examples/describeWorkflows";
import { sha256 } from "../support/examples/describeLayers";
import { Hub } from "../support/examples/hub";
import { projectWithReaders } from "../support/examples/projectWithReaders";
import { publishInto, repository } from "../support/examples/registries";
import { runCommand } from "../support/commands/processes";

const workflow = "deploy-packages.yml";
const common = "backend/packages/orb-common";

/** The reader that jobs are in which only install. */
const ci = { name: "ci", repository, repositoryId: 700000001, ownerId: 700000002, environment: "ci", ref: "any" };

describeWorkflows("deploy-packages.yml where a stack has a reader for the environment ci, run unchanged", ({ act }) => {
  let hub: Hub;
  let tools: Buffer;

  before(async () => {
    const { config } = parse(exampleFile("Pulumi.dev.yaml")) as { config: Record<string, readonly object[]> };
    const ids = { repositoryId: ci.repositoryId, ownerId: ci.ownerId };
    const readers = [...(config["package-registry:readers"] ?? []).map((job) => ({ ...job, ...ids })), ci];
    hub = await Hub.open(act, [], { grounds: { dev: { settings: { readers } } } });
    const wheel = await makeWheel({
      name: "orb-tools",
      version: "2.0.0",
      files: { "orb_tools/__init__.py": "WORD = 'orb'\n" },
    });
    tools = wheel.bytes;
    await publishInto(hub.registries.of.dev, [wheel]);
    const { exitCode, stderr } = await runCommand("setup", ["--hub", hub.team.directory, "--yes"], {
      directory: projectWithReaders(join(hub.folder, "project-with-ci"), "dev", readers),
    });
    expect(exitCode, stderr).to.equal(0);
    await hub.team.commit({
      [`${common}/requirements.txt`]: `orb-tools==2.0.0 --hash=sha256:${sha256(tools)}\n`,
      [`${common}/tests/test_tools.py`]: "from orb_tools import WORD\n\n\ndef test_word():\n    assert WORD == 'orb'\n",
    });
  });

  after(() => hub.close());

  it("tests and builds a pull request with a private package of another repository", async () => {
    const run = await hub.start({ workflow, event: "pull_request", branch: "develop" });

    expect(run?.jobs, run?.log).to.deep.equal({
      releases: "success",
      dependencies: "success",
      test: "success",
      build: "success",
    });
    const entries = hub.registries.of.dev.context.decisions.entries();
    expect(
      entries.filter(({ action, allowed }) => action === "sts:AssumeRoleWithWebIdentity" && allowed),
    ).to.have.length(1);
    // The role's two keys and the registry's token, shown nowhere and in no artifact of the job.
    expect(hub.gateway.secrets).to.have.length(3);
    const environment = readFileSync(join(run?.jobsFolder ?? "", "dependencies/environment"), "utf8");
    expect(hub.gateway.secrets.filter((secret) => `${run?.log ?? ""}${environment}`.includes(secret))).to.deep.equal(
      [],
    );
  });

  it("is red where the lock names bytes that the registry does not have, before a test runs", async () => {
    await hub.team.commit({ [`${common}/requirements.txt`]: `orb-tools==2.0.0 --hash=sha256:${"0".repeat(64)}\n` });

    const run = await hub.start({ workflow, event: "pull_request", branch: "develop" });

    expect(run?.jobs).to.deep.equal({ releases: "success", dependencies: "failure" });
    expect(run?.log).to.include("THESE PACKAGES DO NOT MATCH THE HASHES");
  });

  it("is red where the lock names another index, before pip runs", async () => {
    await hub.team.commit({
      [`${common}/requirements.txt`]: `--extra-index-url https://index.example/\norb-tools==2.0.0 --hash=sha256:${sha256(tools)}\n`,
    });

    const run = await hub.start({ workflow, event: "pull_request", branch: "develop" });

    expect(run?.jobs).to.deep.equal({ releases: "success", dependencies: "failure" });
    expect(run?.log).to.include("lock it with uv pip compile --generate-hashes, see above");
  });
});
