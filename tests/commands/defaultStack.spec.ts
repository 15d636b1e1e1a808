import { expect } from "chai";
import { defaultStack } from "../../commands/defaultStack";
import { inFolder } from "../support/deployments";
import { runCommand } from "../support/commands/processes";

describe("the stack that a command takes where none is named", () => {
  for (const [stacks, expected] of [
    [["dev", "prod", "alpha"], "dev"],
    [["test", "prod"], "prod"],
    [["qa"], "qa"],
    [[], "dev"],
  ] as const) {
    it(`is ${expected} of ${stacks.length === 0 ? "no stack" : stacks.join(", ")}`, async () => {
      const files = Object.fromEntries(stacks.map((stack) => [stack, "config: {}"]));

      expect(await inFolder({ stacks: files }, (directory) => defaultStack(directory))).to.equal(expected);
    });
  }

  it("is named by --help, and by the error of a project that has no stack", async () => {
    const [help, none] = await Promise.all([
      inFolder({ stacks: { qa: "config: {}" } }, (directory) => runCommand("access", ["--help"], { directory })),
      inFolder({ stacks: {} }, (directory) => runCommand("access", [], { directory })),
    ]);

    expect(help.stdout).to.match(/by its file Pulumi\.NAME\.yaml \(default:\s+qa\)/);
    expect(none.stderr).to.equal(
      "… running the program of stack dev\nerror: There is no stack dev: no file Pulumi.dev.yaml. There are none here.\n",
    );
  });
});
