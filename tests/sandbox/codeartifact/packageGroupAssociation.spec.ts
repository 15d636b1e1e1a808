import { expect } from "chai";
import * as fc from "fast-check";
import { association } from "../../../sandbox/codeartifact/packageGroupPatterns";
import { normalizePackageName } from "../../../naming/packagePatterns";

const patterns = ["/*", "/pypi/*", "/pypi//orb~", "/pypi//orb-models$", "/pypi//legacy-tool$"];

function associated(name: string): string {
  const { pattern, associationType } = association(patterns, `/pypi//${name}`);
  return `${pattern} ${associationType}`;
}

describe("the group of a package", () => {
  const cases: readonly (readonly [string, string])[] = [
    ["requests", "/pypi/* STRONG"],
    ["orb", "/pypi//orb~ STRONG"],
    ["orb-common", "/pypi//orb~ STRONG"],
    ["orb-comon", "/pypi//orb~ STRONG"],
    ["orb-models", "/pypi//orb-models$ STRONG"],
    ["orb-models-extra", "/pypi//orb~ STRONG"],
    ["orbit", "/pypi/* STRONG"],
    ["orb2", "/pypi/* STRONG"],
    ["legacy-tool", "/pypi//legacy-tool$ STRONG"],
    ["legacy-tools", "/pypi/* STRONG"],
    ["0rb-common", "/pypi//orb~ WEAK"],
    ["ORB-common", "/pypi//orb~ WEAK"],
    ["orb--common", "/pypi//orb~ STRONG"],
    ["orb-rnodels", "/pypi//orb-models$ WEAK"],
    ["1egacy-tool", "/pypi//legacy-tool$ WEAK"],
    ["legacy_tool", "/pypi//legacy-tool$ WEAK"],
  ];
  for (const [name, expected] of cases) {
    it(`of ${name} is ${expected}`, () => {
      expect(associated(name)).to.equal(expected);
    });
  }

  it("of another format is never one of Python's", () => {
    expect(association(patterns, "/npm//orb-common")).to.deep.equal({ pattern: "/*", associationType: "STRONG" });
  });

  it("does not depend on the order of the groups", () => {
    fc.assert(
      fc.property(
        fc.shuffledSubarray(patterns.slice(1), { minLength: 4, maxLength: 4 }),
        fc.stringMatching(/^[a-z0-9]{1,4}(-[a-z0-9]{1,4}){0,2}$/),
        (shuffled, name) => {
          const path = `/pypi//${name}`;
          expect(association([...shuffled, "/*"], path)).to.deep.equal(association(patterns, path));
        },
      ),
    );
  });

  it("is, for a prefix, the names that begin with its words, as an independent reading of the rule has it", () => {
    const word = fc.stringMatching(/^[a-km-np-z2-9]{1,3}$/).filter((text) => !text.includes("rn"));
    fc.assert(
      fc.property(
        fc.array(word, { minLength: 1, maxLength: 3 }),
        fc.array(word, { minLength: 1, maxLength: 3 }),
        (prefix, name) => {
          const { pattern } = association(["/*", `/pypi//${prefix.join("-")}~`], `/pypi//${name.join("-")}`);
          const beginsWithIt = prefix.every((part, index) => name[index] === part);
          expect(pattern !== "/*").to.equal(beginsWithIt);
        },
      ),
    );
  });

  it("is never another one for a spelling that pip takes for the same name", () => {
    const name = fc.stringMatching(/^[A-Za-z0-9]([A-Za-z0-9._-]{0,8}[A-Za-z0-9])?$/);
    fc.assert(
      fc.property(name, fc.stringMatching(/^[-._]{1,3}$/), (text, separator) => {
        const respelt = text.toUpperCase().replace(/[-._]+/g, separator);
        expect(normalizePackageName(respelt)).to.equal(normalizePackageName(text));
        expect(associated(normalizePackageName(respelt))).to.equal(associated(normalizePackageName(text)));
      }),
    );
  });
});
