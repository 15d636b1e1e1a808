import { expect } from "chai";
import { SandboxAccount } from "../../../sandbox/account";
import { type CodeArtifact } from "../../../sandbox/codeartifact/codeartifact";
import { type RestrictionMode, type RestrictionType } from "../../../sandbox/codeartifact/packageGroups";
import { awsErrorOf } from "../../support/sandbox/awsErrorOf";

const domain = "orb";
const arn = (encoded: string) => `arn:aws:codeartifact:us-east-1:123456789012:package-group/orb${encoded}`;
const root = { arn: arn("/%2a"), pattern: "/*" };

describe("a package group", () => {
  let codeartifact: CodeArtifact;
  const create = (packageGroup: string) => codeartifact.packageGroups.create({ domain, packageGroup });
  const describeGroup = (packageGroup: string) => codeartifact.packageGroups.describe({ domain, packageGroup });
  const allowed = (originRestrictionType: RestrictionType, ...repositories: string[]) =>
    repositories.map((repositoryName) => ({ originRestrictionType, repositoryName }));
  const restrict = (packageGroup: string, restrictions: Partial<Record<RestrictionType, RestrictionMode>>) =>
    codeartifact.packageGroups.updateOriginConfiguration({ domain, packageGroup, restrictions });
  const publish = (packageGroup: string) => describeGroup(packageGroup).originConfiguration.restrictions.PUBLISH;

  beforeEach(() => {
    codeartifact = new SandboxAccount({ now: () => new Date("2026-09-01T12:00:00Z") }).codeartifact;
    codeartifact.domains.create({ domain });
    codeartifact.repositories.create({ domain, repository: "python-packages" });
    codeartifact.repositories.create({ domain, repository: "pypi-store" });
  });

  it("inherits everything until a restriction is set", () => {
    const inherited = {
      mode: "INHERIT",
      effectiveMode: "ALLOW",
      inheritedFrom: root,
      repositories: [],
      repositoriesCount: 0,
      effectiveRepositories: [],
    };
    const made = codeartifact.packageGroups.create({
      domain,
      packageGroup: "/pypi//orb~",
      description: "ours",
      contactInfo: "registry@example.com",
      tags: { stack: "dev" },
    });

    expect(made).to.deep.equal({
      arn: arn("/pypi//orb~"),
      pattern: "/pypi//orb~",
      domainName: "orb",
      domainOwner: "123456789012",
      createdTime: new Date("2026-09-01T12:00:00Z"),
      description: "ours",
      contactInfo: "registry@example.com",
      tags: { stack: "dev" },
      parent: root,
      originConfiguration: {
        restrictions: { PUBLISH: inherited, EXTERNAL_UPSTREAM: inherited, INTERNAL_UPSTREAM: inherited },
      },
    });
    expect(describeGroup("/pypi//orb~")).to.deep.equal(made);
  });

  it("has its pattern in its ARN, with *, $ and % encoded", () => {
    expect(create("/pypi/*").arn).to.equal(arn("/pypi/%2a"));
    expect(create("/pypi//legacy-tool$").arn).to.equal(arn("/pypi//legacy-tool%24"));
    expect(create("/nuget//alpha%beta%gamma~").arn).to.equal(arn("/nuget//alpha%25beta%25gamma~"));
    expect(create("/npm//ö$").arn).to.equal(arn("/npm//%c3%b6%24"));
  });

  it("is unique in its domain", () => {
    create("/pypi//orb~");

    expect(create("/pypi//orb$").pattern).to.equal("/pypi//orb$");
    expect(awsErrorOf(() => create("/pypi//orb~"))).to.equal(
      "ConflictException 409: Package group already exists. Package group '/pypi//orb~' in domain 'orb' exists.",
    );
  });

  it("has a pattern that AWS takes", () => {
    expect(awsErrorOf(() => create("/pypi//orb-~"))).to.equal(
      "ValidationException 400: Invalid package group pattern '/pypi//orb-~': " +
        "~ follows a letter, a number or a mark; after anything else use *.",
    );
    expect(codeartifact.packageGroups.list({ domain }).map(({ pattern }) => pattern)).to.deep.equal(["/*"]);
  });

  it("is found by its pattern and deleted once", () => {
    const unknown =
      "ResourceNotFoundException 404: Package group not found. Package group '/pypi//orb~' in domain 'orb' owned by " +
      "account '123456789012' does not exist.";

    expect(awsErrorOf(() => describeGroup("/pypi//orb~"))).to.equal(unknown);
    create("/pypi//orb~");
    expect(codeartifact.packageGroups.delete({ domain, packageGroup: "/pypi//orb~" }).pattern).to.equal("/pypi//orb~");
    expect(awsErrorOf(() => codeartifact.packageGroups.delete({ domain, packageGroup: "/pypi//orb~" }))).to.equal(
      unknown,
    );
  });

  for (const member of ["description", "contactInfo"] as const) {
    it(`has at most 1,000 characters of ${member}, and keeps at an update what the update does not name`, () => {
      const packageGroup = "/pypi//orb~";
      const text = (length: number) => ({ domain, packageGroup, [member]: "d".repeat(length) });
      const rejected =
        `ValidationException 400: 1 validation error detected: Value '${"d".repeat(1001)}' at '${member}' failed to ` +
        "satisfy constraint: Member must have length less than or equal to 1000 (it has 1001)";

      expect(awsErrorOf(() => codeartifact.packageGroups.create(text(1001)))).to.equal(rejected);
      expect(codeartifact.packageGroups.create(text(1000))[member]).to.have.length(1000);
      expect(awsErrorOf(() => codeartifact.packageGroups.update(text(1001)))).to.equal(rejected);
      expect(codeartifact.packageGroups.update(text(3))[member]).to.equal("ddd");
      expect(codeartifact.packageGroups.update({ domain, packageGroup })[member]).to.equal("ddd");
    });
  }

  describe("for all packages", () => {
    it("is there from the start and allows everything", () => {
      const own = {
        mode: "ALLOW",
        effectiveMode: "ALLOW",
        repositories: [],
        repositoriesCount: 0,
        effectiveRepositories: [],
      };

      expect(describeGroup("/*")).to.deep.include({
        ...root,
        parent: undefined,
        originConfiguration: { restrictions: { PUBLISH: own, EXTERNAL_UPSTREAM: own, INTERNAL_UPSTREAM: own } },
      });
    });

    it("can be updated, not created, deleted or made to inherit", () => {
      expect(restrict("/*", { PUBLISH: "BLOCK" }).originConfiguration.restrictions.PUBLISH.effectiveMode).to.equal(
        "BLOCK",
      );
      expect(awsErrorOf(() => create("/*"))).to.equal(
        "ConflictException 409: Package group already exists. Package group '/*' in domain 'orb' exists from the " +
          "domain's creation; update it instead.",
      );
      expect(awsErrorOf(() => codeartifact.packageGroups.delete({ domain, packageGroup: "/*" }))).to.equal(
        "ValidationException 400: Package group '/*' cannot be deleted: every domain has it.",
      );
      expect(awsErrorOf(() => restrict("/*", { PUBLISH: "INHERIT" }))).to.equal(
        "ValidationException 400: Package group '/*' has no parent to inherit from: give ALLOW or BLOCK instead.",
      );
      expect(publish("/*").mode).to.equal("BLOCK");
    });
  });

  describe("among others", () => {
    it("has the most specific group that takes in all its packages as parent", () => {
      for (const pattern of ["/pypi//orb-models$", "/pypi/*", "/pypi//orb~", "/pypi//orbit~", "/npm/*"]) {
        create(pattern);
      }

      expect(
        codeartifact.packageGroups.list({ domain }).map(({ pattern, parent }) => [pattern, parent?.pattern]),
      ).to.deep.equal([
        ["/*", undefined],
        ["/pypi//orb-models$", "/pypi//orb~"],
        ["/pypi/*", "/*"],
        ["/pypi//orb~", "/pypi/*"],
        ["/pypi//orbit~", "/pypi/*"],
        ["/npm/*", "/*"],
      ]);
    });

    it("is listed as a sub-group of its parent alone", () => {
      for (const pattern of ["/pypi/*", "/pypi//orb~", "/pypi//orb-models$", "/npm/*"]) {
        create(pattern);
      }
      const below = (packageGroup: string) =>
        codeartifact.packageGroups.listSubGroups({ domain, packageGroup }).map(({ pattern }) => pattern);

      expect(below("/*")).to.deep.equal(["/pypi/*", "/npm/*"]);
      expect(below("/pypi/*")).to.deep.equal(["/pypi//orb~"]);
      expect(below("/pypi//orb~")).to.deep.equal(["/pypi//orb-models$"]);
      expect(below("/pypi//orb-models$")).to.deep.equal([]);
      expect(awsErrorOf(() => below("/maven/*"))).to.match(/^ResourceNotFoundException 404: Package group not found\./);
    });

    it("claims packages of every format by their namespaces and names", () => {
      for (const pattern of ["/npm/*", "/npm/types/*", "/pypi//orb~"]) {
        create(pattern);
      }
      const groupOf = (format: "npm" | "pypi", name: string, namespace?: string) =>
        codeartifact.packageGroups.associated({ domain, format, namespace, package: name }).packageGroup.pattern;

      expect(groupOf("npm", "node", "types")).to.equal("/npm/types/*");
      expect(groupOf("npm", "node")).to.equal("/npm/*");
      expect(groupOf("pypi", "orb-common")).to.equal("/pypi//orb~");
      expect(groupOf("npm", "orb-common")).to.equal("/npm/*");
    });

    it("takes the mode of the first ancestor that says one, with that one's list", () => {
      create("/pypi/*");
      create("/pypi//orb~");
      create("/pypi//orb-models$");
      codeartifact.packageGroups.updateOriginConfiguration({
        domain,
        packageGroup: "/pypi/*",
        restrictions: { PUBLISH: "ALLOW_SPECIFIC_REPOSITORIES" },
        addAllowedRepositories: allowed("PUBLISH", "python-packages"),
      });

      expect(publish("/pypi//orb-models$")).to.deep.equal({
        mode: "INHERIT",
        repositories: [],
        repositoriesCount: 0,
        effectiveMode: "ALLOW_SPECIFIC_REPOSITORIES",
        effectiveRepositories: ["python-packages"],
        inheritedFrom: { arn: arn("/pypi/%2a"), pattern: "/pypi/*" },
      });

      restrict("/pypi//orb~", { PUBLISH: "BLOCK" });
      expect(publish("/pypi//orb-models$")).to.deep.include({
        effectiveMode: "BLOCK",
        effectiveRepositories: [],
        inheritedFrom: { arn: arn("/pypi//orb~"), pattern: "/pypi//orb~" },
      });
      expect(publish("/pypi//orb~")).not.to.have.property("inheritedFrom");

      codeartifact.packageGroups.delete({ domain, packageGroup: "/pypi//orb~" });
      expect(publish("/pypi//orb-models$").inheritedFrom?.pattern).to.equal("/pypi/*");
    });
  });

  describe("with origin restrictions", () => {
    const packageGroup = "/pypi//orb~";
    const update = (
      change: Omit<
        Parameters<CodeArtifact["packageGroups"]["updateOriginConfiguration"]>[0],
        "domain" | "packageGroup"
      >,
    ) =>
      codeartifact.packageGroups.updateOriginConfiguration({ domain, packageGroup, ...change }).originConfiguration
        .restrictions;

    beforeEach(() => {
      create(packageGroup);
    });

    it("keeps at an update the ways in that the update does not name", () => {
      update({ restrictions: { EXTERNAL_UPSTREAM: "BLOCK" } });
      const { PUBLISH, EXTERNAL_UPSTREAM, INTERNAL_UPSTREAM } = update({ restrictions: { PUBLISH: "ALLOW" } });

      expect([PUBLISH.mode, EXTERNAL_UPSTREAM.mode, INTERNAL_UPSTREAM.mode]).to.deep.equal([
        "ALLOW",
        "BLOCK",
        "INHERIT",
      ]);
    });

    it("has only modes and ways in that AWS knows", () => {
      const constraint = "ValidationException 400: 1 validation error detected: Value";

      expect(update({ restrictions: { PUBLISH: "BLOCK" } }).PUBLISH.mode).to.equal("BLOCK");
      expect(awsErrorOf(() => update({ restrictions: { PUBLISH: "DENY" as "BLOCK" } }))).to.equal(
        `${constraint} 'DENY' at 'restrictions.PUBLISH' failed to satisfy constraint: ` +
          "Member must satisfy enum value set: [ALLOW, ALLOW_SPECIFIC_REPOSITORIES, BLOCK, INHERIT]",
      );
      const types = "Member must satisfy enum value set: [PUBLISH, EXTERNAL_UPSTREAM, INTERNAL_UPSTREAM]";
      expect(awsErrorOf(() => update({ restrictions: { UPSTREAM: "BLOCK" } as object }))).to.equal(
        `${constraint} 'UPSTREAM' at 'restrictions' failed to satisfy constraint: ${types}`,
      );
      expect(
        awsErrorOf(() => update({ addAllowedRepositories: allowed("UPSTREAM" as "PUBLISH", "pypi-store") })),
      ).to.equal(`${constraint} 'UPSTREAM' at 'originRestrictionType' failed to satisfy constraint: ${types}`);
    });

    it("has a list of repositories for each way in that is for specific repositories, and for no other", () => {
      const restrictions = update({
        restrictions: { PUBLISH: "BLOCK", EXTERNAL_UPSTREAM: "ALLOW_SPECIFIC_REPOSITORIES" },
        addAllowedRepositories: allowed("EXTERNAL_UPSTREAM", "pypi-store", "python-packages", "pypi-store"),
      });

      expect(restrictions.EXTERNAL_UPSTREAM).to.deep.equal({
        mode: "ALLOW_SPECIFIC_REPOSITORIES",
        effectiveMode: "ALLOW_SPECIFIC_REPOSITORIES",
        repositories: ["pypi-store", "python-packages"],
        repositoriesCount: 2,
        effectiveRepositories: ["pypi-store", "python-packages"],
      });
      for (const member of ["addAllowedRepositories", "removeAllowedRepositories"]) {
        expect(awsErrorOf(() => update({ [member]: allowed("PUBLISH", "python-packages") }))).to.equal(
          "ValidationException 400: Repository 'python-packages' is given for PUBLISH, whose mode is BLOCK: " +
            "only ALLOW_SPECIFIC_REPOSITORIES has a list of allowed repositories.",
        );
      }
    });

    it("lists only repositories of its domain, and lets go of any", () => {
      const specific = { PUBLISH: "ALLOW_SPECIFIC_REPOSITORIES" } as const;

      expect(
        awsErrorOf(() => update({ restrictions: specific, addAllowedRepositories: allowed("PUBLISH", "npm-store") })),
      ).to.equal(
        "ResourceNotFoundException 404: Repository not found. Repository 'npm-store' in domain 'orb' owned by account " +
          "'123456789012' does not exist.",
      );
      expect(publish(packageGroup).mode).to.equal("INHERIT");

      update({ restrictions: specific, addAllowedRepositories: allowed("PUBLISH", "pypi-store", "python-packages") });
      codeartifact.repositories.delete({ domain, repository: "pypi-store" });
      expect(
        update({ removeAllowedRepositories: allowed("PUBLISH", "pypi-store") }).PUBLISH.repositories,
      ).to.deep.equal(["python-packages"]);
    });

    it("lists its own repositories for each way in; a group that inherits has none of its own", () => {
      create("/pypi//orb-models$");
      restrict("/pypi//orb~", { PUBLISH: "ALLOW_SPECIFIC_REPOSITORIES" });
      codeartifact.packageGroups.updateOriginConfiguration({
        domain,
        packageGroup: "/pypi//orb~",
        addAllowedRepositories: allowed("PUBLISH", "python-packages", "pypi-store"),
      });
      const listed = (packageGroup: string, originRestrictionType: RestrictionType) =>
        codeartifact.packageGroups.listAllowedRepositories({ domain, packageGroup, originRestrictionType });

      expect(listed("/pypi//orb~", "PUBLISH")).to.deep.equal(["python-packages", "pypi-store"]);
      expect(listed("/pypi//orb~", "EXTERNAL_UPSTREAM")).to.deep.equal([]);
      expect(listed("/pypi//orb-models$", "PUBLISH")).to.deep.equal([]);
      expect(awsErrorOf(() => listed("/pypi//other$", "PUBLISH"))).to.match(/^ResourceNotFoundException 404: /);
    });

    it("loses a list with its mode", () => {
      const specific = { PUBLISH: "ALLOW_SPECIFIC_REPOSITORIES" } as const;
      update({ restrictions: specific, addAllowedRepositories: allowed("PUBLISH", "python-packages") });

      expect(update({ restrictions: { PUBLISH: "BLOCK" } }).PUBLISH.repositories).to.deep.equal([]);
      expect(update({ restrictions: specific }).PUBLISH.repositories).to.deep.equal([]);
    });

    it("takes at most 100 changes of repositories at once", () => {
      const names = Array.from({ length: 101 }, (_, number) => `repository-${number}`);
      names.forEach((repository) => codeartifact.repositories.create({ domain, repository }));
      update({ restrictions: { PUBLISH: "ALLOW_SPECIFIC_REPOSITORIES" } });

      expect(awsErrorOf(() => update({ addAllowedRepositories: allowed("PUBLISH", ...names) }))).to.equal(
        "ValidationException 400: The request changes 101 allowed repositories; at most 100 are allowed. " +
          "Split it into several.",
      );
      expect(
        update({ addAllowedRepositories: allowed("PUBLISH", ...names.slice(0, 100)) }).PUBLISH.repositoriesCount,
      ).to.equal(100);
      expect(
        awsErrorOf(() =>
          update({
            addAllowedRepositories: allowed("PUBLISH", "repository-100"),
            removeAllowedRepositories: allowed("PUBLISH", ...names.slice(0, 100)),
          }),
        ),
      ).to.match(/^ValidationException 400: The request changes 101 allowed repositories/);
    });
  });
});
