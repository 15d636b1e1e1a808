import { expect } from "chai";
import { parsePolicy } from "../../../iam/grammar";
import { permissionSentences, trustSentences } from "../../../sandbox/page/roleSentences";

const registry = "arn:aws:codeartifact:us-east-1:123456789012";

function sentences(...statements: readonly object[]) {
  const Statement = statements.map((statement) => ({ Effect: "Allow", ...statement }));
  return permissionSentences(parsePolicy({ Version: "2012-10-17", Statement }, "identity", "permissions"));
}

describe("what a role may, in sentences", () => {
  it("names packages by repository, and at most six of a list", () => {
    const packages = ["a", "b", "c", "d", "e", "f", "g"].map((name) => `${registry}:package/orb/lib/pypi//${name}`);

    expect(
      sentences(
        { Action: "codeartifact:PublishPackageVersion", Resource: packages },
        { Action: "codeartifact:PublishPackageVersion", Resource: `${registry}:package/orb/lib/pypi//*` },
        { Action: "codeartifact:ReadFromRepository", Resource: [`${registry}:repository/orb/lib`, "*"] },
      ).may,
    ).to.deep.equal([
      "publish a, b, c, d, e, f and 1 more in lib",
      "publish every package in lib",
      "read lib, everything",
    ]);
  });

  it("says publish or read only of a statement that has no other action", () => {
    const { may, mayNot } = sentences(
      { Action: ["codeartifact:ReadFromRepository", "codeartifact:DeletePackage", "iam:GetRole"], Resource: "*" },
      { Effect: "Deny", Action: ["codeartifact:PublishPackageVersion", "codeartifact:DeletePackage"], Resource: "*" },
      { NotAction: "iam:*", Resource: "*" },
    );

    expect(may).to.deep.equal([
      "codeartifact: ReadFromRepository, DeletePackage; iam: GetRole on everything",
      "all but iam: * on everything",
    ]);
    expect(mayNot).to.deep.equal(["codeartifact: PublishPackageVersion, DeletePackage on everything"]);
  });

  it("says how long a token lasts at most, and every other condition as it is written", () => {
    expect(
      sentences(
        {
          Action: "sts:GetServiceBearerToken",
          Resource: "*",
          Condition: { NumericLessThanEquals: { "sts:DurationSeconds": "900" } },
        },
        {
          Action: "codeartifact:ReadFromRepository",
          Resource: `${registry}:repository/orb/lib`,
          Condition: { Bool: { "aws:SecureTransport": "true" } },
        },
      ).may,
    ).to.deep.equal([
      "have AWS issue a registry token of at most 15 minutes",
      "read lib, where aws:SecureTransport Bool true",
    ]);
  });
});

describe("whom a role trusts, in sentences", () => {
  const trust = (statement: object) =>
    trustSentences(
      parsePolicy({ Version: "2012-10-17", Statement: { Effect: "Allow", ...statement } }, "trust", "trust policy"),
    );
  const issuer = "token.actions.githubusercontent.com";

  it("describes a GitHub job by repository, environment, workflow and ref", () => {
    const job = {
      Principal: { Federated: `arn:aws:iam::123456789012:oidc-provider/${issuer}` },
      Action: "sts:AssumeRoleWithWebIdentity",
    };
    const claims = {
      [`${issuer}:sub`]: "repo:acme/hub:environment:dev",
      [`${issuer}:job_workflow_ref`]: "acme/shared/.github/workflows/publish.yml@refs/tags/v1",
      [`${issuer}:ref`]: "refs/heads/main",
    };

    expect(trust({ ...job, Condition: { StringEquals: claims } })).to.deep.equal([
      "a job of acme/hub, in environment dev, with the workflow acme/shared/.github/workflows/publish.yml@refs/tags/v1, on refs/heads/main",
    ]);
    expect(trust({ ...job, Condition: { StringEquals: { [`${issuer}:actor`]: "octocat" } } })).to.deep.equal([
      "a job of any repository, where actor octocat",
    ]);
  });

  it("names other principals", () => {
    expect(
      trust({ Principal: { AWS: "arn:aws:iam::123456789012:role/admin" }, Action: "sts:AssumeRole" }),
    ).to.deep.equal(["AWS arn:aws:iam::123456789012:role/admin"]);
  });
});
