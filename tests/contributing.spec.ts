import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect } from "chai";
import { projectDirectory } from "./support/deployments";

const text = readFileSync(join(projectDirectory, "CONTRIBUTING.md"), "utf8");

/** The paths that the map in CONTRIBUTING.md describes. */
const map = text
  .split("```")[1]!
  .trim()
  .split("\n")
  .map((line) => line.split(/\s/, 1)[0]!);

/** Folders that hold a file that git tracks, as they are called in the map. */
function trackedFolders(): readonly string[] {
  const files = execFileSync("git", ["ls-files"], { cwd: projectDirectory, encoding: "utf8" }).trim().split("\n");
  return [...new Set(files.filter((file) => file.includes("/")).map((file) => `${file.split("/", 1)[0]!}/`))].sort();
}

describe("CONTRIBUTING.md", () => {
  it("describes each folder of the project, and no other", () => {
    // .ci/ is named under Checks.
    expect(map.filter((path) => path.endsWith("/")).sort()).to.deep.equal(
      trackedFolders().filter((folder) => folder !== ".ci/"),
    );
  });

  it("describes each folder that has a rule about what it imports", async () => {
    const config = (await import(pathToFileURL(join(projectDirectory, "eslint.config.mjs")).href)) as {
      readonly layers: Readonly<Record<string, readonly string[]>>;
    };
    const folders = Object.keys(config.layers);

    expect(folders).to.have.members([
      "bootstrap",
      "commands",
      "components",
      "github",
      "iam",
      "naming",
      "policies",
      "sandbox",
      "settings",
    ]);
    expect(folders.filter((folder) => !map.includes(`${folder}/`))).to.deep.equal([]);
    expect(
      Object.values(config.layers)
        .flat()
        .filter((folder) => !folders.includes(folder)),
    ).to.deep.equal([]);
  });
});

describe("a run of tests", () => {
  const announcement = "./tests/support/announceWholeRun.cjs";
  const required = (...files: readonly string[]) => {
    const code = 'console.log(JSON.stringify(require("./.mocharc.cjs").require))';
    const text = execFileSync(process.execPath, ["-e", code, "--", "mocha", ...files], { cwd: projectDirectory });
    return JSON.parse(text.toString()) as readonly string[];
  };

  it("says first what it installs and how long it takes, where it is of all tests", () => {
    const said = spawnSync(process.execPath, ["-e", `require("${announcement}").mochaGlobalSetup()`], {
      cwd: projectDirectory,
    });

    expect(required()).to.include(announcement);
    expect(said.stderr.toString())
      .to.match(/^All tests, .*: \d+ to \d+ minutes/)
      .and.include("installs");
  });

  it("says nothing where it is of named files", () => {
    expect(required("tests/iam/evaluate.spec.ts")).not.to.include(announcement);
  });
});
