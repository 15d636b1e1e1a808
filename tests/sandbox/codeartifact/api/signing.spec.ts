import {
  DescribeDomainCommand,
  DescribeRepositoryCommand,
  UpdatePackageVersionsStatusCommand,
} from "@aws-sdk/client-codeartifact";
import { expect } from "chai";
import { answered, changing, serveApi, type ServedApi } from "../../../support/sandbox/servedApi";

describe("a request to CodeArtifact's API", () => {
  let api: ServedApi;
  const logged = () => {
    const { who, action, resource, allowed, reason } = api.context.decisions.entries().at(-1)!;
    return { who, action, resource, allowed, reason };
  };
  const unsigned = (reason: string) => ({
    who: "anonymous (no valid signature)",
    action: "codeartifact:DescribeDomain",
    resource: "*",
    allowed: false,
    reason,
  });

  before(async () => {
    api = await serveApi();
  });

  after(() => api.close());

  it("is answered where its sender has signed it, with an id", async () => {
    const { domain, $metadata } = await api
      .client(api.administrator())
      .send(new DescribeDomainCommand({ domain: api.domain }));

    expect(domain?.name).to.equal(api.domain);
    expect($metadata.requestId).to.match(/^[0-9a-f-]{36}$/);
  });

  it("is rejected without a signature", async () => {
    const response = await fetch(`${api.address}/v1/domain?domain=${api.domain}`);

    expect([response.status, response.headers.get("x-amzn-errortype"), await response.json()]).to.deep.equal([
      403,
      "MissingAuthenticationTokenException",
      { message: "Missing Authentication Token" },
    ]);
    expect(response.headers.get("content-type")).to.equal("application/json; charset=utf-8");
    expect(logged()).to.deep.equal(unsigned("MissingAuthenticationTokenException: Missing Authentication Token"));
  });

  it("is rejected where another secret has signed it, or no session has its key", async () => {
    const session = api.administrator();
    const ask = (changes: Partial<typeof session>) =>
      answered(api.client({ ...session, ...changes }).send(new DescribeDomainCommand({ domain: api.domain })));

    expect(await ask({ secretAccessKey: "guessed" })).to.match(
      /^InvalidSignatureException 403: The request signature we calculated does not match the signature you provided\./,
    );
    expect(logged().who).to.equal("anonymous (no valid signature)");
    const unknown = "UnrecognizedClientException 403: The security token included in the request is invalid.";
    expect(await ask({ accessKeyId: "ASIAAAAAAAAAAAAAAAAA" })).to.equal(unknown);
    expect(await ask({ sessionToken: api.administrator().sessionToken })).to.equal(unknown);
    expect(await ask({})).to.be.an("object");
  });

  it("is rejected where it was changed after it was signed: its query, its method, its body", async () => {
    const administrator = api.administrator();
    const place = { domain: api.domain, repository: "python-packages" };
    const rejected = /^InvalidSignatureException 403: /;
    const describe = (change: Parameters<typeof changing>[2]) =>
      answered(changing(api.client(administrator), "signed", change).send(new DescribeRepositoryCommand(place)));
    const update = (change: Parameters<typeof changing>[2]) =>
      answered(
        changing(api.client(administrator), "signed", change).send(
          new UpdatePackageVersionsStatusCommand({
            ...place,
            format: "pypi",
            package: "none",
            versions: ["1.0"],
            targetStatus: "Archived",
          }),
        ),
      );

    expect(await describe(() => undefined)).to.be.an("object");
    expect(await describe((request) => (request.query.repository = "pypi-store"))).to.match(rejected);
    expect(await describe((request) => (request.method = "DELETE"))).to.match(rejected);
    expect(await update(() => undefined)).to.match(/^ResourceNotFoundException 404: Package not found\./);
    expect(
      await update((request) => {
        request.body = new TextDecoder().decode(request.body as Uint8Array).replace("1.0", "2.0");
      }),
    ).to.match(rejected);
  });

  it("is rejected where it is for another region or another service", async () => {
    const ask = (region: string) =>
      answered(api.client(api.administrator(), { region }).send(new DescribeDomainCommand({ domain: api.domain })));

    expect(await ask("us-east-1")).to.be.an("object");
    expect(await ask("eu-west-1")).to.equal(
      "InvalidSignatureException 403: Credential should be scoped to a valid region, not 'eu-west-1': this account is " +
        "served in us-east-1.",
    );
  });

  it("is rejected once its session has ended, and not a second before", async () => {
    const session = api.administrator();
    const twelveHours = 12 * 3_600_000;
    const ask = () =>
      answered(
        api
          .client(session, { systemClockOffset: api.clock.aheadBy })
          .send(new DescribeDomainCommand({ domain: api.domain })),
      );

    try {
      api.clock.aheadBy = twelveHours - 60_000;
      expect(await ask()).to.be.an("object");
      api.clock.aheadBy = twelveHours + 1;
      expect(await ask()).to.equal("ExpiredTokenException 403: The security token included in the request is expired");
      expect(logged().who).to.equal("anonymous (no valid signature)");
    } finally {
      api.clock.aheadBy = 0;
    }
  });

  it("leaves no secret in the log, whatever becomes of it", async () => {
    const session = api.administrator();
    for (const changes of [{}, { secretAccessKey: "guessed-secret" }, { sessionToken: "guessed-token" }]) {
      await answered(api.client({ ...session, ...changes }).send(new DescribeDomainCommand({ domain: "none" })));
    }

    const text = JSON.stringify(api.context.decisions.entries());
    for (const secret of [session.secretAccessKey, session.sessionToken, "guessed-secret", "guessed-token"]) {
      expect(text).not.to.include(secret);
    }
    expect(text).to.include("Administrator");
  });
});
