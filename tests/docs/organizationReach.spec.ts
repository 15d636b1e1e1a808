import { expect } from "chai";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { NamedDocument } from "../../iam/grammar";
import type { ReachAccount } from "../../iam/reach/account";
import { reachedGoals, type Subject } from "../../iam/reach/goals";
import { reach } from "../../iam/reach/search";
import { guardrails } from "../support/docs/organization";

/** Deploy roles that can become administrator, and that can admit themselves to the registry. */
const { account, subjects } = JSON.parse(
  readFileSync(join(__dirname, "../fixtures/reach/beforeTheSearch.json"), "utf8"),
) as { readonly account: ReachAccount; readonly subjects: readonly Subject[] };

const asText = (levels: readonly (readonly NamedDocument[])[]) =>
  levels.map((level) => level.map(({ name, document }) => ({ name, document: JSON.stringify(document) })));

const inOrganization = (place: ReachAccount): ReachAccount => ({
  ...place,
  serviceControl: asText(guardrails.serviceControl),
  resourceControl: asText(guardrails.resourceControl),
});

const deployedFirst: ReachAccount = {
  ...account,
  identities: account.identities.map((identity) => ({ ...identity, boundary: undefined })),
};

function goalsOf(place: ReachAccount, role: string): readonly string[] {
  const subject = subjects.find(({ principal }) => principal.endsWith(`/${role}`))!;
  const gains = reach(place, { principal: subject.principal }, { outsideAccount: true });
  return reachedGoals(place, gains, subject).map(({ goal }) => goal.id);
}

describe("the guardrails of docs/organization, by search, where bootstrap is wrong", () => {
  for (const [title, place, stack] of [
    ["dev's, over roles without the boundary", deployedFirst, "dev"],
    ["prod's, over roles with it", account, "prod"],
  ] as const) {
    it(`keep a deploy role from more than the registry has to give: ${title}`, () => {
      const role = `orb-integration-hub-${stack}-deploy`;
      const guarded = goalsOf(inOrganization(place), role);
      const open = goalsOf(place, role);

      for (const goal of ["administrator", "replace", "dispose", "share", "publish-store", "iam-elsewhere"]) {
        expect(guarded, goal).not.to.include(goal);
      }
      expect(open.some((goal) => goal === "administrator" || goal === "replace")).to.equal(true);
      // What a deployment does every day goes on.
      expect(guarded).to.include.members(["open-name", "change-registry", "act-registry"]);
    });
  }
});
