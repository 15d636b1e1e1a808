import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { projectDirectory } from "../../support/deployments";
import { consoleCommands } from "../../support/docs/document";
import { incidents } from "../../support/docs/incident";

const text = readFileSync(join(projectDirectory, incidents), "utf8");
const operations = readFileSync(join(projectDirectory, "docs/operations.md"), "utf8");
const headings = [...text.matchAll(/^## (.+)$/gm)].map(([, heading = ""]) => heading);
const runbooks = headings.filter((heading) => heading !== "Prepare a shell");
const anchorOf = (heading: string) => heading.toLowerCase().replaceAll(" ", "-");

describe(incidents, () => {
  it("says of each runbook what one sees, when it is over and what it does not undo", () => {
    expect(runbooks.length).to.be.greaterThan(5);
    for (const heading of runbooks) {
      const [, section = ""] = text.split(`\n## ${heading}\n`);
      const [own = ""] = section.split(/^## /m);
      expect(own, heading)
        .to.include("**What you see.**")
        .and.to.match(/^1\. \*\*/m);
      // The other runbook that it leads to says both.
      if (!/^2\. \*\*Continue\*\* with /m.test(own)) {
        expect(own, heading)
          .to.include("**It is over** when")
          .and.to.match(/\*\*It does not undo\*\*|Nothing is lost\./);
      }
    }
  });

  it("lists each runbook in its table, and so does docs/operations.md", () => {
    const inTable = [...text.matchAll(/^\|.*\]\(#([^)]+)\) +\|$/gm)].map(([, anchor]) => anchor);
    const fromOperations = [...operations.matchAll(/\]\(incidents\.md#([^)]+)\)/g)].map(([, anchor]) => anchor);

    expect(inTable).to.deep.equal(runbooks.map(anchorOf));
    expect(fromOperations).to.include.members(
      runbooks.map(anchorOf).filter((anchor) => anchor !== "a-key-that-is-gone"),
    );
  });

  it("leads to its own sections, and to files that are there", () => {
    const anchors = [...text.matchAll(/\]\(#([^)]+)\)/g)].map(([, anchor = ""]) => anchor);
    const files = [...text.matchAll(/\]\(((?!https:)[^)#]+)/g)].map(([, file = ""]) => file);

    expect(anchors.filter((anchor) => !headings.map(anchorOf).includes(anchor))).to.deep.equal([]);
    expect(files.length).to.be.greaterThan(0);
    expect(files.filter((file) => !existsSync(join(projectDirectory, "docs", file)))).to.deep.equal([]);
  });

  it("gives no token to a program as an argument", () => {
    const commands = consoleCommands(text).join("\n");
    const lines = commands.split("\n").filter((line) => /\$\{?(?:TOKEN|token)\b/.test(line));

    // Of variables, and of printf, which a shell runs itself.
    expect(lines.filter((line) => !/^ *(?:PIP_INDEX_URL=|printf )/.test(line))).to.deep.equal([]);
    expect(lines).to.have.length(2);
  });
});
