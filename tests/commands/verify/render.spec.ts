import { expect } from "chai";
import { renderVerification } from "../../../commands/verify/render";

const verification = {
  domain: "orb-dev",
  region: "us-east-1",
  account: "123456789012",
  warnings: [],
  compared: { repositories: 2, packageGroups: 3, packages: 4, roles: 5, policies: 1, eventRules: 0 },
};

describe("what verify prints", () => {
  it("gives every line of a value its place under the first, and no control character of anyone's", () => {
    const difference = { what: "a", declared: "one\ntwo", live: "\u001b[2Jthree\r", wayOut: "four" };

    expect(
      renderVerification("dev", { ...verification, differences: [difference, difference] }, "text")
        .split("\n")
        .slice(0, 6),
    ).to.deep.equal([
      "a",
      "  declared  one",
      "            two",
      "  live      \ufffd[2Jthree\ufffd",
      "  way out   four",
      "",
    ]);
  });

  it("counts the differences, and says where it looked", () => {
    const difference = { what: "a", declared: "b", live: "c", wayOut: "d" };
    const verdict = (count: number) =>
      renderVerification("dev", { ...verification, differences: Array(count).fill(difference) }, "text")
        .split("\n")
        .at(-1);
    const place =
      "orb-dev in us-east-1, account 123456789012: domain, 2 repositories, 3 package groups, 4 packages, 5 roles, 1 policy.";

    expect(verdict(0)).to.equal(`dev: as declared. ${place}`);
    expect(verdict(1)).to.equal(`dev: 1 difference. ${place}`);
    expect(verdict(2)).to.equal(`dev: 2 differences. ${place}`);
    const audited = { ...verification, compared: { ...verification.compared, eventRules: 3 }, differences: [] };
    expect(renderVerification("prod", audited, "text")).to.match(/5 roles, 1 policy, 3 event rules\.$/);
  });

  it("is for a program JSON", () => {
    expect(JSON.parse(renderVerification("dev", { ...verification, differences: [] }, "json"))).to.deep.equal({
      stack: "dev",
      domain: "orb-dev",
      region: "us-east-1",
      account: "123456789012",
      compared: verification.compared,
      differences: [],
    });
  });
});
