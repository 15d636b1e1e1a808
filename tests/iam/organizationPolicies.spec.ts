import { expect } from "chai";
import { type AccessRequest, type ApplicablePolicies, evaluate } from "../../iam/evaluate";
import { parsePolicy, PolicyError } from "../../iam/grammar";
import type { Caller } from "../../iam/matching";

const account = "123456789012";
const elsewhere = "210987654321";
const repository = `arn:aws:codeartifact:us-east-1:${account}:repository/orb-dev/python-packages`;
const roleArn = `arn:aws:iam::${account}:role/reader`;
const reader: Caller = { kind: "role", arn: roleArn, sessionName: "job" };
const issuer = "token.actions.githubusercontent.com";
const providerArn = `arn:aws:iam::${account}:oidc-provider/${issuer}`;

const read: AccessRequest = {
  caller: reader,
  action: "codeartifact:ReadFromRepository",
  resource: repository,
  context: { "aws:PrincipalArn": roleArn },
};
const assume: AccessRequest = {
  caller: { kind: "web-identity", providerArn },
  action: "sts:AssumeRoleWithWebIdentity",
  resource: roleArn,
  context: { [`${issuer}:repository_owner_id`]: "2002" },
};

type Statement = Readonly<Record<string, unknown>>;

const document = (...statements: readonly Statement[]) => ({ Version: "2012-10-17", Statement: statements });
const named = (name: string, ...statements: readonly Statement[]) => ({ name, document: document(...statements) });

const everything = { Sid: "Everything", Effect: "Allow", Action: "*", Resource: "*" };
const full = named("FullAWSAccess", everything);
const permissions = named("permissions", { ...everything, Sid: "Read" });
const deny = (action: string, more: Statement = {}) => ({
  Sid: "Never",
  Effect: "Deny",
  Action: action,
  Resource: "*",
  ...more,
});
const guard = (action: string, more: Statement = {}) => deny(action, { Principal: "*", ...more });

const trust = named("trust policy", {
  Sid: "Trust",
  Effect: "Allow",
  Principal: { Federated: providerArn },
  Action: "sts:AssumeRoleWithWebIdentity",
});

const allowed = (request: AccessRequest, policies: ApplicablePolicies) =>
  evaluate(request, policies).outcome === "allowed";
const reason = (request: AccessRequest, policies: ApplicablePolicies) => evaluate(request, policies).reason;

describe("service control policies", () => {
  const within = (...serviceControl: ApplicablePolicies["serviceControl"] & object) => ({
    identity: [permissions],
    serviceControl,
  });

  it("leave a request allowed, by the same statement, where one statement of every level allows it", () => {
    const storage = named("storage", { ...everything, Action: "s3:*" });
    const readOnly = named("read", { ...everything, Action: "codeartifact:Read*" });
    const policies = within([full], [storage, readOnly], [full]);

    expect(evaluate(read, policies)).to.deep.equal(evaluate(read, { identity: [permissions] }));
  });

  it("grant nothing by themselves", () => {
    expect(evaluate(read, { serviceControl: [[full]] })).to.deep.equal({
      outcome: "implicitlyDenied",
      reason: "no statement allows codeartifact:ReadFromRepository",
    });
  });

  it("do not change the reason of a request that is denied without them", () => {
    const elsewhere = named("elsewhere", { ...everything, Action: "s3:*" });

    expect(evaluate(read, { identity: [elsewhere], serviceControl: [[elsewhere]] }).reason).to.equal(
      evaluate(read, { identity: [elsewhere] }).reason,
    );
  });

  it("have to allow at every level: the first level without an allowing statement is named", () => {
    const storage = named("storage", { ...everything, Action: "s3:*" });

    expect(evaluate(read, within([full], [storage], []))).to.deep.equal({
      outcome: "implicitlyDenied",
      reason: "no statement of level 2 of the service control policies allows codeartifact:ReadFromRepository",
    });
    expect(reason(read, within([full], [full], []))).to.equal(
      "no statement of level 3 of the service control policies allows codeartifact:ReadFromRepository",
    );
    expect(allowed(read, within([full], [full], [full]))).to.equal(true);
  });

  it("say which condition of the statement that came nearest is unmet", () => {
    const secure = named("secure", { ...everything, Condition: { Bool: { "aws:SecureTransport": "true" } } });

    expect(evaluate(read, within([secure]))).to.deep.equal({
      outcome: "implicitlyDenied",
      unmet: ["aws:SecureTransport"],
      reason:
        'statement "Everything" of service control policy secure: Bool aws:SecureTransport: absent, wanted "true"',
    });
  });

  for (const [level, title] of ["the root", "the organizational unit", "the account"].entries()) {
    it(`deny at ${title} what every other level and document allows`, () => {
      const levels = [0, 1, 2].map((one) =>
        one === level ? [full, named("keep", deny("codeartifact:Read*"))] : [full],
      );
      const everyone = named("repository policy", { ...everything, Principal: "*" });

      expect(evaluate(read, { ...within(...levels), resource: [everyone] })).to.deep.equal({
        outcome: "explicitlyDenied",
        decidedBy: { document: "service control policy keep", statement: "Never" },
        reason: 'denied by statement "Never" of service control policy keep',
      });
      expect(allowed({ ...read, action: "codeartifact:GetRepositoryEndpoint" }, within(...levels))).to.equal(true);
    });
  }

  it("limit a role that a resource policy admits by itself", () => {
    const session = `arn:aws:sts::${account}:assumed-role/reader/job`;
    const resource = [named("repository policy", { ...everything, Principal: { AWS: session } })];

    expect(allowed(read, { resource, serviceControl: [[full]] })).to.equal(true);
    expect(allowed(read, { resource, serviceControl: [[]] })).to.equal(false);
    expect(allowed(read, { resource, serviceControl: [[full, named("keep", deny("codeartifact:*"))]] })).to.equal(
      false,
    );
  });

  it("of the caller's account hold where the resource is another account's", () => {
    const resource = [named("repository policy", { ...everything, Principal: { AWS: account } })];
    const across = { ...within([full, named("keep", deny("codeartifact:*"))]), resource, resourceAccount: elsewhere };

    expect(allowed(read, across)).to.equal(false);
    expect(allowed(read, { ...across, serviceControl: [[full]] })).to.equal(true);
  });

  it("do not limit the bearer of an identity token, which is no role of the account", () => {
    const policies = { resource: [trust], resourceAccount: account };

    expect(allowed(assume, { ...policies, serviceControl: [[named("keep", deny("sts:*"))]] })).to.equal(true);
    expect(allowed(assume, { ...policies, serviceControl: [[]] })).to.equal(true);
  });

  it("spare a role that a condition on aws:PrincipalArn excepts", () => {
    const exceptReader = { ArnNotLike: { "aws:PrincipalArn": `arn:aws:iam::*:role/read*` } };
    const policies = within([full, named("keep", deny("codeartifact:*", { Condition: exceptReader }))]);
    const other = `arn:aws:iam::${account}:role/writer`;

    expect(allowed(read, policies)).to.equal(true);
    expect(
      allowed({ ...read, caller: { kind: "role", arn: other }, context: { "aws:PrincipalArn": other } }, policies),
    ).to.equal(false);
    expect(allowed({ ...read, context: {} }, policies), "a request that does not name its principal").to.equal(false);
  });

  it("without any level are rejected", () => {
    expect(() => evaluate(read, within())).to.throw(
      PolicyError,
      "request: serviceControl has no level; leave it out where the account is in no organization",
    );
  });

  it("are rejected with a principal or an old version, beside the document that is taken", () => {
    const policies = (more: object) =>
      within([full, { name: "odd", document: { ...document(deny("s3:*")), ...more } }]);

    expect(allowed(read, policies({}))).to.equal(true);
    expect(() => evaluate(read, policies({ Version: "2008-10-17" }))).to.throw(
      'service control policy odd: The policy must contain a valid version string: 2012-10-17, not "2008-10-17".',
    );
    expect(() => evaluate(read, policies({ Version: undefined }))).to.throw("2012-10-17, not absent.");
    expect(() => evaluate(read, policies({ Statement: guard("s3:*") }))).to.throw(
      'service control policy odd, statement "Never": Policy document should not specify a principal.',
    );
  });

  it("are read whole even where another document denies already", () => {
    const broken = { name: "broken", document: { Version: "2012-10-17" } };

    expect(() => evaluate(read, within([full, named("keep", deny("*"))], [broken]))).to.throw(
      "Missing required field Statement",
    );
    expect(() => evaluate(read, { identity: [broken], serviceControl: [[full, named("keep", deny("*"))]] })).to.throw(
      "Missing required field Statement",
    );
  });
});

describe("resource control policies", () => {
  const guarded = (...statements: readonly Statement[]) => ({
    resourceControl: [[], [named("guards", ...statements)]],
  });

  it("deny what every other document allows, to roles of this account and of another", () => {
    const everyone = [named("repository policy", { ...everything, Principal: "*" })];
    const policies = { identity: [permissions], resource: everyone, ...guarded(guard("codeartifact:Read*")) };
    const decision = {
      outcome: "explicitlyDenied",
      decidedBy: { document: "resource control policy guards", statement: "Never" },
      reason: 'denied by statement "Never" of resource control policy guards',
    };
    const foreign = { ...read, caller: { kind: "role", arn: `arn:aws:iam::${elsewhere}:role/reader` } } as const;

    expect(evaluate(read, policies)).to.deep.equal(decision);
    expect(evaluate(foreign, { ...policies, resourceAccount: account })).to.deep.equal(decision);
    expect(
      allowed({ ...foreign, action: "codeartifact:GetRepositoryEndpoint" }, { ...policies, resourceAccount: account }),
    ).to.equal(true);
  });

  it("need no allowing statement: RCPFullAWSAccess is implied", () => {
    expect(allowed(read, { identity: [permissions], resourceControl: [[], []] })).to.equal(true);
    expect(allowed(read, { identity: [permissions], resourceControl: [] })).to.equal(true);
  });

  it("grant nothing by themselves", () => {
    expect(evaluate(read, guarded(guard("s3:*")))).to.deep.equal({
      outcome: "implicitlyDenied",
      reason: "no statement allows codeartifact:ReadFromRepository",
    });
  });

  it("hold the bearer of an identity token to a claim", () => {
    const owner = { StringNotEquals: { [`${issuer}:repository_owner_id`]: "2002" } };
    const policies = {
      resource: [trust],
      resourceAccount: account,
      ...guarded(guard("sts:AssumeRoleWithWebIdentity", { Condition: owner })),
    };

    expect(allowed(assume, policies)).to.equal(true);
    expect(evaluate({ ...assume, context: { [`${issuer}:repository_owner_id`]: "2003" } }, policies).reason).to.equal(
      'denied by statement "Never" of resource control policy guards',
    );
    expect(allowed({ ...assume, context: {} }, policies)).to.equal(false);
  });

  it("are rejected where they allow, name a principal, or leave open which service they mean", () => {
    const error = (statement: Statement) => () => evaluate(read, { identity: [permissions], ...guarded(statement) });
    const where = 'resource control policy guards, statement "Never": ';

    expect(error(guard("sqs:*"))).not.to.throw();
    expect(error({ ...guard("sqs:*"), Effect: "Allow" })).to.throw(
      PolicyError,
      `${where}Effect must be Deny in a resource control policy; AWS's own RCPFullAWSAccess is implied`,
    );
    expect(error(guard("sqs:*", { Principal: { AWS: account } }))).to.throw(
      `${where}Principal must be "*" in a resource control policy, but is {"AWS":"${account}"}`,
    );
    expect(error(deny("sqs:*"))).to.throw(`${where}Principal must be "*" in a resource control policy, but is absent`);
    expect(error(guard("*"))).to.throw(
      `${where}Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.: "*"`,
    );
    expect(error({ ...guard("sqs:*"), Action: undefined, NotAction: "sqs:*" })).to.throw(
      `${where}NotAction is not supported in a resource control policy`,
    );
  });

  it("are rejected with an old version, or with none", () => {
    const parse = (more: object) => () =>
      parsePolicy({ Statement: guard("sqs:*"), ...more }, "resource-control", "guards");

    expect(parse({ Version: "2012-10-17" })).not.to.throw();
    expect(parse({ Version: "2008-10-17" })).to.throw(PolicyError, '2012-10-17, not "2008-10-17".');
    expect(parse({})).to.throw(PolicyError, "2012-10-17, not absent.");
  });

  it("are rejected for a service that does not support them, such as IAM", () => {
    const error = (action: string) => () => evaluate(read, { identity: [permissions], ...guarded(guard(action)) });

    for (const action of [
      "sts:AssumeRole",
      "kms:Decrypt",
      "s3:*",
      "CodeArtifact:DeleteDomain",
      "appconfig:*",
      "firehose:*",
    ]) {
      expect(error(action), action).not.to.throw(PolicyError, "support");
    }
    expect(error("iam:CreateRole")).to.throw(
      'Action "iam:CreateRole" names a service that does not support resource control policies',
    );
  });
});
