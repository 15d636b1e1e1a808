import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { clientSettingsFor } from "../../components/clientSettings";
import { PackageRegistry, type PackageRegistryArgs } from "../../components/packageRegistry";
import {
  account,
  dependenciesOf,
  documentIn,
  named,
  ofType,
  type Registration,
  record,
  region,
  valueOf,
} from "../support/mocks";

const job = { repository: "octo/hub", repositoryId: "1001", ownerId: "2002", subjectContext: "environment:dev" };

const args: PackageRegistryArgs = {
  domain: "orb-dev",
  origins: { private: [{ name: "orb", match: "prefix" }], public: ["orb-models"], blocked: ["orb-billing"] },
  publicPackages: true,
  encryption: "aws-managed",
  protect: false,
  publishers: [{ job, packages: ["orb-common"] }],
  readers: [{ job }],
  tokenLifetime: 1800,
  sessionDuration: 7200,
  issuer: "iss.example.com",
  oidcProviderArn: "arn:aws:iam::111122223333:oidc-provider/iss.example.com",
  tags: { Team: "platform", Environment: "dev" },
};

const domainArn = "arn:aws:codeartifact:eu-west-1:111122223333:domain/orb-dev";
const repositoryArn = "arn:aws:codeartifact:eu-west-1:111122223333:repository/orb-dev/python-packages";
const packageGroup = "aws-native:codeartifact:PackageGroup";

function create(changes: Partial<PackageRegistryArgs> = {}) {
  return record(() => new PackageRegistry("registry", { ...args, ...changes }));
}

/** A child of the registry that is free to go. */
function child(type: string, name: string, inputs: object, dependencies: readonly string[]): Registration {
  return {
    type,
    name,
    parent: "registry",
    custom: true,
    inputs: { ...inputs },
    protect: false,
    retainOnDelete: false,
    dependencies,
    provider: "",
  };
}

function restrictionModes(resources: readonly Registration[], way: string): readonly (string | undefined)[] {
  return ofType(resources, packageGroup).map(({ inputs }) => {
    const { restrictions } = inputs.originConfiguration as {
      readonly restrictions: Readonly<Record<string, { readonly restrictionMode: string }>>;
    };
    return restrictions[way]?.restrictionMode;
  });
}

describe("a package registry", () => {
  it("is a domain, two repositories, the origins of packages, and roles", async () => {
    const { resources } = await create();

    expect(resources.map(({ type, name, parent }) => [type, name, parent])).to.have.deep.members([
      ["python-registry:index:PackageRegistry", "registry", ""],
      ["aws:codeartifact/domain:Domain", "registry-domain", "registry"],
      ["aws:codeartifact/repository:Repository", "registry-pypi-store", "registry"],
      ["aws:codeartifact/repository:Repository", "registry-python-packages", "registry"],
      ["python-registry:index:PackageOrigins", "registry-origins", "registry"],
      [packageGroup, "registry-origins-orb~", "registry-origins"],
      [packageGroup, "registry-origins-orb-models$", "registry-origins"],
      [packageGroup, "registry-origins-orb-billing$", "registry-origins"],
      [packageGroup, "registry-origins-*", "registry-origins"],
      ["aws:iam/policy:Policy", "registry-read-policy", "registry"],
      ["python-registry:index:GithubActionsRole", "registry-publisher", "registry"],
      ["aws:iam/role:Role", "registry-publisher-role", "registry-publisher"],
      ["aws:iam/rolePolicy:RolePolicy", "registry-publisher-permissions", "registry-publisher"],
      ["python-registry:index:GithubActionsRole", "registry-reader", "registry"],
      ["aws:iam/role:Role", "registry-reader-role", "registry-reader"],
      ["aws:iam/rolePolicyAttachment:RolePolicyAttachment", "registry-reader-read-attachment", "registry-reader"],
    ]);
  });

  it("is known by the types that its components had in an earlier release", async () => {
    const { resources } = await create();

    expect(resources.filter(({ custom }) => !custom).map(({ name, formerType }) => [name, formerType])).to.deep.equal([
      ["registry", "registry:index:PackageRegistry"],
      ["registry-origins", "registry:index:PackageOrigins"],
      ["registry-publisher", "registry:index:GithubActionsRole"],
      ["registry-reader", "registry:index:GithubActionsRole"],
    ]);
    expect(named(resources, "registry-domain").formerType).to.equal(undefined);
  });

  it("begins every child's logical name with its parent's", async () => {
    const { resources } = await create({ encryption: "create", otherAccounts: { accountIds: ["444455556666"] } });
    const children = resources.filter(({ parent }) => parent !== "");

    expect(children).to.have.length(18);
    for (const { name, parent } of children) {
      expect(name).to.match(new RegExp(`^${parent}-.`));
    }
  });

  it("has its domain", async () => {
    const { resources } = await create();

    expect(named(resources, "registry-domain")).to.deep.equal(
      child(
        "aws:codeartifact/domain:Domain",
        "registry-domain",
        { domain: "orb-dev", tags: { Team: "platform", Environment: "dev" } },
        [],
      ),
    );
  });

  it("connects to public PyPI in one place, the store, which waits for the domain", async () => {
    const { resources } = await create();

    expect(named(resources, "registry-pypi-store")).to.deep.equal(
      child(
        "aws:codeartifact/repository:Repository",
        "registry-pypi-store",
        {
          domain: "orb-dev",
          repository: "pypi-store",
          description: "Public packages: the only door to public PyPI.", // eslint-disable-line plain-words/plain-words -- the deployed text
          externalConnections: { externalConnectionName: "public:pypi" },
          tags: { Team: "platform", Environment: "dev" },
        },
        ["registry-domain"],
      ),
    );
  });

  it("has the store as the repository's upstream, and the repository waits for domain and store", async () => {
    const { resources } = await create();

    expect(named(resources, "registry-python-packages")).to.deep.equal(
      child(
        "aws:codeartifact/repository:Repository",
        "registry-python-packages",
        {
          domain: "orb-dev",
          repository: "python-packages",
          description: "Private Python packages, and public ones through the store.",
          upstreams: [{ repositoryName: "pypi-store" }],
          tags: { Team: "platform", Environment: "dev" },
        },
        ["registry-domain", "registry-pypi-store"],
      ),
    );
  });

  it("sets where packages come from in the domain's own groups, once the repositories they name exist", async () => {
    const { resources } = await create();
    const groups = ofType(resources, packageGroup);

    expect(groups.map(({ inputs }) => inputs.domainName)).to.deep.equal(Array(4).fill("orb-dev"));
    expect(named(resources, "registry-origins-orb~").inputs.originConfiguration).to.deep.equal({
      restrictions: {
        publish: { restrictionMode: "ALLOW_SPECIFIC_REPOSITORIES", repositories: ["python-packages"] },
        externalUpstream: { restrictionMode: "BLOCK" },
        internalUpstream: { restrictionMode: "BLOCK" },
      },
    });
    expect(named(resources, "registry-origins-*").inputs.originConfiguration).to.deep.equal({
      restrictions: {
        publish: { restrictionMode: "BLOCK" },
        externalUpstream: { restrictionMode: "ALLOW_SPECIFIC_REPOSITORIES", repositories: ["pypi-store"] },
        internalUpstream: { restrictionMode: "ALLOW_SPECIFIC_REPOSITORIES", repositories: ["python-packages"] },
      },
    });
    expect(named(resources, "registry-origins-orb~").dependencies).to.deep.equal([
      "registry-domain",
      "registry-python-packages",
    ]);
    expect(named(resources, "registry-origins-*").dependencies).to.deep.equal([
      "registry-domain",
      "registry-pypi-store",
      "registry-python-packages",
    ]);
  });

  it("makes its package groups, and nothing else, by the provider given for them", async () => {
    class Provider extends pulumi.ProviderResource {}
    const { resources } = await record(() => {
      const provider = new Provider("aws-native", "cloud-control");
      return new PackageRegistry("registry", args, { providers: { "aws-native": provider } });
    });

    expect(resources.filter(({ provider }) => provider === "cloud-control").map(({ name }) => name)).to.have.members(
      ofType(resources, packageGroup).map(({ name }) => name),
    );
  });

  it("tags everything that takes tags", async () => {
    const { resources } = await create({ encryption: "create", otherAccounts: { accountIds: ["444455556666"] } });
    const tags = { Team: "platform", Environment: "dev" };
    const tagged = (type: string) => ofType(resources, type).map(({ inputs }) => inputs.tags);

    expect(tagged("aws:kms/key:Key")).to.deep.equal([tags]);
    expect(tagged("aws:codeartifact/domain:Domain")).to.deep.equal([tags]);
    expect(tagged("aws:codeartifact/repository:Repository")).to.deep.equal([tags, tags]);
    expect(tagged("aws:iam/role:Role")).to.deep.equal([tags, tags]);
    expect(tagged("aws:iam/policy:Policy")).to.deep.equal([tags]);
    expect(tagged(packageGroup)).to.deep.equal(
      Array(4).fill([
        { key: "Team", value: "platform" },
        { key: "Environment", value: "dev" },
      ]),
    );
    expect(
      new Set(resources.filter(({ custom, inputs }) => custom && inputs.tags === undefined).map(({ type }) => type)),
    ).to.deep.equal(
      new Set([
        "aws:codeartifact/domainPermissions:DomainPermissions",
        "aws:codeartifact/repositoryPermissionsPolicy:RepositoryPermissionsPolicy",
        "aws:iam/rolePolicy:RolePolicy",
        "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
      ]),
    );
  });

  it("keeps domain, repositories, key and package groups from deletion where it protects, and nothing else", async () => {
    const { resources } = await create({
      protect: true,
      encryption: "create",
      otherAccounts: { accountIds: ["444455556666"] },
    });
    const kept = [
      "registry-key",
      "registry-domain",
      "registry-pypi-store",
      "registry-python-packages",
      "registry-origins-orb~",
      "registry-origins-orb-models$",
      "registry-origins-orb-billing$",
      "registry-origins-*",
    ];

    expect(resources.filter(({ protect }) => protect).map(({ name }) => name)).to.have.members(kept);
    expect(resources.filter(({ retainOnDelete }) => retainOnDelete).map(({ name }) => name)).to.have.members(kept);
  });

  it("keeps nothing from deletion where it does not protect", async () => {
    const { resources } = await create({
      encryption: "create",
      otherAccounts: { accountIds: ["444455556666"] },
    });

    expect(resources.filter(({ protect, retainOnDelete }) => protect || retainOnDelete)).to.deep.equal([]);
  });

  describe("its encryption", () => {
    it("is by AWS's own key, with no key made and none named", async () => {
      const { resources } = await create({ encryption: "aws-managed" });

      expect(ofType(resources, "aws:kms/key:Key")).to.deep.equal([]);
      expect(named(resources, "registry-domain").inputs).not.to.have.property("encryptionKey");
    });

    it("is by a key made here, rotated each year, which the domain waits for", async () => {
      const { resources } = await create({ encryption: "create" });

      expect(ofType(resources, "aws:kms/key:Key")).to.deep.equal([
        child(
          "aws:kms/key:Key",
          "registry-key",
          {
            description: "Encrypts the packages of orb-dev.",
            enableKeyRotation: true,
            tags: { Team: "platform", Environment: "dev" },
          },
          [],
        ),
      ]);
      expect(named(resources, "registry-domain").inputs.encryptionKey).to.equal(
        "arn:aws:kms:eu-west-1:111122223333:key/made",
      );
      expect(named(resources, "registry-domain").dependencies).to.deep.equal(["registry-key"]);
    });

    it("is by a key that exists, with none made", async () => {
      const keyArn = "arn:aws:kms:eu-west-1:111122223333:key/existing";
      const { resources } = await create({ encryption: { keyArn } });

      expect(ofType(resources, "aws:kms/key:Key")).to.deep.equal([]);
      expect(named(resources, "registry-domain").inputs.encryptionKey).to.equal(keyArn);
    });
  });

  describe("without public packages", () => {
    it("has no connection to public PyPI, while both repositories and their link stay", async () => {
      const { resources } = await create({ publicPackages: false, origins: { ...args.origins, public: [] } });

      expect(named(resources, "registry-pypi-store").inputs).to.deep.equal({
        domain: "orb-dev",
        repository: "pypi-store",
        description: "Public packages: the only door to public PyPI.", // eslint-disable-line plain-words/plain-words -- the deployed text
        tags: { Team: "platform", Environment: "dev" },
      });
      expect(named(resources, "registry-python-packages").inputs.upstreams).to.deep.equal([
        { repositoryName: "pypi-store" },
      ]);
    });

    it("brings nothing in from outside, for any name", async () => {
      const closed = await create({ publicPackages: false, origins: { ...args.origins, public: [] } });
      const open = await create();

      expect(restrictionModes(closed.resources, "externalUpstream")).to.deep.equal(Array(3).fill("BLOCK"));
      expect(restrictionModes(open.resources, "externalUpstream")).to.have.members([
        "BLOCK",
        "BLOCK",
        "ALLOW_SPECIFIC_REPOSITORIES",
        "ALLOW_SPECIFIC_REPOSITORIES",
      ]);
    });
  });

  describe("for other accounts", () => {
    const organization = "o-abcdefghij";
    const notTheOwner = { StringNotEquals: { "aws:PrincipalAccount": "111122223333" } };

    it("has a domain policy by which they mint tokens", async () => {
      const { resources } = await create({
        otherAccounts: { organizationId: organization, accountIds: ["444455556666", "777788889999"] },
      });
      const policy = named(resources, "registry-domain-policy");
      const document = documentIn(policy, "policyDocument");

      expect({ ...policy, inputs: { ...policy.inputs, policyDocument: document } }).to.deep.equal(
        child(
          "aws:codeartifact/domainPermissions:DomainPermissions",
          "registry-domain-policy",
          {
            domain: "orb-dev",
            policyDocument: {
              Version: "2012-10-17",
              Statement: [
                {
                  Sid: "ReadFromOrganization",
                  Effect: "Allow",
                  Action: ["codeartifact:GetAuthorizationToken"],
                  Resource: domainArn,
                  Principal: "*",
                  Condition: { StringEquals: { "aws:PrincipalOrgID": organization }, ...notTheOwner },
                },
                {
                  Sid: "ReadFromAccounts",
                  Effect: "Allow",
                  Action: ["codeartifact:GetAuthorizationToken"],
                  Resource: domainArn,
                  Principal: { AWS: ["arn:aws:iam::444455556666:root", "arn:aws:iam::777788889999:root"] },
                  Condition: notTheOwner,
                },
              ],
            },
          },
          ["registry-domain"],
        ),
      );
    });

    it("has a repository policy by which they read", async () => {
      const { resources } = await create({ otherAccounts: { accountIds: ["444455556666"] } });
      const policy = named(resources, "registry-repository-policy");
      const document = documentIn(policy, "policyDocument");

      expect({ ...policy, inputs: { ...policy.inputs, policyDocument: document } }).to.deep.equal(
        child(
          "aws:codeartifact/repositoryPermissionsPolicy:RepositoryPermissionsPolicy",
          "registry-repository-policy",
          {
            domain: "orb-dev",
            repository: "python-packages",
            policyDocument: {
              Version: "2012-10-17",
              Statement: [
                {
                  Sid: "ReadFromAccounts",
                  Effect: "Allow",
                  Action: ["codeartifact:GetRepositoryEndpoint", "codeartifact:ReadFromRepository"],
                  Resource: repositoryArn,
                  Principal: { AWS: ["arn:aws:iam::444455556666:root"] },
                  Condition: notTheOwner,
                },
              ],
            },
          },
          ["registry-python-packages"],
        ),
      );
    });

    it("has no such policies where there are none", async () => {
      const { resources } = await create({ otherAccounts: undefined });

      expect(ofType(resources, "aws:codeartifact/domainPermissions:DomainPermissions")).to.deep.equal([]);
      expect(
        ofType(resources, "aws:codeartifact/repositoryPermissionsPolicy:RepositoryPermissionsPolicy"),
      ).to.deep.equal([]);
    });
  });

  describe("its roles", () => {
    it("work on its own domain and repository, with the token's life it is given", async () => {
      const { resources } = await create();
      const { Statement } = documentIn(named(resources, "registry-publisher-permissions"), "policy") as {
        readonly Statement: readonly { readonly Resource: unknown; readonly Condition?: unknown }[];
      };

      expect(Statement.map(({ Resource }) => Resource)).to.deep.equal([
        domainArn,
        "*",
        repositoryArn,
        ["arn:aws:codeartifact:eu-west-1:111122223333:package/orb-dev/python-packages/pypi//orb-common"],
      ]);
      expect(Statement[1]!.Condition).to.deep.include({
        NumericLessThanEquals: { "sts:DurationSeconds": "1800" },
      });
    });

    it("get their permissions once domain, repository and role exist", async () => {
      const { resources } = await create();

      expect(named(resources, "registry-publisher-permissions").dependencies).to.deep.equal([
        "registry-domain",
        "registry-publisher-role",
        "registry-python-packages",
      ]);
      expect(named(resources, "registry-read-policy").dependencies).to.deep.equal([
        "registry-domain",
        "registry-python-packages",
      ]);
      expect(named(resources, "registry-reader-read-attachment").dependencies).to.deep.equal([
        "registry-read-policy",
        "registry-reader-role",
      ]);
    });

    it("are bounded where a boundary is given", async () => {
      const permissionsBoundary = "arn:aws:iam::111122223333:policy/boundary";
      const { resources } = await create({ permissionsBoundary });

      expect(
        ofType(resources, "aws:iam/role:Role").map(({ inputs }) => [
          inputs.permissionsBoundary,
          inputs.maxSessionDuration,
        ]),
      ).to.deep.equal(Array(2).fill([permissionsBoundary, 7200]));
    });
  });

  describe("its outputs", () => {
    const groupArns = "arn:aws:codeartifact:eu-west-1:111122223333:package-group/orb-dev";
    const outputs = {
      domainName: "orb-dev",
      domainOwner: "111122223333",
      domainArn,
      repositoryName: "python-packages",
      repositoryArn,
      repositoryEndpoint: "https://orb-dev-111122223333.d.codeartifact.eu-west-1.amazonaws.com/pypi/python-packages/",
      publisherRoleArns: { publisher: "arn:aws:iam::111122223333:role/orb-dev-codeartifact-publisher" },
      readerRoleArns: { reader: "arn:aws:iam::111122223333:role/orb-dev-codeartifact-reader" },
      inspectorRoleArns: {},
      maintainerRoleArns: {},
      readerPolicyArn: "arn:aws:iam::111122223333:policy/orb-dev-codeartifact-reader-169612cd",
      packageGroups: {
        "/pypi//orb~": `${groupArns}/pypi//orb~`,
        "/pypi//orb-models$": `${groupArns}/pypi//orb-models$`,
        "/pypi//orb-billing$": `${groupArns}/pypi//orb-billing$`,
        "/pypi/*": `${groupArns}/pypi/*`,
      },
    };

    it("are on the component, and registered with it", async () => {
      const { result, registeredOutputs } = await create();
      const known = await Promise.all(
        (Object.keys(outputs) as (keyof typeof outputs)[]).map(
          async (key) => [key, await valueOf<unknown>(result[key])] as const,
        ),
      );

      expect(Object.fromEntries(known)).to.deep.equal(outputs);
      expect(registeredOutputs.get("registry")).to.deep.equal(outputs);
    });

    it("have the endpoint that AWS answers for Python, asked for once the repository exists", async () => {
      const { result, calls } = await create();

      expect(calls.filter(({ token }) => token.startsWith("aws:codeartifact/"))).to.deep.equal([
        {
          token: "aws:codeartifact/getRepositoryEndpoint:getRepositoryEndpoint",
          inputs: {
            domain: "orb-dev",
            domainOwner: "111122223333",
            repository: "python-packages",
            format: "pypi",
          },
        },
      ]);
      expect(await dependenciesOf(result.repositoryEndpoint)).to.deep.equal(["registry-python-packages"]);
    });

    it("have the settings of clients, made of the other outputs and the region of the domain", async () => {
      const { result } = await create();

      expect(await valueOf(result.clientSettings)).to.deep.equal(
        clientSettingsFor({
          domain: "orb-dev",
          domainOwner: account,
          region,
          repository: "python-packages",
          endpoint: await valueOf(result.repositoryEndpoint),
          tokenLifetime: 1800,
        }),
      );
    });

    it("give a publisher's ARN only once every package group exists", async () => {
      const { result } = await create();

      expect(await dependenciesOf(result.publisherRoleArns)).to.deep.equal([
        "registry-origins-*",
        "registry-origins-orb-billing$",
        "registry-origins-orb-models$",
        "registry-origins-orb~",
        "registry-publisher-permissions",
        "registry-publisher-role",
        "registry-pypi-store",
        "registry-python-packages",
      ]);
      expect(await dependenciesOf(result.readerRoleArns)).to.deep.equal([
        "registry-reader-read-attachment",
        "registry-reader-role",
      ]);
    });
  });
});
