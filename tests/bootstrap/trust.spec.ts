import { expect } from "chai";
import { deployJob, previewJob } from "../../bootstrap/accountRoles";
import { trustAttempts } from "../../commands/access/trust";
import type { AccessAttempt } from "../../commands/access/attempt";
import type { Deployment } from "../../sandbox/pulumi/deployment";
import type { GithubJob } from "../../github/jobs";
import { type PreparedAccount, prepareAccount, stacks } from "../support/bootstrap/account";

/** What every role rejects, whatever its job. */
const impostors = [
  "another environment",
  "a pull request",
  "a fork",
  "another repository of the owner",
  "look-alike owners and repositories",
  "the same name with other ids (deleted and registered again)",
  "another case of the name",
  "a token for another audience",
  "a token of another issuer",
  "a token without the claim aud",
  "a token without the claim sub",
  "a token without the claim repository_id",
  "a token without the claim repository_owner_id",
  "a role of this account or another, whatever its own account allows it",
];

/** What a role rejects only where its job is held to a ref and a workflow. */
const looseImpostors = [
  "another branch",
  "a tag",
  "another workflow of the repository",
  "a pull request whose job names an environment",
  "pull_request_target",
];

const theJob = ["the job, its subject by name", "the job, its subject with ids"];

describe("who may assume", () => {
  let prepared: PreparedAccount;

  before(async () => {
    prepared = await prepareAccount();
  });

  function attempts(roleArn: string, job: GithubJob): readonly AccessAttempt[] {
    const { account, settings } = prepared;
    return trustAttempts({ account, settings: { issuer: settings.issuer } } as Deployment, roleArn, job);
  }

  const ended = (all: readonly AccessAttempt[], how: string) =>
    all.filter(({ seen }) => seen === how).map(({ what }) => what);

  for (const stack of stacks) {
    it(`the deploy role of ${stack}: deploy.yml on its branch, in its environment, and no one else`, () => {
      const environment = prepared.settings.environments.find(({ name }) => name === stack)!;
      const job = deployJob(prepared.settings.source, environment);
      const all = attempts(prepared.roles.deploy[stack].arn, job);

      expect(job).to.deep.equal({
        repository: "acme/registry",
        repositoryId: "700000001",
        ownerId: "700000002",
        subjectContext: `environment:${stack}`,
        ref: stack === "dev" ? "refs/heads/develop" : "refs/heads/main",
        jobWorkflowRef: `acme/registry/.github/workflows/deploy.yml@refs/heads/${stack === "dev" ? "develop" : "main"}`,
      });
      expect(all.filter(({ seen, expected }) => seen !== expected)).to.deep.equal([]);
      expect(ended(all, "allowed")).to.deep.equal(theJob);
      expect(ended(all, "denied")).to.have.members([
        ...impostors,
        ...looseImpostors,
        "a token without the claim ref",
        "a token without the claim job_workflow_ref",
      ]);
    });

    it(`the deploy role of ${stack}: not the job of another environment`, () => {
      for (const other of prepared.settings.environments.filter(({ name }) => name !== stack)) {
        const theirs = attempts(prepared.roles.deploy[stack].arn, deployJob(prepared.settings.source, other));

        expect(ended(theirs, "allowed")).to.deep.equal([]);
      }
      const previews = attempts(prepared.roles.deploy[stack].arn, previewJob(prepared.settings));
      expect(ended(previews, "allowed")).to.deep.equal([]);
    });
  }

  it("the preview role: any job of this repository in the environment preview, and no one else", () => {
    const job = previewJob(prepared.settings);
    const all = attempts(prepared.roles.preview.arn, job);

    expect(job).to.deep.equal({
      repository: "acme/registry",
      repositoryId: "700000001",
      ownerId: "700000002",
      subjectContext: "environment:preview",
    });
    expect(all.filter(({ seen, expected }) => seen !== expected)).to.deep.equal([]);
    expect(ended(all, "allowed")).to.have.members([...theJob, ...looseImpostors]);
    expect(ended(all, "denied")).to.have.members(impostors);
  });

  it("none of them, while the repository's ids are not known", async () => {
    const unknown = await prepareAccount({ repositoryId: 0, ownerId: 0 });
    const { account, settings, roles } = unknown;
    const deployment = { account, settings: { issuer: settings.issuer } } as Deployment;
    const todays = [
      ...stacks.map((stack, index) =>
        trustAttempts(deployment, roles.deploy[stack].arn, deployJob(settings.source, settings.environments[index]!)),
      ),
      trustAttempts(deployment, roles.preview.arn, previewJob(settings)),
    ].map((all) => all.find(({ what }) => what.startsWith("the job as GitHub sends it"))?.seen);

    expect(todays).to.deep.equal(["denied", "denied", "denied", "denied"]);
  });

  it("no role by a wildcard", () => {
    const { iam } = prepared.account;

    expect(iam.roles.list()).to.have.length(4);
    expect(
      iam.roles.list().filter(({ assumeRolePolicyDocument }) => /[*?]/.test(assumeRolePolicyDocument)),
    ).to.deep.equal([]);
  });
});
