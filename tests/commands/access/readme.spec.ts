import { expect } from "chai";
import { withAccessTable } from "../../../commands/access/access";
import { inFolder, shipped } from "../../support/deployments";
import { consoleCommands, sectionOf } from "../../support/docs/document";
import { exampleFile, exampleProject } from "../../support/exampleProject";

/** The names that a document describes: in the first column of its table, or before the colon of a list's item. */
function describedNames(text: string): readonly string[] {
  const names = [...text.matchAll(/^(?:\| (`[^|]*`) *\||- (`[^:]*`):)/gm)].map(([, cell, item]) => cell ?? item ?? "");
  return names.flatMap((each) => [...each.matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name));
}

describe("docs/access.md", () => {
  it("holds the access table of dev as the program makes it now: npm run readme writes it", async () => {
    const page = shipped("docs/access.md");

    expect(page).to.include("<!-- end of access table -->");
    expect(await withAccessTable(page, exampleProject)).to.equal(page);
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
});

describe("docs/outputs.md", () => {
  it("describes every output, and none that does not exist", () => {
    const program = shipped("index.ts");
    const [, fromRegistry = ""] = /export const \{([^}]*)\} = registry;/.exec(program) ?? [];
    const others = [...program.matchAll(/^export const (\w+)/gm)].map(([, name = ""]) => name);
    const outputs = [...fromRegistry.matchAll(/\w+/g)].map(([name]) => name).concat(others);

    expect(outputs).to.have.length.above(8);
    expect(describedNames(shipped("docs/outputs.md"))).to.have.members(outputs);
  });
});

describe("CONTRIBUTING.md", () => {
  it("gives the test command that .ci/run runs", () => {
    const [command = ""] = consoleCommands(sectionOf("CONTRIBUTING.md", "Checks"));
    const run = shipped(".ci/run");

    expect(command).to.equal("npm ci && npm test");
    for (const step of command.split(" && ")) {
      expect(run).to.match(new RegExp(`^${step}\\b`, "m"));
    }
  });
});
