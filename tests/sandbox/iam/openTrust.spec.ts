import { expect } from "chai";
import { AwsError } from "../../../sandbox/core/awsError";
import { SandboxAccount } from "../../../sandbox/account";

const issuer = "token.actions.githubusercontent.com";
const provider = `arn:aws:iam::123456789012:oidc-provider/${issuer}`;

const statement = (condition: object | undefined, federated: unknown = provider, Effect = "Allow") => ({
  Effect,
  Principal: { Federated: federated },
  Action: "sts:AssumeRoleWithWebIdentity",
  Condition: condition,
});
/** Why IAM does not store a trust policy of these statements, if so. */
function errorOf(...statements: object[]): string | undefined {
  const assumeRolePolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement: statements });
  try {
    new SandboxAccount().iam.roles.create({ roleName: "publisher", assumeRolePolicyDocument });
    return undefined;
  } catch (error) {
    expect(error).to.be.instanceOf(AwsError).with.property("code", "MalformedPolicyDocument");
    return (error as AwsError).message;
  }
}

const rejected = (from = issuer) =>
  `Trust policy with trusted principal arn:aws:iam::123456789012:oidc-provider/${from} must evaluate, using ` +
  `StringEquals, StringLike or StringEqualsIgnoreCase, ${from}:sub or ${from}:job_workflow_ref which is not scoped to all`;

describe("IAM's check of a trust in GitHub", () => {
  it("asks for sub or job_workflow_ref, and takes no other claim for it", () => {
    expect(errorOf(statement({ StringEquals: { [`${issuer}:sub`]: "repo:orb/api:environment:dev" } }))).to.equal(
      undefined,
    );
    expect(
      errorOf(statement({ StringLike: { [`${issuer}:job_workflow_ref`]: "orb/api/.github/workflows/*" } })),
    ).to.equal(undefined);
    expect(
      errorOf(
        statement({ StringEquals: { [`${issuer}:repository_id`]: "1", [`${issuer}:aud`]: "sts.amazonaws.com" } }),
      ),
    ).to.equal(rejected());
    expect(errorOf(statement(undefined))).to.equal(rejected());
  });

  it("takes three operators, in any case, and none that lets a token without the claim in", () => {
    const by = (operator: string) =>
      errorOf(statement({ [operator]: { [`${issuer}:SUB`]: "repo:orb/api:ref:refs/heads/main" } }));

    for (const operator of ["StringEquals", "StringLike", "StringEqualsIgnoreCase", "stringlike"]) {
      expect(by(operator)).to.equal(undefined);
    }
    for (const operator of [
      "StringNotEquals",
      "ForAllValues:StringEquals",
      "StringEqualsIfExists",
      "StringNotLike",
      "Null",
    ]) {
      expect(by(operator)).to.equal(rejected());
    }
  });

  it("rejects what is only wildcards, and reads no further", () => {
    const sub = (value: unknown) => errorOf(statement({ StringLike: { [`${issuer}:sub`]: value } }));

    for (const value of ["*", "**", "?*", "", ["*"], []]) {
      expect(sub(value)).to.equal(rejected());
    }
    for (const value of ["repo:orb/*", "repo:*", ["repo:orb/api:ref:refs/heads/main", "*"]]) {
      expect(sub(value)).to.equal(undefined);
    }
  });

  it("asks the enterprise's own issuer for the claim of that issuer", () => {
    const enterprise = `${issuer}/octo`;
    const by = (key: string) =>
      errorOf(statement({ StringEquals: { [key]: "repo:orb/api:environment:dev" } }, `${provider}/octo`));

    expect(by(`${enterprise}:sub`)).to.equal(undefined);
    expect(by(`${issuer}:sub`)).to.equal(rejected(enterprise));
  });

  it("asks every statement that allows, and each of its providers", () => {
    const closed = statement({ StringEquals: { [`${issuer}:sub`]: "repo:orb/api:environment:dev" } });
    const other = "arn:aws:iam::123456789012:oidc-provider/issuer.example.com";

    expect(errorOf(closed, statement(undefined))).to.equal(rejected());
    expect(errorOf(statement(undefined, [other, provider]))).to.equal(rejected());
    expect(errorOf(closed, statement(undefined, provider, "Deny"))).to.equal(undefined);
  });

  it("leaves other providers and principals alone", () => {
    expect(errorOf(statement(undefined, "arn:aws:iam::123456789012:oidc-provider/issuer.example.com"))).to.equal(
      undefined,
    );
    expect(errorOf(statement(undefined, `arn:aws:iam::123456789012:oidc-provider/${issuer}.evil.example`))).to.equal(
      undefined,
    );
    expect(errorOf({ Effect: "Allow", Principal: "*", Action: "sts:AssumeRole" })).to.equal(undefined);
  });
});
