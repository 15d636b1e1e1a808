import { expect } from "chai";
import { type Iam, SandboxAccount } from "../../../sandbox/account";
import { awsErrorOf } from "../../support/sandbox/awsErrorOf";

const constraint = "ValidationError 400: 1 validation error detected: Value";

/** A trust policy of so many characters, not counting white space. */
function trust(length = 0): string {
  const document = (padding: string) => ({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { AWS: "arn:aws:iam::123456789012:root" },
        Action: "sts:AssumeRole",
        Condition: { StringEquals: { "sts:ExternalId": padding } },
      },
    ],
  });
  const empty = JSON.stringify(document("")).length;

  return JSON.stringify(document("x".repeat(Math.max(0, length - empty))), undefined, 2);
}

describe("a role", () => {
  let iam: Iam;
  const create = (roleName: string) => iam.roles.create({ roleName, assumeRolePolicyDocument: trust() });

  beforeEach(() => {
    iam = new SandboxAccount({ now: () => new Date("2026-09-01T12:00:00Z") }).iam;
  });

  it("is described as it was made", () => {
    const made = iam.roles.create({
      roleName: "orb-publisher",
      assumeRolePolicyDocument: trust(),
      maxSessionDuration: 7200,
      permissionsBoundary: "arn:aws:iam::123456789012:policy/boundary",
      path: "/ci/",
      description: "publishes",
      tags: { stack: "dev" },
    });

    expect(made).to.deep.equal({
      arn: "arn:aws:iam::123456789012:role/ci/orb-publisher",
      roleName: "orb-publisher",
      roleId: made.roleId,
      path: "/ci/",
      createDate: new Date("2026-09-01T12:00:00Z"),
      assumeRolePolicyDocument: trust(),
      maxSessionDuration: 7200,
      description: "publishes",
      permissionsBoundary: "arn:aws:iam::123456789012:policy/boundary",
      tags: { stack: "dev" },
    });
    expect(iam.roles.get({ roleName: "orb-publisher" })).to.deep.equal(made);
    expect(iam.roles.list()).to.deep.equal([made]);
  });

  it("has an id that begins with AROA, its own, and the same in every run", () => {
    const { roleId } = create("orb-publisher");

    expect(roleId).to.match(/^AROA[A-Z2-7]{17}$/);
    expect(create("orb-reader").roleId).not.to.equal(roleId);
    expect(
      new SandboxAccount().iam.roles.create({ roleName: "orb-publisher", assumeRolePolicyDocument: trust() }).roleId,
    ).to.equal(roleId);
  });

  it("has a name of at most 64 letters, digits and +=,.@_-", () => {
    expect(create("a".repeat(64)).roleName).to.have.length(64);
    expect(create("Orb_1+=,.@-").arn).to.equal("arn:aws:iam::123456789012:role/Orb_1+=,.@-");
    expect(awsErrorOf(() => create("a".repeat(65)))).to.equal(
      `${constraint} '${"a".repeat(65)}' at 'roleName' failed to satisfy constraint: ` +
        "Member must have length less than or equal to 64 (it has 65)",
    );
    for (const roleName of ["orb publisher", "orb/publisher", "ürb"]) {
      expect(awsErrorOf(() => create(roleName))).to.equal(
        `${constraint} '${roleName}' at 'roleName' failed to satisfy constraint: ` +
          "Member must satisfy regular expression pattern: [\\w+=,.@-]+",
      );
    }
  });

  it("is unique in its account without regard to case", () => {
    create("orb-publisher");

    expect(create("orb-publisher-2").roleName).to.equal("orb-publisher-2");
    for (const roleName of ["orb-publisher", "ORB-Publisher"]) {
      expect(awsErrorOf(() => create(roleName))).to.equal(
        `EntityAlreadyExists 409: Role with name ${roleName} already exists.`,
      );
    }
  });

  it("has a path that begins and ends with a slash", () => {
    const at = (path: string) => iam.roles.create({ roleName: "orb", assumeRolePolicyDocument: trust(), path });

    for (const path of ["ci", "/ci", "ci/", ""]) {
      expect(awsErrorOf(() => at(path))).to.match(/^ValidationError 400: .* at 'path' failed to satisfy constraint/);
    }
    expect(at("/ci/python/").arn).to.equal("arn:aws:iam::123456789012:role/ci/python/orb");
    expect(create("plain").arn).to.equal("arn:aws:iam::123456789012:role/plain");
  });

  it("has sessions of 3,600 to 43,200 seconds", () => {
    const lasting = (maxSessionDuration: number) => () =>
      iam.roles.create({
        roleName: `orb-${maxSessionDuration}`,
        assumeRolePolicyDocument: trust(),
        maxSessionDuration,
      });

    expect(create("orb").maxSessionDuration).to.equal(3600);
    expect(lasting(3600)().maxSessionDuration).to.equal(3600);
    expect(lasting(43200)().maxSessionDuration).to.equal(43200);
    expect(awsErrorOf(lasting(3599))).to.equal(
      `${constraint} '3599' at 'maxSessionDuration' failed to satisfy constraint: ` +
        "Member must have value greater than or equal to 3600",
    );
    const tooLong =
      `${constraint} '43201' at 'maxSessionDuration' failed to satisfy constraint: ` +
      "Member must have value less than or equal to 43200";
    expect(awsErrorOf(lasting(43201))).to.equal(tooLong);
    expect(awsErrorOf(() => iam.roles.update({ roleName: "orb", maxSessionDuration: 43201 }))).to.equal(tooLong);
    expect(iam.roles.update({ roleName: "orb", maxSessionDuration: 7200 }).maxSessionDuration).to.equal(7200);
    expect(iam.roles.update({ roleName: "orb", description: "reads" })).to.include({
      maxSessionDuration: 7200,
      description: "reads",
    });
  });

  it("has the ARN of a policy as its boundary", () => {
    const bounded = (permissionsBoundary: string) =>
      iam.roles.create({ roleName: "orb", assumeRolePolicyDocument: trust(), permissionsBoundary });

    expect(awsErrorOf(() => bounded("arn:aws:iam::123456789012:role/boundary"))).to.equal(
      "InvalidInput 400: ARN arn:aws:iam::123456789012:role/boundary is not valid.",
    );
    expect(bounded("arn:aws:iam::aws:policy/PowerUserAccess").permissionsBoundary).to.match(/PowerUserAccess$/);
  });

  it("has a trust policy of at most 2,048 characters, white space not counted", () => {
    const trusted = (length: number) =>
      iam.roles.create({ roleName: "orb", assumeRolePolicyDocument: trust(length) }).assumeRolePolicyDocument;
    const rejected = "LimitExceeded 409: Cannot exceed quota for ACLSizePerRole: 2048 (the document has 2049)";

    expect(awsErrorOf(() => trusted(2049))).to.equal(rejected);
    expect(trusted(2048).length).to.be.greaterThan(2048);
    expect(awsErrorOf(() => iam.roles.updateTrust({ roleName: "orb", policyDocument: trust(2049) }))).to.equal(
      rejected,
    );
  });

  it("has a trust policy of IAM's grammar, also after an update", () => {
    const broken = trust().replace("sts:AssumeRole", "s3:GetObject");
    const rejected =
      'MalformedPolicyDocument 400: AssumeRole policy may only specify STS AssumeRole actions: "s3:GetObject"';

    expect(awsErrorOf(() => iam.roles.create({ roleName: "orb", assumeRolePolicyDocument: broken }))).to.equal(
      rejected,
    );
    create("orb");
    expect(awsErrorOf(() => iam.roles.updateTrust({ roleName: "orb", policyDocument: broken }))).to.equal(rejected);
    expect(iam.roles.updateTrust({ roleName: "orb", policyDocument: trust(500) }).assumeRolePolicyDocument).to.equal(
      trust(500),
    );
  });

  it("may trust a provider that does not exist, but not every repository of GitHub", () => {
    const federated = (condition: object) =>
      JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Principal: { Federated: "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com" },
            Action: "sts:AssumeRoleWithWebIdentity",
            Condition: condition,
          },
        ],
      });
    const open = federated({ StringEquals: { "token.actions.githubusercontent.com:aud": "sts.amazonaws.com" } });
    const closed = federated({
      StringEquals: { "token.actions.githubusercontent.com:sub": "repo:orb/api:environment:dev" },
    });
    const rejected =
      "MalformedPolicyDocument 400: Trust policy with trusted principal arn:aws:iam::123456789012:oidc-provider/" +
      "token.actions.githubusercontent.com must evaluate, using StringEquals, StringLike or StringEqualsIgnoreCase, " +
      "token.actions.githubusercontent.com:sub or token.actions.githubusercontent.com:job_workflow_ref which is not " +
      "scoped to all";

    expect(iam.oidcProviders.list()).to.deep.equal([]);
    expect(awsErrorOf(() => iam.roles.create({ roleName: "orb", assumeRolePolicyDocument: open }))).to.equal(rejected);
    expect(iam.roles.create({ roleName: "orb", assumeRolePolicyDocument: closed }).roleName).to.equal("orb");
    expect(awsErrorOf(() => iam.roles.updateTrust({ roleName: "orb", policyDocument: open }))).to.equal(rejected);
  });

  it("is found by name, and deleted once it has no policies", () => {
    const document = JSON.stringify({
      Version: "2012-10-17",
      Statement: { Effect: "Allow", Action: "*", Resource: "*" },
    });
    const roleName = "orb";
    create(roleName);
    const { arn: policyArn } = iam.policies.create({ policyName: "orb", policyDocument: document });
    iam.roles.putPolicy({ roleName, policyName: "inline", policyDocument: document });
    iam.policies.attach({ roleName, policyArn });
    const remove = () => {
      iam.roles.delete({ roleName });
    };

    expect(awsErrorOf(remove)).to.equal("DeleteConflict 409: Cannot delete entity, must detach all policies first.");
    iam.policies.detach({ roleName, policyArn });
    expect(awsErrorOf(remove)).to.equal("DeleteConflict 409: Cannot delete entity, must delete policies first.");
    iam.roles.deletePolicy({ roleName, policyName: "inline" });
    remove();
    expect(awsErrorOf(remove)).to.equal("NoSuchEntity 404: The role with name orb cannot be found.");
    expect(awsErrorOf(() => iam.roles.get({ roleName }))).to.equal(
      "NoSuchEntity 404: The role with name orb cannot be found.",
    );
  });

  it("gets and loses a boundary, which is a managed policy's ARN", () => {
    create("orb-publisher");
    const boundary = () => iam.roles.get({ roleName: "orb-publisher" }).permissionsBoundary;
    const put = (permissionsBoundary: string) => {
      iam.roles.putBoundary({ roleName: "orb-publisher", permissionsBoundary });
    };
    put("arn:aws:iam::123456789012:policy/boundary");

    expect(boundary()).to.equal("arn:aws:iam::123456789012:policy/boundary");
    expect(
      awsErrorOf(() => {
        put("arn:aws:iam::123456789012:role/boundary");
      }),
    ).to.equal("InvalidInput 400: ARN arn:aws:iam::123456789012:role/boundary is not valid.");
    iam.roles.deleteBoundary({ roleName: "orb-publisher" });
    expect(boundary()).to.equal(undefined);
  });
});
