import { expect } from "chai";
import { otherAudience, prepareAccount } from "../../../sandbox/pulumi/deployment";
import { parseSettings, type Settings } from "../../../settings";
import { readStackConfiguration } from "../../../sandbox/pulumi/stackFiles";
import { exampleProject } from "../../support/exampleProject";

const github = "token.actions.githubusercontent.com";

function settings(changes: Readonly<Record<string, string>> = {}): Settings {
  return parseSettings({ ...readStackConfiguration(exampleProject, "dev").values, ...changes }, "dev", exampleProject);
}

describe("an account before its first deployment", () => {
  it("is AWS's example in the stack's region, with GitHub's OIDC provider and nothing else", () => {
    const account = prepareAccount(settings({ "aws:region": "eu-west-1" }));

    expect([account.accountId, account.region, account.partition]).to.deep.equal(["123456789012", "eu-west-1", "aws"]);
    expect(account.iam.oidcProviders.list().map(({ arn, clientIDList }) => [arn, clientIDList])).to.deep.equal([
      [`arn:aws:iam::123456789012:oidc-provider/${github}`, ["sts.amazonaws.com", otherAudience]],
    ]);
    expect(account.iam.roles.list()).to.deep.equal([]);
    expect(account.iam.policies.list()).to.deep.equal([]);
    expect(account.codeartifact.domains.list()).to.deep.equal([]);
  });

  it("is the first that the AWS provider may touch", () => {
    const account = prepareAccount(settings({ "aws:allowedAccountIds": '["210987654321","111122223333"]' }));

    expect(account.accountId).to.equal("210987654321");
  });

  it("is the one of the OIDC provider that a setting names", () => {
    const account = prepareAccount(
      settings({
        "package-registry:oidcProviderArn": `arn:aws:iam::444455556666:oidc-provider/${github}`,
        "aws:allowedAccountIds": '["210987654321"]',
      }),
    );

    expect(account.accountId).to.equal("444455556666");
    expect(account.iam.oidcProviders.list().map(({ arn }) => arn)).to.deep.equal([
      `arn:aws:iam::444455556666:oidc-provider/${github}`,
    ]);
  });

  it("is the one of the boundary, or of the key, that a setting names", () => {
    const permissionsBoundary = prepareAccount(
      settings({ "package-registry:permissionsBoundary": "arn:aws:iam::444455556666:policy/boundary" }),
    );
    const keyArn = "arn:aws:kms:us-east-1:777788889999:key/known";
    const encryption = prepareAccount(settings({ "package-registry:encryption": keyArn }));

    expect(permissionsBoundary.accountId).to.equal("444455556666");
    expect(encryption.accountId).to.equal("777788889999");
    expect(encryption.kms.describeKey({ keyId: keyArn })).to.deep.include({ keyId: "known", keyState: "Enabled" });
  });

  it("has no account id of a policy that is AWS's own", () => {
    const account = prepareAccount(
      settings({ "package-registry:permissionsBoundary": "arn:aws:iam::aws:policy/PowerUserAccess" }),
    );

    expect(account.accountId).to.equal("123456789012");
  });

  it("has the provider of the enterprise's own issuer where a setting names the enterprise", () => {
    const account = prepareAccount(settings({ "package-registry:githubEnterprise": "octo" }));

    expect(account.iam.oidcProviders.list().map(({ url }) => url)).to.deep.equal([`${github}/octo`]);
  });
});
