import { expect } from "chai";
import { documents, textOf } from "../support/docs/markdown";

describe("docs/decisions", () => {
  const pages = documents().filter((page) => /^docs\/decisions\/(?!README)/.test(page));

  it("has a short page for each decision: a title, a day, the code, what was decided, why, and what it costs", () => {
    expect(pages).to.have.length.above(15);
    for (const page of pages) {
      const [title = "", day = "", ...sections] = textOf(page)
        .split("\n")
        .filter((line) => /^#|^\d{4}-/.test(line));

      expect(title, page).to.match(/^# \S/);
      expect(day, page).to.match(/^20\d\d-[01]\d-[0-3]\d\. Code: \[.+\]\(\.\.\/\.\.\/.+\)\.$/);
      expect(sections, page).to.deep.equal(["## Decision", "## Reason", "## What it costs"]);
      expect(textOf(page).split("\n"), page).to.have.length.below(30);
    }
  });

  it("lists each page once, with its title and day, in the order of days", () => {
    const listed = [...textOf("docs/decisions/README.md").matchAll(/^\| \[(.+)\]\((.+)\) +\| (\S+) +\|$/gm)].map(
      ([, title = "", file = "", day = ""]) => ({ title, page: `docs/decisions/${file}`, day }),
    );

    expect(listed.map(({ page }) => page).sort()).to.deep.equal([...pages].sort());
    for (const { title, page, day } of listed) {
      expect(textOf(page).startsWith(`# ${title}\n\n${day}. `), page).to.equal(true);
    }
    expect(listed.map(({ day }) => day)).to.deep.equal(listed.map(({ day }) => day).sort());
  });
});
