import { expect } from "chai";
import { parse } from "node-html-parser";
import type { Session } from "../../../sandbox/sts/sts";
import { queryRoutes } from "../../../sandbox/core/queryProtocol";
import { sts } from "../../../sandbox/sts/api";
import { createSigner, claims, issuer, type Signer, subject, trust } from "../../support/sandbox/identityTokens";
import { bareSandbox, type RawAnswer, type RawRequest, send, type Served } from "../../support/sandbox/identities";
import { sign, type Signing } from "../../support/sandbox/signing";

const version = "2011-06-15";
const roleArn = "arn:aws:iam::123456789012:role/publisher";
const form = "application/x-www-form-urlencoded; charset=utf-8";

describe("STS", () => {
  const bare = bareSandbox();
  const { context, clock } = bare;
  const start = clock.now;
  const logged = () => context.decisions.entries().at(-1);
  let github: Signer;
  let otherSigner: Signer;
  let token: string;
  let served: Served;
  let session: Session;

  before(async () => {
    [github, otherSigner] = await Promise.all([createSigner("github"), createSigner("otherSigner")]);
    token = await github.sign(claims());
    context.sts.trustKeys(`https://${issuer}`, github.keys);
    const { arn } = context.account.iam.oidcProviders.create({
      url: `https://${issuer}`,
      clientIDList: ["sts.amazonaws.com"],
    });
    context.account.iam.roles.create({ roleName: "publisher", assumeRolePolicyDocument: trust(arn) });
    session = context.sts.administrator();
    served = await bare.serve(queryRoutes(context, [sts]));
  });

  after(() => served.close());

  beforeEach(() => {
    clock.now = start;
  });

  const ask = (request: RawRequest): Promise<RawAnswer> => send(served, { method: "POST", ...request });

  /** A form without the parameters that are undefined. */
  const asked = (parameters: Readonly<Record<string, string | undefined>>): Promise<RawAnswer> =>
    ask({
      headers: { host: served.host, "content-type": form },
      body: new URLSearchParams(
        Object.entries<string | undefined>({ Version: version, ...parameters }).filter(
          (pair): pair is [string, string] => {
            return pair[1] !== undefined;
          },
        ),
      ).toString(),
    });

  const assume = (change: Readonly<Record<string, string | undefined>> = {}): Promise<RawAnswer> =>
    asked({
      Action: "AssumeRoleWithWebIdentity",
      RoleArn: roleArn,
      RoleSessionName: "GitHubActions",
      WebIdentityToken: token,
      ...change,
    });

  const whoAmI = async (signing: Partial<Signing> = {}): Promise<RawAnswer> =>
    ask(
      await sign(
        {
          method: "POST",
          headers: { host: served.host, "content-type": form },
          body: `Action=GetCallerIdentity&Version=${version}`,
        },
        { session, date: clock.now, service: "sts", ...signing },
      ),
    );

  describe("AssumeRoleWithWebIdentity", () => {
    it("answers with credentials, and says whose, by which provider, for which audience", async () => {
      const answer = await assume();
      const found = elements(answer.text);

      expect(answer.status).to.equal(200);
      expect(answer.headers["content-type"]).to.equal("text/xml; charset=utf-8");
      expect(found.RequestId).to.equal(answer.headers["x-amzn-requestid"]);
      expect(found).to.include({
        SubjectFromWebIdentityToken: subject,
        Audience: "sts.amazonaws.com",
        Arn: "arn:aws:sts::123456789012:assumed-role/publisher/GitHubActions",
        Provider: `arn:aws:iam::123456789012:oidc-provider/${issuer}`,
        Expiration: "2026-05-06T08:08:09Z",
      });
      expect(context.sts.find(found.AccessKeyId!)).to.include({
        secretAccessKey: found.SecretAccessKey,
        sessionToken: found.SessionToken,
        assumedRoleId: found.AssumedRoleId,
      });
      expect(answer.text).to.match(
        /^<\?xml version="1.0" encoding="UTF-8"\?>\n<AssumeRoleWithWebIdentityResponse xmlns="https:\/\/sts.amazonaws.com\/doc\/2011-06-15\/"><AssumeRoleWithWebIdentityResult>/,
      );
    });

    it("lets the session last as long as is asked", async () => {
      expect(elements((await assume({ DurationSeconds: "900" })).text).Expiration).to.equal("2026-05-06T07:23:09Z");
    });

    it("is asked without a signature: anyone who holds the token may", async () => {
      expect((await assume()).status).to.equal(200);
    });

    it("logs who came, and by which statement the role let them in", async () => {
      await assume();

      expect(logged()).to.deep.include({
        who: subject,
        action: "sts:AssumeRoleWithWebIdentity",
        resource: roleArn,
        allowed: true,
        reason: 'allowed by statement "Job" of trust policy',
      });
    });

    it("gives no reason to a rejected job, and logs the claim that stopped it", async () => {
      const strange = await github.sign(claims({ sub: "repo:acme-evil/hub:environment:dev" }));

      expect(errorOf(await assume({ WebIdentityToken: strange }))).to.equal(
        "403 Sender AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity",
      );
      expect(logged()).to.deep.include({
        who: "repo:acme-evil/hub:environment:dev",
        resource: roleArn,
        allowed: false,
        reason: `statement "Job" of trust policy: StringEquals ${issuer}:sub: seen "repo:acme-evil/hub:environment:dev", wanted "${subject}"`,
      });
      expect(errorOf(await assume({ RoleArn: `${roleArn}-2` }))).to.equal(
        "403 Sender AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity",
      );
      expect(logged()).to.deep.include({ who: subject, reason: "the account holds no such role", allowed: false });
    });

    it("rejects invalid tokens as AWS does (webIdentity.spec.ts lists them)", async () => {
      const forged = await otherSigner.sign(claims(), { kid: "github" });

      expect(errorOf(await assume({ WebIdentityToken: forged }))).to.match(
        /^400 Sender InvalidIdentityToken: The web identity token that was passed could not be validated by AWS/,
      );
      expect(logged()).to.deep.include({
        who: "anonymous (no valid identity token)",
        resource: roleArn,
        allowed: false,
      });
      clock.now = new Date(start.getTime() + 600_000);
      expect(errorOf(await assume())).to.match(/^400 Sender ExpiredTokenException: Token expired: /);
    });

    it("answers every forged or broken token with a reason, logs it, and lives on", async () => {
      const [header = "", payload = "", signature = ""] = token.split(".");
      const encoded = (part: object) => Buffer.from(JSON.stringify(part)).toString("base64url");
      const before = context.decisions.entries().length;
      const forged = [
        await otherSigner.sign(claims(), { kid: "github" }),
        await otherSigner.sign(claims({ iss: "https://evil.example" })),
        await github.sign(claims(), { kid: undefined }),
        await github.sign(claims({ exp: start.getTime() / 1000 - 300 })),
        await github.sign(claims({ nbf: start.getTime() / 1000 + 301 })),
        await github.sign(claims({ aud: "evil.example" })),
        `${encoded({ alg: "none", kid: "github" })}.${payload}.`,
        `${encoded({ alg: "HS256", kid: "github" })}.${payload}.${signature}`,
        `${header}.${encoded(claims({ sub: "repo:evil/hub" }))}.${signature}`,
        ...[`${header}.${payload}`, `${header}.${payload}.`, `..${signature}`, "....", token.slice(0, -4)],
        ...[`${header}.${Buffer.from("[[[[").toString("base64url")}.${signature}`, `${header}.{}.${signature}`],
        ...["\u0000\uffff\ud800 🐍", "a".repeat(20_000), "a".repeat(20_001), ""],
      ];

      for (const WebIdentityToken of forged) {
        expect(errorOf(await assume({ WebIdentityToken })), WebIdentityToken.slice(0, 99)).to.match(
          /^400 Sender (?:InvalidIdentityToken|ExpiredTokenException|ValidationError): .{20}/,
        );
      }
      expect(context.decisions.entries().length).to.equal(before + forged.length);
      expect((await assume()).status).to.equal(200);
    });

    it("names every parameter that is missing", async () => {
      expect(errorOf(await assume({ RoleArn: undefined }))).to.equal(
        "400 Sender ValidationError: 1 validation error detected: Value null at 'roleArn' failed to satisfy constraint: " +
          "Member must not be null",
      );
      expect(
        errorOf(await assume({ RoleArn: undefined, RoleSessionName: undefined, WebIdentityToken: undefined })),
      ).to.equal(
        "400 Sender ValidationError: 3 validation errors detected: Value null at 'roleArn' failed to satisfy " +
          "constraint: Member must not be null; Value null at 'roleSessionName' failed to satisfy constraint: Member must " +
          "not be null; Value null at 'webIdentityToken' failed to satisfy constraint: Member must not be null",
      );
    });

    it("takes a duration that is a whole number, in the role's bounds", async () => {
      const lasting = async (DurationSeconds: string) => errorOf(await assume({ DurationSeconds }));

      for (const none of ["", "1h", "1e3", "900.5", "0x900", "９００", "1".repeat(16)]) {
        expect(await lasting(none)).to.equal(
          `400 Sender ValidationError: 1 validation error detected: Value '${none}' at 'durationSeconds' failed to ` +
            "satisfy constraint: Member must be a whole number",
        );
      }
      expect(await lasting("-900")).to.match(/^400 Sender ValidationError: .* greater than or equal to 900$/);
      expect(await lasting("3601")).to.equal(
        "400 Sender ValidationError: The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
      );
      expect(await lasting("3600")).to.equal("200");
    });

    it("rejects session policies that it cannot apply, rather than open a wider session than was asked for", async () => {
      const arn = "arn:aws:iam::123456789012:policy/missing";

      expect(errorOf(await assume({ Policy: "x" }))).to.equal(
        "400 Sender MalformedPolicyDocument: Syntax errors in policy.",
      );
      expect(errorOf(await assume({ "PolicyArns.member.1.arn": arn }))).to.equal(
        `400 Sender MalformedPolicyDocument: The policy ${arn} does not exist.`,
      );
      expect(errorOf(await assume({ ProviderId: "www.amazon.com" }))).to.equal(
        "501 Receiver NotImplemented: ProviderId of sts:AssumeRoleWithWebIdentity is not modelled.",
      );
    });

    it("tells back what was sent as text, and a token not at all", async () => {
      const named = await assume({ RoleSessionName: `<b>&"'\u0000\ud800` });

      expect(named.text).to.include("Value &apos;&lt;b&gt;&amp;&quot;&apos;\ufffd\ufffd&apos;");
      expect(errorOf(await assume({ RoleSessionName: token }))).to.equal(
        "400 Sender ValidationError: 1 validation error detected: Value '(a token)' at 'roleSessionName' failed to " +
          `satisfy constraint: Member must have length less than or equal to 64 (it has ${token.length})`,
      );
    });
  });

  describe("GetCallerIdentity", () => {
    it("answers whose credentials signed", async () => {
      const answer = await whoAmI();

      expect(answer.status).to.equal(200);
      expect(elements(answer.text)).to.include({
        Arn: "arn:aws:sts::123456789012:assumed-role/Administrator/administrator",
        UserId: session.assumedRoleId,
        Account: "123456789012",
      });
      expect(logged()).to.deep.include({
        who: session.assumedRoleArn,
        action: "sts:GetCallerIdentity",
        resource: "*",
        allowed: true,
        reason: "allowed to everyone",
      });
    });

    it("is asked in the account's region, or at the global endpoint, which is in us-east-1", async () => {
      expect((await whoAmI({ region: "us-east-1" })).status).to.equal(200);
      expect(errorOf(await whoAmI({ region: "eu-west-1" }))).to.match(/^403 Sender SignatureDoesNotMatch: .*region/);
    });

    it("rejects under the names that the query protocol has for it", async () => {
      const unsigned = await asked({ Action: "GetCallerIdentity" });

      expect(errorOf(unsigned)).to.equal("403 Sender MissingAuthenticationToken: Missing Authentication Token");
      expect(logged()).to.deep.include({
        who: "anonymous (no valid signature)",
        action: "sts:GetCallerIdentity",
        allowed: false,
        reason: "MissingAuthenticationToken: Missing Authentication Token",
      });
      expect(errorOf(await whoAmI({ service: "codeartifact" }))).to.match(/^403 Sender SignatureDoesNotMatch: /);
      expect(errorOf(await whoAmI({ session: { ...session, accessKeyId: "ASIAAAAAAAAAAAAAAAAA" } }))).to.equal(
        "403 Sender InvalidClientTokenId: The security token included in the request is invalid.",
      );
      expect(errorOf(await whoAmI({ session: { ...session, secretAccessKey: "x" } }))).to.match(
        /^403 Sender SignatureDoesNotMatch: The request signature we calculated does not match/,
      );
      clock.now = session.expiration;
      expect(errorOf(await whoAmI())).to.equal(
        "403 Sender ExpiredToken: The security token included in the request is expired",
      );
    });

    it("is signed over the form: another one is rejected", async () => {
      const signed = await sign(
        {
          method: "POST",
          headers: { host: served.host, "content-type": form },
          body: `Action=GetCallerIdentity&Version=${version}`,
        },
        { session, date: clock.now, service: "sts" },
      );

      expect((await ask(signed)).status).to.equal(200);
      expect(errorOf(await ask({ ...signed, body: `${String(signed.body)}&A=b` }))).to.match(
        /^403 Sender SignatureDoesNotMatch/,
      );
    });
  });

  it("has no operation of other names", async () => {
    expect(errorOf(await asked({ Action: "constructor" }))).to.equal(
      `400 Sender InvalidAction: Could not find operation constructor for version ${version}`,
    );
  });

  it("rejects a form without an action, or of another version", async () => {
    expect(errorOf(await asked({}))).to.equal(
      "400 Sender MissingAction: The request must contain the parameter Action.",
    );
    expect(errorOf(await asked({ Action: "GetCallerIdentity", Version: undefined }))).to.equal(
      "400 Sender InvalidAction: Could not find operation GetCallerIdentity for version NO_VERSION_SPECIFIED",
    );
    expect(errorOf(await asked({ Action: "GetCallerIdentity", Version: "2010-05-08" }))).to.equal(
      "400 Sender InvalidAction: Could not find operation GetCallerIdentity for version 2010-05-08",
    );
    expect(errorOf(await asked({ Action: "<script>", Version: version }))).to.equal(
      `400 Sender InvalidAction: Could not find operation <script> for version ${version}`,
    );
  });

  it("rejects what is no form, and lives on", async () => {
    const headers = { host: served.host, "content-type": form };

    expect(errorOf(await ask({ headers }))).to.match(/^400 Sender MissingAction/);
    expect(errorOf(await ask({ headers, body: Buffer.from([0xff, 0x00, 0x26, 0x3d, 0xc3]) }))).to.match(
      /^400 Sender MissingAction/,
    );
    for (const type of ["application/json", "application/x-amz-json-1.1", "text/xml"]) {
      expect(errorOf(await ask({ headers: { ...headers, "content-type": type }, body: "{}" }))).to.match(
        /^415 Sender MalformedInput: Unsupported Media Type/,
      );
    }
    expect((await assume()).status).to.equal(200);
  });

  it("takes a form of 64 KiB at most, which holds every token that AWS takes", async () => {
    const headers = { host: served.host, "content-type": form };

    expect(errorOf(await ask({ headers, body: `Action=${"a".repeat(65_537)}` }))).to.equal(
      "413 Sender RequestEntityTooLarge: The request's body has more than 64 KiB. This is the sandbox's own limit: no limit of AWS is known.",
    );
    expect(errorOf(await assume({ WebIdentityToken: "a".repeat(20_000) }))).to.match(
      /^400 Sender InvalidIdentityToken/,
    );
    expect(errorOf(await assume({ WebIdentityToken: "a".repeat(20_001) }))).to.match(/^400 Sender ValidationError/);
  });

  it("is not asked by GET, where a token would end up in addresses", async () => {
    const sent = await sign(
      {
        query: { Action: "GetCallerIdentity", Version: version },
        headers: { host: served.host },
      },
      { session, date: clock.now, service: "sts" },
    );

    expect(errorOf(await send(served, sent))).to.equal(
      "501 Receiver NotImplemented: STS is asked by POST here: GET is not modelled.",
    );
    expect((await send(served, { headers: { host: served.host } })).status).to.equal(404);
  });

  it("logs no token and no key, whatever is sent in whose place", async () => {
    const { sessionToken, secretAccessKey } = session;
    await assume({ RoleArn: `arn:aws:iam::123456789012:role/${token}` });
    await assume({ RoleArn: `arn:aws:iam::123456789012:role/${sessionToken}`, WebIdentityToken: sessionToken });
    await assume({ RoleSessionName: token });
    await whoAmI();
    const log = JSON.stringify(context.decisions.entries());

    for (const secret of [token, sessionToken, secretAccessKey]) {
      expect(log).not.to.include(secret.slice(0, 40));
    }
    expect(log).to.include("arn:aws:iam::123456789012:role/(a token)");
  });
});

/** The elements that hold text alone, by name. */
function elements(xml: string): Record<string, string | undefined> {
  const leaves = parse(xml)
    .querySelectorAll("*")
    .filter(({ children }) => children.length === 0);
  return Object.fromEntries(leaves.map(({ rawTagName, text }) => [rawTagName, text]));
}

/** What STS rejects, as `STATUS TYPE CODE: message`; the status alone where it does not. */
function errorOf({ status, text }: RawAnswer): string {
  const { Type = "", Code = "", Message = "" } = elements(text);
  return status === 200 ? "200" : `${status} ${Type} ${Code}: ${Message}`;
}
