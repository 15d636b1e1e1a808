import { expect } from "chai";
import type { GithubRun } from "../../../github/claims";
import { InvalidJob, type KnownJob, readJob } from "../../../sandbox/github/jobDescription";

const deploy = "acme/hub/.github/workflows/deploy.yml@refs/heads/develop";
const shared = "acme/workflows/.github/workflows/publish.yml@refs/tags/v1";

/** What a stack's settings say of jobs. */
const known: readonly KnownJob[] = [
  job({ jobWorkflowRef: deploy, ref: "refs/heads/develop", kind: "publisher" }),
  job({ jobWorkflowRef: "acme/hub/.github/workflows/layers.yml@refs/heads/develop", ref: "refs/heads/develop" }),
  job({ jobWorkflowRef: shared, subjectContext: "environment:eu%3Aprod", ref: "refs/heads/main" }),
  job({
    jobWorkflowRef: "acme/hub/.github/workflows/nightly.yml@refs/heads/main",
    subjectContext: "ref:refs/heads/main",
  }),
  job({ subjectContext: "environment:any" }),
];

function job(change: Partial<KnownJob>): KnownJob {
  return {
    repository: "acme/hub",
    repositoryId: "11",
    ownerId: "22",
    subjectContext: "environment:dev",
    kind: "reader",
    roleName: "reader",
    ...change,
  };
}

/** A description that says what it must. */
const plain = { repository: "octo/tools", workflow: ".github/workflows/ci.yml" };

function errorsOf(input: unknown): readonly string[] {
  try {
    readJob(input, known);
  } catch (error) {
    if (error instanceof InvalidJob) {
      return error.errors;
    }
    throw error;
  }
  return [];
}

describe("a job's description", () => {
  it("may leave everything open but repository and workflow", () => {
    expect(readJob(plain, known)).to.deep.equal({
      run: {
        repository: "octo/tools",
        event: "push",
        ref: "refs/heads/main",
        immutableSubject: false,
        repositoryId: "234214296",
        ownerId: "669697216",
        environment: undefined,
        jobWorkflowRef: "octo/tools/.github/workflows/ci.yml@refs/heads/main",
      },
      workflowRef: "octo/tools/.github/workflows/ci.yml@refs/heads/main",
    });
  });

  it("may say everything", () => {
    const described = {
      ...plain,
      repositoryId: "7",
      ownerId: 8,
      environment: "eu:dev 1",
      ref: "refs/tags/v1.0.0",
      event: "workflow_dispatch",
      jobWorkflowRef: shared,
      immutableSubject: true,
    };

    expect(readJob(described, known)).to.deep.equal({
      run: {
        repository: "octo/tools",
        repositoryId: "7",
        ownerId: "8",
        environment: "eu:dev 1",
        ref: "refs/tags/v1.0.0",
        event: "workflow_dispatch",
        jobWorkflowRef: shared,
        immutableSubject: true,
      },
      workflowRef: "octo/tools/.github/workflows/ci.yml@refs/tags/v1.0.0",
    });
  });

  it("may be a run, which then is what the run says", () => {
    const run: GithubRun = {
      repository: "acme/hub",
      repositoryId: "11",
      ownerId: "22",
      event: "push",
      ref: "refs/heads/develop",
      jobWorkflowRef: deploy,
      environment: "dev",
      immutableSubject: true,
    };

    expect(readJob(run, known)).to.deep.equal({ run, workflowRef: deploy });
    const called = { ...run, jobWorkflowRef: shared };
    expect(errorsOf(called)).to.deep.equal([]);
    expect(readJob(called, known).run).to.deep.equal(called);
  });

  it("is of a pull request's merge ref where it is of that event, and of no other", () => {
    const refOf = (event: string) => readJob({ ...plain, event }, known).run.ref;

    expect(["pull_request", "pull_request_target", "workflow_dispatch"].map(refOf)).to.deep.equal([
      ...["refs/pull/1/merge", "refs/heads/main", "refs/heads/main"],
    ]);
  });

  it("is, without a ref, on the one that the settings hold for its environment, and on main where there is none or no one", () => {
    const others = [...known, job({ subjectContext: "environment:both", ref: "refs/heads/a" })].concat(
      job({ subjectContext: "environment:both", ref: "refs/heads/b" }),
    );
    const refOf = (environment?: string) =>
      readJob({ ...plain, repository: "acme/hub", ...(environment === undefined ? {} : { environment }) }, others).run
        .ref;

    expect(["dev", "eu:prod", "any", "both", "unknown", undefined].map(refOf)).to.deep.equal([
      ...["refs/heads/develop", "refs/heads/main", "refs/heads/main", "refs/heads/main", "refs/heads/main"],
      "refs/heads/main",
    ]);
    expect(readJob({ repository: "acme/hub", environment: "dev" }, known).run.jobWorkflowRef).to.equal(deploy);
  });

  describe("without ids", () => {
    const idsOf = (repository: string) => {
      const { repositoryId, ownerId } = readJob({ ...plain, repository }, known).run;
      return [repositoryId, ownerId];
    };

    it("has those of the settings: both of a repository that they name, the owner's of another one of the same", () => {
      expect(idsOf("acme/hub")).to.deep.equal(["11", "22"]);
      expect(idsOf("acme/other")[1]).to.equal("22");
      expect(idsOf("acme-evil/hub")).not.to.include.oneOf(["11", "22"]);
      expect(idsOf("acme/other")[0]).not.to.equal("11");
    });

    it("has made-up ones as GitHub gives them, the same for the same name in any case, and others for others", () => {
      const [repositoryId, ownerId] = idsOf("octo/tools");

      expect(`${repositoryId} ${ownerId}`).to.match(/^[1-9]\d{8} [1-9]\d{8}$/);
      expect(idsOf("Octo/Tools")).to.deep.equal([repositoryId, ownerId]);
      expect(idsOf("octo/tools2")).to.deep.equal([idsOf("octo/tools2")[0], ownerId]);
      expect(idsOf("octo/tools2")[0]).not.to.equal(repositoryId);
    });

    it("has those that are given rather than those of the settings", () => {
      const { run } = readJob({ ...plain, repository: "acme/hub", repositoryId: 99, ownerId: "98" }, known);

      expect([run.repositoryId, run.ownerId]).to.deep.equal(["99", "98"]);
    });
  });

  describe("without a workflow", () => {
    const workflowsOf = (description: object) => {
      const { run, workflowRef } = readJob({ repository: "acme/hub", ...description }, known);
      return [workflowRef, run.jobWorkflowRef];
    };

    it("has the one that the settings hold for its environment or branch", () => {
      const nightly = "acme/hub/.github/workflows/nightly.yml@refs/heads/main";

      expect(workflowsOf({})).to.deep.equal([nightly, nightly]);
    });

    it("has, of several that share an environment, the one that publishes from its ref", () => {
      expect(workflowsOf({ environment: "dev", ref: "refs/heads/develop" })).to.deep.equal([deploy, deploy]);
    });

    it("is called from some workflow of its own where the settings hold one of another repository", () => {
      expect(workflowsOf({ environment: "eu:prod" })).to.deep.equal([
        ...["acme/hub/.github/workflows/calling.yml@refs/heads/main", shared],
      ]);
    });

    it("is in the called one that is named, be it its own or another repository's", () => {
      const own = "acme/hub/.github/workflows/publish.yml@refs/heads/main";

      expect(workflowsOf({ environment: "staging", jobWorkflowRef: own })).to.deep.equal([own, own]);
      expect(workflowsOf({ environment: "eu:prod", jobWorkflowRef: own })).to.deep.equal([own, own]);
      expect(workflowsOf({ jobWorkflowRef: shared })).to.deep.equal([
        ...["acme/hub/.github/workflows/nightly.yml@refs/heads/main", shared],
      ]);
    });

    it("has a file of the publisher's name where the settings hold none, and of another name where none publishes", () => {
      const file = ".github/workflows/deploy.yml";

      expect(workflowsOf({ repository: "octo/tools" })[0]).to.equal(`octo/tools/${file}@refs/heads/main`);
      expect(workflowsOf({ repository: "octo/tools", environment: "dev" })[0]).to.equal(
        `octo/tools/${file}@refs/heads/develop`,
      );
      expect(workflowsOf({ environment: "any" })[0]).to.equal(`acme/hub/${file}@refs/heads/main`);
      expect(readJob({ repository: "octo/tools" }, []).workflowRef).to.equal(
        "octo/tools/.github/workflows/calling.yml@refs/heads/main",
      );
    });

    it("must name one where the settings hold several", () => {
      const give = "workflow: give one, as .github/workflows/FILE.yml; for";

      expect(errorsOf({ repository: "acme/hub", environment: "dev", ref: "refs/heads/main" })).to.deep.equal([
        `${give} acme/hub, environment dev the settings name several: ${deploy}, ` +
          "acme/hub/.github/workflows/layers.yml@refs/heads/develop",
      ]);
      expect(errorsOf({ ...plain, repository: "acme/hub", environment: "any" })).to.deep.equal([]);
    });
  });

  for (const [key, message, good, bad] of [
    [
      "repository",
      "write owner/name",
      ["a/b", "Acme-1/hub_2.py", `${"a".repeat(100)}/${"b".repeat(100)}`, "a/.github"],
      [
        "",
        "acme",
        "acme/",
        "/hub",
        "acme/hub/x",
        "acme/hub@1",
        "-acme/hub",
        "acme/..",
        "acme/*",
        "a b/c",
        "acme/hüb",
        7,
      ],
    ],
    [
      "repositoryId",
      "write GitHub's number",
      ["1", 1, "9".repeat(19), 0],
      ["", "x", "-1", -1, 1.5, "1e3", "007", "1".repeat(20)],
    ],
    ["ownerId", "write GitHub's number", ["1", 1, "0"], ["", "acme", null, true]],
    [
      "environment",
      "write the name of an environment",
      ["dev", "eu:dev 1", "ключ", "x".repeat(255)],
      ["", "a\nb", "x".repeat(256), 1, null],
    ],
    [
      "ref",
      "write a full ref, as in refs/heads/main",
      ["refs/heads/a/b", "refs/tags/v1.0", "refs/pull/7/merge"],
      [
        "main",
        "refs/heads/",
        "refs/notes/x",
        "refs/heads/a b",
        "refs/heads/a:b",
        "refs/heads/*",
        "refs/heads/a\u202e",
        1,
      ],
    ],
    [
      "event",
      "write push, workflow_dispatch, pull_request or pull_request_target",
      ["push", "workflow_dispatch", "pull_request", "pull_request_target"],
      ["", "Push", "schedule", 1, null],
    ],
    [
      "workflow",
      "write .github/workflows/FILE.yml",
      [".github/workflows/a.yml", ".github/workflows/a-b_c.1.yaml"],
      [
        "",
        "a.yml",
        ".github/workflows/a.txt",
        ".github/workflows/x/a.yml",
        ".github/workflows/a.yml@refs/heads/main",
        1,
      ],
    ],
    [
      "jobWorkflowRef",
      "write OWNER/NAME/.github/workflows/FILE.yml@FULL_REF",
      [shared, `acme/workflows/.github/workflows/publish.yml@${"0a".repeat(20)}`],
      [
        "",
        "publish.yml@main",
        "acme/workflows/.github/workflows/publish.yml",
        "acme/w/.github/workflows/p.yml@main",
        1,
      ],
    ],
    ["immutableSubject", "write true or false", [true, false], ["true", 1, null]],
  ] as const) {
    it(`says ${key} in GitHub's form`, () => {
      for (const value of good) {
        expect(errorsOf({ ...plain, [key]: value }), JSON.stringify(value)).to.deep.equal([]);
      }
      for (const value of bad) {
        expect(errorsOf({ ...plain, [key]: value }), JSON.stringify(value)).to.deep.equal([`${key}: ${message}`]);
      }
    });
  }

  it("lists every error at once, unknown keys too", () => {
    expect(
      errorsOf({ repository: "acme", ref: "main", event: "schedule", workflow: "a.yml", branch: "main" }),
    ).to.deep.equal([
      "repository: write owner/name",
      "ref: write a full ref, as in refs/heads/main",
      "event: write push, workflow_dispatch, pull_request or pull_request_target",
      "workflow: write .github/workflows/FILE.yml",
      'Unrecognized key: "branch"',
    ]);
    expect(errorsOf({})).to.deep.equal(["repository: write owner/name"]);
  });

  it("is a JSON object", () => {
    for (const input of [undefined, null, "acme/hub", 7, [plain]]) {
      expect(errorsOf(input)).to.deep.equal(["describe a job as a JSON object"]);
    }
    expect(errorsOf(plain)).to.deep.equal([]);
  });
});
