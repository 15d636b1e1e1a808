import { expect } from "chai";
import {
  branchContext,
  environmentContext,
  environmentOf,
  type GithubJob,
  hasUnknownIds,
  subjects,
} from "../../github/jobs";

const job: GithubJob = {
  repository: "acme/packages",
  repositoryId: "11",
  ownerId: "22",
  subjectContext: "environment:prod",
};

describe("the environment of a subject's end", () => {
  it("is read back as it was written", () => {
    for (const name of ["prod", "a:b", "a:b:c", ""]) {
      expect(environmentOf(environmentContext(name))).to.equal(name);
    }
  });

  it("is absent where the end names a branch", () => {
    expect(environmentOf(branchContext("environment:prod"))).to.equal(undefined);
    expect(environmentOf("environmental:prod")).to.equal(undefined);
  });
});

describe("a job's subject", () => {
  it("has two forms: by name, and with the ids of owner and repository", () => {
    expect(subjects(job)).to.deep.equal([
      "repo:acme/packages:environment:prod",
      "repo:acme@22/packages@11:environment:prod",
    ]);
  });

  it("has the branch in both forms where the job names no environment", () => {
    expect(subjects({ ...job, subjectContext: branchContext("release/1") })).to.deep.equal([
      "repo:acme/packages:ref:refs/heads/release/1",
      "repo:acme@22/packages@11:ref:refs/heads/release/1",
    ]);
  });

  it("has each colon of an environment as %3A, so that no environment's name passes for more than a name", () => {
    expect(environmentContext("prod")).to.equal("environment:prod");
    expect(environmentContext("prod:ref:refs/heads/main")).to.equal("environment:prod%3Aref%3Arefs/heads/main");
  });
});

describe("the ids of a job", () => {
  it("are known where both are", () => {
    expect(hasUnknownIds(job)).to.equal(false);
    expect(hasUnknownIds({ ...job, repositoryId: "10", ownerId: "20" })).to.equal(false);
  });

  it("are unknown where either is 0", () => {
    expect(hasUnknownIds({ ...job, repositoryId: "0" })).to.equal(true);
    expect(hasUnknownIds({ ...job, ownerId: "0" })).to.equal(true);
    expect(hasUnknownIds({ ...job, repositoryId: "0", ownerId: "0" })).to.equal(true);
  });
});
