import { expect } from "chai";
import { decideAssumeRole } from "../../../sandbox/authorization";
import { isIntended, intendedRuns, impostors } from "../../../commands/access/impostors";
import type { Deployment } from "../../../sandbox/pulumi/deployment";
import { claimsOf } from "../../../github/claims";
import type { GithubJob } from "../../../github/jobs";
import { claims, deployRegistry, publisher, publisherRole } from "../../support/commands/accessRegistry";

const job: GithubJob = {
  repository: "acme/hub",
  repositoryId: "700000001",
  ownerId: "700000002",
  subjectContext: "environment:dev",
  ref: "refs/heads/develop",
  jobWorkflowRef: "acme/hub/.github/workflows/deploy.yml@refs/heads/develop",
};

const run = {
  repository: "acme/hub",
  repositoryId: "700000001",
  ownerId: "700000002",
  event: "push",
  ref: "refs/heads/develop",
  jobWorkflowRef: "acme/hub/.github/workflows/deploy.yml@refs/heads/develop",
  environment: "dev",
  immutableSubject: false,
} as const;

describe("the runs that a setting means", () => {
  it("are one push in both forms of the subject", () => {
    expect(intendedRuns(job)).to.deep.equal([run, { ...run, immutableSubject: true }]);
  });

  it("run on the branch of the subject, without an environment, where the setting names a branch", () => {
    const { environment, ...withoutEnvironment } = run;

    expect(environment).to.equal("dev");
    expect(intendedRuns({ ...job, subjectContext: "ref:refs/heads/develop", ref: undefined })[0]).to.deep.equal(
      withoutEnvironment,
    );
  });

  it("are filled with an example where the setting leaves ref and workflow open", () => {
    expect(intendedRuns({ ...job, ref: undefined, jobWorkflowRef: undefined })[0]).to.deep.equal({
      ...run,
      ref: "refs/heads/main",
      jobWorkflowRef: "acme/hub/.github/workflows/example.yml@refs/heads/main",
    });
  });

  it("name an environment as GitHub does, with its colon", () => {
    expect(intendedRuns({ ...job, subjectContext: "environment:eu%3Adev" })[0].environment).to.equal("eu:dev");
  });

  it("are meant, and a run that differs in one thing the setting names is not", () => {
    expect(isIntended(job, run)).to.equal(true);
    expect(isIntended(job, { ...run, immutableSubject: true, event: "workflow_dispatch" })).to.equal(true);
    for (const change of [
      { repository: "acme/hub2" },
      { repositoryId: "1" },
      { ownerId: "1" },
      { environment: "prod" },
      { environment: undefined },
      { ref: "refs/heads/main" },
      { jobWorkflowRef: "acme/hub/.github/workflows/other.yml@refs/heads/develop" },
    ]) {
      expect(isIntended(job, { ...run, ...change }), JSON.stringify(change)).to.equal(false);
    }
  });

  it("may be of any ref and workflow where the setting leaves them open, but for a pull request without environment", () => {
    const open = { ...job, ref: undefined, jobWorkflowRef: undefined };
    const pull = { ...run, ref: "refs/pull/7/merge", event: "pull_request" } as const;

    expect(isIntended(open, pull)).to.equal(true);
    expect(
      isIntended({ ...open, subjectContext: "ref:refs/pull/7/merge" }, { ...pull, environment: undefined }),
    ).to.equal(false);
  });
});

const foreign = ["sub", "repository_id", "repository_owner_id", "job_workflow_ref"];

/** For each impostor, run by run: the claims that stop it. Runs alternate by name, with ids; several names follow each other. */
const unmet: Readonly<Record<string, readonly (readonly string[])[]>> = {
  "another environment": [["sub"], ["sub"]],
  "another branch": [
    ["ref", "job_workflow_ref"],
    ["ref", "job_workflow_ref"],
  ],
  "a tag": [
    ["ref", "job_workflow_ref"],
    ["ref", "job_workflow_ref"],
  ],
  "another workflow of the repository": [["job_workflow_ref"], ["job_workflow_ref"]],
  "a pull request": [
    ["sub", "ref", "job_workflow_ref"],
    ["sub", "ref", "job_workflow_ref"],
  ],
  "a pull request whose job names an environment": [
    ["ref", "job_workflow_ref"],
    ["ref", "job_workflow_ref"],
  ],
  pull_request_target: [["job_workflow_ref"], ["job_workflow_ref"]],
  "a fork": [foreign, foreign],
  "another repository of the owner": [
    ["sub", "repository_id", "job_workflow_ref"],
    ["sub", "repository_id", "job_workflow_ref"],
  ],
  "look-alike owners and repositories": Array.from({ length: 8 }, () => foreign),
  "the same name with other ids (deleted and registered again)": [
    ["repository_id", "repository_owner_id"],
    ["repository_id"],
    ["repository_owner_id"],
    ["sub", "repository_id", "repository_owner_id"],
    ["sub", "repository_id"],
    ["sub", "repository_owner_id"],
  ],
  "another case of the name": [
    ["sub", "job_workflow_ref"],
    ["sub", "job_workflow_ref"],
  ],
};

describe("every run of an impostor", () => {
  let account: Deployment["account"];

  before(async () => {
    ({ account } = await deployRegistry({ publishers: [publisher] }));
  });

  for (const { who, runs } of impostors(job)) {
    it(`is stopped by the claims that tell it from the job: ${who}`, () => {
      const decisions = runs.map((one) =>
        decideAssumeRole(account, publisherRole, {
          issuer: "token.actions.githubusercontent.com",
          claims: claimsOf(one, "sts.amazonaws.com"),
        }),
      );

      expect(decisions.map(({ outcome }) => outcome)).to.deep.equal(runs.map(() => "implicitlyDenied"));
      expect(decisions.map((decision) => decision.unmet)).to.deep.equal(unmet[who]!.map((names) => claims(...names)));
    });
  }

  it("is of one of these kinds, and each kind is tried", () => {
    expect(impostors(job).map(({ who }) => who)).to.deep.equal(Object.keys(unmet));
  });

  it("looks alike by a word before or behind the owner's or the repository's name", () => {
    const names = impostors(job)
      .find(({ who }) => who.startsWith("look-alike"))!
      .runs.map(({ repository }) => repository);

    expect([...new Set(names)]).to.deep.equal(["acme-evil/hub", "acme/hub-evil", "evil-acme/hub", "acme/evil-hub"]);
  });

  it("is of the other case, also where the repository's name is in upper case", () => {
    const caseOf = (repository: string) =>
      impostors({ ...job, repository }).find(({ who }) => who === "another case of the name")!.runs[0]!.repository;

    expect([caseOf("acme/hub"), caseOf("ACME/HUB")]).to.deep.equal(["ACME/HUB", "acme/hub"]);
  });

  it("differs from the job in what its row says, also where the setting names just the example", () => {
    const named = { ...job, subjectContext: "environment:another" };
    const branch = "refs/heads/another";
    const workflow = (file: string) => ({ ...job, jobWorkflowRef: `acme/hub/.github/workflows/${file}@${job.ref}` });
    const onBranch = { ...job, subjectContext: `ref:${branch}`, ref: undefined };

    expect(runOf(named, "another environment").environment).to.equal("another-too");
    expect(runOf({ ...job, ref: branch }, "another branch").ref).to.equal("refs/heads/another-too");
    expect(runOf(onBranch, "another branch").ref).to.equal("refs/heads/another-too");
    expect(runOf({ ...job, ref: "refs/tags/v1.0.0" }, "a tag").ref).to.equal("refs/tags/v1.0.0-too");
    for (const [file, who] of [
      ["another.yml", "another workflow of the repository"],
      ["on-target.yml", "pull_request_target"],
    ] as const) {
      expect(runOf(workflow(file), who).jobWorkflowRef, who).not.to.equal(workflow(file).jobWorkflowRef);
    }
  });

  it("is in another repository where its row says so, also where the setting names just the example", () => {
    const repositoryOf = (repository: string, who: string) => runOf({ ...job, repository }, who).repository;

    expect(repositoryOf("someone/hub", "a fork")).to.equal("someone-too/hub");
    expect(repositoryOf("acme/another", "another repository of the owner")).to.equal("acme/another-too");
    expect(repositoryOf("acme/hub", "a fork")).to.equal("someone/hub");
    expect(repositoryOf("acme/hub", "another repository of the owner")).to.equal("acme/another");
  });

  it("names an environment where its row says so, and none where it does not, also where the setting names a branch", () => {
    const onBranch = { ...job, subjectContext: "ref:refs/heads/develop", ref: undefined };
    const environments = (one: GithubJob) =>
      ["a pull request", "a pull request whose job names an environment", "another environment"].map(
        (who) => runOf(one, who).environment,
      );

    expect(environments(job)).to.deep.equal([undefined, "dev", "another"]);
    expect(environments(onBranch)).to.deep.equal([undefined, "another", "another"]);
  });

  function runOf(one: GithubJob, who: string) {
    return impostors(one).find((impostor) => impostor.who === who)!.runs[0]!;
  }
});
