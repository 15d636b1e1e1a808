import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { auditEventBytes, plan, planMonth } from "../../commands/cost/usage";
import { lineNames } from "../../commands/cost/prices";
import { codeBlocks, consoleCommands, sectionOf, tableRow } from "../support/docs/document";
import { runCommand } from "../support/commands/processes";
import { projectDirectory } from "../support/deployments";

const path = "docs/cost.md";
const text = readFileSync(join(projectDirectory, path), "utf8");

describe(path, () => {
  it("shows what its command prints", async () => {
    const section = sectionOf(path, "The plan's use");
    const [command = ""] = consoleCommands(section);
    const [, name = "", options = ""] = /^npm run (\S+) -- (.*)$/.exec(command) ?? [];
    const [, shown] = codeBlocks(section);

    const { stdout } = await runCommand(name, options.split(" "));

    expect(stdout).to.equal(shown?.text);
    expect(options).to.equal(
      `--stack prod --gb ${planMonth.storedGb} --requests ${planMonth.requests} --transfer ${planMonth.transferGb}`,
    );
  });

  it("gives the plan's numbers as the command has them", () => {
    const section = sectionOf(path, "The plan's use");
    const numberOf = (what: string) => tableRow(section, what)[0];

    expect(plan.domains).to.equal(3);
    expect(numberOf("versions of `orb-common` and `orb-models` a week, in 3 stacks")).to.equal(
      `${plan.versionsPerWeek}, of ${plan.versionMb} MB`,
    );
    expect(numberOf("years that versions are kept")).to.equal(String(plan.yearsKept));
    expect(numberOf("public packages that an install takes")).to.equal(
      `${plan.packagesPerInstall}, of ${plan.installMb} MB`,
    );
    expect(numberOf("other versions of all public packages")).to.equal(`${plan.newLocksPerYear} times a year`);
    expect(numberOf("builds of layers a month")).to.equal(String(plan.buildsPerMonth));
    expect(numberOf("installs by developers a month")).to.equal(
      `${plan.developers} people, ${plan.installsPerDeveloper} times`,
    );
    expect(numberOf("requests of an install")).to.equal(String(2 * plan.packagesPerInstall + 2));
    expect(numberOf("requests to publish a version in a stack")).to.equal(String(plan.requestsPerVersion));
    expect(sectionOf(path, "What adds to it").replaceAll(/\s+/g, " ")).to.include(
      `asks for has ${auditEventBytes.toLocaleString("en-US")} bytes`,
    );
  });

  it("describes every key of the JSON, and no other", async () => {
    const { stdout } = await runCommand("cost", [
      "--stack",
      "prod",
      "--gb",
      "1",
      "--requests",
      "1",
      "--format",
      "json",
    ]);
    const { lines, additions, ...rest } = JSON.parse(stdout) as Readonly<Record<string, unknown>> & {
      readonly lines: readonly (Readonly<Record<string, unknown>> & { readonly price: object })[];
      readonly additions: readonly object[];
    };
    const documented = [...sectionOf(path, "JSON").matchAll(/`(?:lines\[\]\.|additions\[\])?(\w*)`/g)].flatMap(
      ([, key = ""]) => (key === "" ? [] : [key]),
    );

    expect(lines.map(({ name }) => name)).to.deep.equal(lineNames);
    const keys = [rest, lines[0] ?? {}, lines[0]?.price ?? {}, additions[0] ?? {}].flatMap((one) => Object.keys(one));
    expect([...new Set(documented)].filter((key) => key !== "USD").sort()).to.deep.equal([...new Set(keys)].sort());
  });

  it("leads to files that are there, and runs the project's own commands alone", () => {
    const files = [...text.matchAll(/\]\((\.\.?\/[^)#]+)/g)].map(([, file = ""]) => file);

    expect(files).to.deep.equal(["../commands/cost/prices.ts"]);
    expect(files.filter((file) => !existsSync(join(projectDirectory, "docs", file)))).to.deep.equal([]);
    expect(consoleCommands(text).filter((command) => !command.startsWith("npm run cost -- "))).to.deep.equal([]);
  });
});
