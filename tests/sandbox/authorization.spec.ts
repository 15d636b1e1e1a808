import { expect } from "chai";
import { decide, decideAssumeRole, decideToken } from "../../sandbox/authorization";
import { SandboxAccount } from "../../sandbox/account";
import { AwsError } from "../../sandbox/core/awsError";

type Statement = Readonly<Record<string, unknown>>;

const accountId = "123456789012";
const elsewhere = "210987654321";
const issuer = "token.actions.githubusercontent.com";
const roleArn = `arn:aws:iam::${accountId}:role/publisher`;
const domainArn = `arn:aws:codeartifact:us-east-1:${accountId}:domain/orb-dev`;
const repositoryArn = `arn:aws:codeartifact:us-east-1:${accountId}:repository/orb-dev/python-packages`;
const packageArn = `arn:aws:codeartifact:us-east-1:${accountId}:package/orb-dev/python-packages/pypi//orb-common`;
const read = "codeartifact:ReadFromRepository";

const claims = { aud: "sts.amazonaws.com", sub: "repo:acme/hub:environment:dev", repository_id: "11" };

function text(...statements: readonly Statement[]): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: statements });
}

function allow(action: string, resource: string, more: Statement = {}): Statement {
  return { Sid: "Grant", Effect: "Allow", Action: action, Resource: resource, ...more };
}

/** An account with GitHub's provider, a domain with one repository, and a role that a job may assume. */
function prepare(condition: Statement = { [`${issuer}:sub`]: claims.sub }, boundary?: string): SandboxAccount {
  const account = new SandboxAccount();
  const { arn } = account.iam.oidcProviders.create({
    url: `https://${issuer}`,
    clientIDList: ["sts.amazonaws.com", "other.example"],
  });
  account.codeartifact.domains.create({ domain: "orb-dev" });
  account.codeartifact.repositories.create({ domain: "orb-dev", repository: "python-packages" });
  account.iam.roles.create({
    roleName: "publisher",
    permissionsBoundary: boundary,
    assumeRolePolicyDocument: text({
      Sid: "Job",
      Effect: "Allow",
      Principal: { Federated: arn },
      Action: "sts:AssumeRoleWithWebIdentity",
      Condition: { StringEquals: condition },
    }),
  });
  return account;
}

function permit(account: SandboxAccount, ...statements: readonly Statement[]): void {
  account.iam.roles.putPolicy({
    roleName: "publisher",
    policyName: "permissions",
    policyDocument: text(...statements),
  });
}

describe("whether a token's bearer may assume a role", () => {
  it("is what the trust policy says of its claims", () => {
    const account = prepare({ [`${issuer}:aud`]: "sts.amazonaws.com", [`${issuer}:sub`]: claims.sub });

    expect(decideAssumeRole(account, "publisher", { issuer, claims })).to.deep.equal({
      outcome: "allowed",
      decidedBy: { document: "trust policy", statement: "Job" },
      reason: 'allowed by statement "Job" of trust policy',
    });
    expect(
      decideAssumeRole(account, "publisher", { issuer, claims: { ...claims, sub: "repo:x/y:z" } }).unmet,
    ).to.deep.equal([`${issuer}:sub`]);
    expect(
      decideAssumeRole(account, "publisher", { issuer, claims: { ...claims, aud: "other.example" } }).unmet,
    ).to.deep.equal([`${issuer}:aud`]);
  });

  it("is no where the account has no provider of its issuer", () => {
    const account = prepare();

    for (const other of ["another.example", `${issuer}/acme-corp`, "githubusercontent.com"]) {
      expect(decideAssumeRole(account, "publisher", { issuer: other, claims })).to.deep.equal({
        outcome: "implicitlyDenied",
        reason: `no OIDC provider of the account is for ${other}`,
      });
    }
  });

  it("is no where the provider does not know its audience, whatever the trust policy says", () => {
    expect(
      decideAssumeRole(prepare(), "publisher", { issuer, claims: { ...claims, aud: "api.example" } }),
    ).to.deep.equal({
      outcome: "implicitlyDenied",
      reason: `the OIDC provider of ${issuer} is shown an audience it does not know, api.example`,
    });
    expect(
      decideAssumeRole(prepare(), "publisher", { issuer, claims: { sub: claims.sub, repository_id: "11" } }),
    ).to.deep.equal({ outcome: "implicitlyDenied", reason: `the OIDC provider of ${issuer} is shown no audience` });
  });

  it("is no where it comes from another provider of the account than the trust policy names", () => {
    const account = prepare();
    account.iam.oidcProviders.create({
      url: `https://${issuer}/acme-corp`,
      clientIDList: ["sts.amazonaws.com"],
    });

    expect(decideAssumeRole(account, "publisher", { issuer: `${issuer}/acme-corp`, claims })).to.deep.equal({
      outcome: "implicitlyDenied",
      reason:
        'statement "Job" of trust policy allows sts:AssumeRoleWithWebIdentity, ' +
        `but not to arn:aws:iam::${accountId}:oidc-provider/${issuer}/acme-corp`,
    });
  });

  const handedOn = [
    ...["actor", "actor_id", "enterprise_id", "environment", "job_workflow_ref", "ref"],
    ...["repository", "repository_id", "repository_owner_id", "workflow"],
  ];
  for (const claim of handedOn) {
    it(`may depend on ${claim}, which AWS hands to the trust policy`, () => {
      const account = prepare({ [`${issuer}:sub`]: claims.sub, [`${issuer}:${claim}`]: "x" });

      expect(decideAssumeRole(account, "publisher", { issuer, claims: { ...claims, [claim]: "x" } }).outcome).to.equal(
        "allowed",
      );
      expect(
        decideAssumeRole(account, "publisher", { issuer, claims: { ...claims, [claim]: "y" } }).unmet,
      ).to.deep.equal([`${issuer}:${claim}`]);
    });
  }

  for (const claim of ["event_name", "ref_type", "repository_owner", "runner_environment", "workflow_ref"]) {
    it(`cannot depend on ${claim}, which AWS loses on the way: a policy that asks for it admits no one`, () => {
      const account = prepare({ [`${issuer}:sub`]: claims.sub, [`${issuer}:${claim}`]: "x" });
      const decision = decideAssumeRole(account, "publisher", { issuer, claims: { ...claims, [claim]: "x" } });

      expect(decision).to.deep.equal({
        outcome: "implicitlyDenied",
        unmet: [`${issuer}:${claim}`],
        reason: `statement "Job" of trust policy: StringEquals ${issuer}:${claim}: absent, wanted "x"`,
      });
    });
  }

  it("cannot be asked of a role that there is not", () => {
    expect(() => decideAssumeRole(prepare(), "unknown", { issuer, claims })).to.throw(
      AwsError,
      "The role with name unknown cannot be found.",
    );
  });
});

describe("whether a role may do something", () => {
  it("is what its inline and managed policies say", () => {
    const account = prepare();
    expect(decide(account, { arn: roleArn }, read, repositoryArn)).to.deep.equal({
      outcome: "implicitlyDenied",
      reason: `no statement allows ${read}`,
    });

    permit(account, allow(read, repositoryArn));
    expect(decide(account, { arn: roleArn }, read, repositoryArn).decidedBy).to.deep.equal({
      document: "inline policy permissions",
      statement: "Grant",
    });
    expect(decide(account, { arn: roleArn }, read, `${repositoryArn}-2`).outcome).to.equal("implicitlyDenied");

    const { arn } = account.iam.policies.create({
      policyName: "describe",
      policyDocument: text(allow("codeartifact:Describe*", "*")),
    });
    account.iam.policies.attach({ roleName: "publisher", policyArn: arn });
    expect(decide(account, { arn: roleArn }, "codeartifact:DescribeDomain", domainArn).decidedBy).to.deep.equal({
      document: "managed policy describe",
      statement: "Grant",
    });
  });

  it("depends on what the request tells of its caller: account, role, organization, and what is given beside", () => {
    const conditions = {
      "aws:PrincipalAccount": accountId,
      "aws:PrincipalArn": roleArn,
      "aws:PrincipalOrgID": "o-a1b2c3d4e5",
      "sts:AWSServiceName": "codeartifact.amazonaws.com",
    };
    const account = prepare();
    permit(account, allow(read, "*", { Condition: { StringEquals: conditions } }));
    const context = { "sts:AWSServiceName": "codeartifact.amazonaws.com" };

    expect(
      decide(account, { arn: roleArn, organizationId: "o-a1b2c3d4e5" }, read, repositoryArn, context).outcome,
    ).to.equal("allowed");
    expect(decide(account, { arn: roleArn }, read, repositoryArn).unmet).to.deep.equal([
      "aws:PrincipalOrgID",
      "sts:AWSServiceName",
    ]);
  });

  it("is bounded by a boundary that the account holds, and by none that it does not", () => {
    const boundary = `arn:aws:iam::${accountId}:policy/boundary`;
    const unheld = prepare(undefined, boundary);
    const held = prepare(undefined, boundary);
    held.iam.policies.create({ policyName: "boundary", policyDocument: text(allow("iam:*", "*")) });
    for (const account of [unheld, held]) {
      permit(account, allow(read, repositoryArn));
    }

    expect(decide(unheld, { arn: roleArn }, read, repositoryArn).outcome).to.equal("allowed");
    expect(decide(held, { arn: roleArn }, read, repositoryArn)).to.deep.equal({
      outcome: "implicitlyDenied",
      reason:
        `statement "Grant" of inline policy permissions allows ${read}, but the permissions boundary must allow it too: ` +
        `no statement allows ${read}`,
    });
  });

  it("is what either the domain's or the repository's policy says too, on the repository and its packages", () => {
    const account = prepare();
    const publish = "codeartifact:PublishPackageVersion";
    account.codeartifact.domains.putPermissionsPolicy({
      domain: "orb-dev",
      policyDocument: text(allow(read, "*", { Principal: { AWS: roleArn } })),
    });
    account.codeartifact.repositories.putPermissionsPolicy({
      domain: "orb-dev",
      repository: "python-packages",
      policyDocument: text(allow(publish, "*", { Principal: { AWS: roleArn } })),
    });

    expect(decide(account, { arn: roleArn }, read, repositoryArn).decidedBy?.document).to.equal(
      "domain policy of orb-dev",
    );
    expect(decide(account, { arn: roleArn }, publish, packageArn).decidedBy?.document).to.equal(
      "repository policy of python-packages",
    );
    expect(decide(account, { arn: roleArn }, publish, domainArn).outcome).to.equal("implicitlyDenied");
  });

  it("is what the domain's policy says too, and no repository's, on the domain's package groups", () => {
    const account = prepare();
    const describeGroup = "codeartifact:DescribePackageGroup";
    const groupArn = `arn:aws:codeartifact:us-east-1:${accountId}:package-group/orb-dev/python-packages/*`;
    const grant = text(allow("codeartifact:*", "*", { Principal: { AWS: roleArn } }));
    account.codeartifact.repositories.putPermissionsPolicy({
      domain: "orb-dev",
      repository: "python-packages",
      policyDocument: grant,
    });
    expect(decide(account, { arn: roleArn }, describeGroup, groupArn).outcome).to.equal("implicitlyDenied");

    account.codeartifact.domains.putPermissionsPolicy({ domain: "orb-dev", policyDocument: grant });
    expect(decide(account, { arn: roleArn }, describeGroup, groupArn)).to.deep.equal({
      outcome: "allowed",
      decidedBy: { document: "domain policy of orb-dev", statement: "Grant" },
      reason: 'allowed by statement "Grant" of domain policy of orb-dev',
    });
  });

  it("takes the trust policy's word beside its own permissions where it is to assume a role", () => {
    const account = prepare();
    const otherRole = `arn:aws:iam::${accountId}:role/other-role`;
    const admit = (principal: string) => ({ Effect: "Allow", Principal: { AWS: principal }, Action: "sts:AssumeRole" });
    const assume = () => decide(account, { arn: roleArn }, "sts:AssumeRole", otherRole);
    account.iam.roles.create({
      roleName: "other-role",
      assumeRolePolicyDocument: text(admit(`arn:aws:iam::${accountId}:root`)),
    });
    expect(assume().outcome).to.equal("implicitlyDenied");

    permit(account, allow("sts:AssumeRole", otherRole));
    expect(assume().outcome).to.equal("allowed");

    account.iam.roles.updateTrust({ roleName: "other-role", policyDocument: text(admit(elsewhere)) });
    expect(assume()).to.deep.equal({
      outcome: "implicitlyDenied",
      reason:
        'statement "Grant" of inline policy permissions allows sts:AssumeRole, but the trust policy must allow it too: ' +
        `statement 1 of trust policy allows sts:AssumeRole, but not to ${roleArn}`,
    });

    const administrator = {
      arn: `arn:aws:iam::${elsewhere}:role/administrator`,
      permissions: [{ name: "all", document: text(allow("*", "*")) }],
    };
    expect(decide(account, administrator, "sts:AssumeRole", otherRole).outcome).to.equal("allowed");
    expect(decide(account, administrator, "sts:AssumeRole", roleArn).outcome).to.equal("implicitlyDenied");
  });

  it("is what the permissions say that are given with it, instead of those the account holds for it", () => {
    const account = prepare();
    permit(account, allow(read, repositoryArn));
    const permissions = [{ name: "its own policy", document: text(allow("codeartifact:*", domainArn)) }];
    const administrator = { arn: `arn:aws:iam::${accountId}:role/administrator`, permissions };

    expect(decide(account, { arn: roleArn }, read, repositoryArn).outcome).to.equal("allowed");
    expect(decide(account, { arn: roleArn, permissions }, read, repositoryArn).outcome).to.equal("implicitlyDenied");
    expect(decide(account, { arn: roleArn, permissions: [] }, read, repositoryArn).outcome).to.equal(
      "implicitlyDenied",
    );
    expect(decide(account, administrator, "codeartifact:DeleteDomain", domainArn).decidedBy).to.deep.equal({
      document: "its own policy",
      statement: "Grant",
    });
  });

  it("is no where a policy of the resource denies it", () => {
    const account = prepare();
    permit(account, allow(read, repositoryArn));
    expect(decide(account, { arn: roleArn }, read, repositoryArn).outcome).to.equal("allowed");

    account.codeartifact.repositories.putPermissionsPolicy({
      domain: "orb-dev",
      repository: "python-packages",
      policyDocument: text({ ...allow(read, "*", { Principal: "*" }), Sid: "Never", Effect: "Deny" }),
    });
    expect(decide(account, { arn: roleArn }, read, repositoryArn)).to.deep.equal({
      outcome: "explicitlyDenied",
      decidedBy: { document: "repository policy of python-packages", statement: "Never" },
      reason: 'denied by statement "Never" of repository policy of python-packages',
    });
  });

  it("takes both accounts' word for a role of another account", () => {
    const account = prepare();
    const arn = `arn:aws:iam::${elsewhere}:role/reader`;
    const permissions = [{ name: "its own policy", document: text(allow(read, "*")) }];

    expect(decide(account, { arn, permissions }, read, repositoryArn).reason).to.equal(
      `statement "Grant" of its own policy allows ${read}, but a policy of account ${accountId} must allow it too: ` +
        `no statement allows ${read}`,
    );

    account.codeartifact.repositories.putPermissionsPolicy({
      domain: "orb-dev",
      repository: "python-packages",
      policyDocument: text(allow(read, "*", { Principal: { AWS: `arn:aws:iam::${elsewhere}:root` } })),
    });
    expect(decide(account, { arn, permissions }, read, repositoryArn).outcome).to.equal("allowed");
    expect(decide(account, { arn }, read, repositoryArn).outcome).to.equal("implicitlyDenied");
  });

  it("is the word of the caller's own account alone for an action without a resource", () => {
    const arn = `arn:aws:iam::${elsewhere}:role/reader`;
    const permissions = [{ name: "its own policy", document: text(allow("sts:GetServiceBearerToken", "*")) }];

    expect(decide(prepare(), { arn, permissions }, "sts:GetServiceBearerToken", "*").outcome).to.equal("allowed");
    expect(decide(prepare(), { arn }, "sts:GetServiceBearerToken", "*").outcome).to.equal("implicitlyDenied");
  });

  it("is no for a session whose role is gone, which it may outlive", () => {
    const account = prepare();
    permit(account, allow(read, repositoryArn));
    const before = decide(account, { arn: roleArn }, read, repositoryArn).outcome === "allowed";
    account.iam.roles.deletePolicy({ roleName: "publisher", policyName: "permissions" });
    account.iam.roles.delete({ roleName: "publisher" });

    expect([before, decide(account, { arn: roleArn }, read, repositoryArn).outcome === "allowed"]).to.deep.equal([
      true,
      false,
    ]);
  });
});

describe("whether a role may mint a registry token", () => {
  const onDomain = allow("codeartifact:GetAuthorizationToken", domainArn);
  const bearer = allow("sts:GetServiceBearerToken", "*", {
    Sid: "Bearer",
    Condition: {
      StringEquals: { "sts:AWSServiceName": "codeartifact.amazonaws.com" },
      NumericLessThanEquals: { "sts:DurationSeconds": "3600" },
    },
  });

  it("takes two rights, on the domain and to a bearer token; the one that is missing is named", () => {
    const account = prepare();
    const mint = () => decideToken(account, { arn: roleArn }, domainArn, 900);
    expect(mint().reason).to.equal("no statement allows codeartifact:GetAuthorizationToken");

    permit(account, bearer);
    expect(mint()).to.deep.equal({
      outcome: "implicitlyDenied",
      reason: "no statement allows codeartifact:GetAuthorizationToken",
    });

    permit(account, onDomain);
    expect(mint()).to.deep.equal({
      outcome: "implicitlyDenied",
      reason: "no statement allows sts:GetServiceBearerToken",
    });

    permit(account, onDomain, bearer);
    expect(mint()).to.deep.equal({
      outcome: "allowed",
      decidedBy: { document: "inline policy permissions", statement: "Bearer" },
      reason: 'allowed by statement "Bearer" of inline policy permissions',
    });
  });

  it("depends on the token's life, up to the second", () => {
    const account = prepare();
    permit(account, onDomain, bearer);

    expect(decideToken(account, { arn: roleArn }, domainArn, 3600).outcome).to.equal("allowed");
    expect(decideToken(account, { arn: roleArn }, domainArn, 3601)).to.deep.equal({
      outcome: "implicitlyDenied",
      unmet: ["sts:DurationSeconds"],
      reason:
        'statement "Bearer" of inline policy permissions: NumericLessThanEquals sts:DurationSeconds: ' +
        'seen "3601", wanted "3600"',
    });
  });

  it("needs the bearer's right in its own account: no policy of the domain gives it", () => {
    const account = prepare();
    permit(account, onDomain);
    account.codeartifact.domains.putPermissionsPolicy({
      domain: "orb-dev",
      policyDocument: text(allow("sts:GetServiceBearerToken", "*", { Principal: "*" })),
    });

    expect(decideToken(account, { arn: roleArn }, domainArn, 900).reason).to.equal(
      "no statement allows sts:GetServiceBearerToken",
    );
  });
});
