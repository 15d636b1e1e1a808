import { expect } from "chai";
import { plainTable } from "../../../commands/terminal/wrap";

describe("a plain table", () => {
  it("has columns as wide as their widest cell, two spaces between them, and none at the ends of lines", () => {
    expect(
      plainTable([
        ["a", "bb", "c"],
        ["aaaa", "b", ""],
        ["", "", "ccc"],
      ]),
    ).to.equal(["a     bb  c", "aaaa  b", "          ccc"].join("\n"));
  });

  it("has headings that take a whole row, and are never cut", () => {
    const rows = (heading: string) => plainTable([{ heading }, ["a", "b", "c"], { heading: "Next" }, ["aa", "b", "c"]]);

    expect(rows("First")).to.equal(["First", "a   b  c", "Next", "aa  b  c"].join("\n"));
    expect(rows("a heading that is longer than all").split("\n")[0]).to.equal("a heading that is longer than all");
  });

  it("may be of headings alone, or of nothing", () => {
    expect(plainTable([{ heading: "one" }, { heading: "two" }])).to.equal("one\ntwo");
    expect(plainTable([])).to.equal("");
  });

  it("counts letters as wide as a terminal shows them, and colours as nothing", () => {
    expect(
      plainTable([
        ["漢字", "x"],
        ["\u001B[32mok\u001B[39m", "y"],
        ["é", "z"],
      ]),
    ).to.equal(["漢字  x", "\u001B[32mok\u001B[39m    y", "é     z"].join("\n"));
  });
});
