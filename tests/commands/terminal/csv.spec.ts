import { expect } from "chai";
import { csvText } from "../../../commands/terminal/csv";

describe("CSV", () => {
  it("quotes what needs it, and ends each row as RFC 4180 says", () => {
    expect(
      csvText([
        ["name", "note"],
        ["orb-common", 'one, "two"'],
        ["", "plain"],
      ]),
    ).to.equal('name,note\r\norb-common,"one, ""two"""\r\n,plain\r\n');
  });

  it("has no cell that a spreadsheet computes, and keeps such characters within a text", () => {
    expect(csvText([["=1+1", "+1", "-1", "@SUM(A1)", "a=1-1+1@"]])).to.equal("'=1+1,'+1,'-1,'@SUM(A1),a=1-1+1@\r\n");
  });

  it("has no control character, so that a row is one line", () => {
    expect(csvText([["a\nb", "c\u001b[2J", "d\u202ee"]])).to.equal("a b,c [2J,d e\r\n");
  });
});
