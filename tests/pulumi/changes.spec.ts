import { expect } from "chai";
import { describePulumi } from "../support/describePulumi";
import { PulumiProject, type Settings, stepTexts } from "../support/pulumiProject";
import { exampleSettings, settingsChanges } from "../support/settingsChanges";

describePulumi("a change of settings on the real engine", (cli) => {
  let project: PulumiProject;
  /** What exists. */
  let current = exampleSettings;

  const up = async (settings: Settings) => {
    project.configure("dev", settings);
    const { exitCode, steps, messages } = await project.up("dev");
    expect(exitCode, messages.join("\n")).to.equal(0);
    current = settings;
    return stepTexts(steps);
  };

  before(async () => {
    project = new PulumiProject(cli);
    await project.init("dev");
    await up(exampleSettings);
  });

  after(() => {
    project.close();
  });

  for (const { title, settings, there, back, from = exampleSettings } of settingsChanges) {
    it(title, async () => {
      if (current !== from) {
        await up(from);
      }

      expect(await up(settings)).to.deep.equal(there);
      expect(await up(from)).to.deep.equal(back);
    });
  }

  const wayOut = 'A registry beside it can have it: docs/operations.md, "Another name or key".';

  it("of the domain's name is rejected before anything is done, with the way out", async () => {
    await up(exampleSettings);
    project.configure("dev", { customerId: "acme" });
    const { exitCode, steps, messages } = await project.up("dev");

    expect(exitCode).to.equal(1);
    expect(messages).to.include(
      "The domain orb-integration-hub-dev cannot be renamed to acme-integration-hub-dev. " +
        `Set customerId, projectId and environment back. ${wayOut}`,
    );
    expect(steps).to.deep.equal([]);
    expect(await up(exampleSettings)).to.deep.equal([]);
  });

  it("of its key is rejected in the preview, with the way out", async () => {
    const { encryptionKey } = project.account.codeartifact.domains.describe({ domain: "orb-integration-hub-dev" });
    const other = project.account.kms.createKey();
    for (const encryption of ["create", other.arn]) {
      project.configure("dev", { encryption });
      const { exitCode, steps, messages } = await project.preview("dev");

      expect(exitCode).to.equal(1);
      expect(messages).to.include(
        `The domain orb-integration-hub-dev is encrypted with the key ${encryptionKey}, and cannot change to another. ` +
          "Set encryption back: to aws-managed where that key is AWS's own, to create where this stack made it, else to " +
          `this ARN. ${wayOut}`,
      );
      expect(stepTexts(steps)).to.deep.equal(encryption === "create" ? ["create registry-key"] : []);
    }
    expect(await up(exampleSettings)).to.deep.equal([]);
  });
});
