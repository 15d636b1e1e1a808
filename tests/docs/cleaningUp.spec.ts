import { expect } from "chai";
import { HeldRegistry } from "../support/commands/heldVersions";
import { npmCommands } from "../support/docs/npmCommands";

describe("docs/operations.md's Cleaning up", () => {
  let registry: HeldRegistry;

  before(async () => {
    registry = await HeldRegistry.open();
    const numbers = Array.from({ length: 7 }, (_, index) => `1.0.0.dev${index + 1}`);
    await registry.hold(...numbers.map((version) => ({ name: "orb-common", version })));
  });

  after(() => registry.close());

  it("lists first, and then disposes of what was listed", async () => {
    const [list, apply, ...others] = npmCommands("docs/operations.md", "Cleaning up");
    const before = registry.all();

    const listed = await registry.run(...list!);
    const between = registry.all();
    const applied = await registry.run(...apply!);

    expect(others).to.deep.equal([]);
    expect([listed.exitCode, applied.exitCode], listed.stderr + applied.stderr).to.deep.equal([0, 0]);
    expect(listed.stdout).to.include("dev: 2 versions would be disposed of. Nothing was changed.");
    expect(between).to.deep.equal(before);
    expect(applied.stdout).to.include("dev: 2 versions disposed of, 0 failed, 0 left.");
  });
});
