import {
  GetAuthorizationTokenCommand,
  GetRepositoryEndpointCommand,
  type PackageFormat,
} from "@aws-sdk/client-codeartifact";
import { expect } from "chai";
import type { Session } from "../../../../sandbox/sts/sts";
import { answered, ended, serveApi, type ServedApi } from "../../../support/sandbox/servedApi";

describe("a registry token", () => {
  let api: ServedApi;
  let publisher: Session;
  let reader: Session;
  const mint = (session: Session, durationSeconds?: number, domain = api.domain) =>
    api.client(session).send(new GetAuthorizationTokenCommand({ domain, durationSeconds }));

  before(async () => {
    api = await serveApi();
    publisher = await api.publisher();
    reader = await api.reader();
  });

  after(() => api.close());

  it("lives as long as it is asked for, to the second, and acts for the session that minted it", async () => {
    for (const [session, seconds] of [
      [publisher, 3600],
      [reader, 900],
      [api.administrator(), 43_200],
    ] as const) {
      const before = Date.now();
      const { authorizationToken = "", expiration } = await mint(session, seconds);
      const after = Date.now();

      expect(expiration!.getTime()).to.be.within(before + seconds * 1000, after + seconds * 1000);
      const token = api.context.tokens.find(authorizationToken)!;
      expect([token.domain, token.session.accessKeyId, token.expiration]).to.deep.equal([
        ...[api.domain, session.accessKeyId, expiration],
      ]);
    }
  });

  it("lives 12 hours where nothing is asked for, which is rejected where the stack allows less", async () => {
    const { expiration } = await mint(api.administrator());

    expect(expiration!.getTime() - Date.now()).to.be.within(43_190_000, 43_200_000);
    expect(await answered(mint(publisher))).to.match(
      /^AccessDeniedException 403: .* \(statement "CapRegistryToken" of .*: seen "43200", wanted "3600"\)$/,
    );
  });

  it("lives as long as the session where 0 is asked for, which is rejected where the stack caps its life", async () => {
    const administrator = api.administrator();

    expect((await mint(administrator, 0)).expiration).to.deep.equal(administrator.expiration);
    expect(await ended(mint(publisher, 0))).to.equal("AccessDeniedException");
    expect(await ended(mint(reader, 0))).to.equal("AccessDeniedException");
  });

  it("needs both rights, on the domain and to a bearer token at all", async () => {
    const allow = (action: string) => ({ Effect: "Allow", Action: action, Resource: "*" });
    /** A session to which nothing but these actions is allowed. */
    const session = (...actions: readonly string[]): Session => {
      const opened = api.administrator();
      const document = { Version: "2012-10-17", Statement: actions.map(allow) };
      return Object.assign(opened, {
        caller: { ...opened.caller, permissions: [{ name: "permissions", document }] },
      });
    };
    const both = ["codeartifact:GetAuthorizationToken", "sts:GetServiceBearerToken"] as const;

    expect(await ended(mint(session(...both), 900))).to.equal("answered");
    expect(await answered(mint(session(both[0]), 900))).to.match(/ \(no statement allows sts:GetServiceBearerToken\)$/);
    expect(await answered(mint(session(both[1]), 900))).to.match(/ \(no statement allows codeartifact:GetAuthorizat/);
  });

  it("is of a domain that is there, its owner the caller's account where none is named", async () => {
    const administrator = api.client(api.administrator());
    const ask = (domain: string, domainOwner?: string) =>
      answered(administrator.send(new GetAuthorizationTokenCommand({ domain, domainOwner })));

    expect(await ask(api.domain, "123456789012")).to.be.an("object");
    expect(await ask("none")).to.equal(
      "ResourceNotFoundException 404: Domain not found. Domain 'none' owned by account '123456789012' does not exist.",
    );
    expect(await ended(mint(reader, 900, "none"))).to.equal("AccessDeniedException");
  });

  it("is neither in the log nor in an error", async () => {
    const { authorizationToken = "" } = await mint(publisher, 3600);

    expect(authorizationToken).to.have.length.above(500);
    expect(JSON.stringify(api.context.decisions.entries())).not.to.include(authorizationToken.slice(20));
  });
});

describe("the endpoint of a repository", () => {
  let api: ServedApi;
  const endpoint = (session: Session, repository: string, format: PackageFormat = "pypi", domain = api.domain) =>
    answered(api.client(session).send(new GetRepositoryEndpointCommand({ domain, repository, format })));

  before(async () => {
    api = await serveApi();
  });

  after(() => api.close());

  it("is the sandbox's own address, with a slash at its end", async () => {
    for (const session of [await api.publisher(), await api.reader(), api.administrator()]) {
      expect(await endpoint(session, "python-packages")).to.deep.equal({
        repositoryEndpoint: `${api.address}/pypi/python-packages/`,
      });
    }
    expect(await endpoint(api.administrator(), "pypi-store", "npm")).to.deep.equal({
      repositoryEndpoint: `${api.address}/npm/pypi-store/`,
    });
    for (const endpointType of ["dualstack", "ipv4"] as const) {
      const request = { domain: api.domain, repository: "pypi-store", format: "pypi", endpointType } as const;
      expect(await ended(api.client(api.administrator()).send(new GetRepositoryEndpointCommand(request)))).to.equal(
        "answered",
      );
    }
  });

  it("is rejected for the store, where no one but the administrator has a right", async () => {
    expect(await endpoint(await api.reader(), "pypi-store")).to.match(/^AccessDeniedException 403: /);
    expect(await endpoint(api.administrator(), "pypi-store")).to.be.an("object");
  });

  it("is rejected for a repository that does not exist, and names the domain if it is not the stack's", async () => {
    const other = { domain: "orb-other", repository: "python-packages" };
    api.context.account.codeartifact.domains.create(other);
    api.context.account.codeartifact.repositories.create(other);

    expect(await endpoint(api.administrator(), "none")).to.match(
      /^ResourceNotFoundException 404: Repository not found/,
    );
    expect(await endpoint(api.administrator(), "python-packages", "pypi", "orb-other")).to.deep.equal({
      repositoryEndpoint: `${api.address}/d/orb-other-123456789012/pypi/python-packages/`,
    });
  });
});
