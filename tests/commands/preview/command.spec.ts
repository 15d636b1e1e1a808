import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { type Ended, runCommand } from "../processes";

describe("npm run preview-comment", function () {
  this.timeout(60_000);

  let folder: string;
  let ended: Ended;

  /** The files of a side, by stack. */
  function write(side: string, files: Readonly<Record<string, string>>): void {
    mkdirSync(join(folder, side), { recursive: true });
    for (const [name, text] of Object.entries(files)) {
      writeFileSync(join(folder, side, name), text);
    }
  }

  const run = () =>
    runCommand(
      "preview",
      ["before", "after", "plans"].flatMap((side) => [`--${side}`, join(folder, side)]),
    );

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "package-registry-preview-"));
    const table = await runCommand("access", ["--stack", "dev", "--format", "json"]);
    const opened = table.stdout.replaceAll('"externalUpstream": "BLOCK"', '"externalUpstream": ["pypi-store"]');
    write("before", {
      "dev.json": table.stdout,
      "test.json": table.stdout.replace('"stack": "dev"', '"stack": "test"'),
    });
    write("after", { "dev.json": opened, "staging.json": "{}" });
    write("plans", { "dev.json": '{"steps": []}', "prod.json": "", "prod.log": "error: no credentials\n" });
    ended = await run();
  });

  after(() => {
    rmSync(folder, { recursive: true });
  });

  it("reads tables and plans, and writes the comment", () => {
    expect([ended.exitCode, ended.stderr]).to.deep.equal([0, ""]);
    expect(ended.stdout).to.include("> - dev: **a private name opens**: `orb`, `orb-anything` may come from elsewhere");
    expect(ended.stdout).to.include("### dev\n\n**Plan:** no changes.");
  });

  it("takes every stack of the project in the order of deployment, and then those that are gone", () => {
    expect(ended.stdout.match(/^### .*$/gm)).to.deep.equal(["### dev", "### staging", "### prod", "### test"]);
    expect(ended.stdout).to.include("> - test: **it cannot be judged**: its program does not run");
  });

  it("takes a file that is none of the command's own for missing, and tells what Pulumi said", () => {
    expect(ended.stdout).to.include("### staging\n\n**Plan:** none.");
    expect(ended.stdout).to.include("**Access:** the program could not be run; see the workflow's log.");
    expect(ended.stdout).to.include("**Plan:** Pulumi gave none, but said\n\n```text\nerror: no credentials\n```");
  });

  it("refuses the table of another stack", async () => {
    write("after", { "prod.json": readFileSync(join(folder, "before/dev.json"), "utf8") });
    const { exitCode, stderr } = await run();

    expect(exitCode).to.equal(2);
    expect(stderr).to.match(/^error: .*after\/prod\.json is the table of the stack dev\.\n/);
    rmSync(join(folder, "after/prod.json"));
  });
});
