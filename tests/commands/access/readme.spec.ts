import { expect } from "chai";
import { withAccessTable } from "../../../commands/access/access";
import { readConfiguration } from "../../../settings/configuration";
import { SettingErrors } from "../../../settings/errors";
import { inFolder, shipped } from "../../support/deployments";
import { exampleFile, exampleProject } from "../../support/exampleProject";

const readme = shipped("README.md");

/** The names that a section of README describes: in the first column of its table, or before the colon of a list's item. */
function describedNames(heading: string): readonly string[] {
  const [, section = ""] = new RegExp(`\\n## ${heading}\\n(.*?)\\n## `, "s").exec(readme) ?? [];
  const names = [...section.matchAll(/^(?:\| (`[^|]*`) *\||- (`[^:]*`):)/gm)].map(
    ([, cell, item]) => cell ?? item ?? "",
  );
  return names.flatMap((each) => [...each.matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name));
}

describe("README", () => {
  it("holds the access table of dev as the program makes it now: npm run readme writes it", async () => {
    expect(await withAccessTable(readme, exampleProject)).to.equal(readme);
  });

  it("has nothing but its access table changed", async () => {
    const begin = "<!-- access table: anything -->\n";
    const changed = await inFolder({ stacks: { dev: exampleFile("Pulumi.dev.yaml") } }, (directory) =>
      withAccessTable(`before\n${begin}old\n<!-- end of access table -->\nafter`, directory),
    );

    expect(changed.startsWith(`before\n${begin}\n| role | of the job | may |\n`)).to.equal(true);
    expect(changed.endsWith("all end as the settings mean them.\n\n<!-- end of access table -->\nafter")).to.equal(
      true,
    );
  });

  it("describes every setting, and none that does not exist", () => {
    const errors = new SettingErrors();
    readConfiguration(errors, { "package-registry:nonsense": "x" }, __dirname);
    const [, known = ""] = /use one of: (.*)$/.exec(errors.lines.join("\n")) ?? [];

    expect(describedNames("Settings")).to.have.members(known.split(", "));
  });

  it("describes every output, and none that does not exist", () => {
    const program = shipped("index.ts");
    const [, fromRegistry = ""] = /export const \{([^}]*)\} = registry;/.exec(program) ?? [];
    const others = [...program.matchAll(/^export const (\w+)/gm)].map(([, name = ""]) => name);
    const outputs = [...fromRegistry.matchAll(/\w+/g)].map(([name]) => name).concat(others);

    expect(outputs).to.have.length.above(8);
    expect(describedNames("Outputs")).to.have.members(outputs);
  });

  it("gives the test command that .ci/run runs", () => {
    const [, command = ""] = /\n## Tests\n\n```console\n\$ (.*)\n```/.exec(readme) ?? [];
    const run = shipped(".ci/run");

    expect(command).to.equal("npm ci && npm test");
    for (const step of command.split(" && ")) {
      expect(run).to.match(new RegExp(`^${step}\\b`, "m"));
    }
  });
});
