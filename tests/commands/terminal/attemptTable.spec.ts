import { expect } from "chai";
import { attemptTable, mismatches } from "../../../commands/terminal/attemptTable";
import { wrap } from "../../../commands/terminal/wrap";

const attempt = {
  what: "publish orb-common, orb-models",
  expected: "denied",
  seen: "denied",
  why: "no statement allows it",
};

describe("a table of attempts", () => {
  const widths = (text: string) => text.split("\n").map(({ length }) => length);

  it("shows what was expected only where an attempt ended otherwise", () => {
    const attempts = [attempt, { ...attempt, expected: "allowed" }];

    expect(attemptTable([{ heading: "Publish", attempts }], 100)).to.equal(
      [
        "Publish",
        "  denied                    publish orb-common, orb-models  no statement allows it",
        "  denied, expected allowed  publish orb-common, orb-models  no statement allows it",
      ].join("\n"),
    );
    expect(mismatches(attempts)).to.deep.equal([attempts[1]]);
  });

  it("puts the reason below the attempt where the terminal is narrow, and breaks between words", () => {
    const table = attemptTable([{ heading: "Publish", attempts: [attempt] }], 30);

    expect(table).to.equal(
      [
        "Publish",
        "  denied  publish orb-common,",
        "            orb-models",
        "            no statement",
        "            allows it",
      ].join("\n"),
    );
    expect(Math.max(...widths(table))).to.be.at.most(30);
  });

  it("keeps to any width from 60 to 200 columns, and no word is lost or broken", () => {
    const long = {
      ...attempt,
      what: "w ".repeat(40).trim(),
      why: "reason ".repeat(30).trim(),
      seen: "a 1.0, b 2.0, c 3.0",
    };
    const words = (text: string) =>
      text
        .split(/\s+/)
        .filter((word) => word !== "")
        .sort();

    for (let width = 60; width <= 200; width += 7) {
      const table = attemptTable([{ heading: "Install", attempts: [attempt, long] }], width);

      expect(Math.max(...widths(table)), String(width)).to.be.at.most(width);
      expect(words(table)).to.deep.equal(
        words(`Install denied ${attempt.what} ${attempt.why} ${long.seen}, expected denied ${long.what} ${long.why}`),
      );
    }
  });
});

describe("wrapped text", () => {
  it("breaks between words, and keeps a word whole that is wider than the line", () => {
    expect(wrap("one two  three\nfour", 9)).to.equal("one two\nthree\nfour");
    expect(wrap("a abcdefghijkl b", 5)).to.equal("a\nabcdefghijkl\nb");
    expect(wrap("", 5)).to.equal("");
  });

  it("has an indentation before every line but the first, which counts", () => {
    expect(wrap("one two three four", 9, "  ")).to.equal("one two\n  three\n  four");
  });
});
