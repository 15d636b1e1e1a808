import { expect } from "chai";
import { environmentContext } from "../../../github/jobs";
import { githubIssuer, trustPolicy } from "../../../iam/trust";
import { githubTrust } from "../../../policies/rules/githubTrust";
import { judge } from "../../support/policies/judge";
import { planRole } from "../../support/planRole";

const github = "token.actions.githubusercontent.com";
const exact = {
  sub: "repo:acme-org/wheels:environment:prod",
  aud: "sts.amazonaws.com",
  repository_id: "1",
  repository_owner_id: "2",
};

function judgeDocument(
  document: unknown,
  type = "aws:iam/role:Role",
  property = "assumeRolePolicy",
): readonly string[] {
  return judge(githubTrust, { type, name: "release", props: { [property]: document } });
}

/** What is reported of a role with these conditions; keys are claims of the issuer. */
function reports(
  conditions: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
  issuer = github,
  principal?: object,
) {
  const Condition = Object.fromEntries(
    Object.entries(conditions).map(([operator, tests]) => [
      operator,
      Object.fromEntries(Object.entries(tests).map(([claim, value]) => [`${issuer}:${claim}`, value])),
    ]),
  );
  return judgeDocument({
    Version: "2012-10-17",
    Statement: {
      Effect: "Allow",
      Principal: principal ?? { Federated: `arn:aws:iam::123456789012:oidc-provider/${issuer}` },
      Action: "sts:AssumeRoleWithWebIdentity",
      Condition,
    },
  });
}

describe("exact-github-trust", () => {
  it("takes exact values of sub, aud, repository_id and repository_owner_id, and reports each that is missing", () => {
    expect(reports({ StringEquals: exact })).to.deep.equal([]);
    expect(
      reports({ StringEquals: { ...exact, sub: [exact.sub, "repo:acme-org/wheels:environment:dev"] } }),
    ).to.deep.equal([]);
    for (const claim of Object.keys(exact)) {
      const [message = ""] = reports({ StringEquals: { ...exact, [claim]: undefined } });
      expect(message, claim).to.match(new RegExp(`${github}:${claim} `));
    }
    expect(reports({ StringEquals: { aud: exact.aud, repository_id: "1", repository_owner_id: "2" } })).to.deep.equal([
      `release: assumeRolePolicy, statement 1 admits GitHub jobs that it does not name exactly. ${github}:sub is not compared; ` +
        "required: StringEquals, the subject of one environment or branch. Compare each claim by StringEquals with exact " +
        "values. A name can be registered again by others, an id cannot.",
    ]);
  });

  it("rejects wildcards and every weaker operator", () => {
    const { sub, ...others } = exact;

    for (const operator of ["StringLike", "StringEqualsIfExists", "ForAllValues:StringEquals", "StringNotEquals"]) {
      expect(reports({ StringEquals: others, [operator]: { sub } })[0], operator).to.include(
        `${github}:sub is compared by ${operator} "${sub}"`,
      );
    }
    expect(reports({ StringEquals: { ...others, sub: "repo:acme-org/*" } })).to.have.length(1);
    expect(reports({ StringEquals: { ...others, sub: [sub, "*"] } })).to.have.length(1);
    expect(reports({ StringEquals: exact, StringLike: { ref: "refs/tags/v*" } })).to.deep.equal([]);
  });

  it("compares the claims of an enterprise's own issuer", () => {
    const issuer = githubIssuer("acme");

    expect(reports({ StringEquals: exact }, issuer)).to.deep.equal([]);
    expect(
      reports({ StringEquals: exact }, github, { Federated: `arn:aws:iam::123456789012:oidc-provider/${issuer}` })[0],
    ).to.include(`${issuer}:sub is not compared`);
  });

  it("counts the principal * as GitHub's, and leaves other providers and services alone", () => {
    expect(reports({}, github, { AWS: "*" })).to.have.length(1);
    expect(reports({}, github, { Federated: "arn:aws:iam::123456789012:oidc-provider/gitlab.com" })).to.deep.equal([]);
    expect(
      judgeDocument({
        Version: "2012-10-17",
        Statement: { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" },
      }),
    ).to.deep.equal([]);
  });

  it("takes this project's trust, and rejects the original plan's, at both providers", () => {
    const job = {
      repository: "acme-org/wheels",
      repositoryId: "1",
      ownerId: "2",
      ref: "refs/heads/main",
      subjectContext: environmentContext("prod"),
    };
    const ours = trustPolicy(job, github, `arn:aws:iam::123456789012:oidc-provider/${github}`);

    expect(judgeDocument(JSON.stringify(ours))).to.deep.equal([]);
    expect(judgeDocument(planRole.trust)).to.have.length(1);
    expect(judgeDocument(ours, "aws-native:iam:Role", "assumeRolePolicyDocument")).to.deep.equal([]);
    expect(judgeDocument(planRole.trust, "aws-native:iam:Role", "assumeRolePolicyDocument")).to.have.length(1);
  });
});
