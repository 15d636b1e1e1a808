import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { describeWorkflows } from "../support/examples/describeWorkflows";
import { Hub, promotionProject } from "../support/examples/hub";
import { exampleProject } from "../support/exampleProject";
import { runCommand } from "../support/commands/processes";

const workflow = "deploy-packages.yml";

describeWorkflows("deploy-packages.yml with [promotion] in registry.toml, run unchanged", ({ act }) => {
  let hub: Hub;

  before(async () => {
    hub = await Hub.open(act);
    const path = join(hub.team.directory, "registry.toml");
    const { project, commit } = promotionProject;
    await hub.team.commit({
      "registry.toml": `${readFileSync(path, "utf8")}\n[promotion]\nproject = "${project}"\ncommit = "${commit}"\n`,
    });
    const { exitCode, stderr } = await runCommand("setup", ["--hub", hub.team.directory, "--yes"], {
      directory: exampleProject,
    });
    expect(exitCode, stderr).to.equal(0);
    await hub.team.commit({});
  });

  after(() => hub.close());

  const promote = (inputs: Readonly<Record<string, string>>, branch = "main") =>
    hub.start({ workflow, branch, event: "workflow_dispatch", inputs });
  const files = ["orb_common-1.4.0", "orb_models-1.2.0"].flatMap((name) => [
    `${name}-py3-none-any.whl`,
    `${name}.tar.gz`,
  ]);

  it("publishes to staging alone on a push to main, and tags", async () => {
    const run = await hub.start({ workflow, branch: "main" });

    expect(run?.exitCode, run?.log).to.equal(0);
    expect(Object.keys(run?.jobs ?? {})).to.have.members([
      ...["releases", "dependencies", "test", "build", "attest", "publish-staging", "tag"],
    ]);
    expect(Object.keys(hub.published("staging"))).to.deep.equal(files);
    expect(hub.published("prod")).to.deep.equal({});
  });

  it("promotes the same files to prod where a person starts it, with their attestations", async () => {
    const run = await promote({ releases: "orb-common==1.4.0 orb-models==1.2.0", to: "prod" });

    expect(run?.jobs, run?.log).to.deep.equal({ "promote-prod": "success" });
    expect(run?.log).to.include("staging → prod: 4 carried, 0 there already.");
    expect(hub.published("prod")).to.deep.equal(hub.published("staging"));
    const { secrets } = hub.gateway;
    expect(secrets.length).to.be.greaterThan(4);
    expect(secrets.filter((secret) => run?.log.includes(secret))).to.deep.equal([]);
  });

  it("is red for a version that staging does not have, and for another branch nothing runs", async () => {
    const run = await promote({ releases: "orb-common==9.0.0", to: "prod" });
    const elsewhere = await promote({ releases: "orb-common==1.4.0", to: "prod" }, "develop");

    expect(run?.jobs).to.deep.equal({ "promote-prod": "failure" });
    expect(run?.log).to.include("orb-common 9.0.0");
    expect(elsewhere?.jobs).to.deep.equal({});
  });
});
