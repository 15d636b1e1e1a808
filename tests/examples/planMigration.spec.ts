import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { makeWheel } from "../../sandbox/fixtures/distributions";
import { describeWorkflows } from "../support/examples/describeWorkflows";
import { Hub, type HubRun } from "../support/examples/hub";
import { planLocks, writePlanRepository } from "../support/examples/planRepository";
import { exampleProject } from "../support/exampleProject";
import { runCommand } from "../support/commands/processes";
import { connection, domain, repository, templateRegistry } from "../support/templateRegistry";

describeWorkflows("the plan's repository, through the four weeks of docs/migration.md", ({ act }) => {
  let hub: Hub;
  /** Lines that a person wrote, by week. */
  const byHand: string[] = [];

  before(async () => {
    const { account, store } = await templateRegistry([]);
    account.codeartifact.repositories.disassociateExternalConnection({
      domain,
      repository,
      externalConnection: connection,
    });
    hub = await Hub.open(act, [await makeWheel({ name: "orb-models", version: "99.0" })], {
      write: writePlanRepository,
      locks: planLocks,
      grounds: {
        dev: { account, store, settings: { adopt: true, "aws:allowedAccountIds": ["123456789012"] } },
      },
    });
  });

  after(() => hub.close());

  const read = (path: string) => readFileSync(join(hub.team.directory, path), "utf8");
  const edit = async (path: string, ...pairs: readonly (readonly [from: string, to: string])[]) => {
    const text = read(path);
    for (const [from, to] of pairs) {
      expect(text, path).to.include(from);
      byHand.push(...to.split("\n").filter((line) => !from.split("\n").includes(line)));
    }
    await hub.team.commit({ [path]: pairs.reduce((changed, [from, to]) => changed.replace(from, () => to), text) });
  };
  const setup = async () => {
    const { exitCode, stdout, stderr } = await runCommand("setup", ["--hub", hub.team.directory, "--yes"], {
      directory: exampleProject,
    });
    expect(exitCode, stderr).to.equal(0);
    await hub.team.commit({});
    return stdout;
  };
  const start = async (workflow: "deploy-packages.yml" | "deploy-lambda-layers.yml", branch: string) => {
    const run = await hub.start({ workflow, branch });
    expect(run, "no run was started").not.to.equal(undefined);
    return run as HubRun;
  };

  it("week 1: takes over the registry that the template made, with its packages", () => {
    const { account, packages } = hub.registries.of.dev.context;
    const { arn } = account.codeartifact.repositories.describe({ domain, repository });

    expect(arn).to.equal(
      "arn:aws:codeartifact:us-east-1:123456789012:repository/orb-integration-hub-dev/python-packages",
    );
    expect(Object.keys(packages.store.find({ domain, repository }, "orb-common")?.versions ?? {})).to.deep.equal([
      "1.0.0",
      "1.1.0",
    ]);
  });

  it("week 2: publishes both packages to dev from develop, after setup and two lines by hand", async () => {
    await setup();
    await edit("registry.toml", [
      'sources = ["schemas/**"]\n',
      'sources = ["schemas/**"]\ngenerate = ["python", "backend/packages/orb-models/generate_models.py"]\n',
    ]);
    // The template's registry has 1.1.0 already.
    await edit("backend/packages/orb-common/VERSION", ["0.1.0", "1.2.0"]);

    const run = await start("deploy-packages.yml", "develop");

    expect(run.exitCode, run.log).to.equal(0);
    expect(Object.keys(hub.published("dev"))).to.deep.equal([
      "orb_common-1.0.0-py3-none-any.whl",
      "orb_common-1.1.0-py3-none-any.whl",
      "orb_common-1.2.0.dev1-py3-none-any.whl",
      "orb_models-0.1.0.dev1-py3-none-any.whl",
    ]);
  });

  it("week 2: publishes the same files to staging and prod from main", async () => {
    const run = await start("deploy-packages.yml", "main");

    expect(run.exitCode, run.log).to.equal(0);
    expect(Object.keys(hub.published("prod"))).to.deep.equal([
      "orb_common-1.2.0-py3-none-any.whl",
      "orb_models-0.1.0-py3-none-any.whl",
      "orb_models-0.1.0.tar.gz",
    ]);
    expect(hub.published("prod")).to.deep.equal(hub.published("staging"));
    expect(Object.keys(await hub.team.tags())).to.deep.equal(["orb-common-v1.2.0", "orb-models-v0.1.0"]);
  });

  it("week 2: builds and tests what a schema changes on organizations-feature, and publishes nothing", async () => {
    await hub.team.git(["push", "--quiet", "origin", "HEAD:refs/heads/organizations-feature"]);
    const path = "schemas/organization.schema.json";
    await hub.team.commit({ [path]: read(path).replace("integer", "string") });

    const run = await start("deploy-packages.yml", "organizations-feature");

    expect(run.exitCode, run.log).to.equal(0);
    expect(Object.keys(run.jobs)).to.have.members(["releases", "dependencies", "test", "build", "attest"]);
    expect(run.summary).to.include("To be released: orb-models==0.1.0\n");
    await hub.team.git(["reset", "--quiet", "--hard", "HEAD~1"]);
  });
});
