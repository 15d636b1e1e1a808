import { expect } from "chai";
import { CommandError } from "../../../commands/cli";
import { githubDifferences } from "../../../commands/verify/github";
import { publisher, reader, settingsOf } from "../../support/configuration";
import { changeEnvironment } from "../../support/environment";
import { type GithubAnswers, withGh } from "../../support/commands/ghStub";

const packages = {
  "repos/acme/packages": { full_name: "acme/packages", id: 11, owner: { id: 22 } },
  "repos/acme/packages/actions/oidc/customization/sub": {
    use_default: true,
    sub_claim_prefix: "repo:acme@22/packages@11",
  },
  "repos/acme/packages/environments/prod": {
    name: "prod",
    protection_rules: [{ type: "branch_policy" }, { type: "required_reviewers", reviewers: [{ type: "Team" }] }],
    deployment_branch_policy: { protected_branches: true, custom_branch_policies: false },
  },
};

describe("verify --github", () => {
  const settings = settingsOf({ publishers: [{ ...publisher, environment: "prod" }] }, "prod");

  /** What differs, as `WHAT: DECLARED -> LIVE`; or why no one could look. */
  const found = async (answers: GithubAnswers, of = settings): Promise<readonly string[] | string> =>
    withGh(answers, async (path) => {
      const restore = changeEnvironment({ PATH: path });
      try {
        const differences = await githubDifferences(of);
        return differences.map(({ what, declared, live }) => `${what}: ${declared} -> ${live}`);
      } catch (error) {
        if (error instanceof CommandError) {
          return `${error.exitCode}: ${error.message}`;
        }
        throw error;
      } finally {
        restore();
      }
    });

  const changed = (path: string, answer: object) => found({ ...packages, [path]: answer });

  it("finds nothing where GitHub has everything as it is to be", async () => {
    expect(await found(packages)).to.deep.equal([]);
  });

  it("compares the numbers of repository and owner, and the repository's spelling", async () => {
    expect(
      await changed("repos/acme/packages", { full_name: "Acme/Packages", id: 12, owner: { id: 23 } }),
    ).to.include.members([
      "GitHub repository acme/packages, name: acme/packages -> Acme/Packages",
      "GitHub repository acme/packages, id: 11 -> 12",
      "GitHub repository acme/packages, owner's id: 22 -> 23",
    ]);
    expect(
      await found(
        packages,
        settingsOf({ publishers: [{ ...publisher, environment: "prod", repositoryId: 0, ownerId: 0 }] }, "prod"),
      ),
    ).to.deep.equal([
      "GitHub repository acme/packages, id: 0 (not known yet) -> 11",
      "GitHub repository acme/packages, owner's id: 0 (not known yet) -> 22",
    ]);
  });

  it("takes subjects in GitHub's two forms, with a colon at the prefix's end or without, and no other", async () => {
    const subject = (answer: object) => changed("repos/acme/packages/actions/oidc/customization/sub", answer);
    const what = "GitHub repository acme/packages, subject of its tokens";
    const forms = "begins with repo:acme/packages or repo:acme@22/packages@11";

    for (const sub_claim_prefix of ["repo:acme/packages", "repo:acme/packages:", "repo:acme@22/packages@11:"]) {
      expect(await subject({ use_default: true, sub_claim_prefix })).to.deep.equal([]);
    }
    expect(await subject({ use_default: false, include_claim_keys: ["repo", "context"] })).to.deep.equal([]);
    expect(await subject({ use_default: true, sub_claim_prefix: "repo:acme/former" })).to.deep.equal([
      `${what}: ${forms} -> begins with repo:acme/former`,
    ]);
    expect(await subject({ use_default: false, include_claim_keys: ["repo", "job_workflow_ref"] })).to.deep.equal([
      `${what}: ${forms} -> is made of repo, job_workflow_ref`,
    ]);
  });

  it("wants each environment there, with a rule for its branches and, in production, reviewers", async () => {
    const path = "repos/acme/packages/environments/prod";
    const { [path]: environment, ...others } = packages;
    const what = "GitHub environment prod of acme/packages";

    expect(await found(others)).to.deep.equal([
      `${what}: there -> none: the first job that names it gets it, without rules`,
    ]);
    expect(await changed(path, { ...environment, deployment_branch_policy: null })).to.deep.equal([
      `${what}, branches: a rule -> any branch`,
    ]);
    for (const protection_rules of [[], [{ type: "required_reviewers", reviewers: [] }]]) {
      expect(await changed(path, { ...environment, protection_rules })).to.deep.equal([
        `${what}, reviewers: at least one -> none`,
      ]);
    }
  });

  it("compares the spelling of an environment, which GitHub finds whatever the case", async () => {
    const path = "repos/acme/packages/environments/prod";

    expect(await changed(path, { ...packages[path], name: "Prod" })).to.deep.equal([
      "GitHub environment prod of acme/packages, spelling: prod -> Prod",
    ]);
    expect(await changed(path, { ...packages[path], name: "prod" })).to.deep.equal([]);
  });

  it("wants no reviewers in dev; looks at readers too, and at no environment of a job that names a branch", async () => {
    const jobs = {
      publishers: [{ ...publisher, environment: "to: dev" }],
      readers: [{ ...reader, name: "service", branch: "main" }],
    };
    const branches = { deployment_branch_policy: { protected_branches: true } };
    const answers = {
      ...packages,
      "repos/acme/packages/environments/to%3A%20dev": { protection_rules: [], ...branches },
      "repos/acme/service": { full_name: "acme/service", id: 34, owner: { id: 22 } },
    };

    expect(await found(answers, settingsOf(jobs))).to.deep.equal(["GitHub repository acme/service, id: 33 -> 34"]);
  });

  it("says that it could not look, and why", async () => {
    expect(await found({})).to.equal(
      "2: Could not look: GitHub shows no repository acme/packages to whom gh is logged in as: see gh auth status.",
    );
    expect(await changed("repos/acme/packages", { stderr: "gh: Bad credentials (HTTP 401)" })).to.equal(
      "2: Could not look: gh api repos/acme/packages: gh: Bad credentials (HTTP 401)",
    );
    expect(await changed("repos/acme/packages", { id: "11" })).to.match(
      /^2: Could not look: gh api repos\/acme\/packages: the answer is not as expected: /,
    );
    const restore = changeEnvironment({ PATH: "/nowhere" });
    try {
      const error = await githubDifferences(settings).catch((reason: unknown) => reason);
      expect((error as Error).message).to.match(/gh is not on PATH: install it from https:\/\/cli\.github\.com/);
    } finally {
      restore();
    }
  });
});
