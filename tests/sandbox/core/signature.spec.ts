import {
  CodeartifactClient,
  DescribePackageGroupCommand,
  GetAuthorizationTokenCommand,
  GetPackageVersionAssetCommand,
  ListDomainsCommand,
  ListTagsForResourceCommand,
  UpdatePackageVersionsStatusCommand,
} from "@aws-sdk/client-codeartifact";
import { expect } from "chai";
import fc from "fast-check";
import type { FastifyPluginAsync } from "fastify";
import { AwsError } from "../../../sandbox/core/awsError";
import type { Session } from "../../../sandbox/sts/sts";
import { verifiedSession } from "../../../sandbox/core/signature";
import { bareSandbox, type RawRequest, send, type Served } from "../../support/sandbox/identities";
import { encoded, sign, type Signing, type Unsigned } from "../../support/sandbox/signing";

const mismatch =
  "403 InvalidSignatureException: The request signature we calculated does not match the signature you provided. Check " +
  "your AWS Secret Access Key and signing method. Consult the service documentation for details.";
const unknown = "403 UnrecognizedClientException: The security token included in the request is invalid.";

type Sent = Awaited<ReturnType<typeof sign>>;

describe("the signature of a request", () => {
  const bare = bareSandbox();
  const { context, clock } = bare;
  const start = clock.now;
  const targets: string[] = [];
  let session: Session;
  let served: Served;
  let good: Unsigned;

  /** Answers every request with who signed it. */
  const routes: FastifyPluginAsync = (server) => {
    server.removeAllContentTypeParsers();
    server.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => {
      done(null, body);
    });
    server.addContentTypeParser("text/spoiled", { parseAs: "string" }, (_request, body, done) => {
      done(null, body);
    });
    server.setErrorHandler((error: Error, _request, reply) =>
      error instanceof AwsError
        ? reply.code(error.status).send(`${error.code}: ${error.message}`)
        : reply.code(500).send(error.message),
    );
    server.all("/*", async (request, reply) => {
      targets.push(request.raw.url ?? "");
      const { assumedRoleArn } = await verifiedSession(context, request);
      return reply.type("application/json").send(JSON.stringify({ assumedRoleArn }));
    });
    return Promise.resolve();
  };

  before(async () => {
    served = await bare.serve(routes);
  });

  after(() => served.close());

  beforeEach(() => {
    clock.now = start;
    session = context.sts.administrator();
    targets.length = 0;
    good = {
      method: "POST",
      path: "/v1/package/versions/update_status",
      body: '{"targetStatus":"Unlisted"}',
      query: { domain: "orb-dev", repository: "python-packages", package: "orb-common", tag: ["b", "a"] },
      headers: { host: served.host, "content-type": "application/json", "x-amz-user-agent": "aws-sdk-js/3" },
    };
  });

  async function answerTo(request: RawRequest): Promise<string> {
    const { status, text } = await send(served, request);
    return status === 200 && text === JSON.stringify({ assumedRoleArn: session.assumedRoleArn })
      ? "verified"
      : `${status} ${text}`;
  }

  const signed = (change: Partial<Unsigned> = {}, signing: Partial<Signing> = {}): Promise<Sent> =>
    sign({ ...good, ...change }, { session, date: clock.now, ...signing });

  const withHeaders = (sent: Sent, headers: Readonly<Record<string, string | undefined>>): RawRequest => ({
    ...sent,
    headers: Object.fromEntries(
      Object.entries({ ...sent.headers, ...headers }).filter((entry): entry is [string, string] => {
        return entry[1] !== undefined;
      }),
    ),
  });

  const rewritten = (sent: Sent, pattern: RegExp, replacement: string): RawRequest =>
    withHeaders(sent, { authorization: sent.headers.authorization!.replace(pattern, replacement) });

  const twice = (sent: Sent, name: string): RawRequest => ({
    ...sent,
    headers: { ...sent.headers, [name]: [sent.headers[name]!, sent.headers[name]!] },
  });

  it("proves whose session it is", async () => {
    expect(await answerTo(await signed())).to.equal("verified");
  });

  for (const [what, alter, answer] of [
    ["another method", (sent) => ({ ...sent, method: "PUT" }), mismatch],
    ["another path", (sent) => ({ ...sent, target: sent.target.replace("versions", "version") }), mismatch],
    ["the path in another case", (sent) => ({ ...sent, target: sent.target.replace("/v1", "/V1") }), mismatch],
    ["a slash more at the path's end", (sent) => ({ ...sent, target: sent.target.replace("?", "/?") }), mismatch],
    [
      "another value in the query",
      (sent) => ({ ...sent, target: sent.target.replace("orb-common", "orb-commom") }),
      mismatch,
    ],
    [
      "another name in the query",
      (sent) => ({ ...sent, target: sent.target.replace("package=", "Package=") }),
      mismatch,
    ],
    ["a pair less in the query", (sent) => ({ ...sent, target: sent.target.replace("&tag=a", "") }), mismatch],
    ["a pair more in the query", (sent) => ({ ...sent, target: `${sent.target}&domain=orb-prod` }), mismatch],
    ["an empty pair more in the query", (sent) => ({ ...sent, target: `${sent.target}&max-results` }), mismatch],
    ["no query at all", (sent) => ({ ...sent, target: sent.target.replace(/\?.*$/, "") }), mismatch],
    ["a query behind a hash", (sent) => ({ ...sent, target: sent.target.replace("?", "#") }), mismatch],
    ["another byte in the body", (sent) => ({ ...sent, body: '{"targetStatus":"Unlistee"}' }), mismatch],
    ["a space more after the body", (sent) => ({ ...sent, body: '{"targetStatus":"Unlisted"} ' }), mismatch],
    ["no body", (sent) => ({ ...sent, body: "" }), mismatch],
    ["another value of a signed header", (sent) => withHeaders(sent, { "content-type": "text/plain" }), mismatch],
    ["another host", (sent) => withHeaders(sent, { host: "localhost" }), mismatch],
    ["another agent", (sent) => withHeaders(sent, { "x-amz-user-agent": "curl" }), mismatch],
    ["a date that is a second later", (sent) => withHeaders(sent, { "x-amz-date": "20260506T070810Z" }), mismatch],
    ["a signed header less", (sent) => withHeaders(sent, { "x-amz-user-agent": undefined }), mismatch],
    [
      "a hash of another body",
      (sent) => withHeaders({ ...sent, body: "{}" }, { "x-amz-content-sha256": sent.headers["x-amz-content-sha256"]! }),
      mismatch,
    ],
    [
      "a word in place of a hash",
      (sent) => withHeaders(sent, { "x-amz-content-sha256": "UNSIGNED-PAYLOAD" }),
      mismatch,
    ],
    ["another last digit of the signature", (sent) => rewritten(sent, /.$/, "g"), mismatch],
    ["a signature cut short", (sent) => rewritten(sent, /.$/, ""), mismatch],
    ["a signature of capitals", (sent) => rewritten(sent, /\w{64}$/, "A".repeat(64)), mismatch],
    [
      "the signed headers in another order",
      (sent) => rewritten(sent, /content-type;host/, "host;content-type"),
      mismatch,
    ],
    ["a header more that is said to be signed", (sent) => rewritten(sent, /host;/, "host;te;"), mismatch],
    ["a header less that is said to be signed", (sent) => rewritten(sent, /content-type;/, ""), mismatch],
    ["a header said to be signed twice", (sent) => rewritten(sent, /host;/, "host;host;"), mismatch],
    ["the headers' names in capitals", (sent) => rewritten(sent, /content-type/, "Content-Type"), mismatch],
    [
      "an x-amz- header that was added on the way",
      (sent) => withHeaders(sent, { "x-amz-target": "Delete" }),
      "403 InvalidSignatureException: 'x-amz-target' must be a 'SignedHeader' in the AWS Authorization.",
    ],
    [
      "a signature in the query beside it",
      (sent) => ({ ...sent, target: `${sent.target}&X-Amz-Signature=a` }),
      mismatch,
    ],
    ["an unknown access key", (sent) => rewritten(sent, /=ASIA\w{16}/, "=ASIAAAAAAAAAAAAAAAAA"), unknown],
    ["an unknown token", (sent) => withHeaders(sent, { "x-amz-security-token": "IQoJb3JpZ2luX2Vj" }), unknown],
    ["no token", (sent) => withHeaders(sent, { "x-amz-security-token": undefined }), unknown],
    [
      "no authorization",
      (sent) => withHeaders(sent, { authorization: undefined }),
      "403 MissingAuthenticationTokenException: Missing Authentication Token",
    ],
    [
      "an empty authorization",
      (sent) => withHeaders(sent, { authorization: "" }),
      "403 MissingAuthenticationTokenException: Missing Authentication Token",
    ],
    [
      "no signature",
      (sent) => rewritten(sent, /, Signature=.*$/, ""),
      "400 IncompleteSignatureException: Authorization header requires 'Signature' parameter.",
    ],
    [
      "an authorization without its parts",
      (sent) => withHeaders(sent, { authorization: "AWS4-HMAC-SHA256 " }),
      "400 IncompleteSignatureException: Authorization header is not of Signature Version 4: it must begin with " +
        "'AWS4-HMAC-SHA256'.",
    ],
    [
      "an authorization cut off early",
      (sent) => rewritten(sent, /(Credential=\w+).*$/, "$1"),
      "400 IncompleteSignatureException: Authorization header requires 'Signature' parameter. Authorization header " +
        "requires 'SignedHeaders' parameter.",
    ],
    [
      "an authorization with a part more",
      (sent) => rewritten(sent, /$/, ", Signature=0"),
      "400 IncompleteSignatureException: Authorization header holds other than Credential, Signature, SignedHeaders, " +
        "once each.",
    ],
    [
      "two authorizations",
      (sent) => twice(sent, "authorization"),
      "400 IncompleteSignatureException: Authorization header holds other than Credential, Signature, SignedHeaders, " +
        "once each.",
    ],
    [
      "two dates",
      (sent) => twice(sent, "x-amz-date"),
      "400 IncompleteSignatureException: Date must be in ISO-8601 'basic format': give X-Amz-Date as YYYYMMDDTHHMMSSZ.",
    ],
    ["two tokens", (sent) => twice(sent, "x-amz-security-token"), unknown],
    [
      "another way of signing",
      (sent) => rewritten(sent, /^AWS4-HMAC-SHA256/, "AWS4-HMAC-SHA1"),
      "400 IncompleteSignatureException: Authorization header is not of Signature Version 4: it must begin with " +
        "'AWS4-HMAC-SHA256'.",
    ],
    [
      "a registry token in its place",
      (sent) => withHeaders(sent, { authorization: "Bearer eyJ2ZXIiOjF9" }),
      "400 IncompleteSignatureException: Authorization header is not of Signature Version 4: it must begin with " +
        "'AWS4-HMAC-SHA256'.",
    ],
    [
      "a scope of four parts",
      (sent) => rewritten(sent, /\/aws4_request/, ""),
      "400 IncompleteSignatureException: Credential must be KEY/YYYYMMDD/REGION/SERVICE/aws4_request.",
    ],
    [
      "a scope of six parts",
      (sent) => rewritten(sent, /aws4_request/, "aws4_request/x"),
      "400 IncompleteSignatureException: Credential must be KEY/YYYYMMDD/REGION/SERVICE/aws4_request.",
    ],
    [
      "a scope that ends otherwise",
      (sent) => rewritten(sent, /aws4_request/, "aws5_request"),
      "400 IncompleteSignatureException: Credential must be KEY/YYYYMMDD/REGION/SERVICE/aws4_request.",
    ],
    [
      "no date",
      (sent) => withHeaders(sent, { "x-amz-date": undefined }),
      "400 IncompleteSignatureException: Date must be in ISO-8601 'basic format': give X-Amz-Date as YYYYMMDDTHHMMSSZ.",
    ],
    [
      "a date in another form",
      (sent) => withHeaders(sent, { "x-amz-date": "2026-05-06T07:08:09Z" }),
      "400 IncompleteSignatureException: Date must be in ISO-8601 'basic format': give X-Amz-Date as YYYYMMDDTHHMMSSZ.",
    ],
    [
      "a date that no calendar has",
      (sent) => withHeaders(sent, { "x-amz-date": "20261306T070809Z" }),
      "400 IncompleteSignatureException: Date must be in ISO-8601 'basic format': give X-Amz-Date as YYYYMMDDTHHMMSSZ.",
    ],
    [
      "another date in its scope",
      (sent) => rewritten(sent, /20260506/, "20260505"),
      "403 InvalidSignatureException: Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date " +
        "from HTTP: '20260505' != '20260506'.",
    ],
    [
      "another region in its scope",
      (sent) => rewritten(sent, /eu-central-1/, "us-east-1"),
      "403 InvalidSignatureException: Credential should be scoped to a valid region, not 'us-east-1': this account is " +
        "served in eu-central-1.",
    ],
    [
      "another service in its scope",
      (sent) => rewritten(sent, /codeartifact/, "s3"),
      "403 InvalidSignatureException: Credential should be scoped to correct service: 'codeartifact'.",
    ],
  ] satisfies readonly (readonly [string, (sent: Sent) => RawRequest, string])[]) {
    it(`is rejected with ${what}`, async () => {
      const sent = await signed();

      expect(await answerTo(sent)).to.equal("verified");
      expect(await answerTo(alter(sent))).to.equal(answer);
    });
  }

  for (const name of ["host", "x-amz-date", "x-amz-security-token", "x-amz-content-sha256", "x-amz-user-agent"]) {
    it(`must be of ${name}`, async () => {
      expect(await answerTo(await signed())).to.equal("verified");
      expect(await answerTo(await signed({}, { unsigned: [name] }))).to.equal(
        `403 InvalidSignatureException: '${name}' must be a 'SignedHeader' in the AWS Authorization.`,
      );
    });
  }

  it("need not be of any other header, as of one that a proxy adds", async () => {
    const sent = await signed({}, { unsigned: ["content-type"] });

    expect(await answerTo(withHeaders(sent, { "x-forwarded-for": "10.0.0.1", "user-agent": "any" }))).to.equal(
      "verified",
    );
  });

  it("is of this region and service, also where it is otherwise a good one", async () => {
    expect(await answerTo(await signed({}, { region: "us-east-1" }))).to.match(
      /^403 InvalidSignatureException: .*region/,
    );
    expect(await answerTo(await signed({}, { service: "sts" }))).to.match(/^403 InvalidSignatureException: .*service/);
    expect(await answerTo(await signed())).to.equal("verified");
  });

  it("is of the session that the token is of", async () => {
    const other = context.sts.administrator();
    const sent = await signed();

    expect(await answerTo(withHeaders(sent, { "x-amz-security-token": other.sessionToken }))).to.equal(unknown);
    expect(await answerTo(await signed({}, { session: { ...session, sessionToken: other.sessionToken } }))).to.equal(
      unknown,
    );
    expect(
      await answerTo(await signed({}, { session: { ...session, secretAccessKey: other.secretAccessKey } })),
    ).to.equal(mismatch);
    expect(await answerTo(sent)).to.equal("verified");
  });

  it("is good for five minutes before and after, to the second", async () => {
    const at = async (seconds: number) =>
      answerTo(await signed({}, { date: new Date(start.getTime() + seconds * 1000) }));

    expect(await at(300)).to.equal("verified");
    expect(await at(-300)).to.equal("verified");
    expect(await at(301)).to.equal(
      "403 InvalidSignatureException: Signature not yet current: 20260506T071310Z is still later than 20260506T071309Z " +
        "(20260506T070809Z + 5 min.)",
    );
    expect(await at(-301)).to.equal(
      "403 InvalidSignatureException: Signature expired: 20260506T070308Z is now earlier than 20260506T070309Z " +
        "(20260506T070809Z - 5 min.)",
    );
  });

  it("is rejected once its session has ended, to the second", async () => {
    clock.now = new Date(session.expiration.getTime() - 1000);
    expect(await answerTo(await signed())).to.equal("verified");
    clock.now = session.expiration;
    expect(await answerTo(await signed())).to.equal(
      "403 ExpiredTokenException: The security token included in the request is expired",
    );
  });

  it("shows nothing of an ended session to a caller without its key", async () => {
    clock.now = new Date(session.expiration.getTime() + 1000);
    expect(await answerTo(rewritten(await signed(), /.$/, "g"))).to.equal(mismatch);
  });

  it("does not depend on the order of the query, nor on how it is written", async () => {
    const sent = await signed({ query: { b: "x y", a: ["2", "1"], c: "" } });

    expect(sent.target).to.match(/\?b=x%20y&a=2&a=1&c=$/);
    for (const query of ["a=1&a=2&b=x%20y&c=", "b=x+y&a=2&a=1&c", "%62=x%20y&a=2&&a=1&c=", "b=%78%20y&a=2&a=1&c="]) {
      expect(await answerTo({ ...sent, target: sent.target.replace(/\?.*$/, `?${query}`) }), query).to.equal(
        "verified",
      );
    }
  });

  it("covers a plus in a query, which is not the space that a bare one would be read as", async () => {
    const sent = await signed({ query: { "package-version": "1.0.0+local.1" } });

    expect(sent.target).to.match(/1\.0\.0%2Blocal\.1$/);
    expect(await answerTo(sent)).to.equal("verified");
    expect(await answerTo({ ...sent, target: sent.target.replace("%2B", "+") })).to.equal(mismatch);
    expect(await answerTo({ ...sent, target: sent.target.replace("%2B", "%20") })).to.equal(mismatch);
  });

  for (const [what, change] of [
    ["marks of every kind", { query: { "a b": "-_.~!*'();:@&=+$,/?#[]%\"<>\\^`{|}" } }],
    ["letters of other scripts", { query: { ключ: "значение", emoji: "🐍" } }],
    ["a package group's pattern", { query: { "package-group": "/pypi//orb~", domain: "orb-dev" } }],
    ["repeated names", { query: { format: ["pypi", "npm", "pypi", ""] } }],
    ["names that objects have of their own", { query: { constructor: "a", toString: "b" } }],
    ["empty names and values", { query: { "": "x", y: "" } }],
    ["no query", { query: {} }],
    ["an encoded slash in a path", { path: "/v1/tags/arn%3Aaws%3Acodeartifact%3A%3A%3Adomain%2Forb-dev" }],
    ["a path with marks and letters of other scripts", { path: `/v1/${encoded("a b+c~d@e:f,ё")}/x` }],
    ["a path that ends in a slash", { path: "/v1/domain/" }],
    ["white space within a header", { headers: { "x-amz-meta": "a   b \t c" } }],
    ["white space around a header", { headers: { "x-amz-meta": "  a  " } }],
    ["an empty header", { headers: { "x-amz-meta": "" } }],
    ["no body", { method: "GET", body: "" }],
    ["a body of letters of other scripts", { body: '{"ключ":"🐍"}' }],
  ] satisfies readonly (readonly [string, Partial<Unsigned>])[]) {
    it(`is verified with ${what}`, async () => {
      const headers = { ...good.headers, ...("headers" in change ? change.headers : {}) };

      expect(await answerTo(await signed({ ...change, headers }))).to.equal("verified");
    });
  }

  it("is verified through a proxy, whose client names the whole address of AWS", async () => {
    const host = "codeartifact.eu-central-1.amazonaws.com";
    const sent = await signed({ headers: { host, "content-type": "application/json" } });

    expect(await answerTo({ ...sent, target: `http://${host}${sent.target}` })).to.equal("verified");
    expect(await answerTo({ ...sent, target: `http://${host}/v1/domain` })).to.equal(mismatch);
    expect(await answerTo(withHeaders(sent, { host: served.host }))).to.equal(mismatch);
  });

  it("is never taken for one of no body where a body came in another form", async () => {
    const empty = await signed({ body: "" }, { unsigned: ["content-type"] });

    expect(await answerTo(empty)).to.equal("verified");
    expect(await answerTo(withHeaders({ ...empty, body: "anything" }, { "content-type": "text/spoiled" }))).to.equal(
      "500 the body of a signed request must come as the bytes that were sent",
    );
  });

  it("is what AWS's own client writes, whatever it asks for", async () => {
    clock.now = new Date();
    session = context.sts.administrator();
    const client = new CodeartifactClient({
      endpoint: served.address,
      region: "eu-central-1",
      credentials: session,
      maxAttempts: 1,
    });
    const inRepository = { domain: "orb-dev", repository: "python-packages", format: "pypi" } as const;
    const version = { ...inRepository, package: "orb-common", packageVersion: "1.0.0+local.1" };
    try {
      await client.send(new ListDomainsCommand({}));
      await client.send(new GetAuthorizationTokenCommand({ domain: "orb-dev", durationSeconds: 0 }));
      await client.send(new DescribePackageGroupCommand({ domain: "orb-dev", packageGroup: "/pypi//orb~" }));
      await client.send(new GetPackageVersionAssetCommand({ ...version, asset: "orb common (1).whl" }));
      const [resourceArn] = context.account.codeartifact.domains.list().map(({ arn }) => arn);
      await client.send(new ListTagsForResourceCommand({ resourceArn }));
      const { packageVersion, ...ofPackage } = version;
      await client.send(
        new UpdatePackageVersionsStatusCommand({ ...ofPackage, versions: [packageVersion], targetStatus: "Archived" }),
      );
    } finally {
      client.destroy();
    }

    expect(targets).to.deep.equal([
      "/v1/domains",
      "/v1/authorization-token?domain=orb-dev&duration=0",
      "/v1/package-group?domain=orb-dev&package-group=%2Fpypi%2F%2Forb~",
      "/v1/package/version/asset?asset=orb%20common%20%281%29.whl&domain=orb-dev&format=pypi&package=orb-common" +
        "&repository=python-packages&version=1.0.0%2Blocal.1",
      "/v1/tags?resourceArn=arn%3Aaws%3Acodeartifact%3Aeu-central-1%3A123456789012%3Adomain%2Forb-dev",
      "/v1/package/versions/update_status?domain=orb-dev&format=pypi&package=orb-common&repository=python-packages",
    ]);
  });

  it("is verified for any request that AWS's signer signs, and for none with a changed byte", async () => {
    const text = fc.string({ unit: "binary", maxLength: 12 });
    const segment = text.filter((word) => word !== "" && !/^\.{1,2}$/.test(word));
    const request = fc.record({
      method: fc.constantFrom("POST", "PUT"),
      segments: fc.array(segment, { maxLength: 4 }),
      query: fc.dictionary(
        text.filter((name) => !/^(?:x-amz-signature|__proto__)$/i.test(name)),
        fc.oneof(text, fc.array(text, { minLength: 1, maxLength: 3 })),
        { maxKeys: 4 },
      ),
      body: fc.uint8Array({ minLength: 1, maxLength: 40 }),
      at: fc.nat(),
      change: fc.integer({ min: 1, max: 255 }),
    });

    await fc.assert(
      fc.asyncProperty(request, async ({ method, segments, query, body, at, change }) => {
        const path = `/${segments.map(encoded).join("/")}`;
        const { headers } = good;
        const bytes = Buffer.from(body);
        const sent = await sign({ method, path, query, headers, body: bytes }, { session, date: clock.now });
        const changed = Buffer.from(bytes);
        changed[at % changed.length]! ^= change;

        expect(await answerTo(sent)).to.equal("verified");
        expect(await answerTo({ ...sent, body: changed })).to.equal(mismatch);
      }),
      { numRuns: 40 },
    );
  });
});
