import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { projectDirectory } from "../support/deployments";
import { listItems, sectionOf } from "../support/docs/document";

const text = readFileSync(join(projectDirectory, "sandbox/README.md"), "utf8");

describe("sandbox/README.md", () => {
  it("names tests that exist", () => {
    const named = [...text.matchAll(/[\w/]+\.spec\.ts/g)].map(([path]) => path);

    expect(named.length).to.be.greaterThan(30);
    expect(named.filter((path) => !existsSync(join(projectDirectory, "tests", path)))).to.deep.equal([]);
  });

  it("gives every behaviour a test", () => {
    const behaviours = listItems(sectionOf("sandbox/README.md", "What is modelled"));

    expect(behaviours.length).to.be.greaterThan(40);
    expect(behaviours.filter((item) => !/ Test: [\w/]+\.spec\.ts/.test(item))).to.deep.equal([]);
  });
});
