import { cpSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { isProduction } from "../../commands/stackSettings";
import { stackSettings } from "../../commands/stackSettings";
import { exampleProject } from "../support/exampleProject";

const anotherTeam = join(__dirname, "../fixtures/acme");

describe("production", () => {
  it("is a protected stack whose versions no other stack's job carries on, by any name", () => {
    const names = (directory: string, stacks: readonly string[]) =>
      stacks.filter((stack) => isProduction(stackSettings(stack, directory), directory));

    expect(names(exampleProject, ["dev", "staging", "prod"])).to.deep.equal(["prod"]);
    expect(names(anotherTeam, ["test", "live", "live-partners"])).to.deep.equal(["live-partners"]);
  });

  it("is the stack before, when the stack behind it is removed", () => {
    const directory = mkdtempSync(join(tmpdir(), "registry-production-"));
    try {
      cpSync(anotherTeam, directory, { recursive: true });
      renameSync(join(directory, "Pulumi.live-partners.yaml"), join(directory, "kept"));

      expect(isProduction(stackSettings("live", directory), directory)).to.equal(true);
      // It is not protected.
      expect(isProduction(stackSettings("test", directory), directory)).to.equal(false);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});
