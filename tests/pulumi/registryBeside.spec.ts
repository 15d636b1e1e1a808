import { expect } from "chai";
import { describePulumi } from "../support/describePulumi";
import { PulumiProject } from "../support/pulumiProject";

const beside = { environment: "prod", projectId: "integration-hub-2", encryption: "create" };

describePulumi("a registry with another name and another key", (cli) => {
  let project: PulumiProject;
  const domains = () => project.account.codeartifact.domains.list().map(({ name }) => name);

  before(async () => {
    project = new PulumiProject(cli);
    await project.init("prod");
    expect((await project.up("prod")).exitCode).to.equal(0);
  });

  after(() => {
    project.close();
  });

  it("exists beside the one that it replaces, in the same account", async () => {
    await project.init("prod-2", beside, "prod");
    const { exitCode, messages } = await project.up("prod-2");

    expect(exitCode, messages.join("\n")).to.equal(0);
    expect(domains()).to.deep.equal(["orb-integration-hub-prod", "orb-integration-hub-2-prod"]);
    expect(project.account.iam.roles.list()).to.have.length(4);
  });

  it("is left by the old one, which takes its protection off first", async () => {
    const kept = await project.destroy("prod");
    project.configure("prod", { protect: false });
    await project.up("prod");
    const { exitCode } = await project.destroy("prod");

    expect(kept.exitCode).to.equal(1);
    expect(exitCode).to.equal(0);
    expect(domains()).to.deep.equal(["orb-integration-hub-2-prod"]);
    expect(project.account.iam.roles.list().map(({ roleName }) => roleName)).to.have.members([
      "orb-integration-hub-2-prod-codeartifact-publisher",
      "orb-integration-hub-2-prod-codeartifact-reader-lambda-layers",
    ]);
    expect((await project.preview("prod-2")).exitCode).to.equal(0);
  });
});
