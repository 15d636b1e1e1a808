import {
  AssumeRoleCommand,
  type AssumeRoleCommandInput,
  AssumeRoleWithWebIdentityCommand,
  DecodeAuthorizationMessageCommand,
  GetAccessKeyInfoCommand,
  GetCallerIdentityCommand,
  GetFederationTokenCommand,
  GetSessionTokenCommand,
  STSClient,
} from "@aws-sdk/client-sts";
import { expect } from "chai";
import { decide } from "../../../sandbox/authorization";
import { queryRoutes } from "../../../sandbox/core/queryProtocol";
import { sts } from "../../../sandbox/sts/api";
import { claims, createSigner, issuer, trust } from "../../support/sandbox/identityTokens";
import { bareSandbox, type Served } from "../../support/sandbox/identities";
import { errorOf } from "../../support/sandbox/sdkErrors";

const root = "arn:aws:iam::123456789012:root";
const iamArn = (name: string) => `arn:aws:iam::123456789012:${name}`;
const documentOf = (...Statement: readonly object[]) => JSON.stringify({ Version: "2012-10-17", Statement });
const trusting = (principal: object, Condition?: object, Action: string | readonly string[] = "sts:AssumeRole") =>
  documentOf({ Effect: "Allow", Principal: principal, Action, Condition });

interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

describe("AssumeRole", () => {
  const bare = bareSandbox();
  const { context, clock } = bare;
  const { iam } = context.account;
  let served: Served;

  const clientOf = ({ accessKeyId, secretAccessKey, sessionToken }: Credentials) =>
    new STSClient({
      region: "eu-central-1",
      endpoint: served.address,
      credentials: { accessKeyId, secretAccessKey, sessionToken },
      maxAttempts: 1,
    });

  const assume = async (role: string, input: Partial<AssumeRoleCommandInput> = {}, by?: Credentials) =>
    clientOf(by ?? context.sts.administrator()).send(
      new AssumeRoleCommand({ RoleArn: iamArn(`role/${role}`), RoleSessionName: "work", ...input }),
    );

  const keysOf = ({ Credentials: keys }: Awaited<ReturnType<typeof assume>>): Credentials => ({
    accessKeyId: keys?.AccessKeyId ?? "",
    secretAccessKey: keys?.SecretAccessKey ?? "",
    sessionToken: keys?.SessionToken ?? "",
  });

  const ended = async (...asked: Parameters<typeof assume>) => errorOf(assume(...asked));

  const make = (roleName: string, assumeRolePolicyDocument: string, ...statements: readonly object[]) => {
    iam.roles.create({ roleName, assumeRolePolicyDocument });
    if (statements.length > 0) {
      iam.roles.putPolicy({ roleName, policyName: "permissions", policyDocument: documentOf(...statements) });
    }
  };

  const mayDo = (keys: Credentials, action: string, resource = "*") => {
    const caller = context.sts.find(keys.accessKeyId)?.caller;
    return caller === undefined ? "no session" : decide(context.account, caller, action, resource).outcome;
  };

  before(async () => {
    clock.now = new Date();
    const both = ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"];
    make("reader", trusting({ AWS: root }), { Effect: "Allow", Action: "s3:*", Resource: "*" });
    make("named", trusting({ AWS: iamArn("role/caller") }));
    make("external", trusting({ AWS: root }, { StringEquals: { "sts:ExternalId": "4711" } }));
    make("tagged", trusting({ AWS: root }, undefined, both), { Effect: "Allow", Action: "sts:*", Resource: "*" });
    make("ofService", trusting({ Service: "ec2.amazonaws.com" }));
    make("caller", trusting({ AWS: root }), {
      Effect: "Allow",
      Action: "sts:AssumeRole",
      Resource: iamArn("role/reader"),
    });
    served = await bare.serve(queryRoutes(context, [sts]));
  });

  after(() => served.close());

  it("opens a session of an hour for an administrator whose account the role trusts", async () => {
    const answer = await assume("reader");
    const { roleId } = iam.roles.get({ roleName: "reader" });
    const who = await clientOf(keysOf(answer)).send(new GetCallerIdentityCommand({}));

    expect(answer.AssumedRoleUser).to.deep.equal({
      Arn: "arn:aws:sts::123456789012:assumed-role/reader/work",
      AssumedRoleId: `${roleId}:work`,
    });
    expect(answer).to.not.have.any.keys("PackedPolicySize", "SourceIdentity");
    const lasts = (answer.Credentials?.Expiration?.getTime() ?? 0) - clock.now.getTime();
    expect(lasts).to.be.within(3_599_000, 3_600_000);
    expect([who.Arn, who.UserId]).to.deep.equal([answer.AssumedRoleUser?.Arn, `${roleId}:work`]);
    expect(mayDo(keysOf(answer), "s3:GetObject")).to.equal("allowed");
    expect(mayDo(keysOf(answer), "iam:GetRole")).to.equal("implicitlyDenied");
  });

  it("needs the trust policy, and the caller's permission where the trust policy names only the account", async () => {
    const caller = keysOf(await assume("caller"));
    const denied = (who: string, role: string) =>
      `AccessDenied 403: User: arn:aws:sts::123456789012:assumed-role/${who} is not authorized to perform: sts:AssumeRole ` +
      `on resource: ${iamArn(`role/${role}`)}`;

    expect(await ended("reader", {}, caller)).to.equal("answered");
    expect(await ended("external", { ExternalId: "4711" }, caller)).to.include(denied("caller/work", "external"));
    // Named by its ARN, a role needs no permission of its own.
    expect(await ended("named", {}, caller)).to.equal("answered");
    expect(await ended("named")).to.include(denied("Administrator/administrator", "named"));
    expect(await ended("ofService")).to.include(denied("Administrator/administrator", "ofService"));
    expect(await ended("missing")).to.include(denied("Administrator/administrator", "missing"));
  });

  it("decides by the external id", async () => {
    expect(await ended("external", { ExternalId: "4711" })).to.equal("answered");
    expect(await ended("external", { ExternalId: "4712" })).to.match(/^AccessDenied 403: .*sts:ExternalId/);
    expect(await ended("external")).to.match(/^AccessDenied 403: .*sts:ExternalId/);
  });

  it("limits a session to its policies, which grant nothing", async () => {
    const Policy = documentOf({ Effect: "Allow", Action: ["s3:GetObject", "iam:GetRole"], Resource: "*" });
    const { arn } = iam.policies.create({
      policyName: "puts",
      policyDocument: documentOf({ Effect: "Allow", Action: "s3:PutObject", Resource: "*" }),
    });
    const one = await assume("reader", { Policy });
    const both = await assume("reader", { Policy, PolicyArns: [{ arn }] });
    const allowed = (answer: typeof one) =>
      ["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "iam:GetRole"].filter(
        (action) => mayDo(keysOf(answer), action) === "allowed",
      );

    expect(allowed(one)).to.deep.equal(["s3:GetObject"]);
    expect(allowed(both)).to.deep.equal(["s3:GetObject", "s3:PutObject"]);
    expect(both.PackedPolicySize).to.be.within(1, 100);
    expect(await ended("reader", { Policy: "{}" })).to.match(/^MalformedPolicyDocument(Exception)? 400: /);
    expect(await ended("reader", { PolicyArns: [{ arn: iamArn("policy/missing") }] })).to.match(
      /^MalformedPolicyDocument(Exception)? 400: The policy .* does not exist\.$/,
    );
    expect(await ended("reader", { Policy: "x".repeat(2049) })).to.match(/^ValidationError 400: .*'policy'/);
    const long = documentOf({ Effect: "Allow", Action: "s3:GetObject", Resource: `arn:aws:s3:::${"x".repeat(1930)}` });
    expect(await ended("reader", { Policy: long, PolicyArns: [{ arn }] })).to.match(
      /^PackedPolicyTooLarge(Exception)? 400/,
    );
  });

  it("limits a web identity's session to its policies, too", async () => {
    const signer = await createSigner("github");
    context.sts.trustKeys(`https://${issuer}`, signer.keys);
    const { arn } = iam.oidcProviders.create({ url: `https://${issuer}`, clientIDList: ["sts.amazonaws.com"] });
    make("job", trust(arn), { Effect: "Allow", Action: "s3:*", Resource: "*" });
    const seconds = Math.floor(clock.now.getTime() / 1000);
    const WebIdentityToken = await signer.sign(claims({ iat: seconds, nbf: seconds - 60, exp: seconds + 300 }));
    const { Credentials: keys } = await clientOf(context.sts.administrator()).send(
      new AssumeRoleWithWebIdentityCommand({
        ...{ RoleArn: iamArn("role/job"), RoleSessionName: "work", WebIdentityToken },
        Policy: documentOf({ Effect: "Allow", Action: "s3:GetObject", Resource: "*" }),
      }),
    );
    const session = { accessKeyId: keys?.AccessKeyId ?? "", secretAccessKey: "", sessionToken: "" };

    expect(mayDo(session, "s3:GetObject")).to.equal("allowed");
    expect(mayDo(session, "s3:PutObject")).to.equal("implicitlyDenied");
  });

  it("tags a session where both sides allow that, and conditions know the tags", async () => {
    const Tags = [{ Key: "Team", Value: "data" }];
    make("ofTeam", trusting({ AWS: root }), {
      ...{ Effect: "Allow", Action: "s3:*", Resource: "*" },
      Condition: { StringEquals: { "aws:PrincipalTag/Team": "data" } },
    });
    iam.roles.updateTrust({
      roleName: "ofTeam",
      policyDocument: trusting({ AWS: root }, undefined, ["sts:AssumeRole", "sts:TagSession"]),
    });

    expect(mayDo(keysOf(await assume("ofTeam", { Tags })), "s3:GetObject")).to.equal("allowed");
    expect(mayDo(keysOf(await assume("ofTeam")), "s3:GetObject")).to.equal("implicitlyDenied");
    expect(await ended("reader", { Tags })).to.match(/^AccessDenied 403: .*perform: sts:TagSession on resource/);
  });

  it("hands transitive tags on, which the next request cannot set", async () => {
    const Tags = [
      { Key: "Team", Value: "data" },
      { Key: "Once", Value: "1" },
    ];
    const first = keysOf(await assume("tagged", { Tags, TransitiveTagKeys: ["Team"] }));
    const second = keysOf(await assume("tagged", {}, first));
    const conflict =
      "InvalidParameterValue 400: One of the specified transitive tag keys can't be set because it conflicts with a " +
      "transitive tag key from the calling session.";

    expect(context.sts.find(second.accessKeyId)?.caller.sessionTags).to.deep.equal({ Team: "data" });
    expect(await ended("tagged", { Tags: [{ Key: "team", Value: "x" }], TransitiveTagKeys: ["team"] }, first)).to.equal(
      conflict,
    );
    expect(await ended("tagged", { Tags, TransitiveTagKeys: ["Other"] })).to.equal(
      "InvalidParameterValue 400: The specified transitive tag key must be included in the requested tags.",
    );
    expect(await ended("tagged", { Tags: [...Tags, { Key: "TEAM", Value: "x" }] })).to.equal(
      "InvalidParameterValue 400: Duplicate tag keys found. Please note that Tag keys are case insensitive.",
    );
  });

  it("keeps a source identity through further sessions", async () => {
    const first = await assume("tagged", { SourceIdentity: "ada" });
    const second = await assume("tagged", {}, keysOf(first));

    expect([first.SourceIdentity, second.SourceIdentity]).to.deep.equal(["ada", "ada"]);
    expect(await ended("tagged", { SourceIdentity: "bob" }, keysOf(first))).to.match(/^InvalidParameterValue 400: /);
    expect(await ended("reader", { SourceIdentity: "ada" })).to.match(
      /^AccessDenied 403: .*perform: sts:SetSourceIdentity on resource/,
    );
  });

  it("lasts an hour at most, whatever the role's own maximum is", async () => {
    iam.roles.update({ roleName: "reader", maxSessionDuration: 43_200 });

    expect(await ended("reader", { DurationSeconds: 3600 })).to.equal("answered");
    expect(await ended("reader", { DurationSeconds: 900 })).to.equal("answered");
    expect(await ended("reader", { DurationSeconds: 3601 })).to.equal(
      "ValidationError 400: The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.",
    );
    expect(await ended("reader", { DurationSeconds: 899 })).to.match(/^ValidationError 400: .*'durationSeconds'/);
  });

  it("rejects names that are not valid, in AWS's words", async () => {
    expect(await ended("reader", { RoleArn: "nothing-valid-in-here" })).to.equal(
      "ValidationError 400: nothing-valid-in-here is invalid",
    );
    expect(await ended("reader", { RoleSessionName: "Session1:2" })).to.equal(
      "ValidationError 400: 1 validation error detected: Value 'Session1:2' at 'roleSessionName' failed to satisfy " +
        "constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]*",
    );
    expect(await ended("reader", { SerialNumber: iamArn("mfa/ada"), TokenCode: "123456" })).to.equal(
      "NotImplemented 501: SerialNumber of sts:AssumeRole is not modelled.",
    );
  });

  it("does not let a session last longer than its role does, not even if the role is made again", async () => {
    const domain = "arn:aws:codeartifact:eu-central-1:123456789012:domain/orb-dev";
    const policyDocument = documentOf({
      Effect: "Allow",
      Principal: { AWS: iamArn("role/gone") },
      Action: "codeartifact:DescribeDomain",
      Resource: "*",
    });
    const makeGone = () => {
      make("gone", trusting({ AWS: root }), { Effect: "Allow", Action: "s3:*", Resource: "*" });
    };
    // By the role's own policy, and by the domain's, which names the role.
    const outcomes = (keys: Credentials) => [
      mayDo(keys, "s3:GetObject"),
      mayDo(keys, "codeartifact:DescribeDomain", domain),
    ];
    makeGone();
    context.account.codeartifact.domains.putPermissionsPolicy({ domain: "orb-dev", policyDocument });
    const before = keysOf(await assume("gone"));
    expect(outcomes(before)).to.deep.equal(["allowed", "allowed"]);

    iam.roles.deletePolicy({ roleName: "gone", policyName: "permissions" });
    iam.roles.delete({ roleName: "gone" });
    expect(outcomes(before)).to.deep.equal(["implicitlyDenied", "implicitlyDenied"]);

    makeGone();
    expect(outcomes(before)).to.deep.equal(["implicitlyDenied", "implicitlyDenied"]);
    expect(outcomes(keysOf(await assume("gone")))).to.deep.equal(["allowed", "allowed"]);
    expect(await ended("reader", {}, before)).to.match(
      /^AccessDenied 403: .*sts:AssumeRole.*the session's role has been deleted/,
    );
  });

  describe("beside it, STS", () => {
    const asked = (send: (client: STSClient) => Promise<unknown>) =>
      errorOf(send(clientOf(context.sts.administrator())));

    it("gives no session to a session but that of a role", async () => {
      expect(await asked((client) => client.send(new GetSessionTokenCommand({})))).to.equal(
        "AccessDenied 403: Cannot call GetSessionToken with session credentials",
      );
      expect(await asked((client) => client.send(new GetFederationTokenCommand({ Name: "ada" })))).to.equal(
        "AccessDenied 403: Cannot call GetFederationToken with session credentials",
      );
    });

    it("finds the account of an access key that it gave out", async () => {
      const session = context.sts.administrator();
      const key = (AccessKeyId: string) => new GetAccessKeyInfoCommand({ AccessKeyId });

      expect((await clientOf(session).send(key(session.accessKeyId))).Account).to.equal("123456789012");
      expect(await asked((client) => client.send(key("AKIAIOSFODNN7EXAMPLE")))).to.match(/^NotImplemented 501: /);
    });

    it("rejects any other operation by its name, and only for those who may ask for it", async () => {
      const command = new DecodeAuthorizationMessageCommand({ EncodedMessage: "x" });
      const reader = clientOf(keysOf(await assume("reader")));

      expect(await asked((client) => client.send(command))).to.equal(
        "NotImplemented 501: sts:DecodeAuthorizationMessage is not modelled. sandbox/README.md says what is.",
      );
      expect(await errorOf(reader.send(command))).to.match(/^AccessDenied 403: .*sts:DecodeAuthorizationMessage/);
    });
  });
});
