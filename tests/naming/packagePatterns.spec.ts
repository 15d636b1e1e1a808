import { expect } from "chai";
import * as fc from "fast-check";
import {
  everyPackage,
  fallsUnder,
  groupPattern,
  type PackagePattern,
  patternText,
  readPackagePattern,
} from "../../naming/packagePatterns";

const prefix = (name: string): PackagePattern => ({ name, match: "prefix" });
const exact = (name: string): PackagePattern => ({ name, match: "exact" });

/** Normalised names of few letters, so that one often begins another. */
const names = fc
  .array(fc.stringMatching(/^[ab1]{1,2}$/), { minLength: 1, maxLength: 3 })
  .map((parts) => parts.join("-"));

describe("a package pattern", () => {
  for (const [text, pattern] of [
    ["orb~", prefix("orb")],
    ["legacy-tool$", exact("legacy-tool")],
    ["Orb_Common~", prefix("orb-common")],
    ["Legacy..Tool$", exact("legacy-tool")],
    ["a$", exact("a")],
    ["0~", prefix("0")],
  ] as const) {
    it(`is read from ${text}`, () => {
      expect(readPackagePattern(text)).to.deep.equal(pattern);
    });
  }
  for (const text of [
    "",
    "~",
    "$",
    "orb",
    "o",
    "orb*",
    "orb?",
    "orb%",
    "~orb",
    "$orb",
    "orb~~",
    "orb$$",
    "orb~$",
    "orb-~",
    "-orb$",
    "orb~ ",
    "orb~\n",
    "orb\n~",
    " orb~",
    "o rb$",
    "é~",
    "${x}$",
    "/pypi//orb~",
    "*~",
    "orb~x",
  ]) {
    it(`is not read from ${JSON.stringify(text)}`, () => {
      expect(readPackagePattern(text)).to.equal(undefined);
    });
  }

  it("is written as it is read", () => {
    expect(patternText(prefix("orb"))).to.equal("orb~");
    expect(patternText(exact("legacy-tool"))).to.equal("legacy-tool$");
    fc.assert(
      fc.property(names, fc.constantFrom("exact" as const, "prefix" as const), (name, match) => {
        expect(readPackagePattern(patternText({ name, match }))).to.deep.equal({ name, match });
      }),
    );
  });

  it("is a package group's, with an empty namespace", () => {
    expect(groupPattern(prefix("orb"))).to.equal("/pypi//orb~");
    expect(groupPattern(exact("legacy-tool"))).to.equal("/pypi//legacy-tool$");
    expect(everyPackage).to.equal("/pypi/*");
  });
});

describe("a name under a pattern", () => {
  for (const [name, pattern, under] of [
    ["orb", prefix("orb"), true],
    ["orb-common", prefix("orb"), true],
    ["orb-", prefix("orb"), true],
    ["orb_x", prefix("orb"), true],
    ["orbit", prefix("orb"), false],
    ["orb2", prefix("orb"), false],
    ["orbé", prefix("orb"), false],
    ["orb\u0301", prefix("orb"), false],
    ["or", prefix("orb"), false],
    ["my-orb", prefix("orb"), false],
    ["my-orb-common", prefix("orb"), false],
    ["orb-common-x", prefix("orb-common"), true],
    ["orb-commons", prefix("orb-common"), false],
    ["orb-x", prefix("orb-common"), false],
    ["orb-2x", prefix("orb"), true],
    ["legacy-tool", exact("legacy-tool"), true],
    ["legacy-tool-2", exact("legacy-tool"), false],
    ["legacy", exact("legacy-tool"), false],
    ["my-legacy-tool", exact("legacy-tool"), false],
  ] as const) {
    it(`${name} ${under ? "falls" : "does not fall"} under ${patternText(pattern)}`, () => {
      expect(fallsUnder(name, pattern)).to.equal(under);
    });
  }

  it("begins with the pattern's words, whole", () => {
    fc.assert(
      fc.property(names, names, (name, begin) => {
        const words = begin.split("-");
        const beginsWithWords = words.every((word, index) => word === name.split("-")[index]);
        expect(fallsUnder(name, prefix(begin))).to.equal(beginsWithWords);
      }),
      { numRuns: 1000 },
    );
  });

  it("is the pattern's own, where that is exact", () => {
    fc.assert(
      fc.property(names, names, (name, other) => {
        expect(fallsUnder(name, exact(other))).to.equal(name === other);
        expect(fallsUnder(name, exact(name))).to.equal(true);
      }),
    );
  });
});
