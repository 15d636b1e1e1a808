import {
  DescribePackageGroupCommand,
  GetAssociatedPackageGroupCommand,
  ListAllowedRepositoriesForGroupCommand,
  ListAssociatedPackagesCommand,
  ListPackageGroupsCommand,
  ListSubPackageGroupsCommand,
  type PackageFormat,
  paginateListAllowedRepositoriesForGroup,
  paginateListAssociatedPackages,
  paginateListPackageGroups,
  paginateListSubPackageGroups,
} from "@aws-sdk/client-codeartifact";
import { expect } from "chai";
import { putPackageOriginConfiguration } from "../../../../sandbox/codeartifact/packages/versionChanges";
import { all, answered, serveApi, type ServedApi } from "../../../support/sandbox/servedApi";

describe("package groups over the API", () => {
  let api: ServedApi;
  const client = () => api.client(api.administrator());
  const arn = (encoded: string) => `arn:aws:codeartifact:us-east-1:123456789012:package-group/${api.domain}${encoded}`;
  const group = (packageGroup: string) => ({ domain: api.domain, packageGroup });

  before(async () => {
    api = await serveApi();
  });

  after(() => api.close());

  it("a group is described with where its packages may come from, by its own word or its parent's", async () => {
    api.context.account.codeartifact.packageGroups.create(group("/pypi//orb-models$"));
    const { createdTime } = api.context.account.codeartifact.packageGroups.describe(group("/pypi//orb-models$"));
    const parent = { arn: arn("/pypi//orb~"), pattern: "/pypi//orb~" };
    const inherited = (effectiveMode: string) => ({
      mode: "INHERIT",
      effectiveMode,
      inheritedFrom: parent,
      repositoriesCount: 0,
    });

    expect(await answered(client().send(new DescribePackageGroupCommand(group("/pypi//orb-models$"))))).to.deep.equal({
      packageGroup: {
        arn: arn("/pypi//orb-models%24"),
        pattern: "/pypi//orb-models$",
        parent,
        createdTime,
        domainName: api.domain,
        domainOwner: "123456789012",
        originConfiguration: {
          restrictions: {
            PUBLISH: inherited("ALLOW_SPECIFIC_REPOSITORIES"),
            EXTERNAL_UPSTREAM: inherited("BLOCK"),
            INTERNAL_UPSTREAM: inherited("BLOCK"),
          },
        },
      },
    });
    expect(await answered(client().send(new DescribePackageGroupCommand(group("/npm/*"))))).to.match(
      /^ResourceNotFoundException 404: Package group not found\./,
    );
    expect(await answered(client().send(new DescribePackageGroupCommand(group("/pypi//orb"))))).to.match(
      /^ValidationException 400: Invalid package group pattern '\/pypi\/\/orb': /,
    );
  });

  it("groups are listed by the beginning of their patterns, and below their parents, page by page", async () => {
    for (const pageSize of [1, 2, 100]) {
      const config = { client: client(), pageSize };
      const listed = async (prefix?: string) =>
        (await all(paginateListPackageGroups(config, { domain: api.domain, prefix }))).flatMap((page) =>
          (page.packageGroups ?? []).map(({ pattern }) => pattern),
        );
      const below = async (packageGroup: string) =>
        (await all(paginateListSubPackageGroups(config, group(packageGroup)))).flatMap((page) =>
          (page.packageGroups ?? []).map(({ pattern }) => pattern),
        );

      expect((await listed()).sort()).to.deep.equal(["/*", "/pypi/*", "/pypi//orb-models$", "/pypi//orb~"]);
      expect((await listed("/pypi//")).sort()).to.deep.equal(["/pypi//orb-models$", "/pypi//orb~"]);
      expect(await listed("/npm")).to.deep.equal([]);
      expect(await below("/*")).to.deep.equal(["/pypi/*"]);
      expect(await below("/pypi/*")).to.deep.equal(["/pypi//orb~"]);
      expect(await below("/pypi//orb-models$")).to.deep.equal([]);
    }
    const { packageGroups } = await client().send(
      new ListPackageGroupsCommand({ domain: api.domain, prefix: "/pypi//orb~" }),
    );
    expect(packageGroups).to.deep.equal([
      (await client().send(new DescribePackageGroupCommand(group("/pypi//orb~")))).packageGroup,
    ]);
    expect(await answered(client().send(new ListSubPackageGroupsCommand(group("/npm/*"))))).to.match(
      /^ResourceNotFoundException 404: Package group not found\./,
    );
  });

  it("repositories that a group allows are listed for each way in", async () => {
    const listed = async (packageGroup: string, originRestrictionType: "PUBLISH" | "EXTERNAL_UPSTREAM") =>
      answered(
        client().send(new ListAllowedRepositoriesForGroupCommand({ ...group(packageGroup), originRestrictionType })),
      );

    expect(await listed("/pypi//orb~", "PUBLISH")).to.deep.equal({ allowedRepositories: ["python-packages"] });
    expect(await listed("/pypi//orb~", "EXTERNAL_UPSTREAM")).to.deep.equal({ allowedRepositories: [] });
    expect(await listed("/pypi/*", "EXTERNAL_UPSTREAM")).to.deep.equal({ allowedRepositories: ["pypi-store"] });
    expect(await listed("/npm/*", "PUBLISH")).to.match(/^ResourceNotFoundException 404: /);
    api.context.account.codeartifact.packageGroups.updateOriginConfiguration({
      ...group("/pypi//orb~"),
      addAllowedRepositories: [{ repositoryName: "pypi-store", originRestrictionType: "PUBLISH" }],
    });
    const pages = await all(
      paginateListAllowedRepositoriesForGroup(
        { client: client(), pageSize: 1 },
        { ...group("/pypi//orb~"), originRestrictionType: "PUBLISH" },
      ),
    );
    expect(pages.map(({ allowedRepositories }) => allowedRepositories)).to.deep.equal([
      ["python-packages"],
      ["pypi-store"],
    ]);
  });

  it("packages of a group are listed with how closely they fit, page by page, or previewed", async () => {
    const { packages } = api.context;
    for (const name of ["orb-common", "0rb-common", "requests"]) {
      const place = { domain: api.domain, repository: "python-packages" };
      await putPackageOriginConfiguration(packages, place, name, { publish: "ALLOW", upstream: "BLOCK" });
    }
    const orb = [
      { format: "pypi", package: "0rb-common", associationType: "WEAK" },
      { format: "pypi", package: "orb-common", associationType: "STRONG" },
    ];
    const preview = (packageGroup: string, asked?: boolean) =>
      answered(client().send(new ListAssociatedPackagesCommand({ ...group(packageGroup), preview: asked })));

    const pages = await all(paginateListAssociatedPackages({ client: client(), pageSize: 1 }, group("/pypi//orb~")));
    expect(pages.flatMap((page) => page.packages ?? [])).to.deep.equal(orb);
    expect(await preview("/pypi//orb~", false)).to.deep.equal({ packages: orb });
    expect(await preview("/pypi//requests$", true)).to.deep.equal({
      packages: [{ format: "pypi", package: "requests", associationType: "STRONG" }],
    });
    expect(await preview("/pypi//requests$")).to.match(/^ResourceNotFoundException 404: Package group not found\./);
  });

  describe("the group of a package", () => {
    const associated = async (name: string, format: PackageFormat = "pypi", namespace?: string) => {
      const request = { domain: api.domain, format, package: name, namespace };
      const answer = await answered(client().send(new GetAssociatedPackageGroupCommand(request)));
      return typeof answer === "string" ? answer : `${answer.packageGroup?.pattern} ${answer.associationType}`;
    };

    it("is returned for any name as it is spelt, whether the package exists or not", async () => {
      expect(await associated("orb-anything")).to.equal("/pypi//orb~ STRONG");
      expect(await associated("ORB-anything")).to.equal("/pypi//orb~ WEAK");
      expect(await associated("requests")).to.equal("/pypi/* STRONG");
      expect(await associated("node", "npm", "types")).to.equal("/* STRONG");
    });

    it("is denied without permission, before the answer could show what exists", async () => {
      const rejected = async (domain: string) =>
        answered(
          api
            .client(await api.reader())
            .send(new GetAssociatedPackageGroupCommand({ domain, format: "pypi", package: "orb-common" })),
        );
      const message = (domain: string) =>
        "AccessDeniedException 403: User: arn:aws:sts::123456789012:assumed-role/" +
        "orb-integration-hub-dev-codeartifact-reader-lambda-layers/reader-job is not authorized to perform: " +
        `codeartifact:GetAssociatedPackageGroup on the package group of orb-common in domain ${domain}`;

      expect(await rejected(api.domain)).to.equal(message(api.domain));
      expect(api.context.decisions.entries().at(-1)!.resource).to.equal(arn("/pypi//orb~"));
      expect(await rejected("none")).to.equal(message("none"));
    });

    it("is an error in a domain that does not exist", async () => {
      const request = { domain: "none", format: "pypi", package: "orb-common" } as const;

      expect(await answered(client().send(new GetAssociatedPackageGroupCommand(request)))).to.match(
        /^ResourceNotFoundException 404: Domain not found\./,
      );
    });
  });
});
