import { expect } from "chai";
import { withAccessTable } from "../../../commands/access/readme";
import { readConfiguration } from "../../../settings/configuration";
import { SettingErrors } from "../../../settings/errors";
import { inFolder, shipped } from "../../support/deployments";
import { exampleFile, exampleProject } from "../../support/exampleProject";

const readme = shipped("README.md");

/** The words in code of the first column, in a section of README. */
function firstColumn(heading: string): readonly string[] {
  const [, section = ""] = new RegExp(`\\n## ${heading}\\n(.*?)\\n## `, "s").exec(readme) ?? [];
  const cells = [...section.matchAll(/^\| (`[^|]*`) *\|/gm)].map(([, cell = ""]) => cell);
  return cells.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, word = ""]) => word));
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

  it("names every setting in its table of settings, and none that there is not", () => {
    const mistakes = new SettingErrors();
    readConfiguration(mistakes, { "package-registry:nonsense": "x" });
    const [, known = ""] = /use one of: (.*)$/.exec(mistakes.lines.join("\n")) ?? [];

    expect(firstColumn("Settings")).to.have.members(known.split(", "));
  });

  it("names every output in its table of outputs, and none that there is not", () => {
    const program = shipped("index.ts");
    const [, fromRegistry = ""] = /export const \{([^}]*)\} = registry;/.exec(program) ?? [];
    const others = [...program.matchAll(/^export const (\w+)/gm)].map(([, name = ""]) => name);
    const outputs = [...fromRegistry.matchAll(/\w+/g)].map(([name]) => name).concat(others);

    expect(outputs).to.have.length.above(8);
    expect(firstColumn("Outputs")).to.have.members(outputs);
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
