import { expect } from "chai";
import { SandboxAccount } from "../../../sandbox/account";
import { type CodeArtifact } from "../../../sandbox/codeartifact/codeartifact";
import { awsErrorOf } from "../../support/sandbox/awsErrorOf";

const domain = "orb";
const constraint = "ValidationException 400: 1 validation error detected: Value";

describe("a repository", () => {
  let codeartifact: CodeArtifact;
  const create = (repository: string, ...upstreams: string[]) =>
    codeartifact.repositories.create({ domain, repository, upstreams });
  const connect = (repository: string, externalConnection = "public:pypi") =>
    codeartifact.repositories.associateExternalConnection({ domain, repository, externalConnection });

  beforeEach(() => {
    codeartifact = new SandboxAccount({ now: () => new Date("2026-09-01T12:00:00Z") }).codeartifact;
    codeartifact.domains.create({ domain });
  });

  it("is described as it was made", () => {
    const made = codeartifact.repositories.create({
      domain,
      repository: "python-packages",
      description: "What the team publishes",
      tags: { stack: "dev" },
    });

    expect(made).to.deep.equal({
      name: "python-packages",
      administratorAccount: "123456789012",
      domainName: "orb",
      domainOwner: "123456789012",
      arn: "arn:aws:codeartifact:us-east-1:123456789012:repository/orb/python-packages",
      description: "What the team publishes",
      upstreams: [],
      externalConnections: [],
      createdTime: new Date("2026-09-01T12:00:00Z"),
      tags: { stack: "dev" },
    });
    expect(codeartifact.repositories.describe({ domain, repository: "python-packages" })).to.deep.equal(made);
    expect(codeartifact.repositories.list({ domain })).to.deep.equal([made]);
  });

  it("has an endpoint for every package format", () => {
    create("python-packages");
    const endpoint = (format: string) =>
      codeartifact.repositories.endpoint({ domain, repository: "python-packages", format });

    expect(endpoint("pypi")).to.equal(
      "https://orb-123456789012.d.codeartifact.us-east-1.amazonaws.com/pypi/python-packages/",
    );
    expect(awsErrorOf(() => endpoint("python"))).to.equal(
      `${constraint} 'python' at 'format' failed to satisfy constraint: Member must satisfy enum value set: ` +
        "[npm, pypi, maven, nuget, generic, ruby, swift, cargo]",
    );
  });

  it("has a name of letters, digits, dots, underscores and hyphens that begins with a letter or digit", () => {
    expect(create("0.Python_packages-1").name).to.equal("0.Python_packages-1");
    for (const repository of ["-packages", "python packages", "python/packages", "päckchen"]) {
      expect(awsErrorOf(() => create(repository))).to.equal(
        `${constraint} '${repository}' at 'repository' failed to satisfy constraint: ` +
          "Member must satisfy regular expression pattern: [A-Za-z0-9][A-Za-z0-9._\\-]{1,99}",
      );
    }
  });

  it("has a name of 2 to 100 characters", () => {
    expect(create("p".repeat(100)).name).to.have.length(100);
    expect(create("pp").name).to.have.length(2);
    expect(awsErrorOf(() => create("p"))).to.equal(
      `${constraint} 'p' at 'repository' failed to satisfy constraint: Member must have length greater than or equal to 2`,
    );
    expect(awsErrorOf(() => create("p".repeat(101)))).to.equal(
      `${constraint} '${"p".repeat(101)}' at 'repository' failed to satisfy constraint: ` +
        "Member must have length less than or equal to 100 (it has 101)",
    );
  });

  it("has a description of at most 1,000 characters", () => {
    const described = (length: number) => ({ domain, repository: "python-packages", description: "d".repeat(length) });
    const rejected =
      `${constraint} '${"d".repeat(1001)}' at 'description' failed to satisfy constraint: ` +
      "Member must have length less than or equal to 1000 (it has 1001)";

    expect(awsErrorOf(() => codeartifact.repositories.create(described(1001)))).to.equal(rejected);
    expect(codeartifact.repositories.create(described(1000)).description).to.have.length(1000);
    expect(awsErrorOf(() => codeartifact.repositories.update(described(1001)))).to.equal(rejected);
    expect(codeartifact.repositories.update(described(999)).description).to.have.length(999);
  });

  it("is unique in its domain, not in its account", () => {
    create("python-packages");
    codeartifact.domains.create({ domain: "other" });

    expect(codeartifact.repositories.create({ domain: "other", repository: "python-packages" }).domainName).to.equal(
      "other",
    );
    expect(awsErrorOf(() => create("python-packages"))).to.equal(
      "ConflictException 409: Repository already exists. Repository 'python-packages' in domain 'orb' exists.",
    );
  });

  it("is one of at most 1,000 in its domain", () => {
    for (let number = 1; number <= 1000; number += 1) {
      create(`repository-${number}`);
    }

    expect(awsErrorOf(() => create("repository-1001"))).to.equal(
      "ServiceQuotaExceededException 402: A domain can have at most 1000 repositories. Ask for more in Service Quotas.",
    );
    codeartifact.repositories.delete({ domain, repository: "repository-7" });
    expect(create("repository-1001").name).to.equal("repository-1001");
  });

  it("is found only in a domain that exists, by a name that exists", () => {
    create("python-packages");

    expect(awsErrorOf(() => codeartifact.repositories.describe({ domain, repository: "pypi-store" }))).to.equal(
      "ResourceNotFoundException 404: Repository not found. Repository 'pypi-store' in domain 'orb' owned by account " +
        "'123456789012' does not exist.",
    );
    expect(
      awsErrorOf(() => codeartifact.repositories.describe({ domain: "other", repository: "python-packages" })),
    ).to.equal(
      "ResourceNotFoundException 404: Domain not found. Domain 'other' owned by account '123456789012' does not exist.",
    );
  });

  it("keeps at an update what the update does not name", () => {
    create("pypi-store");
    codeartifact.repositories.create({
      domain,
      repository: "python-packages",
      description: "private",
      upstreams: ["pypi-store"],
    });

    const named = { domain, repository: "python-packages" };
    expect(codeartifact.repositories.update({ ...named, description: "ours" })).to.deep.include({
      description: "ours",
      upstreams: ["pypi-store"],
    });
    expect(codeartifact.repositories.update({ ...named, upstreams: [] })).to.deep.include({
      description: "ours",
      upstreams: [],
    });
    expect(codeartifact.repositories.describe(named)).to.deep.include({ description: "ours", upstreams: [] });
  });

  it("is gone from the upstreams of others once it is deleted", () => {
    create("pypi-store");
    create("other-store");
    create("python-packages", "other-store", "pypi-store");

    expect(codeartifact.repositories.delete({ domain, repository: "pypi-store" }).name).to.equal("pypi-store");
    expect(codeartifact.repositories.describe({ domain, repository: "python-packages" }).upstreams).to.deep.equal([
      "other-store",
    ]);
    expect(awsErrorOf(() => codeartifact.repositories.delete({ domain, repository: "pypi-store" }))).to.match(
      /^ResourceNotFoundException 404: Repository not found\./,
    );
  });

  describe("with upstreams", () => {
    it("takes at most 10, in their order", () => {
      const stores = Array.from({ length: 11 }, (_, number) => create(`store-${number}`).name).reverse();

      expect(create("python-packages", ...stores.slice(0, 10)).upstreams).to.deep.equal(stores.slice(0, 10));
      expect(awsErrorOf(() => create("more-packages", ...stores))).to.equal(
        "ServiceQuotaExceededException 402: Repository 'more-packages' is given 11 upstreams; at most 10 are allowed.",
      );
    });

    it("takes only repositories of its domain, each once", () => {
      create("pypi-store");

      expect(create("python-packages", "pypi-store").upstreams).to.deep.equal(["pypi-store"]);
      expect(awsErrorOf(() => create("more-packages", "pypi-store", "npm-store"))).to.equal(
        "ResourceNotFoundException 404: Repository not found. Repository 'npm-store' in domain 'orb' owned by account " +
          "'123456789012' does not exist.",
      );
      expect(awsErrorOf(() => create("more-packages", "pypi-store", "pypi-store"))).to.equal(
        "ValidationException 400: Repository 'more-packages' is given the same upstream more than once: " +
          "pypi-store, pypi-store.",
      );
      expect(awsErrorOf(() => codeartifact.repositories.describe({ domain, repository: "more-packages" }))).to.match(
        /^ResourceNotFoundException/,
      );
    });

    it("is not its own upstream, directly or by a detour", () => {
      expect(awsErrorOf(() => create("first", "first"))).to.equal(
        "ValidationException 400: Repository 'first' cannot be its own upstream: first -> first is a cycle.",
      );
      create("first");
      create("second", "first");
      create("third", "second", "first");

      expect(
        awsErrorOf(() => codeartifact.repositories.update({ domain, repository: "first", upstreams: ["third"] })),
      ).to.equal(
        "ValidationException 400: Repository 'first' cannot be its own upstream: " +
          "first -> third -> second -> first is a cycle.",
      );
      expect(codeartifact.repositories.describe({ domain, repository: "first" }).upstreams).to.deep.equal([]);
      expect(
        codeartifact.repositories.update({ domain, repository: "third", upstreams: ["first", "second"] }).upstreams,
      ).to.deep.equal(["first", "second"]);
    });
  });

  describe("with an external connection", () => {
    it("has one at most", () => {
      create("pypi-store");

      expect(connect("pypi-store").externalConnections).to.deep.equal([
        { externalConnectionName: "public:pypi", packageFormat: "pypi", status: "Available" },
      ]);
      expect(awsErrorOf(() => connect("pypi-store", "public:npmjs"))).to.equal(
        "ValidationException 400: ExternalConnections for repositories are currently limited to 1",
      );
    });

    it("takes only the connections that CodeArtifact offers", () => {
      const offered = {
        "public:npmjs": "npm",
        "public:nuget-org": "nuget",
        "public:pypi": "pypi",
        "public:maven-central": "maven",
        "public:maven-googleandroid": "maven",
        "public:maven-gradleplugins": "maven",
        "public:maven-commonsware": "maven",
        "public:maven-clojars": "maven",
        "public:ruby-gems-org": "ruby",
        "public:crates-io": "cargo",
      };
      create("store");

      for (const [name, packageFormat] of Object.entries(offered)) {
        expect(connect("store", name).externalConnections).to.deep.equal([
          { externalConnectionName: name, packageFormat, status: "Available" },
        ]);
        codeartifact.repositories.disassociateExternalConnection({
          domain,
          repository: "store",
          externalConnection: name,
        });
      }
      for (const name of ["public:pypi-test", "pypi", "constructor"]) {
        expect(awsErrorOf(() => connect("store", name))).to.equal(
          `${constraint} '${name}' at 'externalConnection' failed to satisfy constraint: ` +
            `Member must satisfy enum value set: [${Object.keys(offered).join(", ")}]`,
        );
      }
    });

    it("has no upstreams, whichever came first", () => {
      const eitherOr = (name: string, wayOut: string) =>
        `ValidationException 400: Repository '${name}' can have one or more upstream repositories, ` +
        `or an external connection: ${wayOut}.`;
      create("pypi-store");
      create("python-packages", "pypi-store");
      connect("pypi-store");
      create("empty");

      expect(awsErrorOf(() => connect("python-packages"))).to.equal(
        eitherOr("python-packages", "remove its upstreams before you add an external connection"),
      );
      expect(
        awsErrorOf(() => codeartifact.repositories.update({ domain, repository: "pypi-store", upstreams: ["empty"] })),
      ).to.equal(eitherOr("pypi-store", "remove its external connection before you give it upstreams"));

      expect(codeartifact.repositories.update({ domain, repository: "pypi-store", upstreams: [] }).upstreams).to.be
        .empty;
      codeartifact.repositories.update({ domain, repository: "python-packages", upstreams: [] });
      expect(connect("python-packages").externalConnections).to.have.length(1);
    });

    it("lets go of the connection it has, and of no other", () => {
      create("pypi-store");
      connect("pypi-store");
      const disconnect = (externalConnection: string) =>
        codeartifact.repositories.disassociateExternalConnection({
          domain,
          repository: "pypi-store",
          externalConnection,
        });

      expect(awsErrorOf(() => disconnect("public:npmjs"))).to.equal(
        "ResourceNotFoundException 404: External connection not found. Repository 'pypi-store' has no connection " +
          "'public:npmjs'.",
      );
      expect(disconnect("public:pypi").externalConnections).to.deep.equal([]);
      expect(awsErrorOf(() => disconnect("public:pypi"))).to.match(
        /^ResourceNotFoundException 404: External connection/,
      );
      expect(connect("pypi-store", "public:npmjs").externalConnections).to.have.length(1);
    });
  });
});
