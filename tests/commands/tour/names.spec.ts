import { expect } from "chai";
import { comesFromOutside, firstOf, misspelt, privateNames, publicName } from "../../../commands/tour/names";
import { settingsOf } from "../../support/configuration";

const settings = settingsOf({
  packages: ["orb-common", "legacy-tool"],
  origins: { private: ["orb~", "legacy-tool$"], public: ["orb-billing"], blocked: ["orb-unlisted", "known-as-bad"] },
});

describe("the names that a tour tries", () => {
  it("are one private name for each pattern, for a prefix one that no setting lists", () => {
    expect(privateNames(settings)).to.deep.equal(["orb-unlisted-too", "legacy-tool"]);
  });

  it("are public names that no rule lists", () => {
    const tour = settingsOf({ origins: { private: ["orb~", "tour~"], blocked: ["tour1-tour-dependency"] } });

    expect(publicName(settings)).to.equal("tour-dependency");
    expect(publicName(settings, "unlisted-name")).to.equal("unlisted-name");
    expect(publicName(tour)).to.equal("tour2-tour-dependency");
  });

  it("are misspelt names that are no package of the stack", () => {
    expect(misspelt("orb-common", settings)).to.equal("orb-comon");
    expect(misspelt("orb-models", settings)).to.equal("orb-modelss");
    expect(misspelt("orb-common", settingsOf({ packages: ["orb-common", "orb-comon"] }))).to.equal("orb-comonn");
  });

  it("are at most three of a list", () => {
    expect(firstOf(["a", "b", "c", "d"])).to.deep.equal(["a", "b", "c"]);
  });

  for (const [name, comes] of [
    ["requests", true],
    ["orb-billing", true],
    ["orb-common", false],
    ["orb-comon", false],
    ["legacy-tool", false],
    ["legacy-tol", true],
    ["known-as-bad", false],
  ] as const) {
    it(`${comes ? "let" : "do not let"} ${name} come from outside`, () => {
      expect(comesFromOutside(settings, name)).to.equal(comes);
    });
  }

  it("come from outside only while public packages do", () => {
    expect(comesFromOutside({ ...settings, publicPackages: false }, "requests")).to.equal(false);
  });
});
