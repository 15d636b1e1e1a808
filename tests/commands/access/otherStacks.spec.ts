import { expect } from "chai";
import { deployWithOtherStacks } from "../../../commands/access/otherStacks";
import { EngineError } from "../../../sandbox/pulumi/stackFiles";
import { SettingsError } from "../../../settings/errors";
import { inFolder } from "../../support/deployments";
import { exampleFile } from "../../support/exampleProject";

const dev = exampleFile("Pulumi.dev.yaml");
const staging = exampleFile("Pulumi.staging.yaml");

describe("a stack beside the project's other stacks", () => {
  it("shares one account with them", async () => {
    const { deployment, otherStacks, missing } = await inFolder({ stacks: { dev, staging } }, (directory) =>
      deployWithOtherStacks(directory, "staging"),
    );

    expect([deployment.stack, otherStacks.map(({ stack }) => stack), missing]).to.deep.equal(["staging", ["dev"], []]);
    expect(otherStacks[0]!.account).to.equal(deployment.account);
    expect(deployment.account.codeartifact.domains.list().map(({ name }) => name)).to.have.members([
      "orb-integration-hub-dev",
      "orb-integration-hub-staging",
    ]);
  });

  it("is shown without a stack whose settings are wrong, and says which and why; alone that stack is rejected", async () => {
    const wrong = `${staging}  package-registry:tokenLifetime: 5\n`;

    await inFolder({ stacks: { dev, staging: wrong } }, async (directory) => {
      const { otherStacks, missing } = await deployWithOtherStacks(directory, "dev");
      expect(otherStacks).to.deep.equal([]);
      expect(missing).to.have.length(1);
      expect(missing[0]).to.match(
        /^stack staging could not be deployed beside it: 1 setting is wrong in stack staging \(.*\):\n {2}tokenLifetime: /,
      );
      const error: unknown = await deployWithOtherStacks(directory, "staging").catch((error: unknown) => error);
      expect(error).to.be.instanceOf(SettingsError);
    });
  });

  it("is shown without a stack that AWS rejects beside it", async () => {
    const sameDomain = `${dev}  package-registry:environment: dev\n`;

    await inFolder({ stacks: { dev, staging: sameDomain } }, async (directory) => {
      const { otherStacks, missing } = await deployWithOtherStacks(directory, "dev");
      expect(otherStacks).to.deep.equal([]);
      expect(missing).to.have.length(1);
      expect(missing[0]).to.match(/^stack staging could not be deployed beside it: .*already exists/s);
    });
  });

  it("must be there", async () => {
    const error: unknown = await inFolder({ stacks: { dev } }, (directory) =>
      deployWithOtherStacks(directory, "prod").catch((error: unknown) => error),
    );

    expect(error).to.be.instanceOf(EngineError);
    expect((error as Error).message).to.equal("There is no stack prod: no file Pulumi.prod.yaml. There are: dev.");
  });
});
