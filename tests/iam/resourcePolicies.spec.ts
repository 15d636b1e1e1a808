import { expect } from "chai";
import { domainPolicy, repositoryPolicy } from "../../iam/resourcePolicies";

const domainArn = "arn:aws:codeartifact:us-east-1:123456789012:domain/orb-dev";
const repositoryArn = "arn:aws:codeartifact:us-east-1:123456789012:repository/orb-dev/python-packages";
const mint = ["codeartifact:GetAuthorizationToken"];
const read = ["codeartifact:GetRepositoryEndpoint", "codeartifact:ReadFromRepository"];

const toOrganization = (Action: readonly string[], Resource: string) => ({
  Sid: "ReadFromOrganization",
  Effect: "Allow",
  Action,
  Resource,
  Principal: "*",
  Condition: {
    StringEquals: { "aws:PrincipalOrgID": "o-a1b2c3d4e5" },
    StringNotEquals: { "aws:PrincipalAccount": "123456789012" },
  },
});
const toAccounts = (Action: readonly string[], Resource: string, AWS: readonly string[], owner = "123456789012") => ({
  Sid: "ReadFromAccounts",
  Effect: "Allow",
  Action,
  Resource,
  Principal: { AWS },
  Condition: { StringNotEquals: { "aws:PrincipalAccount": owner } },
});
const document = (...Statement: readonly object[]) => ({ Version: "2012-10-17", Statement });

const organizationId = "o-a1b2c3d4e5";
const accountIds = ["210987654321", "000000000001"];
const roots = ["arn:aws:iam::210987654321:root", "arn:aws:iam::000000000001:root"];

describe("what other accounts may do", () => {
  it("an organization's mint tokens for the domain, those of the owner's account excepted", () => {
    expect(domainPolicy(domainArn, { organizationId, accountIds: [] })).to.deep.equal(
      document(toOrganization(mint, domainArn)),
    );
  });

  it("an organization's read the repository, those of the owner's account excepted", () => {
    expect(repositoryPolicy(repositoryArn, { organizationId, accountIds: [] })).to.deep.equal(
      document(toOrganization(read, repositoryArn)),
    );
  });

  it("listed accounts mint tokens for the domain", () => {
    expect(domainPolicy(domainArn, { accountIds })).to.deep.equal(document(toAccounts(mint, domainArn, roots)));
  });

  it("listed accounts read the repository", () => {
    expect(repositoryPolicy(repositoryArn, { accountIds })).to.deep.equal(
      document(toAccounts(read, repositoryArn, roots)),
    );
  });

  it("an organization's and listed ones are admitted apart, so that either is enough", () => {
    expect(domainPolicy(domainArn, { organizationId, accountIds })).to.deep.equal(
      document(toOrganization(mint, domainArn), toAccounts(mint, domainArn, roots)),
    );
    expect(repositoryPolicy(repositoryArn, { organizationId, accountIds })).to.deep.equal(
      document(toOrganization(read, repositoryArn), toAccounts(read, repositoryArn, roots)),
    );
  });

  it("partition and owner are those of the domain's own ARN", () => {
    const arn = "arn:aws-us-gov:codeartifact:us-gov-west-1:999999999999:domain/orb-dev";
    expect(domainPolicy(arn, { accountIds: ["210987654321"] })).to.deep.equal(
      document(toAccounts(mint, arn, ["arn:aws-us-gov:iam::210987654321:root"], "999999999999")),
    );
  });

  it("no one is admitted where no one is named", () => {
    expect(domainPolicy(domainArn, { accountIds: [] })).to.deep.equal(document());
  });
});
