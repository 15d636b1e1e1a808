import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { withOperations } from "../../../commands/sandbox/operationsList";
import { projectDirectory } from "../../support/deployments";

describe("the operations in sandbox/README.md", () => {
  const readme = readFileSync(join(projectDirectory, "sandbox/README.md"), "utf8");

  it("are those that the sandbox answers", async () => {
    expect(readme).to.equal(await withOperations(readme));
    expect(readme).to.match(/^- CodeArtifact, \d\d of 48: all/m);
  });

  it("are written again where they differ, and nothing else is", async () => {
    const outdated = readme.replace(/^- CodeArtifact, .*$/m, "- CodeArtifact, 1 of 48: CreateDomain.");

    expect(outdated).not.to.equal(readme);
    expect(await withOperations(outdated)).to.equal(readme);
  });
});
