import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { projectDirectory } from "../support/deployments";
import { sectionOf } from "../support/docs/document";

const text = readFileSync(join(projectDirectory, "sandbox/README.md"), "utf8");

describe("sandbox/README.md", () => {
  it("names tests that are there", () => {
    const named = [...text.matchAll(/[\w/]+\.spec\.ts/g)].map(([path]) => path);

    expect(named.length).to.be.greaterThan(30);
    expect(named.filter((path) => !existsSync(join(projectDirectory, "tests", path)))).to.deep.equal([]);
  });

  it("gives every behaviour a test", () => {
    const rows = sectionOf("sandbox/README.md", "What is modelled")
      .split("\n")
      .filter((line) => line.startsWith("| ") && line.split("|").length === 5);
    const behaviours = rows.filter((line) => !line.startsWith("| behaviour") && !line.startsWith("| ---"));

    expect(behaviours.length).to.be.greaterThan(30);
    expect(behaviours.filter((line) => !line.includes(".spec.ts"))).to.deep.equal([]);
  });
});
