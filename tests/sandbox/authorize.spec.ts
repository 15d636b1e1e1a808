import { expect } from "chai";
import type { Requester } from "../../sandbox/sts/sts";
import { authorize, authorizeToken } from "../../sandbox/context";
import { awsErrorOf } from "../support/sandbox/awsErrorOf";
import { bareSandbox } from "../support/sandbox/identities";

const domainArn = "arn:aws:codeartifact:eu-central-1:123456789012:domain/orb-dev";
const who = "arn:aws:sts::123456789012:assumed-role/reader/job";

/** A session of a role that may do what the statements say. */
function sessionOf(context: ReturnType<typeof bareSandbox>["context"], ...statements: readonly object[]): Requester {
  const document = { Version: "2012-10-17", Statement: statements };
  return {
    ...context.sts.administrator(),
    origin: { sourceIp: "127.0.0.1" },
    assumedRoleArn: who,
    caller: {
      arn: "arn:aws:iam::123456789012:role/reader",
      sessionName: "job",
      permissions: [{ name: "inline policy permissions", document }],
    },
  };
}

const onDomain = { Sid: "Token", Effect: "Allow", Action: "codeartifact:GetAuthorizationToken", Resource: domainArn };
const bearer = {
  Sid: "Bearer",
  Effect: "Allow",
  Action: "sts:GetServiceBearerToken",
  Resource: "*",
  Condition: { NumericLessThanEquals: { "sts:DurationSeconds": "3600" } },
};

/** The log without its times. */
function logged({ decisions }: ReturnType<typeof bareSandbox>["context"]): readonly object[] {
  return decisions.entries().map(({ who: caller, action, resource, allowed, reason }) => {
    return { who: caller, action, resource, allowed, reason };
  });
}

describe("what a session asks of the sandbox", () => {
  it("passes and is logged with the statement that allows it, or is rejected and logged with what it lacks", () => {
    const { context } = bareSandbox();
    const session = sessionOf(context, onDomain);
    const ask = (action: string) => () => {
      authorize(context, session, action, domainArn);
    };

    expect(ask("codeartifact:GetAuthorizationToken")).not.to.throw();
    expect(awsErrorOf(ask("codeartifact:DeleteDomain"))).to.equal(
      `AccessDeniedException 403: User: ${who} is not authorized to perform: codeartifact:DeleteDomain on resource: ` +
        `${domainArn} (no statement allows codeartifact:DeleteDomain)`,
    );
    expect(logged(context)).to.deep.equal([
      {
        who,
        action: "codeartifact:GetAuthorizationToken",
        resource: domainArn,
        allowed: true,
        reason: 'allowed by statement "Token" of inline policy permissions',
      },
      {
        who,
        action: "codeartifact:DeleteDomain",
        resource: domainArn,
        allowed: false,
        reason: "no statement allows codeartifact:DeleteDomain",
      },
    ]);
  });

  it("yields a registry token only to who may have both the domain's and AWS's bearer tokens", () => {
    const { context } = bareSandbox();
    const minting =
      (...statements: readonly object[]) =>
      () => {
        authorizeToken(context, sessionOf(context, ...statements), domainArn, 3600);
      };

    expect(minting(onDomain, bearer)).not.to.throw();
    expect(awsErrorOf(minting(onDomain))).to.match(/\(no statement allows sts:GetServiceBearerToken\)$/);
    expect(awsErrorOf(minting(bearer))).to.match(/\(no statement allows codeartifact:GetAuthorizationToken\)$/);
    expect(context.decisions.entries().map(({ action, allowed }) => [action, allowed])).to.deep.equal([
      ["codeartifact:GetAuthorizationToken", true],
      ["codeartifact:GetAuthorizationToken", false],
      ["codeartifact:GetAuthorizationToken", false],
    ]);
  });

  it("yields a registry token of no longer life than the policy allows", () => {
    const { context } = bareSandbox();
    const lasting = (seconds: number) => () => {
      authorizeToken(context, sessionOf(context, onDomain, bearer), domainArn, seconds);
    };

    expect(lasting(3600)).not.to.throw();
    expect(awsErrorOf(lasting(3601))).to.match(/^AccessDeniedException 403: .*sts:DurationSeconds/);
  });
});
