import { expect } from "chai";
import { warningsOfFolder } from "../../../commands/access/access";
import { inFolder } from "../../support/deployments";
import { exampleFile } from "../../support/exampleProject";

const dev = exampleFile("Pulumi.dev.yaml");

describe("the warnings about a project's stacks in one account", () => {
  it("name two stacks whose roles have the same names, in different regions", async () => {
    const europe = `${dev.replace("us-east-1", "eu-west-1")}  package-registry:environment: dev\n`;

    expect(await inFolder({ stacks: { dev, europe } }, warningsOfFolder)).to.deep.equal([
      "stacks dev and europe both name their domain and roles orb-integration-hub-dev, and an account takes the name of a role " +
        "once, whatever the region. Give one another environment or projectId, or give each an account of its own in " +
        "aws:allowedAccountIds",
    ]);
  });

  it("are absent for stacks of different names, and skip a stack whose settings are wrong", async () => {
    expect(await inFolder({}, warningsOfFolder)).to.deep.equal([]);
    expect(
      await inFolder({ stacks: { dev, wrong: `${dev}  package-registry:environment: X\n` } }, warningsOfFolder),
    ).to.deep.equal([]);
    expect(await inFolder({ stacks: { dev, wrong: "config: [" } }, warningsOfFolder)).to.deep.equal([]);
  });
});
