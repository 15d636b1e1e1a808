import { expect } from "chai";
import { accessTable, type AccessTable } from "../../../commands/access/table";
import { type Deployment, otherAudience } from "../../../sandbox/pulumi/deployment";
import {
  amiss,
  attemptsToAssume,
  claims,
  deployRegistry,
  publisher,
  publisherRole,
  verdicts,
} from "../../support/commands/accessRegistry";
import { deployChanged } from "../../support/deployments";

const allowed = {
  expected: "allowed",
  seen: "allowed",
  decidedBy: { document: "trust policy", statement: "AssumeFromGithubJob" },
  reason: 'allowed by statement "AssumeFromGithubJob" of trust policy',
};

/** The attempts that the trust policy's conditions stop, with those it finds unmet, and why they matter. */
const stopped: readonly (readonly [rule: string, attempt: string, unmet: readonly string[]])[] = [
  ["another environment of the repository", "another environment", ["sub"]],
  ["another branch, though its job names the environment", "another branch", ["ref", "job_workflow_ref"]],
  ["a tag, though its job names the environment", "a tag", ["ref", "job_workflow_ref"]],
  ["another workflow on the same branch", "another workflow of the repository", ["job_workflow_ref"]],
  ["a pull request", "a pull request", ["sub", "ref", "job_workflow_ref"]],
  [
    "a pull request whose job names the environment",
    "a pull request whose job names an environment",
    ["ref", "job_workflow_ref"],
  ],
  ["pull_request_target, which runs on the base branch", "pull_request_target", ["job_workflow_ref"]],
  ["a fork", "a fork", ["sub", "repository_id", "repository_owner_id", "job_workflow_ref"]],
  [
    "another repository of the same owner",
    "another repository of the owner",
    ["sub", "repository_id", "job_workflow_ref"],
  ],
  [
    "owners and repositories whose names look alike",
    "look-alike owners and repositories",
    ["sub", "repository_id", "repository_owner_id", "job_workflow_ref"],
  ],
  [
    "the same name registered again by someone else",
    "the same name with other ids (deleted and registered again)",
    ["repository_id", "repository_owner_id"],
  ],
  ["the name in another case", "another case of the name", ["sub", "job_workflow_ref"]],
  ["a token that says nothing of its subject", "a token without the claim sub", ["sub"]],
  ["a token that says nothing of its repository's id", "a token without the claim repository_id", ["repository_id"]],
  [
    "a token that says nothing of its owner's id",
    "a token without the claim repository_owner_id",
    ["repository_owner_id"],
  ],
  ["a token that says nothing of its ref", "a token without the claim ref", ["ref"]],
  ["a token that says nothing of its workflow", "a token without the claim job_workflow_ref", ["job_workflow_ref"]],
];

describe("the role of a job with a GitHub environment", () => {
  let table: AccessTable;
  const attempt = (what: string) => attemptsToAssume(table, publisherRole).find((one) => one.what === what);

  before(async () => {
    table = accessTable(await deployRegistry(), []);
  });

  it("may be assumed by that job, its subject by name", () => {
    expect(attempt("the job, its subject by name")).to.deep.equal({ what: "the job, its subject by name", ...allowed });
  });

  it("may be assumed by that job, its subject with the ids of owner and repository", () => {
    expect(attempt("the job, its subject with ids")).to.deep.equal({
      what: "the job, its subject with ids",
      ...allowed,
    });
  });

  for (const [rule, what, unmet] of stopped) {
    it(`may not be assumed by ${rule}`, () => {
      const { expected, seen, decidedBy, unmet: found } = attempt(what)!;

      expect({ expected, seen, decidedBy, unmet: found }).to.deep.equal({
        expected: "denied",
        seen: "denied",
        decidedBy: undefined,
        unmet: claims(...unmet),
      });
    });
  }

  it("may not be assumed with a token for another audience, though the account's provider knows that audience", () => {
    const { seen, unmet, reason } = attempt("a token for another audience")!;

    expect({ seen, unmet, reason }).to.deep.equal({
      seen: "denied",
      unmet: claims("aud"),
      reason:
        'statement "AssumeFromGithubJob" of trust policy: StringEquals token.actions.githubusercontent.com:aud: ' +
        `seen "${otherAudience}", wanted "sts.amazonaws.com"`,
    });
  });

  for (const [rule, what, reason] of [
    [
      "with a token without an audience",
      "a token without the claim aud",
      "the OIDC provider of token.actions.githubusercontent.com is shown no audience",
    ],
    [
      "with a token of another issuer",
      "a token of another issuer",
      "no OIDC provider of the account is for another.example",
    ],
    [
      "by an administrator: its right alone is not enough",
      "a role of this account or another, whatever its own account allows it",
      "statement 1 of its own administrator policy allows sts:AssumeRole, but the trust policy must allow it too: " +
        "no statement allows sts:AssumeRole",
    ],
  ] as const) {
    it(`may not be assumed ${rule}`, () => {
      expect(attempt(what)).to.deep.equal({ what, expected: "denied", seen: "denied", reason });
    });
  }

  it("is asked for by no one else in the table", () => {
    expect(attemptsToAssume(table, publisherRole).map(({ what }) => what)).to.have.members([
      "the job, its subject by name",
      "the job, its subject with ids",
      ...stopped.map(([, what]) => what),
      "a token for another audience",
      "a token without the claim aud",
      "a token of another issuer",
      "a role of this account or another, whatever its own account allows it",
    ]);
  });
});

/** Denied whatever the setting says of environment, branch, ref and workflow. */
const alwaysDenied = {
  "a pull request": "denied",
  "a fork": "denied",
  "another repository of the owner": "denied",
  "look-alike owners and repositories": "denied",
  "the same name with other ids (deleted and registered again)": "denied",
  "another case of the name": "denied",
  "a token for another audience": "denied",
  "a token of another issuer": "denied",
  "a token without the claim aud": "denied",
  "a token without the claim sub": "denied",
  "a token without the claim repository_id": "denied",
  "a token without the claim repository_owner_id": "denied",
  "a role of this account or another, whatever its own account allows it": "denied",
};

const jobAllowed = { "the job, its subject by name": "allowed", "the job, its subject with ids": "allowed" };

const calledWorkflow = "acme/shared/.github/workflows/publish.yml@refs/heads/main";

/** What a setting leaves open is allowed, and expected to be; nothing else changes. */
const settings: readonly {
  readonly rule: string;
  readonly name: string;
  readonly job: object;
  readonly verdicts: Readonly<Record<string, string>>;
}[] = [
  {
    rule: "ref: any and workflow: any open the environment to every branch, tag and workflow, and to no job outside",
    name: "open",
    job: { ref: "any", workflow: "any" },
    verdicts: {
      "another environment": "denied",
      "another branch": "allowed",
      "a tag": "allowed",
      "another workflow of the repository": "allowed",
      "a pull request whose job names an environment": "allowed",
      pull_request_target: "allowed",
    },
  },
  {
    rule: "workflow: any opens the environment to other workflows of the branch, and to no other ref",
    name: "any-workflow",
    job: { workflow: "any" },
    verdicts: {
      "another environment": "denied",
      "another branch": "denied",
      "a tag": "denied",
      "another workflow of the repository": "allowed",
      "a pull request whose job names an environment": "denied",
      pull_request_target: "allowed",
      "a token without the claim ref": "denied",
    },
  },
  {
    rule: "ref: any opens the environment to other refs, and to no other workflow than the called one",
    name: "any-ref",
    job: { ref: "any", workflow: calledWorkflow },
    verdicts: {
      "another environment": "denied",
      "another branch": "allowed",
      "a tag": "allowed",
      "another workflow of the repository": "denied",
      "a pull request whose job names an environment": "allowed",
      pull_request_target: "denied",
      "a token without the claim job_workflow_ref": "denied",
    },
  },
  {
    rule: "a called workflow at a ref of its own opens nothing",
    name: "called",
    job: { workflow: calledWorkflow },
    verdicts: {
      "another environment": "denied",
      "another branch": "denied",
      "a tag": "denied",
      "another workflow of the repository": "denied",
      "a pull request whose job names an environment": "denied",
      pull_request_target: "denied",
      "a token without the claim ref": "denied",
      "a token without the claim job_workflow_ref": "denied",
    },
  },
  {
    rule: "branch instead of environment opens nothing: a job of that branch that names an environment is another job",
    name: "branch",
    job: { environment: undefined, branch: "develop" },
    verdicts: {
      "another environment": "denied",
      "another branch": "denied",
      "a tag": "denied",
      "another workflow of the repository": "denied",
      "a pull request whose job names an environment": "denied",
      pull_request_target: "denied",
      "a token without the claim ref": "denied",
      "a token without the claim job_workflow_ref": "denied",
    },
  },
  {
    rule: "branch with ref: any and workflow: any opens the branch to its other workflows, and to no other ref",
    name: "open-branch",
    job: { environment: undefined, branch: "develop", ref: "any", workflow: "any" },
    verdicts: {
      "another environment": "denied",
      "another branch": "denied",
      "a tag": "denied",
      "another workflow of the repository": "allowed",
      "a pull request whose job names an environment": "denied",
      pull_request_target: "allowed",
    },
  },
  {
    rule: "an environment whose name holds a colon opens nothing",
    name: "colon",
    job: { environment: "eu:dev" },
    verdicts: {
      "another environment": "denied",
      "another branch": "denied",
      "a tag": "denied",
      "another workflow of the repository": "denied",
      "a pull request whose job names an environment": "denied",
      pull_request_target: "denied",
      "a token without the claim ref": "denied",
      "a token without the claim job_workflow_ref": "denied",
    },
  },
];

describe("what a publisher's setting leaves open", () => {
  let deployment: Deployment;
  let table: AccessTable;

  before(async () => {
    const publishers = settings.map(({ name, job }) => ({ ...publisher, name, packages: ["orb-common"], ...job }));
    deployment = await deployRegistry({ publishers });
    table = accessTable(deployment, []);
  });

  for (const { rule, name, verdicts: expected } of settings) {
    it(rule, () => {
      expect(verdicts(attemptsToAssume(table, `${publisherRole}-${name}`))).to.deep.equal({
        ...jobAllowed,
        ...alwaysDenied,
        ...expected,
      });
    });
  }

  it("is what the table expects", () => {
    expect(amiss(deployment)).to.deep.equal([]);
  });
});

describe("the role of an enterprise's own issuer", () => {
  it("may be assumed with that issuer's tokens, and every other attempt ends as ever", async () => {
    const deployment = await deployRegistry({ githubEnterprise: "acme-corp" });
    const attempts = attemptsToAssume(accessTable(deployment, []), publisherRole);

    expect(verdicts(attempts)).to.deep.equal({
      ...jobAllowed,
      ...alwaysDenied,
      ...Object.fromEntries(stopped.map(([, what]) => [what, "denied"])),
    });
    expect(attempts.find(({ what }) => what === "another environment")?.unmet).to.deep.equal([
      "token.actions.githubusercontent.com/acme-corp:sub",
    ]);
    expect(amiss(deployment)).to.deep.equal([]);
  });
});

describe("a role whose job's ids are not known yet", () => {
  it("may not be assumed by the job as GitHub sends it, while the id 0 shows what it may once they are known", async () => {
    const table = accessTable(await deployChanged({}), []);
    const [byName, byIds, today] = attemptsToAssume(table, publisherRole);

    expect([byName, byIds]).to.deep.equal([
      { what: "the job, its subject by name", ...allowed },
      { what: "the job, its subject with ids", ...allowed },
    ]);
    expect({ ...today, reason: undefined }).to.deep.equal({
      what: "the job as GitHub sends it, while the settings hold the id 0",
      expected: "denied",
      seen: "denied",
      unmet: claims("repository_id", "repository_owner_id"),
      reason: undefined,
    });
  });

  it("stays closed while one of the two is known, and says so of its job", async () => {
    const deployment = await deployRegistry({ publishers: [{ ...publisher, ownerId: 0 }] });
    const table = accessTable(deployment, []);

    expect(table.roles.map(({ job }) => job)).to.deep.equal([
      "acme/hub, environment:dev, refs/heads/develop, .github/workflows/deploy.yml, once its ids are known",
    ]);
    expect(attemptsToAssume(table, publisherRole)[2]).to.include({
      what: "the job as GitHub sends it, while the settings hold the id 0",
      seen: "denied",
    });
    expect(amiss(deployment)).to.deep.equal([]);
  });
});
