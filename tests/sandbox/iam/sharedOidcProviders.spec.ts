import { expect } from "chai";
import { openTrustError } from "../../../sandbox/iam/oidcProviders";

const issuer = "token.actions.githubusercontent.com";
const provider = `arn:aws:iam::123456789012:oidc-provider/${issuer}`;

const statement = (condition: object | undefined, federated: unknown = provider, Effect = "Allow") => ({
  Effect,
  Principal: { Federated: federated },
  Action: "sts:AssumeRoleWithWebIdentity",
  Condition: condition,
});
const fault = (...statements: object[]) =>
  openTrustError(JSON.stringify({ Version: "2012-10-17", Statement: statements }));

const refused = (from = issuer) =>
  `Trust policy with trusted principal arn:aws:iam::123456789012:oidc-provider/${from} must evaluate, using ` +
  `StringEquals, StringLike or StringEqualsIgnoreCase, ${from}:sub or ${from}:job_workflow_ref which is not scoped to all`;

describe("IAM's check of a trust in GitHub", () => {
  it("asks for sub or job_workflow_ref, and takes no other claim for it", () => {
    expect(fault(statement({ StringEquals: { [`${issuer}:sub`]: "repo:orb/api:environment:dev" } }))).to.equal(
      undefined,
    );
    expect(
      fault(statement({ StringLike: { [`${issuer}:job_workflow_ref`]: "orb/api/.github/workflows/*" } })),
    ).to.equal(undefined);
    expect(
      fault(statement({ StringEquals: { [`${issuer}:repository_id`]: "1", [`${issuer}:aud`]: "sts.amazonaws.com" } })),
    ).to.equal(refused());
    expect(fault(statement(undefined))).to.equal(refused());
  });

  it("takes three operators, in any case, and none that lets a token without the claim in", () => {
    const by = (operator: string) =>
      fault(statement({ [operator]: { [`${issuer}:SUB`]: "repo:orb/api:ref:refs/heads/main" } }));

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
      expect(by(operator)).to.equal(refused());
    }
  });

  it("refuses what is only wildcards, and reads no further", () => {
    const sub = (value: unknown) => fault(statement({ StringLike: { [`${issuer}:sub`]: value } }));

    for (const value of ["*", "**", "?*", "", ["*"], []]) {
      expect(sub(value)).to.equal(refused());
    }
    for (const value of ["repo:orb/*", "repo:*", ["repo:orb/api:ref:refs/heads/main", "*"]]) {
      expect(sub(value)).to.equal(undefined);
    }
  });

  it("asks the enterprise's own issuer for the claim of that issuer", () => {
    const enterprise = `${issuer}/octo`;
    const by = (key: string) =>
      fault(statement({ StringEquals: { [key]: "repo:orb/api:environment:dev" } }, `${provider}/octo`));

    expect(by(`${enterprise}:sub`)).to.equal(undefined);
    expect(by(`${issuer}:sub`)).to.equal(refused(enterprise));
  });

  it("asks every statement that allows, and each of its providers", () => {
    const closed = statement({ StringEquals: { [`${issuer}:sub`]: "repo:orb/api:environment:dev" } });
    const other = "arn:aws:iam::123456789012:oidc-provider/issuer.example.com";

    expect(fault(closed, statement(undefined))).to.equal(refused());
    expect(fault(statement(undefined, [other, provider]))).to.equal(refused());
    expect(fault(closed, statement(undefined, provider, "Deny"))).to.equal(undefined);
  });

  it("leaves other providers and principals alone", () => {
    expect(fault(statement(undefined, "arn:aws:iam::123456789012:oidc-provider/issuer.example.com"))).to.equal(
      undefined,
    );
    expect(fault(statement(undefined, `arn:aws:iam::123456789012:oidc-provider/${issuer}.evil.example`))).to.equal(
      undefined,
    );
    expect(openTrustError('{"Statement":{"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole"}}')).to.equal(
      undefined,
    );
  });
});
