import { expect } from "chai";
import { repositoryName, storeName } from "../../naming/registryNames";
import { HeldRegistry } from "../support/commands/heldVersions";
import { npmCommands } from "../support/docs/npmCommands";
import { TestIndex } from "../support/sandbox/packages";

describe("docs/operations.md's Blocking a public version", () => {
  let registry: HeldRegistry;

  before(async () => {
    const index = new TestIndex();
    index.add("left-part", "1.0");
    index.add("left-part", "1.1");
    registry = await HeldRegistry.open("prod", index);
  });

  after(() => registry.close());

  it("archives the version wherever it is retained, and gives it back", async () => {
    const [block, release, ...others] = npmCommands("docs/operations.md", "Blocking a public version");
    const statuses = () =>
      [repositoryName, storeName].map(
        (repository) => registry.store.find({ ...registry.place, repository }, "left-part")?.versions["1.1"]?.status,
      );

    const blocked = await registry.run(...block!);
    const between = statuses();
    const released = await registry.run(...release!);

    expect(others).to.deep.equal([]);
    expect([blocked.exitCode, released.exitCode], blocked.stderr + released.stderr).to.deep.equal([0, 0]);
    expect(between).to.deep.equal(["Archived", "Archived"]);
    expect(statuses()).to.deep.equal(["Published", "Published"]);
  });
});
