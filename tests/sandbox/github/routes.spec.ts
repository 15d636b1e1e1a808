import { expect } from "chai";
import { createRemoteJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from "jose";
import { SandboxError } from "../../../sandbox/core/awsError";
import { assumeRoleAsJob, identityToken, type RunningJob, startJob } from "../../../sandbox/github/client";
import { queryRoutes } from "../../../sandbox/core/queryProtocol";
import { sts } from "../../../sandbox/sts/api";
import { createIssuer, type Issuer } from "../../../sandbox/github/issuer";
import type { JobDescription } from "../../../sandbox/github/jobDescription";
import { githubRoutes } from "../../../sandbox/github/routes";
import { bareSandbox, type RawRequest, send, type Served } from "../../support/sandbox/identities";
import { trust } from "../../support/sandbox/identityTokens";

const url = "https://token.actions.githubusercontent.com";
const job: JobDescription = {
  repository: "acme/hub",
  environment: "dev",
  workflow: ".github/workflows/deploy.yml",
  ref: "refs/heads/develop",
};

describe("GitHub", () => {
  const bare = bareSandbox();
  const { context, clock } = bare;
  let issuer: Issuer;
  let served: Served;

  before(async () => {
    issuer = await createIssuer("token.actions.githubusercontent.com", [
      {
        repository: "acme/hub",
        repositoryId: "11",
        ownerId: "22",
        subjectContext: "environment:dev",
        ref: "refs/heads/develop",
        jobWorkflowRef: "acme/hub/.github/workflows/deploy.yml@refs/heads/develop",
        kind: "publisher",
        roleName: "publisher",
      },
    ]);
    context.sts.trustKeys(issuer.url, issuer.keys);
    const { arn } = context.account.iam.oidcProviders.create({ url, clientIDList: ["sts.amazonaws.com"] });
    context.account.iam.roles.create({ roleName: "publisher", assumeRolePolicyDocument: trust(arn) });
    served = await bare.serve(queryRoutes(context, [sts]), githubRoutes(context, issuer));
  });

  after(() => served.close());

  const get = async (target: string): Promise<Record<string, unknown>> => {
    const { text } = await send(served, { target, headers: { host: served.host } });
    return JSON.parse(text) as Record<string, unknown>;
  };

  /** The status, and what is said to it. */
  const said = async (request: RawRequest): Promise<string> => {
    const { status, text } = await send(served, request);
    const { message, errors = [] } = JSON.parse(text) as { message?: string; errors?: string[] };
    return [status, message ?? "", ...errors].join(" ").trim();
  };

  const describing = (headers: Readonly<Record<string, string>> = {}, body: unknown = job): RawRequest => ({
    method: "POST",
    target: "/github/jobs",
    headers: { host: served.host, "content-type": "application/json", ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });

  /** Asks for the running job's token as one of its steps does. */
  const asking = (running: RunningJob, query = "", headers: Readonly<Record<string, string>> = {}): RawRequest => ({
    target: running.url.replace(served.address, "") + query,
    headers: { host: served.host, authorization: `Bearer ${running.token}`, ...headers },
  });

  it("says in its discovery document who it is, where its keys are and what its tokens say", async () => {
    const { claims_supported: claims, ...document } = await get("/github/.well-known/openid-configuration");

    expect(document).to.deep.equal({
      issuer: url,
      jwks_uri: `${served.address}/github/.well-known/jwks`,
      subject_types_supported: ["public", "pairwise"],
      response_types_supported: ["id_token"],
      id_token_signing_alg_values_supported: ["RS256"],
      scopes_supported: ["openid"],
    });
    expect(claims).to.include.members(["sub", "repository_id", "job_workflow_ref", "environment"]);
  });

  it("publishes its key, and of the key only what is public", async () => {
    const { keys } = (await get("/github/.well-known/jwks")) as { keys: readonly Record<string, string>[] };

    expect(keys).to.have.length(1);
    expect(Object.keys(keys[0]!).sort()).to.deep.equal(["alg", "e", "kid", "kty", "n", "use"]);
    expect(keys[0]).to.include({ alg: "RS256", kty: "RSA", use: "sig", e: "AQAB" });
    expect(Buffer.from(keys[0]!.n!, "base64url")).to.have.length(256);
  });

  it("gives a job a token that its published key verifies", async () => {
    const token = await identityToken(served.address, await startJob(served.address, job), "sts.amazonaws.com");
    const keys = createRemoteJWKSet(new URL(`${served.address}/github/.well-known/jwks`));
    const { payload, protectedHeader } = await jwtVerify(token, keys, {
      issuer: url,
      audience: "sts.amazonaws.com",
      currentDate: clock.now,
    });

    expect(protectedHeader).to.deep.equal({ alg: "RS256", typ: "JWT", kid: issuer.keySet.keys[0]!.kid });
    expect(payload).to.include({
      sub: "repo:acme/hub:environment:dev",
      repository_id: "11",
      repository_owner_id: "22",
      job_workflow_ref: "acme/hub/.github/workflows/deploy.yml@refs/heads/develop",
    });
  });

  it("answers as to a runner: an address with a query, to which a step appends its audience", async () => {
    const running = await startJob(served.address, job);
    const answer = JSON.parse((await send(served, asking(running, "&audience=a%20b%26c"))).text) as Record<
      string,
      string
    >;

    expect(running.url).to.match(/^http:\/\/127\.0\.0\.1:\d+\/github\/token\?job=[0-9a-f-]{36}$/);
    expect(Object.keys(answer)).to.deep.equal(["value", "count"]);
    expect(decodeJwt(answer.value!).aud).to.equal("a b&c");
  });

  it("issues to the repository's owner where no audience is asked for", async () => {
    const { text } = await send(served, asking(await startJob(served.address, job)));

    expect(decodeJwt((JSON.parse(text) as { value: string }).value).aud).to.equal("https://github.com/acme");
  });

  it("takes one audience, of at most 1,000 characters", async () => {
    const running = await startJob(served.address, job);

    expect(await said(asking(running, "&audience=a&audience=b"))).to.equal("400 audience: write one");
    expect(await said(asking(running, `&audience=${"a".repeat(1001)}`))).to.equal(
      "400 audience: it has more than 1,000 characters. This is the sandbox's own limit: GitHub documents none.",
    );
    expect(await said(asking(running, `&audience=${"a".repeat(1000)}`))).to.equal("200");
  });

  it("dates tokens by the account's clock", async () => {
    const now = clock.now;
    const running = await startJob(served.address, job);
    try {
      clock.now = new Date("2030-01-01T00:00:00Z");
      expect(decodeJwt(await identityToken(served.address, running, "x")).iat).to.equal(1_893_456_000);
    } finally {
      clock.now = now;
    }
  });

  it("gives a token to the job's own bearer alone", async () => {
    const [running, other] = [await startJob(served.address, job), await startJob(served.address, job)];
    const rejected = "401 No job asks with this bearer token. Describe one with: npm run job";

    expect(await said(asking(running))).to.equal("200");
    for (const authorization of ["", other.token, `Bearer ${other.token}`, `Basic ${running.token}`, running.token]) {
      expect(await said(asking(running, "", { authorization })), authorization).to.equal(rejected);
    }
    expect(await said(asking({ ...running, url: other.url }))).to.equal(rejected);
    expect(await said(asking(running, "&job=x"))).to.equal(rejected);
    expect(await said({ ...asking(running), target: "/github/token" })).to.equal(rejected);
  });

  it("tells no one to keep what is secret", async () => {
    const started = await send(served, describing());
    const given = await send(served, asking(JSON.parse(started.text) as RunningJob));

    expect([started.headers["cache-control"], given.headers["cache-control"]]).to.deep.equal(["no-store", "no-store"]);
  });

  it("lists the jobs as JSON, and answers with the job as it reads it", async () => {
    const { status, text } = await send(served, describing({}, { ...job, environment: "eu:dev" }));
    const { job: understood } = JSON.parse(text) as RunningJob;

    expect(status).to.equal(201);
    expect(understood).to.deep.equal({
      repository: "acme/hub",
      repositoryId: "11",
      ownerId: "22",
      event: "push",
      ref: "refs/heads/develop",
      environment: "eu:dev",
      immutableSubject: false,
      jobWorkflowRef: "acme/hub/.github/workflows/deploy.yml@refs/heads/develop",
    });
  });

  it("rejects a description with every error in it, and what is no JSON", async () => {
    expect(await said(describing({}, { repository: "acme", ref: "main" }))).to.equal(
      "400 The job is not described well. repository: write owner/name ref: write a full ref, as in refs/heads/main",
    );
    expect(await said(describing({}, "{"))).to.match(/^400 Body is not valid JSON/);
    expect(await said(describing({}, ""))).to.match(/^400 Body cannot be empty/);
    expect(await said(describing({}, '{"__proto__":{"repository":"a/b"}}'))).to.match(/^400 /);
    expect(await said(describing({ "content-type": "text/plain" }))).to.match(/^415 Unsupported Media Type/);
    expect(await said(describing({}, { ...job, environment: "x".repeat(16_384) }))).to.match(/^413 /);
    expect(await said(describing())).to.equal("201");
  });

  it("takes no description from a page of another site", async () => {
    const rejected = "403 A page of another site asks: jobs and sessions are given to this machine alone.";
    const origins = ["https://evil.example", "null", `https://${served.host}`, "http://127.0.0.1:1"];

    for (const origin of origins) {
      expect(await said(describing({ origin })), origin).to.equal(rejected);
    }
    for (const site of ["cross-site", "same-site"]) {
      expect(await said(describing({ "sec-fetch-site": site })), site).to.equal(rejected);
      expect(await said(describing({ "sec-fetch-site": site, origin: served.address })), site).to.equal(rejected);
    }
    for (const site of ["same-origin", "none"]) {
      expect(await said(describing({ "sec-fetch-site": site })), site).to.equal("201");
    }
    expect(await said(describing({ origin: served.address }))).to.equal("201");
  });

  it("answers no page whose own name was made to point here (DNS rebinding)", async () => {
    const running = await startJob(served.address, job);
    const port = served.host.split(":")[1]!;
    const rejected = "421 This is served to 127.0.0.1 and localhost alone: ask for one of these.";

    for (const host of [
      `evil.example:${port}`,
      "evil.example",
      "127.0.0.1.evil.example",
      "localhost.evil.example",
      "evil-localhost",
      "",
    ]) {
      // Such a page is of the same origin as what it asks, in its browser's eyes.
      expect(await said(describing({ host, origin: `http://${host}` })), host).to.equal(rejected);
      expect(await said(asking(running, "", { host })), host).to.equal(rejected);
    }
    for (const host of [served.host, `localhost:${port}`, "localhost", "LOCALHOST:9"]) {
      expect(await said(describing({ host })), host).to.equal("201");
      expect(await said(asking(running, "", { host })), host).to.equal("200");
    }
  });

  it("answers through a proxy that it is itself, whose client names the whole address", async () => {
    const running = await startJob(served.address, job);

    expect(await said({ ...asking(running), target: running.url })).to.equal("200");
    expect(await said({ ...describing(), target: `${served.address}/github/jobs` })).to.equal("201");
  });

  it("has a key of its own for each issuer, and its enterprise's name in tokens where the issuer is one enterprise's", async () => {
    const acme = await createIssuer("token.actions.githubusercontent.com/acme-corp");
    const of = async (one: Issuer) => decodeJwt(await one.sign({ sub: "x", iss: "https://evil.example" }));

    expect(acme.keySet.keys[0]!.kid).not.to.equal(issuer.keySet.keys[0]!.kid);
    expect(await of(acme)).to.deep.include({ iss: `${url}/acme-corp`, enterprise: "acme-corp" });
    expect((await of(acme)).enterprise_id).to.match(/^[1-9]\d{8}$/);
    expect(await of(issuer)).to.deep.equal({ sub: "x", iss: url });
  });

  it("signs with its own key under that key's id", async () => {
    expect(decodeProtectedHeader(await issuer.sign({ sub: "x" })).kid).to.equal(issuer.keySet.keys[0]!.kid);
  });

  describe("a process that takes itself for a job", () => {
    const roleArn = "arn:aws:iam::123456789012:role/publisher";

    it("becomes the role that trusts the job", async () => {
      const answer = await assumeRoleAsJob(served.address, job, roleArn, { durationSeconds: 900 });

      expect(answer)
        .to.have.property("expiration")
        .that.deep.equals(new Date(clock.now.getTime() + 900_000));
      const { accessKeyId, secretAccessKey, sessionToken } = answer as unknown as Record<string, string>;
      expect(context.sts.find(accessKeyId!)).to.include({
        secretAccessKey,
        sessionToken,
        assumedRoleArn: "arn:aws:sts::123456789012:assumed-role/publisher/GitHubActions",
      });
    });

    it("gets AWS's error where the role does not trust it", async () => {
      const rejected = {
        code: "AccessDenied",
        status: 403,
        message: "Not authorized to perform sts:AssumeRoleWithWebIdentity",
      };

      for (const difference of [
        ...[{ repository: "acme-evil/hub" }, { environment: "prod" }, { immutableSubject: true }],
        { environment: undefined, event: "pull_request" as const },
      ]) {
        expect(await assumeRoleAsJob(served.address, { ...job, ...difference }, roleArn)).to.deep.equal(rejected);
      }
      expect(await assumeRoleAsJob(served.address, job, roleArn, { roleSessionName: "<a>" })).to.deep.equal({
        code: "ValidationError",
        status: 400,
        message:
          "1 validation error detected: Value '<a>' at 'roleSessionName' failed to satisfy constraint: Member must " +
          "satisfy regular expression pattern: [\\w+=,.@-]*",
      });
    });

    it("hears of every error in its description", async () => {
      const error = await startJob(served.address, { repository: "acme", ref: "main" }).catch(
        (rejected: unknown) => rejected,
      );

      expect(error).to.be.instanceOf(SandboxError);
      expect((error as Error).message).to.equal(
        "The job is not described well.\n  repository: write owner/name\n  ref: write a full ref, as in refs/heads/main",
      );
    });

    it("hears where no sandbox answers, or something else does", async () => {
      const other = await bareSandbox().serve((server) => {
        server.setNotFoundHandler((_request, reply) => reply.code(404).send("Nothing is here."));
        return Promise.resolve();
      });
      const failure = async () =>
        startJob(other.address, job).then(
          () => "started",
          (error: unknown) => (error as Error).message,
        );
      const wrong = await failure();
      await other.close();

      expect(wrong).to.equal(
        `What answers at ${other.address} is no sandbox: it says 404. Start one with: npm run sandbox`,
      );
      expect(await failure()).to.equal(
        `No sandbox answers at ${other.address} (ECONNREFUSED). Start one with: npm run sandbox`,
      );
    });
  });
});
