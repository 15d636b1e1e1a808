import { expect } from "chai";
import { claimsOf, type GithubRun } from "../../github/claims";

const push: GithubRun = {
  repository: "acme/hub",
  repositoryId: "1001",
  ownerId: "2002",
  event: "push",
  ref: "refs/heads/main",
  jobWorkflowRef: "acme/hub/.github/workflows/deploy.yml@refs/heads/main",
  immutableSubject: false,
};

function subjectOf(change: Partial<GithubRun>): string | undefined {
  return claimsOf({ ...push, ...change }, "sts.amazonaws.com").sub;
}

describe("the claims of a job's identity token", () => {
  it("say where the job comes from, without an environment where it names none", () => {
    expect(claimsOf(push, "sts.amazonaws.com")).to.deep.equal({
      aud: "sts.amazonaws.com",
      sub: "repo:acme/hub:ref:refs/heads/main",
      repository: "acme/hub",
      repository_id: "1001",
      repository_owner: "acme",
      repository_owner_id: "2002",
      event_name: "push",
      ref: "refs/heads/main",
      ref_type: "branch",
      job_workflow_ref: "acme/hub/.github/workflows/deploy.yml@refs/heads/main",
    });
  });

  it("name the environment as it is called, whatever the subject makes of its colon", () => {
    expect(claimsOf({ ...push, environment: "eu:dev:1", event: "workflow_dispatch" }, "another.example")).to.deep.equal(
      {
        aud: "another.example",
        sub: "repo:acme/hub:environment:eu%3Adev%3A1",
        repository: "acme/hub",
        repository_id: "1001",
        repository_owner: "acme",
        repository_owner_id: "2002",
        event_name: "workflow_dispatch",
        ref: "refs/heads/main",
        ref_type: "branch",
        job_workflow_ref: "acme/hub/.github/workflows/deploy.yml@refs/heads/main",
        environment: "eu:dev:1",
      },
    );
  });

  it("tell a tag from a branch", () => {
    const { ref, ref_type: type } = claimsOf({ ...push, ref: "refs/tags/v1.0.0" }, "sts.amazonaws.com");

    expect([ref, type]).to.deep.equal(["refs/tags/v1.0.0", "tag"]);
  });
});

const pullRequest = { event: "pull_request", ref: "refs/pull/7/merge" } as const;

describe("a subject", () => {
  for (const [rule, change, subject] of [
    ["ends in the environment", { environment: "dev" }, "repo:acme/hub:environment:dev"],
    ["ends in the branch where the job names no environment", {}, "repo:acme/hub:ref:refs/heads/main"],
    ["ends in the tag", { ref: "refs/tags/v1.0.0" }, "repo:acme/hub:ref:refs/tags/v1.0.0"],
    ["ends in pull_request for that event, and says nothing of its ref", pullRequest, "repo:acme/hub:pull_request"],
    [
      "ends in the environment also for a pull request whose job names one",
      { ...pullRequest, environment: "dev" },
      "repo:acme/hub:environment:dev",
    ],
    [
      "ends in the base branch for pull_request_target",
      { event: "pull_request_target" },
      "repo:acme/hub:ref:refs/heads/main",
    ],
    [
      "ends in the environment for pull_request_target",
      { event: "pull_request_target", environment: "dev" },
      "repo:acme/hub:environment:dev",
    ],
    [
      "holds the ids of owner and repository in its immutable form",
      { immutableSubject: true, environment: "dev" },
      "repo:acme@2002/hub@1001:environment:dev",
    ],
    [
      "has an immutable form for a branch and for a pull request as well",
      { ...pullRequest, immutableSubject: true },
      "repo:acme@2002/hub@1001:pull_request",
    ],
  ] as const) {
    it(rule, () => {
      expect(subjectOf(change)).to.equal(subject);
    });
  }
});
