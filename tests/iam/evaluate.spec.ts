import { expect } from "chai";

import {
  type AccessRequest,
  type ApplicablePolicies,
  contextOf,
  type Decision,
  evaluate,
  explain,
} from "../../iam/evaluate";
import { type NamedDocument, parsePolicy, PolicyError } from "../../iam/grammar";
import type { Caller } from "../../iam/matching";

const account = "123456789012";
const elsewhere = "210987654321";
const repository = `arn:aws:codeartifact:us-east-1:${account}:repository/orb-dev/python-packages`;
const packageArn = `arn:aws:codeartifact:us-east-1:${account}:package/orb-dev/python-packages/pypi//orb-common`;
const reader: Caller = { kind: "role", arn: `arn:aws:iam::${account}:role/reader`, sessionName: "job" };
const session = `arn:aws:sts::${account}:assumed-role/reader/job`;

type Statement = Record<string, unknown>;

const read: AccessRequest = {
  caller: reader,
  action: "codeartifact:ReadFromRepository",
  resource: repository,
  context: {},
};

const readAll = { Sid: "Read", Effect: "Allow", Action: "codeartifact:Read*", Resource: "*" };
const denyAll = { Sid: "Never", Effect: "Deny", Action: "*", Resource: "*" };

function named(name: string, ...statements: readonly Statement[]): NamedDocument {
  return { name, document: { Version: "2012-10-17", Statement: statements } };
}

/** The statement that allows reading, less one of its elements. */
function readAllBut(element: string): Statement {
  return Object.fromEntries(Object.entries(readAll).filter(([name]) => name !== element));
}

function shared(principal: unknown, statement: Statement = readAll): NamedDocument {
  return named("repository policy", { ...statement, Sid: "Share", Principal: principal });
}

const permissions = named("permissions", readAll);

function allowedBy(document: string, statement: string, others = ""): Decision {
  return {
    outcome: "allowed",
    decidedBy: { document, statement },
    reason: `allowed by statement "${statement}" of ${document}${others}`,
  };
}

function deniedBy(document: string, statement: string): Decision {
  return {
    outcome: "explicitlyDenied",
    decidedBy: { document, statement },
    reason: `denied by statement "${statement}" of ${document}`,
  };
}

/** A denial for lack of an allow; the reason names each unmet condition, and the decision gives their keys beside it. */
function denied(reason: string): Decision {
  const unmet = [...reason.matchAll(/[:;] (?:\w+:)?[A-Z]\w+ (\S+): (?:absent|seen)/g)].map(([, key = ""]) => key);
  return { outcome: "implicitlyDenied", ...(unmet.length === 0 ? {} : { unmet }), reason };
}
const noStatement = "no statement allows codeartifact:ReadFromRepository";

describe("evaluate", () => {
  describe("an identity policy", () => {
    it("allows what one of its statements allows", () => {
      expect(evaluate(read, { identity: [permissions] })).to.deep.equal(allowedBy("permissions", "Read"));
    });

    it("may be given as text", () => {
      const text = { name: "permissions", document: JSON.stringify(permissions.document) };
      expect(evaluate(read, { identity: [text] })).to.deep.equal(allowedBy("permissions", "Read"));
    });

    it("allows nothing else", () => {
      expect(
        evaluate({ ...read, action: "codeartifact:PublishPackageVersion" }, { identity: [permissions] }),
      ).to.deep.equal(denied("no statement allows codeartifact:PublishPackageVersion"));
    });

    it("allows beside another that does not", () => {
      const other = named("more permissions", { ...readAll, Action: "s3:*" });
      expect(evaluate(read, { identity: [other, permissions] })).to.deep.equal(allowedBy("permissions", "Read"));
    });

    it("names the first statement that allows, by its number if it has no Sid", () => {
      const nameless = readAllBut("Sid");
      expect(
        evaluate(read, {
          identity: [named("permissions", { ...readAll, Action: "s3:*" }, nameless, { ...readAll, Sid: "B" })],
        }),
      ).to.deep.equal({
        outcome: "allowed",
        decidedBy: { document: "permissions", statement: "statement 2" },
        reason: "allowed by statement 2 of permissions",
      });
    });

    it("allows with NotAction what that does not name", () => {
      const identity = [
        named("permissions", { ...readAllBut("Action"), NotAction: ["codeartifact:Publish*", "codeartifact:Delete*"] }),
      ];
      expect(evaluate(read, { identity })).to.deep.equal(allowedBy("permissions", "Read"));
      expect(evaluate({ ...read, action: "codeartifact:PublishPackageVersion" }, { identity })).to.deep.equal(
        denied("no statement allows codeartifact:PublishPackageVersion"),
      );
    });

    it("allows with NotResource where that does not name", () => {
      const identity = [
        named("permissions", { ...readAllBut("Resource"), NotResource: [packageArn, `${repository}-store`] }),
      ];
      expect(evaluate(read, { identity })).to.deep.equal(allowedBy("permissions", "Read"));
      expect(evaluate({ ...read, resource: packageArn }, { identity })).to.deep.equal(
        denied(`statement "Read" of permissions allows codeartifact:ReadFromRepository, but not on ${packageArn}`),
      );
    });

    it("covers an action without resource only with *", () => {
      const bearer = { ...read, action: "sts:GetServiceBearerToken", resource: "*" };
      const statement = { ...readAll, Action: "sts:GetServiceBearerToken" };
      expect(evaluate(bearer, { identity: [named("permissions", statement)] })).to.deep.equal(
        allowedBy("permissions", "Read"),
      );
      expect(
        evaluate(bearer, { identity: [named("permissions", { ...statement, Resource: "arn:aws:sts:*:*:*" })] }),
      ).to.deep.equal(denied('statement "Read" of permissions allows sts:GetServiceBearerToken, but not on *'));
    });
  });

  it("allows nothing without documents", () => {
    expect(evaluate(read, {})).to.deep.equal(denied(noStatement));
  });

  describe("an explicit deny", () => {
    const everyone = shared("*");

    for (const [where, policies, document] of [
      ["the same document", { identity: [named("permissions", readAll, denyAll)] }, "permissions"],
      ["another identity policy", { identity: [permissions, named("guard", denyAll)] }, "guard"],
      ["the boundary", { identity: [permissions], boundary: named("boundary", readAll, denyAll) }, "boundary"],
      [
        "a resource policy",
        { identity: [permissions], resource: [named("guard", { ...denyAll, Principal: "*" })] },
        "guard",
      ],
      [
        "an identity policy, against a resource policy",
        { identity: [named("guard", denyAll)], resource: [everyone] },
        "guard",
      ],
      [
        "the boundary, against a resource policy",
        { boundary: named("guard", denyAll), resource: [shared({ AWS: session })] },
        "guard",
      ],
    ] as readonly (readonly [string, ApplicablePolicies, string])[]) {
      it(`wins in ${where}`, () => {
        expect(evaluate(read, policies)).to.deep.equal(deniedBy(document, "Never"));
      });
    }

    it("wins across accounts", () => {
      const policies = { identity: [permissions], resourceAccount: elsewhere };
      const open = shared({ AWS: account });
      const guard = named("guard", { ...denyAll, Principal: { AWS: account } });
      expect(evaluate(read, { ...policies, resource: [open] }).outcome).to.equal("allowed");
      expect(evaluate(read, { ...policies, resource: [open, guard] })).to.deep.equal(deniedBy("guard", "Never"));
    });

    it("reaches every role of the account that it names", () => {
      const guard = named("guard", { ...denyAll, Principal: { AWS: `arn:aws:iam::${account}:root` } });
      expect(evaluate(read, { identity: [permissions], resource: [guard] })).to.deep.equal(deniedBy("guard", "Never"));
    });

    for (const [title, change] of [
      ["action", { Action: "codeartifact:Delete*" }],
      ["resource", { Resource: packageArn }],
      ["condition", { Condition: { StringEquals: { "aws:PrincipalTag/team": "orb" } } }],
    ] as const) {
      it(`does nothing to a request of another ${title}`, () => {
        expect(evaluate(read, { identity: [permissions, named("guard", { ...denyAll, ...change })] })).to.deep.equal(
          allowedBy("permissions", "Read"),
        );
      });
    }

    it("does nothing to another principal", () => {
      const guard = named("guard", { ...denyAll, Principal: { AWS: elsewhere } });
      expect(evaluate(read, { identity: [permissions], resource: [guard] })).to.deep.equal(
        allowedBy("permissions", "Read"),
      );
    });

    it("with a negated condition wins where the key is missing", () => {
      const guard = named("guard", { ...denyAll, Condition: { StringNotEquals: { "aws:PrincipalTag/team": "orb" } } });
      const policies = { identity: [permissions, guard] };
      expect(evaluate(read, policies)).to.deep.equal(deniedBy("guard", "Never"));
      expect(evaluate({ ...read, context: { "aws:principaltag/TEAM": "orb" } }, policies)).to.deep.equal(
        allowedBy("permissions", "Read"),
      );
    });
  });

  describe("a resource policy of the caller's account", () => {
    for (const [title, principal] of [
      ["everyone", "*"],
      ["everyone, written with AWS", { AWS: "*" }],
      ["the role", { AWS: reader.arn }],
      ["the session", { AWS: session }],
      ["the role among others", { AWS: [elsewhere, reader.arn, account] }],
    ] as const) {
      it(`allows without an identity policy where it names ${title}`, () => {
        expect(evaluate(read, { resource: [shared(principal)] })).to.deep.equal(
          allowedBy("repository policy", "Share"),
        );
      });
    }

    for (const principal of [account, `arn:aws:iam::${account}:root`]) {
      it(`only delegates where it names the account as ${principal}`, () => {
        const resource = [shared({ AWS: principal })];
        expect(evaluate(read, { resource })).to.deep.equal(
          denied(
            `statement "Share" of repository policy allows codeartifact:ReadFromRepository, but an identity policy must allow it too: ${noStatement}`,
          ),
        );
        expect(evaluate(read, { resource, identity: [permissions] })).to.deep.equal(allowedBy("permissions", "Read"));
      });
    }

    it("allows by the statement that names the role, not by an earlier one that names the account", () => {
      const resource = [
        named(
          "repository policy",
          { ...readAll, Sid: "Account", Principal: { AWS: account } },
          { ...readAll, Sid: "Role", Principal: { AWS: reader.arn } },
          { ...readAll, Sid: "Session", Principal: { AWS: session } },
        ),
      ];
      expect(evaluate(read, { resource })).to.deep.equal(allowedBy("repository policy", "Session"));
    });

    it("says nothing of another principal", () => {
      expect(evaluate(read, { resource: [shared({ AWS: `${reader.arn}2` })] })).to.deep.equal(
        denied(
          `statement "Share" of repository policy allows codeartifact:ReadFromRepository, but not to arn:aws:iam::${account}:role/reader`,
        ),
      );
    });

    it("is not needed beside an identity policy", () => {
      expect(evaluate(read, { identity: [permissions], resource: [shared({ AWS: elsewhere })] })).to.deep.equal(
        allowedBy("permissions", "Read"),
      );
    });

    it("is of the caller's account also where that is said", () => {
      expect(evaluate(read, { identity: [permissions], resourceAccount: account })).to.deep.equal(
        allowedBy("permissions", "Read"),
      );
    });
  });

  describe("across accounts", () => {
    const across = { resourceAccount: elsewhere };

    for (const [title, principal] of [
      ["everyone", "*"],
      ["the account", { AWS: account }],
      ["the role", { AWS: reader.arn }],
      ["the session", { AWS: session }],
    ] as const) {
      it(`identity and resource policy have to allow, where the latter names ${title}`, () => {
        const resource = [shared(principal)];
        expect(evaluate(read, { ...across, identity: [permissions], resource })).to.deep.equal(
          allowedBy("permissions", "Read", ' and statement "Share" of repository policy'),
        );
        expect(evaluate(read, { ...across, resource })).to.deep.equal(
          denied(
            `statement "Share" of repository policy allows codeartifact:ReadFromRepository, but an identity policy must allow it too: ${noStatement}`,
          ),
        );
      });
    }

    it("an identity policy alone is not enough", () => {
      expect(evaluate(read, { ...across, identity: [permissions] })).to.deep.equal(
        denied(
          `statement "Read" of permissions allows codeartifact:ReadFromRepository, but a policy of account ${elsewhere} must allow it too: ${noStatement}`,
        ),
      );
    });

    it("the miss of the other account is named", () => {
      const resource = [
        shared({ AWS: account }, { ...readAll, Condition: { Bool: { "aws:SecureTransport": "true" } } }),
      ];
      expect(evaluate(read, { ...across, identity: [permissions], resource })).to.deep.equal(
        denied(
          `statement "Read" of permissions allows codeartifact:ReadFromRepository, but a policy of account ${elsewhere} must allow it too: statement "Share" of repository policy: Bool aws:SecureTransport: absent, wanted "true"`,
        ),
      );
    });

    it("neither may be missing", () => {
      expect(evaluate(read, across)).to.deep.equal(denied(noStatement));
    });

    it("the boundary has to allow too", () => {
      const policies = { ...across, identity: [permissions], resource: [shared({ AWS: session })] };
      expect(
        evaluate(read, { ...policies, boundary: named("boundary", { ...readAll, Action: "s3:*" }) }),
      ).to.deep.equal(
        denied(
          `statement "Read" of permissions allows codeartifact:ReadFromRepository, but the permissions boundary must allow it too: ${noStatement}`,
        ),
      );
      expect(evaluate(read, { ...policies, boundary: named("boundary", readAll) })).to.deep.equal(
        allowedBy(
          "permissions",
          "Read",
          ' and statement "Share" of repository policy and statement "Read" of boundary',
        ),
      );
    });
  });

  describe("session policies", () => {
    const open = named("session policy", readAll);
    const other = named("other session policy", { ...readAll, Sid: "Other", Action: "s3:*" });

    it("limit what the role may do, and one of them has to allow", () => {
      expect(evaluate(read, { identity: [permissions], session: [other, open] })).to.deep.equal(
        allowedBy("permissions", "Read", ' and statement "Read" of session policy'),
      );
      expect(evaluate(read, { identity: [permissions], session: [other] })).to.deep.equal(
        denied(
          `statement "Read" of permissions allows codeartifact:ReadFromRepository, but a session policy must allow it too: ${noStatement}`,
        ),
      );
    });

    it("grant nothing by themselves, and deny wherever they deny", () => {
      expect(evaluate(read, { session: [open] }).outcome).to.equal("implicitlyDenied");
      expect(evaluate(read, { identity: [permissions], session: [open, named("no", denyAll)] })).to.deep.equal(
        deniedBy("no", "Never"),
      );
    });

    it("limit what a resource's policy gives to the role, and not what it gives to the session", () => {
      const given = (principal: string) =>
        evaluate(read, { session: [other], resource: [shared({ AWS: principal })] }).outcome;

      expect(given(`arn:aws:iam::${account}:role/reader`)).to.equal("implicitlyDenied");
      expect(given(session)).to.equal("allowed");
    });
  });

  describe("a permissions boundary", () => {
    const open = named("boundary", readAll);
    const closed = named("boundary", { ...readAll, Resource: packageArn });
    const miss = `statement "Read" of boundary allows codeartifact:ReadFromRepository, but not on ${repository}`;

    it("limits what an identity policy allows", () => {
      expect(evaluate(read, { identity: [permissions], boundary: open })).to.deep.equal(
        allowedBy("permissions", "Read", ' and statement "Read" of boundary'),
      );
      expect(evaluate(read, { identity: [permissions], boundary: closed })).to.deep.equal(
        denied(
          `statement "Read" of permissions allows codeartifact:ReadFromRepository, but the permissions boundary must allow it too: ${miss}`,
        ),
      );
    });

    it("allows nothing by itself", () => {
      expect(evaluate(read, { boundary: open })).to.deep.equal(denied(noStatement));
    });

    it("limits a resource policy that names the role", () => {
      const resource = [shared({ AWS: reader.arn })];
      expect(evaluate(read, { resource, boundary: open })).to.deep.equal(
        allowedBy("repository policy", "Share", ' and statement "Read" of boundary'),
      );
      expect(evaluate(read, { resource, boundary: closed })).to.deep.equal(
        denied(
          `statement "Share" of repository policy allows codeartifact:ReadFromRepository, but the permissions boundary must allow it too: ${miss}`,
        ),
      );
    });

    for (const [title, principal] of [
      ["the session", { AWS: session }],
      ["everyone", "*"],
    ] as const) {
      it(`does not limit a resource policy that names ${title}`, () => {
        expect(evaluate(read, { resource: [shared(principal)], boundary: closed })).to.deep.equal(
          allowedBy("repository policy", "Share"),
        );
      });
    }
  });

  describe("a role that another role assumes", () => {
    const target = `arn:aws:iam::${account}:role/ci/deployer`;
    const assume: AccessRequest = { ...read, action: "sts:AssumeRole", resource: target };
    const mayAssume = named("permissions", { ...readAll, Sid: "Assume", Action: "sts:AssumeRole" });
    const trust = (principal: unknown) =>
      named("trust policy of deployer", {
        Sid: "Trust",
        Effect: "Allow",
        Principal: principal,
        Action: "sts:AssumeRole",
      });

    it("has to trust it, in one account too", () => {
      expect(evaluate(assume, { identity: [mayAssume], resource: [trust({ AWS: elsewhere })] })).to.deep.equal(
        denied(
          `statement "Assume" of permissions allows sts:AssumeRole, but the trust policy must allow it too: statement "Trust" of trust policy of deployer allows sts:AssumeRole, but not to ${reader.arn}`,
        ),
      );
      expect(evaluate({ ...assume, action: "STS:AssumeRole" }, { identity: [mayAssume] }).outcome).to.equal(
        "implicitlyDenied",
      );
    });

    it("may trust the account, where an identity policy has to allow it too", () => {
      expect(evaluate(assume, { identity: [mayAssume], resource: [trust({ AWS: account })] })).to.deep.equal(
        allowedBy("permissions", "Assume", ' and statement "Trust" of trust policy of deployer'),
      );
      expect(evaluate(assume, { resource: [trust({ AWS: account })] })).to.deep.equal(
        denied(
          'statement "Trust" of trust policy of deployer allows sts:AssumeRole, but an identity policy must allow it too: no statement allows sts:AssumeRole',
        ),
      );
    });

    it("may trust the role itself, which is enough in one account", () => {
      expect(evaluate(assume, { resource: [trust({ AWS: reader.arn })] })).to.deep.equal(
        allowedBy("trust policy of deployer", "Trust"),
      );
    });

    it("is not enough across accounts", () => {
      const policies = { resource: [trust({ AWS: reader.arn })], resourceAccount: elsewhere };
      expect(evaluate(assume, policies).outcome).to.equal("implicitlyDenied");
      expect(evaluate(assume, { ...policies, identity: [mayAssume] })).to.deep.equal(
        allowedBy("permissions", "Assume", ' and statement "Trust" of trust policy of deployer'),
      );
    });

    it("has to trust it for actions of sts only", () => {
      const pass = { ...assume, action: "iam:PassRole" };
      const mayPass = named("permissions", { ...readAll, Action: "iam:PassRole" });
      expect(evaluate(pass, { identity: [mayPass] })).to.deep.equal(allowedBy("permissions", "Read"));
    });

    it("has to trust it for the service named sts, not for one that ends so", () => {
      const mayAll = named("permissions", { ...readAll, Action: "*" });
      expect(evaluate({ ...assume, action: "e2sts:Run" }, { identity: [mayAll] })).to.deep.equal(
        allowedBy("permissions", "Read"),
      );
      expect(evaluate({ ...assume, action: "sts:Run" }, { identity: [mayAll] }).outcome).to.equal("implicitlyDenied");
    });

    it("is the only resource whose own policy is needed for an action of sts", () => {
      const other = { ...assume, resource: `arn:aws:iam::${account}:user/anna` };
      expect(evaluate(other, { identity: [mayAssume] })).to.deep.equal(allowedBy("permissions", "Assume"));
    });
  });

  describe("a service that acts on its own", () => {
    const resource = `arn:aws:logs:us-east-1:${account}:log-group:audit:log-stream:one`;
    const put: AccessRequest = {
      caller: { kind: "service", principal: "events.amazonaws.com" },
      action: "logs:PutLogEvents",
      resource,
      context: { "aws:SourceAccount": account },
    };
    const statement = {
      Sid: "Events",
      Effect: "Allow",
      Principal: { Service: "events.amazonaws.com" },
      Action: "logs:PutLogEvents",
      Resource: `arn:aws:logs:us-east-1:${account}:log-group:audit:*`,
      Condition: { StringEquals: { "aws:SourceAccount": account } },
    };

    it("may do what the policy of the resource allows to it, and no other service", () => {
      const policy = named("resource policy", statement);
      const caller: Caller = { kind: "service", principal: "delivery.logs.amazonaws.com" };

      expect(evaluate(put, { resource: [policy] })).to.deep.equal(allowedBy("resource policy", "Events"));
      expect(evaluate({ ...put, caller }, { resource: [policy] })).to.deep.equal(
        denied(
          'statement "Events" of resource policy allows logs:PutLogEvents, but not to delivery.logs.amazonaws.com',
        ),
      );
      expect(evaluate({ ...put, context: {} }, { resource: [policy] }).outcome).to.equal("implicitlyDenied");
    });

    it("may do nothing where no policy of the resource says so, whatever an identity policy allows", () => {
      const identity = [named("identity", { Effect: "Allow", Action: "*", Resource: "*" })];

      expect(evaluate(put, { identity, resource: [] })).to.deep.equal(denied("no statement allows logs:PutLogEvents"));
    });

    it("is denied by an explicit deny, and by a resource control policy", () => {
      const policy = named("resource policy", statement);
      const guard = named("guard", { ...statement, Sid: "Never", Effect: "Deny" });
      const control = named("perimeter", {
        Sid: "Guard",
        Effect: "Deny",
        Principal: "*",
        Action: "logs:*",
        Resource: "*",
      });

      expect(evaluate(put, { resource: [policy, guard] })).to.deep.equal(deniedBy("guard", "Never"));
      expect(evaluate(put, { resource: [policy], resourceControl: [[control]] }).outcome).to.equal("explicitlyDenied");
    });
  });

  describe("the holder of a token of an identity provider", () => {
    const issuer = "token.actions.githubusercontent.com";
    const providerArn = `arn:aws:iam::${account}:oidc-provider/${issuer}`;
    const environment = "repo:orb/common:environment:dev";
    const byId = "repo:orb@1/common@2:environment:dev";
    const assume: AccessRequest = {
      caller: { kind: "web-identity", providerArn },
      action: "sts:AssumeRoleWithWebIdentity",
      resource: `arn:aws:iam::${account}:role/publisher`,
      context: {
        [`${issuer}:aud`]: "sts.amazonaws.com",
        [`${issuer}:sub`]: environment,
        [`${issuer}:repository_id`]: "2",
      },
    };
    const statement = {
      Sid: "AssumeFromGithubJob",
      Effect: "Allow",
      Principal: { Federated: providerArn },
      Action: "sts:AssumeRoleWithWebIdentity",
      Condition: {
        StringEquals: {
          [`${issuer}:aud`]: "sts.amazonaws.com",
          [`${issuer}:sub`]: [environment, byId],
          [`${issuer}:repository_id`]: "2",
        },
      },
    };
    const trust = named("trust policy", statement);

    it("assumes a role that trusts it", () => {
      expect(evaluate(assume, { resource: [trust] })).to.deep.equal(allowedBy("trust policy", "AssumeFromGithubJob"));
      expect(
        evaluate(
          { ...assume, context: { ...contextOf(assume.context), [`${issuer}:sub`]: byId } },
          { resource: [trust] },
        ).outcome,
      ).to.equal("allowed");
    });

    it("does not with another subject", () => {
      const context = { ...contextOf(assume.context), [`${issuer}:sub`]: "repo:orb/common:pull_request" };
      expect(evaluate({ ...assume, context }, { resource: [trust] })).to.deep.equal(
        denied(
          `statement "AssumeFromGithubJob" of trust policy: StringEquals ${issuer}:sub: seen "repo:orb/common:pull_request", wanted "${environment}" or "${byId}"`,
        ),
      );
    });

    it("is given every condition that it does not meet", () => {
      expect(evaluate({ ...assume, context: { [`${issuer}:sub`]: "x" } }, { resource: [trust] })).to.deep.equal(
        denied(
          `statement "AssumeFromGithubJob" of trust policy: StringEquals ${issuer}:aud: absent, wanted "sts.amazonaws.com"; ` +
            `StringEquals ${issuer}:sub: seen "x", wanted "${environment}" or "${byId}"; StringEquals ${issuer}:repository_id: absent, wanted "2"`,
        ),
      );
    });

    it("does not with a token of another provider", () => {
      const caller: Caller = { kind: "web-identity", providerArn: `${providerArn}/octo` };
      expect(evaluate({ ...assume, caller }, { resource: [trust] })).to.deep.equal(
        denied(
          `statement "AssumeFromGithubJob" of trust policy allows sts:AssumeRoleWithWebIdentity, but not to ${providerArn}/octo`,
        ),
      );
    });

    it("does where everyone is trusted", () => {
      for (const principal of ["*", { AWS: "*" }]) {
        expect(
          evaluate(assume, { resource: [named("trust policy", { ...statement, Principal: principal })] }),
        ).to.deep.equal(allowedBy("trust policy", "AssumeFromGithubJob"));
      }
    });

    it("does not where the account is trusted", () => {
      const resource = [named("trust policy", { ...statement, Principal: { AWS: account } })];
      expect(evaluate(assume, { resource })).to.deep.equal(
        denied(
          `statement "AssumeFromGithubJob" of trust policy allows sts:AssumeRoleWithWebIdentity, but not to ${providerArn}`,
        ),
      );
    });

    it("is denied by an explicit deny", () => {
      const guard = named("guard", { Sid: "Never", Effect: "Deny", Principal: "*", Action: "sts:AssumeRole*" });
      expect(evaluate(assume, { resource: [trust, guard] })).to.deep.equal(deniedBy("guard", "Never"));
    });

    it("has neither identity policies nor a boundary, and no account to differ", () => {
      expect(
        evaluate(assume, {
          identity: [named("permissions", denyAll)],
          boundary: named("boundary", denyAll),
          resource: [trust],
          resourceAccount: elsewhere,
        }),
      ).to.deep.equal(allowedBy("trust policy", "AssumeFromGithubJob"));
      expect(evaluate(assume, { identity: [named("permissions", { ...denyAll, Effect: "Allow" })] })).to.deep.equal(
        denied("no statement allows sts:AssumeRoleWithWebIdentity"),
      );
    });
  });

  describe("the reason of a denial for lack of an allow", () => {
    const wanting = (...keys: readonly string[]) => ({
      ...readAll,
      Sid: `Wanting${keys.length}`,
      Condition: { StringEquals: Object.fromEntries(keys.map((key) => [key, "x"])) },
    });
    const misplaced = { ...readAll, Sid: "Misplaced", Resource: packageArn };

    it("names a missed condition before a missed resource, and that before a missed principal", () => {
      const foreign = shared({ AWS: elsewhere });
      const notHere = named("permissions", misplaced);
      expect(
        evaluate(read, { identity: [named("permissions", misplaced, wanting("a:b"))], resource: [foreign] }),
      ).to.deep.equal(denied('statement "Wanting1" of permissions: StringEquals a:b: absent, wanted "x"'));
      expect(evaluate(read, { identity: [notHere], resource: [foreign] })).to.deep.equal(
        denied(`statement "Misplaced" of permissions allows codeartifact:ReadFromRepository, but not on ${repository}`),
      );
      expect(evaluate(read, { resource: [foreign, shared({ AWS: account }, misplaced)] })).to.deep.equal(
        denied(
          `statement "Share" of repository policy allows codeartifact:ReadFromRepository, but not on ${repository}`,
        ),
      );
    });

    it("names the statement with the fewest missed conditions, of equals the first", () => {
      const identity = [
        named("permissions", wanting("a:b", "a:c"), wanting("a:d"), { ...wanting("a:e"), Sid: "Later" }),
      ];
      expect(evaluate(read, { identity })).to.deep.equal(
        denied('statement "Wanting1" of permissions: StringEquals a:d: absent, wanted "x"'),
      );
    });

    it("does not count a condition that is met", () => {
      const identity = [named("permissions", wanting("a:b", "a:c", "a:d"), wanting("a:e", "a:f"))];
      expect(evaluate({ ...read, context: { "a:b": "x", "a:c": "x" } }, { identity })).to.deep.equal(
        denied('statement "Wanting3" of permissions: StringEquals a:d: absent, wanted "x"'),
      );
    });

    it("does not name a statement that denies", () => {
      const guard = { ...denyAll, Condition: { StringEquals: { "a:b": "x" } } };
      expect(evaluate(read, { identity: [named("permissions", guard)] })).to.deep.equal(denied(noStatement));
    });
  });

  describe("what cannot be decided", () => {
    const unknown = {
      ...readAll,
      Action: "s3:GetObject",
      Condition: { NullIfExists: { "aws:CurrentTime": "true" } },
    };

    for (const [title, policies] of [
      ["an identity policy", { identity: [permissions, named("guard", readAll, { ...unknown, Sid: "Late" })] }],
      ["a boundary", { identity: [permissions], boundary: named("guard", { ...unknown, Sid: "Late" }) }],
      [
        "a resource policy",
        { identity: [permissions], resource: [named("guard", { ...unknown, Sid: "Late", Principal: "*" })] },
      ],
    ] as readonly (readonly [string, ApplicablePolicies])[]) {
      it(`is an unknown operator in ${title}, though its statement does not match the action`, () => {
        expect(() => evaluate(read, policies)).to.throw(
          PolicyError,
          /^guard, statement "Late": operator "NullIfExists" is not evaluated; evaluated: StringEquals, /,
        );
      });
    }

    it("is an unknown operator beside an explicit deny, and for the holder of a token", () => {
      expect(() => evaluate(read, { identity: [named("permissions", denyAll, unknown)] })).to.throw(PolicyError);
      const caller: Caller = { kind: "web-identity", providerArn: "arn:aws:iam::123456789012:oidc-provider/x" };
      expect(() => evaluate({ ...read, caller }, { identity: [named("permissions", unknown)] })).to.throw(PolicyError);
      expect(() => evaluate({ ...read, caller }, { boundary: named("boundary", unknown) })).to.throw(PolicyError);
    });

    it("are several values of a key under an operator for one", () => {
      const tagged = { ...readAll, Condition: { StringEquals: { "aws:TagKeys": "team" } } };
      const request = { ...read, context: { "aws:TagKeys": ["team", "cost"] } };
      expect(() => evaluate(request, { identity: [named("permissions", tagged)] }))
        .to.throw(PolicyError)
        .with.property(
          "message",
          'permissions, statement "Read": StringEquals aws:TagKeys: the request has 2 values, which only ForAllValues: or ForAnyValue: compares',
        );
      expect(
        evaluate({ ...read, context: { "aws:TagKeys": ["team"] } }, { identity: [named("permissions", tagged)] })
          .outcome,
      ).to.equal("allowed");
      expect(evaluate(request, { identity: [named("permissions", { ...tagged, Action: "s3:*" })] }).outcome).to.equal(
        "implicitlyDenied",
      );
    });

    describe("by a key that is not known", () => {
      const isAbsent = (key: string) => key !== "aws:secret";
      const when = (Condition: object, more: object = {}) => ({ ...readAll, Condition, ...more });
      const secret = { StringEquals: { "aws:Secret": "x" } };
      const decided = (...statements: readonly object[]) =>
        evaluate(
          { ...read, context: { "aws:B": "1" }, isAbsent },
          { identity: [{ name: "permissions", document: { Version: "2012-10-17", Statement: statements } }] },
        ).outcome;
      const message = 'permissions, statement "Read": the value of aws:Secret in this request is not known';

      it("is a request that only its statement allows, or denies", () => {
        expect(() => decided(when(secret)))
          .to.throw(PolicyError)
          .with.property("message", message);
        expect(() => decided({ ...readAll, Sid: "All" }, when(secret, { Effect: "Deny" })))
          .to.throw(PolicyError)
          .with.property("message", message);
        expect(() => decided({ ...readAll, Resource: "arn:aws:s3:::${aws:Secret}" })).to.throw(PolicyError, message);
      });

      it("is no request that other statements decide, or to which its statement does not apply", () => {
        expect(decided({ ...readAll, Sid: "All" }, when(secret))).to.equal("allowed");
        expect(decided(denyAll, when(secret))).to.equal("explicitlyDenied");
        expect(decided(when({ ...secret, StringLike: { "aws:B": "2" } }))).to.equal("implicitlyDenied");
        expect(decided(when(secret, { Action: "s3:GetObject" }))).to.equal("implicitlyDenied");
        expect(decided(when({ StringEqualsIfExists: { "aws:Absent": "x" } }))).to.equal("allowed");
      });
    });

    it("is a parsed policy of another kind", () => {
      const parsed = { name: "permissions", document: parsePolicy(permissions.document, "identity", "permissions") };
      expect(evaluate(read, { identity: [parsed] })).to.deep.equal(allowedBy("permissions", "Read"));
      expect(() => evaluate(read, { resource: [parsed] })).to.throw(
        PolicyError,
        "permissions: is a policy of kind identity, and one of kind resource is needed",
      );
    });

    it("is a Principal where none belongs, or none where one does", () => {
      expect(() => evaluate(read, { boundary: shared("*") })).to.throw(PolicyError, /should not specify a principal/);
      expect(() => evaluate(read, { identity: [shared("*")] })).to.throw(PolicyError, /should not specify a principal/);
      expect(() => evaluate(read, { resource: [permissions] })).to.throw(
        PolicyError,
        /Missing required field Principal/,
      );
    });

    for (const [title, request, message] of [
      [
        "a caller that is no role",
        { caller: { kind: "role", arn: session } },
        `request: the caller "${session}" is not the ARN of a role`,
      ],
      [
        "a user that is a role",
        { caller: { kind: "user", arn: "arn:aws:iam::123456789012:role/reader" } },
        'request: the caller "arn:aws:iam::123456789012:role/reader" is not the ARN of a user',
      ],
      ["an action without a service", { action: "Read" }, 'request: the action "Read" is not of the form service:Name'],
      ["an action that is a pattern", { action: "s3:*" }, 'request: the action "s3:*" is not of the form service:Name'],
      [
        "an action with more to it",
        { action: "s3:Get Object" },
        'request: the action "s3:Get Object" is not of the form service:Name',
      ],
      [
        "an action with more before it",
        { action: " s3:Get" },
        'request: the action " s3:Get" is not of the form service:Name',
      ],
      [
        "a resource that is no ARN",
        { resource: "repository" },
        'request: the resource "repository" is neither "*" nor an ARN of six parts',
      ],
      [
        "a key given twice",
        { context: { "a:b": "1", "A:B": "2" } },
        'request: the context key "A:B" is given twice, in different case',
      ],
    ] as readonly (readonly [string, Partial<AccessRequest>, string])[]) {
      it(`is a request with ${title}`, () => {
        expect(() => evaluate({ ...read, ...request }, { identity: [permissions] }))
          .to.throw(PolicyError)
          .with.property("message", message);
      });
    }

    for (const wrong of ["", "12345678901", "1234567890123", "x123456789012"]) {
      it(`is the account "${wrong}" of a resource`, () => {
        expect(() => evaluate(read, { resourceAccount: wrong }))
          .to.throw(PolicyError)
          .with.property("message", `request: resourceAccount "${wrong}" must be an account number of 12 digits`);
      });
    }
  });
});

describe("the explanation of a decision", () => {
  const caller = { kind: "role", arn: "arn:aws:iam::123456789012:role/publisher" } as const;
  const resource = "arn:aws:codeartifact:us-east-1:123456789012:package/orb/python-packages/pypi//orb-common";
  const request = {
    caller,
    action: "codeartifact:PublishPackageVersion",
    resource,
    context: { "aws:SourceIp": "10.0.0.1" },
  };
  const policy = (statement: object) => ({
    identity: [
      {
        name: "permissions",
        document: {
          Version: "2012-10-17",
          Statement: [{ Sid: "Publish", Effect: "Allow", Action: "codeartifact:PublishPackageVersion", ...statement }],
        },
      },
    ],
  });

  it("is the decision, with the statement that came nearest to allowing what is denied", () => {
    const elsewhere = policy({ Resource: `${resource}-other` });
    const unmet = policy({ Resource: "*", Condition: { IpAddress: { "aws:SourceIp": "192.0.2.0/24" } } });
    const nearest = { document: "permissions", statement: "Publish" };

    for (const policies of [elsewhere, unmet]) {
      expect(explain(request, policies)).to.deep.equal({ ...evaluate(request, policies), nearest });
      expect(evaluate(request, policies)).not.to.have.property("nearest");
    }
  });

  it("names no such statement where one decides, or none has the action", () => {
    const allowed = policy({ Resource: "*" });
    const none = policy({ Action: "codeartifact:ReadFromRepository", Resource: "*" });

    for (const policies of [allowed, none]) {
      expect(explain(request, policies)).to.deep.equal(evaluate(request, policies));
    }
    expect([explain(request, allowed).outcome, explain(request, none).outcome]).to.deep.equal([
      ...["allowed", "implicitlyDenied"],
    ]);
  });
});
