import { expect } from "chai";
import { exportJWK, exportSPKI, SignJWT } from "jose";
import { AssumeRoleDenied } from "../../../sandbox/sts/errors";
import {
  account,
  after,
  assuming,
  claims,
  createSigner,
  issuer,
  roleArn,
  type Signer,
  startSeconds,
  subject,
  trust,
} from "../../support/sandbox/identityTokens";

const notValidated =
  "InvalidIdentityToken 400: The web identity token that was passed could not be validated by AWS. Get a new identity " +
  "token from the identity provider and then retry the request.";
const noKey =
  "InvalidIdentityToken 400: Couldn't retrieve verification key from your identity provider,  please reference " +
  "AssumeRoleWithWebIdentity documentation for requirements";
const noJwt =
  "InvalidIdentityToken 400: The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)";

describe("a web identity token", () => {
  let github: Signer;
  let otherSigner: Signer;
  let world: ReturnType<typeof account>;
  let good: string;

  before(async () => {
    [github, otherSigner] = await Promise.all([createSigner("github"), createSigner("otherSigner")]);
    good = await github.sign(claims());
  });

  beforeEach(() => {
    world = account(github);
  });

  /** A token of these parts, each as JSON, under a signature that is another token's. */
  const rewritten = (token: string, header?: object, payload?: object) => {
    const parts = token.split(".");
    const encoded = (part: object) => Buffer.from(JSON.stringify(part)).toString("base64url");
    return [header ? encoded(header) : parts[0], payload ? encoded(payload) : parts[1], parts[2]].join(".");
  };

  it("opens the role, and names its subject, its provider and the statement", async () => {
    const session = await world.sts.assumeRoleWithWebIdentity({
      roleArn,
      roleSessionName: "GitHubActions",
      webIdentityToken: good,
    });

    expect([session.subject, session.audience, session.provider]).to.deep.equal([
      ...[subject, "sts.amazonaws.com", `arn:aws:iam::123456789012:oidc-provider/${issuer}`],
    ]);
    expect(session.decision).to.deep.equal({
      outcome: "allowed",
      decidedBy: { document: "trust policy", statement: "Job" },
      reason: 'allowed by statement "Job" of trust policy',
    });
  });

  for (const [rule, forge, answer] of [
    [
      "that another key signed in GitHub's name, under the id of GitHub's key",
      () => otherSigner.sign(claims(), { kid: "github" }),
      `${notValidated} (signature verification failed)`,
    ],
    ["that another key signed under its own id", () => otherSigner.sign(claims()), noKey],
    ["whose key's id is unknown", () => github.sign(claims(), { kid: "of-last-year" }), noKey],
    ["that names no key", () => github.sign(claims(), { kid: undefined }), noKey],
    [
      "whose header brings the key along",
      async () =>
        new SignJWT(claims())
          .setProtectedHeader({ alg: "RS256", kid: "github", jwk: await exportJWK(otherSigner.publicKey) })
          .sign(otherSigner.privateKey),
      `${notValidated} (signature verification failed)`,
    ],
    [
      "that says more than was signed",
      () => rewritten(good, undefined, claims({ sub: "repo:evil/hub:environment:dev" })),
      `${notValidated} (signature verification failed)`,
    ],
    ["without a signature", () => good.replace(/[^.]*$/, ""), `${notValidated} (signature verification failed)`],
    [
      "that asks for no signature at all (alg none)",
      () => rewritten(good, { alg: "none", kid: "github" }).replace(/[^.]*$/, ""),
      `${notValidated} ("alg" (Algorithm) Header Parameter value not allowed)`,
    ],
    [
      "that is signed with the public key as a shared secret (alg HS256)",
      async () =>
        new SignJWT(claims())
          .setProtectedHeader({ alg: "HS256", kid: "github" })
          .sign(new TextEncoder().encode(await exportSPKI(github.publicKey))),
      `${notValidated} ("alg" (Algorithm) Header Parameter value not allowed)`,
    ],
    [
      "whose header demands an unknown extension",
      () => rewritten(good, { alg: "RS256", kid: "github", crit: ["spell"], spell: 1 }),
      `${notValidated} (Extension Header Parameter "spell" is not recognized)`,
    ],
    [
      "of an issuer that the account does not know",
      () => otherSigner.sign(claims({ iss: "https://evil.example" })),
      "",
    ],
    ["that is no JWT", () => "eyJhbGciOiJSUzI1NiJ9", noJwt],
    ["of three malformed parts", () => "a.b.c", noJwt],
    ["whose claims are a list", () => rewritten(good, undefined, ["claims"]), noJwt],
    ["that is encrypted", () => `${good}.x.y`, noJwt],
  ] as const) {
    it(`${rule} is rejected`, async () => {
      expect(await assuming(world, good)).to.equal("assumed");
      expect(await assuming(world, await forge())).to.equal(
        answer || "InvalidIdentityToken 400: No OpenIDConnect provider found in your account for https://evil.example",
      );
    });
  }

  it("is of no use where the issuer's keys are not known, or its provider has gone", async () => {
    world.account.iam.oidcProviders.create({ url: "https://quiet.example", clientIDList: ["sts.amazonaws.com"] });
    const quiet = await github.sign(claims({ iss: "https://quiet.example" }));

    expect(await assuming(world, quiet)).to.equal(noKey);
    expect(await assuming(world, good)).to.equal("assumed");
    world.account.iam.oidcProviders.delete({ arn: world.provider });
    expect(await assuming(world, good)).to.equal(
      `InvalidIdentityToken 400: No OpenIDConnect provider found in your account for https://${issuer}`,
    );
  });

  it("comes from the issuer as it is registered: not from below, above or beside it, nor by http", async () => {
    for (const iss of [
      ...[
        `https://${issuer}/acme-corp`,
        `https://${issuer}/`,
        `http://${issuer}`,
        issuer,
        "https://githubusercontent.com",
      ],
      `https://${issuer.toUpperCase()}`,
    ]) {
      expect(await assuming(world, await github.sign(claims({ iss })))).to.match(
        /^InvalidIdentityToken 400: No OpenIDConnect provider found in your account for /,
      );
    }
  });

  it("of another issuer of the account opens no role that trusts GitHub, whatever it says", async () => {
    const arn = world.account.iam.oidcProviders.create({
      url: "https://other.example",
      clientIDList: ["sts.amazonaws.com"],
    }).arn;
    world.sts.trustKeys("https://other.example", otherSigner.keys);
    const token = await otherSigner.sign(claims({ iss: "https://other.example" }));

    expect(await assuming(world, token)).to.equal(
      "AccessDenied 403: Not authorized to perform sts:AssumeRoleWithWebIdentity",
    );
    world.account.iam.roles.create({
      roleName: "other",
      assumeRolePolicyDocument: trust(arn).replaceAll(`${issuer}:`, "other.example:"),
    });
    expect(await assuming(world, token, { roleArn: "arn:aws:iam::123456789012:role/other" })).to.equal("assumed");
    expect(await assuming(world, await otherSigner.sign(claims(), { kid: "otherSigner" }))).to.equal(noKey);
  });

  it("is shown to the audience that it was issued for, and to that alone", async () => {
    const wrong = "InvalidIdentityToken 400: Incorrect token audience";

    for (const aud of ["https://github.com/acme", "STS.amazonaws.com", "", ["sts.amazonaws.com", "evil.example"], 7]) {
      // GitHub never writes a list, and of a list no one knows whom the token is for.
      expect(await assuming(world, await github.sign(claims({ aud: aud as string }))), String(aud)).to.equal(wrong);
    }
    expect(await assuming(world, good)).to.equal("assumed");
  });

  it("for an audience of the provider that the trust policy does not take is rejected like a token of another signer", async () => {
    const token = await github.sign(claims({ aud: "other.example" }));

    expect(await assuming(world, token)).to.equal(
      "AccessDenied 403: Not authorized to perform sts:AssumeRoleWithWebIdentity",
    );
  });

  for (const claim of ["iss", "sub", "aud", "exp", "iat"]) {
    it(`must say ${claim}`, async () => {
      expect(await assuming(world, await github.sign(claims({ [claim]: undefined })))).to.equal(
        `InvalidIdentityToken 400: Missing a required claim: ${claim}`,
      );
    });
  }

  it("must name its subject in text", async () => {
    for (const sub of ["", 11, null]) {
      expect(await assuming(world, await github.sign(claims({ sub: sub as string })))).to.equal(
        "InvalidIdentityToken 400: Missing a required claim: sub",
      );
    }
  });

  it("must date itself in numbers", async () => {
    for (const claim of ["exp", "iat", "nbf"]) {
      expect(await assuming(world, await github.sign(claims({ [claim]: "tomorrow" })))).to.equal(
        `${notValidated} ("${claim}" claim must be a number)`,
      );
    }
  });

  it("ends five minutes after it says, to the second", async () => {
    const end = startSeconds + 300;

    world.clock.now = after(300 + 299);
    expect(await assuming(world, good)).to.equal("assumed");
    world.clock.now = after(300 + 300);
    expect(await assuming(world, good)).to.equal(
      `ExpiredTokenException 400: Token expired: current date/time ${end + 300} must be before the expiration date/time ${end}`,
    );
  });

  it("begins five minutes before it says, to the second", async () => {
    const early = (seconds: number) => github.sign(claims({ nbf: startSeconds + seconds, exp: startSeconds + 900 }));

    expect(await assuming(world, await early(300))).to.equal("assumed");
    expect(await assuming(world, await early(301))).to.equal(`${notValidated} ("nbf" claim timestamp check failed)`);
  });

  it("may be shown again for as long as it lives", async () => {
    expect([await assuming(world, good), await assuming(world, good)]).to.deep.equal(["assumed", "assumed"]);
  });

  it("opens no role whose trust policy says otherwise, and gives the reason only in the log", async () => {
    const token = await github.sign(claims({ sub: "repo:acme-evil/hub:environment:dev" }));
    const denied = await world.sts
      .assumeRoleWithWebIdentity({ roleArn, roleSessionName: "GitHubActions", webIdentityToken: token })
      .catch((error: unknown) => error as AssumeRoleDenied);

    expect(denied).to.be.instanceOf(AssumeRoleDenied);
    expect(denied).to.include({
      code: "AccessDenied",
      status: 403,
      subject: "repo:acme-evil/hub:environment:dev",
      message: "Not authorized to perform sts:AssumeRoleWithWebIdentity",
    });
    expect((denied as AssumeRoleDenied).decision).to.deep.equal({
      outcome: "implicitlyDenied",
      unmet: [`${issuer}:sub`],
      reason: `statement "Job" of trust policy: StringEquals ${issuer}:sub: seen "repo:acme-evil/hub:environment:dev", wanted "${subject}"`,
    });
  });

  it("learns from a error neither that a role is there nor that it is not", async () => {
    const strange = await github.sign(claims({ sub: "repo:evil/hub:environment:dev" }));
    const answers = await Promise.all([
      assuming(world, strange),
      assuming(world, good, { roleArn: "arn:aws:iam::123456789012:role/unknown" }),
      assuming(world, good, { roleArn: "arn:aws:iam::210987654321:role/publisher" }),
      assuming(world, good, { roleArn: "arn:aws:iam::123456789012:role/Publisher" }),
    ]);

    expect(new Set(answers)).to.deep.equal(
      new Set(["AccessDenied 403: Not authorized to perform sts:AssumeRoleWithWebIdentity"]),
    );
  });

  it("hands to the trust policy no claim that is not text", async () => {
    const condition = { StringEquals: { [`${issuer}:sub`]: subject, [`${issuer}:repository_id`]: "11" } };
    world.account.iam.roles.updateTrust({
      roleName: "publisher",
      policyDocument: trust(world.provider).replace(/"Condition":.*?\}\}/, `"Condition":${JSON.stringify(condition)}`),
    });

    expect(await assuming(world, good)).to.equal("assumed");
    for (const id of [11, ["11"], { 11: true }, true]) {
      expect(await assuming(world, await github.sign(claims({ repository_id: id })))).to.match(/^AccessDenied 403/);
    }
  });

  it("is not repeated in an error", async () => {
    const short = "eyJ";
    const long = `${good}${"x".repeat(20_001 - good.length)}`;
    const answers = [await assuming(world, short), await assuming(world, long), await assuming(world, `${good}x`)];

    expect(answers[0]).to.equal(
      "ValidationError 400: 1 validation error detected: Value at 'webIdentityToken' failed to satisfy constraint: " +
        "Member must have 4 to 20000 characters (it has 3)",
    );
    expect(answers[1]).to.match(/Member must have 4 to 20000 characters \(it has 20001\)$/);
    expect(answers.join()).not.to.include(good.slice(0, 40));
  });
});
