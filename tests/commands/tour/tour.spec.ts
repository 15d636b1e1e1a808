import { expect } from "chai";
import { mismatches } from "../../../commands/terminal/attemptTable";
import { deployRegistry, publisher } from "../../support/commands/accessRegistry";
import { openTour } from "../../support/commands/tourRegistry";

const branch = { ...publisher, environment: undefined, branch: "main" };
const called = "acme/shared/.github/workflows/publish.yml@refs/tags/v1";

/** Settings that change what a tour meets. */
const stacks: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  "one publisher and no reader": {},
  "readers of every kind": {
    readers: [
      { ...publisher, name: "job" },
      { ...branch, name: "branch", ref: undefined, workflow: undefined },
    ],
  },
  "jobs whose ids are not known yet": { publishers: [{ ...publisher, repositoryId: 0, ownerId: 0 }] },
  "a publisher on a branch, by whatever workflow": {
    publishers: [{ ...branch, ref: "any", workflow: "any" }],
  },
  "a publisher by a called workflow, in an environment with a colon": {
    publishers: [{ ...publisher, environment: "dev:blue", workflow: called }],
  },
  "two publishers that share a package": {
    publishers: [
      { ...publisher, name: "one", packages: ["orb-common"] },
      { ...publisher, name: "other", packages: ["orb-models", "orb-common"] },
    ],
  },
  "no public packages": { publicPackages: false, origins: { private: ["orb~"], blocked: ["known-as-bad"] } },
  "exact private names alone": { packages: ["orb-common"], origins: { private: ["orb-common$"] } },
  "names that a tour would choose itself": {
    origins: { private: ["orb~", "tour~"], public: ["orb-unlisted"], blocked: ["unlisted-name"] },
  },
  "tokens and sessions of 12 hours": { tokenLifetime: 43200, sessionDuration: 43200 },
  "an enterprise's own issuer": { githubEnterprise: "acme" },
  "another region": { "aws:region": "eu-central-1" },
};

describe("a tour ends as expected in a stack with", () => {
  for (const [what, settings] of Object.entries(stacks)) {
    it(what, async () => {
      const open = await openTour(await deployRegistry(settings));
      try {
        const attempts = await open.tour();

        expect(mismatches(attempts)).to.deep.equal([]);
        expect(attempts).to.have.length.greaterThan(40);
      } finally {
        await open.close();
      }
    });
  }
});
