import { expect } from "chai";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ReachAccount } from "../../../iam/reach/account";
import { reachedGoals, type Subject } from "../../../iam/reach/goals";
import { pathTo, reach } from "../../../iam/reach/search";

interface Kept {
  readonly account: ReachAccount;
  readonly subjects: readonly Subject[];
}

/**
 * Documents that this project once gave to deploy roles, on an account with two stacks. Tests by example found them safe; each test
 * here states a way that the search finds in them.
 */
const { account, subjects } = JSON.parse(
  readFileSync(join(__dirname, "../../fixtures/reach/beforeTheSearch.json"), "utf8"),
) as Kept;

const domain = "orb-integration-hub-dev";

/** The account as it is where a stack was deployed before bootstrap ran: no role of a registry has a boundary. */
const deployedFirst: ReachAccount = {
  ...account,
  identities: account.identities.map((identity) => ({ ...identity, boundary: undefined })),
};

function wayTo(goal: string, role: string, place: ReachAccount): readonly string[] | undefined {
  const subject = subjects.find(({ principal }) => principal.endsWith(`/${role}`))!;
  const gains = reach(place, { principal: subject.principal });
  const found = reachedGoals(place, gains, subject).find((one) => one.goal.id === goal);
  return found && pathTo(gains, found.fact).flatMap(({ request }) => request?.action ?? []);
}

describe("the search on documents that were believed safe", () => {
  it("finds that dev's deploy role becomes administrator over roles without the boundary", () => {
    expect(wayTo("administrator", `${domain}-deploy`, deployedFirst)?.slice(0, -1)).to.deep.equal([
      "iam:UpdateAssumeRolePolicy",
      "iam:CreatePolicyVersion",
      "sts:AssumeRole",
    ]);
  });

  it("finds no way to administrator where every role has the boundary", () => {
    expect(wayTo("administrator", `${domain}-deploy`, account)).to.equal(undefined);
  });

  for (const [goal, action] of [
    ["replace", "codeartifact:DeletePackageVersions"],
    ["dispose", "codeartifact:DisposePackageVersions"],
    ["publish-other", "codeartifact:PublishPackageVersion"],
    ["publish-store", "codeartifact:PublishPackageVersion"],
  ] as const) {
    it(`finds that prod's deploy role admits itself by a policy of the registry, and reaches ${goal}`, () => {
      const way = wayTo(goal, "orb-integration-hub-prod-deploy", account)!;

      expect(way[0]).to.match(/^codeartifact:Put(?:Domain|Repository)PermissionsPolicy$/);
      expect(way).to.have.length(2);
      expect(action.split(":")[0]).to.equal(way[1]!.split(":")[0]);
    });
  }

  it("finds nothing beyond reading and publishing for the publisher of the same account", () => {
    const subject = subjects.find(({ principal }) => principal.endsWith(`${domain}-codeartifact-publisher`))!;
    const gains = reach(account, { principal: subject.principal });

    expect(reachedGoals(account, gains, subject).map((one) => one.goal.id)).to.deep.equal(["publish", "read", "token"]);
  });
});
