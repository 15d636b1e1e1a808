import { expect } from "chai";
import { identityClaims, supportedClaims } from "../../../sandbox/github/issuer";
import { readJob } from "../../../sandbox/github/jobDescription";

const now = new Date("2026-05-06T07:08:09.999Z");
const seconds = Date.parse("2026-05-06T07:08:09Z") / 1000;

const described = {
  repository: "octo-org/octo-repo",
  repositoryId: "74",
  ownerId: "65",
  environment: "prod",
  ref: "refs/heads/main",
  event: "workflow_dispatch",
  workflow: ".github/workflows/example.yml",
  jobWorkflowRef: "octo-org/octo-automation/.github/workflows/oidc.yml@refs/heads/main",
};

function claims(change: object = {}, audience = "https://github.com/octo-org") {
  return identityClaims(readJob({ ...described, ...change }, []), audience, now);
}

describe("an identity token", () => {
  it("says of a job all that GitHub documents", () => {
    const { jti, ...others } = claims();
    const commit = "b1b8fd1a9d7e8cc92a1c3ec36d7b8cb9a9f0a2f7";

    expect(jti).to.match(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect({ ...others, sha: commit, workflow_sha: commit, job_workflow_sha: commit }).to.deep.equal({
      aud: "https://github.com/octo-org",
      sub: "repo:octo-org/octo-repo:environment:prod",
      actor: "octocat",
      actor_id: "583231",
      base_ref: "",
      check_run_id: others.check_run_id,
      environment: "prod",
      event_name: "workflow_dispatch",
      exp: seconds + 300,
      head_ref: "",
      iat: seconds,
      job_workflow_ref: "octo-org/octo-automation/.github/workflows/oidc.yml@refs/heads/main",
      job_workflow_sha: commit,
      nbf: seconds - 600,
      ref: "refs/heads/main",
      ref_protected: "false",
      ref_type: "branch",
      repository: "octo-org/octo-repo",
      repository_id: "74",
      repository_owner: "octo-org",
      repository_owner_id: "65",
      repository_visibility: "private",
      run_attempt: "1",
      run_id: others.run_id,
      run_number: "1",
      runner_environment: "github-hosted",
      sha: commit,
      workflow: ".github/workflows/example.yml",
      workflow_ref: "octo-org/octo-repo/.github/workflows/example.yml@refs/heads/main",
      workflow_sha: commit,
    });
  });

  // Their list: https://docs.github.com/en/actions/reference/security/oidc
  it("lacks no claim of GitHub's list, but for those that an enterprise or a custom property adds", () => {
    const documented = [
      ...["aud", "sub", "exp", "iat", "jti", "nbf", "actor", "actor_id", "base_ref", "check_run_id", "environment"],
      ...["event_name", "head_ref", "job_workflow_ref", "job_workflow_sha", "ref", "ref_type"],
      ...["repository_visibility", "repository", "repository_id", "repository_owner", "repository_owner_id"],
      ...["run_id", "run_number", "run_attempt", "runner_environment", "workflow", "workflow_ref", "workflow_sha"],
    ];

    expect(Object.keys(claims())).to.include.members(documented);
    expect(supportedClaims).to.include.members([...documented, "iss", "enterprise", "enterprise_id"]);
    expect(supportedClaims).to.include.members(Object.keys(claims()));
  });

  it("says ids and counts in text and times in numbers, as GitHub does", () => {
    const numbers = Object.entries(claims()).filter(([, value]) => typeof value !== "string");

    expect(numbers.map(([name]) => name).sort()).to.deep.equal(["exp", "iat", "nbf"]);
    expect(claims())
      .to.have.property("run_id")
      .that.matches(/^[1-9]\d{8}$/);
    expect(claims())
      .to.have.property("check_run_id")
      .that.matches(/^[1-9]\d{8}$/);
    expect(claims())
      .to.have.property("sha")
      .that.matches(/^[0-9a-f]{40}$/);
    expect(claims())
      .to.have.property("job_workflow_sha")
      .that.matches(/^[0-9a-f]{40}$/);
  });

  it("of a job without an environment has no such claim", () => {
    expect(claims({ environment: undefined })).not.to.have.property("environment");
    expect(claims({ environment: undefined }).sub).to.equal("repo:octo-org/octo-repo:ref:refs/heads/main");
  });

  for (const [rule, change, subject] of [
    ["by name", {}, "repo:octo-org/octo-repo:environment:prod"],
    ["with the ids", { immutableSubject: true }, "repo:octo-org@65/octo-repo@74:environment:prod"],
    [
      "with the environment's colons as %3A, by name",
      { environment: "Production:V1" },
      "repo:octo-org/octo-repo:environment:Production%3AV1",
    ],
    [
      "with the environment's colons as %3A, with the ids",
      { environment: "a:b:c", immutableSubject: true },
      "repo:octo-org@65/octo-repo@74:environment:a%3Ab%3Ac",
    ],
    [
      "of a pull request",
      { environment: undefined, ref: undefined, event: "pull_request" },
      "repo:octo-org/octo-repo:pull_request",
    ],
    [
      "of a pull request, with the ids",
      { environment: undefined, event: "pull_request", immutableSubject: true },
      "repo:octo-org@65/octo-repo@74:pull_request",
    ],
    [
      "of a pull request whose job names an environment",
      { event: "pull_request" },
      "repo:octo-org/octo-repo:environment:prod",
    ],
    ["of a tag", { environment: undefined, ref: "refs/tags/v1" }, "repo:octo-org/octo-repo:ref:refs/tags/v1"],
  ] as const) {
    it(`has a subject ${rule}`, () => {
      expect(claims(change).sub).to.equal(subject);
    });
  }

  it("names a pull request's branches, and no other's", () => {
    const branches = (change: object) => {
      const { base_ref: base, head_ref: head } = claims(change);
      return [base, head];
    };

    expect(branches({ event: "pull_request", ref: "refs/pull/7/merge" })).to.deep.equal(["main", "proposal"]);
    expect(branches({ event: "pull_request_target", ref: "refs/heads/develop" })).to.deep.equal([
      "develop",
      "proposal",
    ]);
    expect(branches({ event: "push" })).to.deep.equal(["", ""]);
  });

  it("is another every time, for the same run at the same commit", () => {
    const [one, other] = [claims(), claims()];

    expect(one.jti).not.to.equal(other.jti);
    expect({ ...one, jti: "" }).to.deep.equal({ ...other, jti: "" });
    expect(claims({ ref: "refs/heads/develop" }).sha).not.to.equal(one.sha);
  });
});
