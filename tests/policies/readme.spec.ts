import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { rules } from "../../policies/rules";
import { projectDirectory } from "../support/deployments";

const readme = readFileSync(join(projectDirectory, "policies/README.md"), "utf8");

describe("policies/README.md", () => {
  it("lists each rule with its settings, in the pack's order", () => {
    const listed = [...readme.matchAll(/^\| `([\w-]+)` +\|.*\| *(.*?) *\|$/gm)].map(([, rule, settings = ""]) => [
      rule,
      settings.split(", ").filter((setting) => setting !== ""),
    ]);

    expect(listed).to.deep.equal(
      rules.map(({ name, configSchema }) => [
        name,
        Object.keys(configSchema?.properties ?? {}).map((setting) => `\`${setting}\``),
      ]),
    );
  });
});
