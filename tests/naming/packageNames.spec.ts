import { expect } from "chai";
import * as fc from "fast-check";
import { isPackageName, normalizePackageName } from "../../naming/packagePatterns";

/** Text that PEP 508 takes as a project's name. */
const packageNames = fc.stringMatching(/^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,20}[A-Za-z0-9])?$/);

describe("the name of a Python package", () => {
  for (const name of ["a", "Z", "0", "aa", "a9", "orb-common", "Orb_Common", "a.b", "a--b", "a._-b", "3to2", "A-1"]) {
    it(`may be ${name}`, () => {
      expect(isPackageName(name)).to.equal(true);
    });
  }
  for (const name of [
    "",
    "-",
    "_",
    ".",
    "-a",
    "a-",
    ".a",
    "a.",
    "_a",
    "a_",
    "a b",
    " a",
    "a ",
    "a/b",
    "a@b",
    "a*",
    "*",
    "a~",
    "a$",
    "${aws:x}",
    "a\n",
    "\na",
    "a\nb",
    "é",
    "a\u0301a",
    "\u212a",
    "orb\u017f",
    "orb\u2010x",
    "оrb",
    "a\u200bb",
    "a\u0000",
  ]) {
    it(`may not be ${JSON.stringify(name)}`, () => {
      expect(isPackageName(name)).to.equal(false);
    });
  }
});

describe("the one spelling of a package's name", () => {
  // The first six are PEP 503's own examples.
  for (const [name, spelling] of [
    ["friendly-bard", "friendly-bard"],
    ["Friendly-Bard", "friendly-bard"],
    ["FRIENDLY-BARD", "friendly-bard"],
    ["friendly.bard", "friendly-bard"],
    ["friendly_bard", "friendly-bard"],
    ["friendly--bard", "friendly-bard"],
    ["FrIeNdLy-._.-bArD", "friendly-bard"],
    ["a.b_c-d", "a-b-c-d"],
    ["a", "a"],
    ["ABC9", "abc9"],
  ] as const) {
    it(`of ${name} is ${spelling}`, () => {
      expect(normalizePackageName(name)).to.equal(spelling);
    });
  }

  it("is its own spelling", () => {
    fc.assert(
      fc.property(packageNames, (name) => {
        const spelling = normalizePackageName(name);
        expect(normalizePackageName(spelling)).to.equal(spelling);
      }),
    );
  });

  it("is a name, of lower-case words with single hyphens between them", () => {
    fc.assert(
      fc.property(packageNames, (name) => {
        expect(isPackageName(name)).to.equal(true);
        expect(normalizePackageName(name)).to.match(/^[a-z0-9]+(?:-[a-z0-9]+)*$/);
      }),
    );
  });

  it("is one for all that differs only in case and in the marks between words", () => {
    const words = fc.array(fc.stringMatching(/^[A-Za-z0-9]{1,6}$/), { minLength: 1, maxLength: 4 });
    const marks = fc.stringMatching(/^[._-]{1,3}$/);
    fc.assert(
      fc.property(words, marks, (parts, mark) => {
        expect(normalizePackageName(parts.join(mark).toUpperCase())).to.equal(parts.join("-").toLowerCase());
      }),
    );
  });
});
