import { expect } from "chai";
import { makeWheel } from "../../../../sandbox/fixtures/distributions";
import {
  basic,
  domain,
  form,
  openRegistry,
  publishes,
  readerSession,
  reads,
  type Registry,
  repositoryArn,
  sessionOf,
} from "../../../support/sandbox/pypi";

const wayOut = 'The user is "aws", the password a token from: aws codeartifact get-authorization-token';

describe("a token at the Python endpoint", () => {
  let registry: Registry;

  before(async () => {
    registry = await openRegistry();
    registry.index.add("requests", "2.0.0");
  });
  after(() => registry.close());

  const get = async (headers: Readonly<Record<string, string>>) => {
    const response = await fetch(`${registry.endpoint}simple/requests/`, { headers });
    const { status, statusText } = response;
    await response.text();
    return { status, statusText, asks: response.headers.get("www-authenticate"), log: registry.decisions() };
  };
  const rejected = (who: string, message: string) => ({
    status: 401,
    statusText: `${message} ${wayOut}`,
    asks: `Basic realm="CodeArtifact domain ${domain}"`,
    log: [`anonymous (${who}) codeartifact:ReadFromRepository ${repositoryArn} denied: 401: ${message} ${wayOut}`],
  });
  const letIn = {
    status: 200,
    statusText: "OK",
    asks: null,
    log: [`${readerSession} codeartifact:ReadFromRepository ${repositoryArn} allowed: ${reads}`],
  };

  it("is shown by Basic, with the user aws, or by Bearer", async () => {
    expect(await get(basic(registry.reader))).to.deep.equal(letIn);
    expect(await get({ authorization: `Bearer ${registry.reader}` })).to.deep.equal(letIn);
    expect(await get({ authorization: `bEARER  ${registry.reader}` })).to.deep.equal(letIn);
  });

  it("is asked for where there is none", async () => {
    const none = rejected("no token", "This registry wants a token, by Basic or Bearer.");
    expect(await get({})).to.deep.equal(none);
    for (const authorization of [
      "Basic",
      "Basic %",
      `Digest ${registry.reader}`,
      `Basic ${Buffer.from("aws").toString("base64")}`,
    ]) {
      expect(await get({ authorization })).to.deep.equal(none);
    }
  });

  it("is asked for where the password is empty, as keyring leaves it at first", async () => {
    expect(await get(basic(""))).to.deep.equal(rejected("empty password", "The password is empty."));
  });

  it("is rejected with a user other than aws, without repeating the user's name", async () => {
    const other = rejected("another user than aws", 'Another user than "aws" asks.');
    expect(await get(basic(registry.reader, "__token__"))).to.deep.equal(other);
    expect(await get(basic("", registry.reader))).to.deep.equal(other);
  });

  it("is one that was minted here", async () => {
    const unknown = rejected("unknown token", "This token was not minted here, or by another run of the sandbox.");
    const unsigned = [{ alg: "none" }, { sub: "publisher" }].map((part) =>
      Buffer.from(JSON.stringify(part)).toString("base64url"),
    );
    for (const token of ["made-up", `${registry.reader}x`, registry.reader.slice(0, -1), `${unsigned.join(".")}.`]) {
      expect(await get(basic(token))).to.deep.equal(unknown);
    }
  });

  it("is one for this domain", async () => {
    const { authorizationToken } = registry.context.tokens.mint(sessionOf("reader"), "team-prod", 3600);
    expect(await get(basic(authorizationToken))).to.deep.equal(
      rejected("token of another domain", "This token is for the domain team-prod, this is team-dev."),
    );
  });

  it("outlives its session, and is not taken from the second on in which it expires", async () => {
    const start = registry.clock.now.getTime();
    registry.clock.now = new Date(start + 3600_000 - 1);
    expect(await get(basic(registry.reader))).to.deep.equal(letIn);
    registry.clock.now = new Date(start + 3600_000);
    expect(await get(basic(registry.reader))).to.deep.equal(
      rejected(`expired token of ${readerSession}`, "This token expired at 2026-05-06T08:08:09.123Z."),
    );
    registry.clock.now = new Date(start);
  });

  it("lets its session do what the role's permissions say now, not what they said when it was minted", async () => {
    const { iam } = registry.context.account;
    const policy = { roleName: "reader", policyName: "permissions" };
    const { policyDocument } = iam.roles.getPolicy(policy);
    iam.roles.putPolicy({ ...policy, policyDocument: policyDocument.replace("ReadFromRepository", "ListPackages") });
    const { status, log } = await get(basic(registry.reader));
    iam.roles.putPolicy({ ...policy, policyDocument });

    expect({ status, log }).to.deep.equal({
      status: 403,
      log: [
        `${readerSession} codeartifact:ReadFromRepository ${repositoryArn} denied: ` +
          "no statement allows codeartifact:ReadFromRepository",
      ],
    });
    expect(await get(basic(registry.reader))).to.deep.equal(letIn);
  });

  it("ends with its role, and does not come back with another role of the name", async () => {
    const { iam } = registry.context.account;
    const roleName = "leaver";
    const { policyDocument } = iam.roles.getPolicy({ roleName: "reader", policyName: "permissions" });
    const assumeRolePolicyDocument = iam.roles.get({ roleName: "reader" }).assumeRolePolicyDocument;
    const make = () => {
      const { arn, roleId } = iam.roles.create({ roleName, assumeRolePolicyDocument });
      iam.roles.putPolicy({ roleName, policyName: "permissions", policyDocument });
      const session = { ...sessionOf("reader"), caller: { arn, roleId, sessionName: "job" } };
      return registry.context.tokens.mint(session, domain, 3600).authorizationToken;
    };
    const status = async (token: string) => (await get(basic(token))).status;

    const before = make();
    expect(await status(before)).to.equal(200);
    iam.roles.deletePolicy({ roleName, policyName: "permissions" });
    iam.roles.delete({ roleName });
    expect(await status(before)).to.equal(403);
    const after = make();
    expect([await status(before), await status(after)]).to.deep.equal([403, 200]);
  });

  it("is asked for before an upload is read, and whatever the path", async () => {
    const upload = form(await makeWheel({ name: "orb-common", version: "1.0.0" }));
    const none = "anonymous (no token)";
    const message = `401: This registry wants a token, by Basic or Bearer. ${wayOut}`;
    expect((await fetch(registry.endpoint, { method: "POST", body: upload })).status).to.equal(401);
    expect((await fetch(`${registry.address}/pypi/no-such-repository/simple/`)).status).to.equal(401);
    expect((await fetch(`${registry.address}/pypi/*/simple/`)).status).to.equal(401);
    expect((await fetch(registry.endpoint, { method: "DELETE" })).status).to.equal(401);
    expect(registry.decisions()).to.deep.equal([
      `${none} codeartifact:PublishPackageVersion ${repositoryArn} denied: ${message}`,
      `${none} codeartifact:ReadFromRepository ${repositoryArn.replace("python-packages", "no-such-repository")} denied: ${message}`,
      `${none} codeartifact:ReadFromRepository * denied: ${message}`,
      `${none} codeartifact:ReadFromRepository ${repositoryArn} denied: ${message}`,
    ]);
    const authorized = await fetch(registry.endpoint, {
      method: "POST",
      body: upload,
      headers: basic(registry.publisher),
    });
    expect(authorized.status).to.equal(200);
    expect(registry.decisions()).to.deep.equal([
      "arn:aws:sts::123456789012:assumed-role/publisher/job codeartifact:PublishPackageVersion " +
        `${repositoryArn.replace(":repository/", ":package/")}/pypi//orb-common allowed: ${publishes}`,
    ]);
  });
});
