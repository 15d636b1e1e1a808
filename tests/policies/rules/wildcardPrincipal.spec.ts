import { expect } from "chai";
import { domainPolicy, repositoryPolicy } from "../../../iam/resourcePolicies";
import { wildcardPrincipal } from "../../../policies/rules/wildcardPrincipal";
import { judge } from "../../support/policies/judge";

const type = "aws:codeartifact/domainPermissions:DomainPermissions";
const repositoryType = "aws:codeartifact/repositoryPermissionsPolicy:RepositoryPermissionsPolicy";

function reports(statement: object, ofType = type, property = "policyDocument"): readonly string[] {
  const document = {
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "codeartifact:ReadFromRepository", Resource: "*", ...statement }],
  };
  return judge(wildcardPrincipal, { type: ofType, name: "sharing", props: { [property]: JSON.stringify(document) } });
}

describe("no-wildcard-principal", () => {
  it("rejects every form of the wildcard, and takes accounts and roles", () => {
    for (const principal of ["*", { AWS: "*" }, { AWS: ["*"] }, { AWS: ["123456789012", "*"] }]) {
      expect(reports({ Principal: principal }), JSON.stringify(principal)).to.deep.equal([
        'sharing: policyDocument, statement 1 allows the principal "*", which is every AWS account. Name the accounts as ' +
          "principals, or add the condition StringEquals on aws:PrincipalOrgID or aws:PrincipalAccount with exact values.",
      ]);
    }
    for (const principal of [
      { AWS: "123456789012" },
      { AWS: ["arn:aws:iam::123456789012:root", "arn:aws:iam::123456789012:role/reader"] },
    ]) {
      expect(reports({ Principal: principal }), JSON.stringify(principal)).to.deep.equal([]);
    }
  });

  it("takes a wildcard that exact accounts or one organization bound, and no other bound", () => {
    const bounded = (Condition: object) => reports({ Principal: "*", Condition }).length === 0;

    expect(bounded({ StringEquals: { "aws:PrincipalOrgID": "o-a1b2c3d4e5" } })).to.equal(true);
    expect(bounded({ StringEquals: { "AWS:principalaccount": ["123456789012", "210987654321"] } })).to.equal(true);
    for (const condition of [
      { StringLike: { "aws:PrincipalOrgID": "o-*" } },
      { StringEquals: { "aws:PrincipalOrgID": "*" } },
      { StringEquals: { "aws:PrincipalOrgID": [] } },
      { StringEquals: { "aws:PrincipalOrgID": ["o-a1b2c3d4e5", "${aws:PrincipalOrgID}"] } },
      { StringEqualsIfExists: { "aws:PrincipalOrgID": "o-a1b2c3d4e5" } },
      { "ForAllValues:StringEquals": { "aws:PrincipalAccount": "123456789012" } },
      { StringNotEquals: { "aws:PrincipalAccount": "123456789012" } },
      { StringEquals: { "aws:SourceAccount": "123456789012" } },
      { IpAddress: { "aws:SourceIp": "10.0.0.0/8" } },
    ]) {
      expect(bounded(condition), JSON.stringify(condition)).to.equal(false);
    }
  });

  it("rejects NotPrincipal that allows, and takes a wildcard that denies", () => {
    const [message = ""] = reports({ NotPrincipal: { AWS: "123456789012" } });

    expect(message).to.include("allows all but its NotPrincipal, which is every AWS account");
    expect(reports({ Effect: "Deny", Principal: "*" })).to.deep.equal([]);
  });

  it("reads the policies of repositories, and those of AWS's own provider", () => {
    for (const [ofType, property] of [
      [repositoryType, "policyDocument"],
      ["aws-native:codeartifact:Domain", "permissionsPolicyDocument"],
      ["aws-native:codeartifact:Repository", "permissionsPolicyDocument"],
    ] as const) {
      expect(reports({ Principal: "*" }, ofType, property), ofType).to.have.length(1);
      expect(reports({ Principal: { AWS: "123456789012" } }, ofType, property), ofType).to.deep.equal([]);
    }
    expect(
      judge(wildcardPrincipal, { type: "aws-native:codeartifact:Domain", props: { domainName: "wheels" } }),
    ).to.deep.equal([]);
  });

  it("takes the documents with which this project shares, as text and as values", () => {
    const others = { organizationId: "o-a1b2c3d4e5", accountIds: ["210987654321"] };
    const place = "arn:aws:codeartifact:us-east-1:123456789012";
    const domain = domainPolicy(`${place}:domain/wheels`, others);
    const repository = repositoryPolicy(`${place}:repository/wheels/index`, others);

    expect(judge(wildcardPrincipal, { type, props: { policyDocument: JSON.stringify(domain) } })).to.deep.equal([]);
    expect(judge(wildcardPrincipal, { type: repositoryType, props: { policyDocument: repository } })).to.deep.equal([]);
  });

  it("reports a document that AWS rejects, and says why", () => {
    expect(judge(wildcardPrincipal, { type, props: { policyDocument: "{" } })).to.deep.equal([
      "policyDocument: This policy contains invalid Json: AWS rejects this policy, and no rule knows what it allows. " +
        "Correct the document.",
    ]);
  });
});
