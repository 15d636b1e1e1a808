import { execFileSync } from "node:child_process";
import { expect } from "chai";
import fc from "fast-check";
import { shellText } from "../../../commands/terminal/wrap";

const special = "'\"\\$`!;&|<>(){}[]*?~#= \t\n-ab".split("");

describe("a text in a shell", () => {
  it("stays bare where it may", () => {
    const texts = [
      "refs/heads/main",
      "owner/name",
      ".github/workflows/a-b_c.yml",
      "http://127.0.0.1:8787",
      "a@b,c=d+e%f",
    ];
    expect(texts.map(shellText)).to.deep.equal(texts);
  });

  it("is quoted where it must be", () => {
    expect(["", "a b", "it's", "$(x)", "?job=1&x", "~"].map(shellText)).to.deep.equal([
      "''",
      "'a b'",
      String.raw`'it'\''s'`,
      "'$(x)'",
      "'?job=1&x'",
      "'~'",
    ]);
  });

  it("is one word, whatever is in it", () => {
    const text = fc.oneof(
      fc.string({ unit: fc.constantFrom(...special) }),
      fc.string({ unit: "grapheme" }).filter((any) => !any.includes("\0")),
    );
    // One shell for all: fast-check prints the seed where one is wrong.
    fc.assert(
      fc.property(fc.array(text, { minLength: 100, maxLength: 100 }), (texts) => {
        const words = execFileSync("sh", ["-c", `printf '%s\\0' ${texts.map(shellText).join(" ")}`]);
        expect(words.toString().split("\0").slice(0, -1)).to.deep.equal(texts);
      }),
      { numRuns: 20 },
    );
  });
});
