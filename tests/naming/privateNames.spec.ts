import { expect } from "chai";
import { isKeptFromPublic, isPrivate, type Origins } from "../../naming/packagePatterns";

const origins: Origins = {
  private: [
    { name: "orb", match: "prefix" },
    { name: "legacy-tool", match: "exact" },
  ],
  public: ["orb-billing"],
  blocked: ["orb-comon", "typo"],
};

describe("names that no public package may have", () => {
  for (const [name, kept, isTheTeams] of [
    ["orb", true, true],
    ["orb-common", true, true],
    ["orbit", false, false],
    ["legacy-tool", true, true],
    ["legacy-tool-2", false, false],
    ["orb-billing", false, false],
    ["orb-comon", true, false],
    ["typo", true, false],
    ["requests", false, false],
  ] as const) {
    it(`${name} is ${kept ? "one" : "none"}, and ${isTheTeams ? "" : "not "}the publishers'`, () => {
      expect(isKeptFromPublic(origins, name)).to.equal(kept);
      expect(isPrivate(origins, name)).to.equal(isTheTeams);
    });
  }
});
