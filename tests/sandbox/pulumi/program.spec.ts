import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { loadProgram } from "../../../sandbox/pulumi/mockRuntime";

describe("the program of a folder", () => {
  let root: string;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "registry-program-"));
    mkdirSync(join(root, "team"));
    writeFileSync(join(root, "team/index.ts"), 'export const output = "of the folder";');
  });

  afterEach(() => {
    rmSync(root, { recursive: true });
  });

  it("is the folder's, although a file beside it has the folder's name", () => {
    writeFileSync(join(root, "team.ts"), 'export const output = "of the file";');
    writeFileSync(join(root, "team.json"), "{}");

    expect(loadProgram(join(root, "team"))).to.deep.include({ output: "of the folder" });
  });

  it("is what package.json names as main, or else index.ts", () => {
    expect(loadProgram(`${join(root, "team")}/`)).to.deep.include({ output: "of the folder" });

    const named = join(root, "named");
    mkdirSync(named);
    writeFileSync(join(named, "index.ts"), 'export const output = "of the folder";');
    writeFileSync(join(named, "other.ts"), 'export const output = "of main";');
    writeFileSync(join(named, "package.json"), '{ "main": "other.ts" }');
    expect(loadProgram(named)).to.deep.include({ output: "of main" });
  });
});
