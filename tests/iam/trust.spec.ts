import { expect } from "chai";
import type { GithubJob } from "../../github/jobs";
import { audience, githubIssuer, trustPolicy } from "../../iam/trust";

const host = "token.actions.githubusercontent.com";
const providerArn = `arn:aws:iam::123456789012:oidc-provider/${host}`;
const reader: GithubJob = {
  repository: "acme/packages",
  repositoryId: "11",
  ownerId: "22",
  subjectContext: "environment:prod",
};
const publisher: GithubJob = {
  ...reader,
  ref: "refs/heads/main",
  jobWorkflowRef: "acme/packages/.github/workflows/publish.yml@refs/heads/main",
};

/** The whole document that admits under exactly these conditions. */
const admits = (provider: string, stringEquals: object) => ({
  Version: "2012-10-17",
  Statement: [
    {
      Sid: "AssumeFromGithubJob",
      Effect: "Allow",
      Principal: { Federated: provider },
      Action: "sts:AssumeRoleWithWebIdentity",
      Condition: { StringEquals: stringEquals },
    },
  ],
});

describe("where GitHub's tokens come from", () => {
  it("is one host for all, and a path of it for an enterprise with an issuer of its own", () => {
    expect(githubIssuer()).to.equal("token.actions.githubusercontent.com");
    expect(githubIssuer("acme")).to.equal("token.actions.githubusercontent.com/acme");
  });

  it("gives them to AWS's audience", () => {
    expect(audience).to.equal("sts.amazonaws.com");
  });
});

describe("a role's trust policy", () => {
  it("admits a publisher by audience, both subjects, ids, ref and workflow: all of them, and each exactly", () => {
    expect(trustPolicy(publisher, host, providerArn)).to.deep.equal(
      admits(providerArn, {
        "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
        "token.actions.githubusercontent.com:sub": [
          "repo:acme/packages:environment:prod",
          "repo:acme@22/packages@11:environment:prod",
        ],
        "token.actions.githubusercontent.com:repository_id": "11",
        "token.actions.githubusercontent.com:repository_owner_id": "22",
        "token.actions.githubusercontent.com:ref": "refs/heads/main",
        "token.actions.githubusercontent.com:job_workflow_ref":
          "acme/packages/.github/workflows/publish.yml@refs/heads/main",
      }),
    );
  });

  const ofReader = {
    [`${host}:aud`]: "sts.amazonaws.com",
    [`${host}:sub`]: ["repo:acme/packages:environment:prod", "repo:acme@22/packages@11:environment:prod"],
    [`${host}:repository_id`]: "11",
    [`${host}:repository_owner_id`]: "22",
  };

  it("says nothing of ref and workflow where the job says nothing of them", () => {
    expect(trustPolicy(reader, host, providerArn)).to.deep.equal(admits(providerArn, ofReader));
  });

  it("holds a job to its ref alone", () => {
    expect(trustPolicy({ ...reader, ref: "refs/tags/v1" }, host, providerArn)).to.deep.equal(
      admits(providerArn, { ...ofReader, [`${host}:ref`]: "refs/tags/v1" }),
    );
  });

  it("holds a job to its workflow alone", () => {
    expect(
      trustPolicy({ ...reader, jobWorkflowRef: "o/r/.github/workflows/x.yml@v1" }, host, providerArn),
    ).to.deep.equal(
      admits(providerArn, { ...ofReader, [`${host}:job_workflow_ref`]: "o/r/.github/workflows/x.yml@v1" }),
    );
  });

  it("admits a job on a branch by the branch's subject", () => {
    expect(trustPolicy({ ...publisher, subjectContext: "ref:refs/heads/main" }, host, providerArn)).to.deep.equal(
      admits(providerArn, {
        ...ofReader,
        [`${host}:sub`]: ["repo:acme/packages:ref:refs/heads/main", "repo:acme@22/packages@11:ref:refs/heads/main"],
        [`${host}:ref`]: "refs/heads/main",
        [`${host}:job_workflow_ref`]: "acme/packages/.github/workflows/publish.yml@refs/heads/main",
      }),
    );
  });

  it("compares the claims of the enterprise's own issuer, by that issuer's provider", () => {
    const enterprise = `${host}/acme`;
    const provider = `arn:aws:iam::123456789012:oidc-provider/${enterprise}`;
    expect(trustPolicy(publisher, enterprise, provider)).to.deep.equal(
      admits(provider, {
        "token.actions.githubusercontent.com/acme:aud": "sts.amazonaws.com",
        "token.actions.githubusercontent.com/acme:sub": [
          "repo:acme/packages:environment:prod",
          "repo:acme@22/packages@11:environment:prod",
        ],
        "token.actions.githubusercontent.com/acme:repository_id": "11",
        "token.actions.githubusercontent.com/acme:repository_owner_id": "22",
        "token.actions.githubusercontent.com/acme:ref": "refs/heads/main",
        "token.actions.githubusercontent.com/acme:job_workflow_ref":
          "acme/packages/.github/workflows/publish.yml@refs/heads/main",
      }),
    );
  });
});
