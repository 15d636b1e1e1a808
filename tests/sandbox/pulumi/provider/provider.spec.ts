import { expect } from "chai";
import { SandboxAccount } from "../../../../sandbox/account";
import { AwsError } from "../../../../sandbox/core/awsError";
import { callFunction, createResource } from "../../../../sandbox/pulumi/provider/provider";

const now = new Date("2026-09-01T12:00:00.000Z");
const codeartifactArn = "arn:aws:codeartifact:us-east-1:123456789012";
const keyArn = "arn:aws:kms:us-east-1:123456789012:key";

const domainType = "aws:codeartifact/domain:Domain";
const repositoryType = "aws:codeartifact/repository:Repository";
const packageGroupType = "aws-native:codeartifact:PackageGroup";
const roleType = "aws:iam/role:Role";
const policyType = "aws:iam/policy:Policy";

const trust = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { AWS: "arn:aws:iam::123456789012:root" }, Action: "sts:AssumeRole" }],
});

const permissions = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "s3:GetObject", Resource: "*" }],
});

const sharing = JSON.stringify({
  Version: "2012-10-17",
  Statement: [
    {
      Effect: "Allow",
      Principal: { AWS: "arn:aws:iam::444455556666:root" },
      Action: "codeartifact:ReadFromRepository",
      Resource: "*",
    },
  ],
});

/** What AWS or the provider rejects with, as `NAME: message`. */
function errorOf(operation: () => unknown): string {
  try {
    operation();
  } catch (error) {
    return String(error);
  }
  throw new Error("nothing was rejected");
}

describe("the provider", () => {
  let account: SandboxAccount;
  const create = (type: string, inputs: object, name = "thing") => createResource(account, type, name, inputs);

  beforeEach(() => {
    account = new SandboxAccount({ now: () => now });
  });

  /** A domain of two repositories, as most resources need it. */
  function createRepositories(): void {
    create(domainType, { domain: "orb" });
    create(repositoryType, { domain: "orb", repository: "pypi-store" });
    create(repositoryType, { domain: "orb", repository: "python-packages" });
  }

  describe("for a domain", () => {
    it("tells its ARN, owner and key beside what it was given", () => {
      const { id, state } = create(domainType, { domain: "orb", tags: { Team: "platform" } });

      expect(id).to.equal(`${codeartifactArn}:domain/orb`);
      expect(state).to.deep.equal({
        domain: "orb",
        tags: { Team: "platform" },
        tagsAll: { Team: "platform" },
        arn: `${codeartifactArn}:domain/orb`,
        owner: "123456789012",
        encryptionKey: account.kms.awsManagedKey("aws/codeartifact").arn,
        assetSizeBytes: "0",
        createdTime: "2026-09-01T12:00:00.000Z",
        repositoryCount: 0,
        s3BucketArn: "arn:aws:s3:::assets-123456789012-us-east-1",
      });
      expect(account.codeartifact.domains.describe({ domain: "orb" }).tags).to.deep.equal({ Team: "platform" });
    });

    it("takes a key, and no tags", () => {
      const { arn } = account.kms.createKey();
      const { state } = create(domainType, { domain: "orb", encryptionKey: arn });

      expect([state.encryptionKey, state.tagsAll]).to.deep.equal([arn, {}]);
      expect(account.codeartifact.domains.describe({ domain: "orb" }).encryptionKey).to.equal(arn);
    });

    it("rejects a key that does not exist", () => {
      expect(errorOf(() => create(domainType, { domain: "orb", encryptionKey: `${keyArn}/none` }))).to.equal(
        `ValidationException: KMS key not found: ${keyArn}/none`,
      );
    });
  });

  describe("for a repository", () => {
    beforeEach(() => {
      create(domainType, { domain: "orb" });
    });

    it("connects it to public PyPI once it is made", () => {
      const inputs = {
        domain: "orb",
        repository: "pypi-store",
        description: "The store.",
        externalConnections: { externalConnectionName: "public:pypi" },
        tags: { Team: "platform" },
      };
      const { id, state } = create(repositoryType, inputs);
      const { description, externalConnections, upstreams, tags } = account.codeartifact.repositories.describe({
        domain: "orb",
        repository: "pypi-store",
      });

      expect(id).to.equal(`${codeartifactArn}:repository/orb/pypi-store`);
      expect(state).to.deep.equal({
        ...inputs,
        arn: `${codeartifactArn}:repository/orb/pypi-store`,
        administratorAccount: "123456789012",
        domainOwner: "123456789012",
        tagsAll: { Team: "platform" },
      });
      expect({ description, externalConnections, upstreams, tags }).to.deep.equal({
        description: "The store.",
        externalConnections: [{ externalConnectionName: "public:pypi", packageFormat: "pypi", status: "Available" }],
        upstreams: [],
        tags: { Team: "platform" },
      });
    });

    it("sets its upstreams by their names, and no connection where none is given", () => {
      create(repositoryType, { domain: "orb", repository: "pypi-store" });
      const { state } = create(repositoryType, {
        domain: "orb",
        repository: "python-packages",
        upstreams: [{ repositoryName: "pypi-store" }],
      });
      const made = account.codeartifact.repositories.describe({ domain: "orb", repository: "python-packages" });

      expect(made.upstreams).to.deep.equal(["pypi-store"]);
      expect(made.externalConnections).to.deep.equal([]);
      expect(state.tagsAll).to.deep.equal({});
    });

    it("rejects an upstream beside a connection", () => {
      create(repositoryType, { domain: "orb", repository: "pypi-store" });

      expect(
        errorOf(() =>
          create(repositoryType, {
            domain: "orb",
            repository: "python-packages",
            upstreams: [{ repositoryName: "pypi-store" }],
            externalConnections: { externalConnectionName: "public:pypi" },
          }),
        ),
      ).to.equal(
        "ValidationException: Repository 'python-packages' can have one or more upstream repositories, or an external " +
          "connection: remove its upstreams before you add an external connection.",
      );
    });
  });

  describe("for the policies of domain and repository", () => {
    it("stores them", () => {
      createRepositories();
      const onDomain = create("aws:codeartifact/domainPermissions:DomainPermissions", {
        domain: "orb",
        policyDocument: sharing,
      });
      const onRepository = create("aws:codeartifact/repositoryPermissionsPolicy:RepositoryPermissionsPolicy", {
        domain: "orb",
        repository: "python-packages",
        policyDocument: sharing,
      });
      const storedOnDomain = account.codeartifact.domains.getPermissionsPolicy({ domain: "orb" });
      const storedOnRepository = account.codeartifact.repositories.getPermissionsPolicy({
        domain: "orb",
        repository: "python-packages",
      });

      expect([storedOnDomain.document, storedOnRepository.document]).to.deep.equal([sharing, sharing]);
      expect(onDomain).to.deep.equal({
        id: `${codeartifactArn}:domain/orb`,
        state: {
          domain: "orb",
          policyDocument: sharing,
          resourceArn: `${codeartifactArn}:domain/orb`,
          policyRevision: storedOnDomain.revision,
        },
      });
      expect(onRepository).to.deep.equal({
        id: `${codeartifactArn}:repository/orb/python-packages`,
        state: {
          domain: "orb",
          repository: "python-packages",
          policyDocument: sharing,
          resourceArn: `${codeartifactArn}:repository/orb/python-packages`,
          policyRevision: storedOnRepository.revision,
        },
      });
    });
  });

  describe("for a package group", () => {
    it("creates it, then sets where its packages come from", () => {
      createRepositories();
      const inputs = {
        domainName: "orb",
        pattern: "/pypi//orb~",
        description: "Private.",
        contactInfo: "platform@example.com",
        originConfiguration: {
          restrictions: {
            publish: { restrictionMode: "ALLOW_SPECIFIC_REPOSITORIES", repositories: ["python-packages"] },
            externalUpstream: { restrictionMode: "BLOCK" },
            internalUpstream: { restrictionMode: "ALLOW_SPECIFIC_REPOSITORIES", repositories: ["pypi-store"] },
          },
        },
        tags: [
          { key: "Team", value: "platform" },
          { key: "Environment", value: "dev" },
        ],
      };
      const { id, state } = create(packageGroupType, inputs);
      const made = account.codeartifact.packageGroups.describe({ domain: "orb", packageGroup: "/pypi//orb~" });
      const { PUBLISH, EXTERNAL_UPSTREAM, INTERNAL_UPSTREAM } = made.originConfiguration.restrictions;

      expect(id).to.equal(`${codeartifactArn}:package-group/orb/pypi//orb~`);
      expect(state).to.deep.equal({
        ...inputs,
        domainOwner: "123456789012",
        arn: `${codeartifactArn}:package-group/orb/pypi//orb~`,
      });
      expect([made.description, made.contactInfo, made.tags]).to.deep.equal([
        "Private.",
        "platform@example.com",
        { Team: "platform", Environment: "dev" },
      ]);
      expect(
        [PUBLISH, EXTERNAL_UPSTREAM, INTERNAL_UPSTREAM].map(({ mode, repositories }) => [mode, repositories]),
      ).to.deep.equal([
        ["ALLOW_SPECIFIC_REPOSITORIES", ["python-packages"]],
        ["BLOCK", []],
        ["ALLOW_SPECIFIC_REPOSITORIES", ["pypi-store"]],
      ]);
    });

    it("leaves the origins to its parent where none are given", () => {
      create(domainType, { domain: "orb" });
      create(packageGroupType, { domainName: "orb", pattern: "/pypi/*" });
      create(packageGroupType, {
        domainName: "orb",
        pattern: "/pypi//orb~",
        originConfiguration: { restrictions: {} },
      });

      for (const packageGroup of ["/pypi/*", "/pypi//orb~"]) {
        const { originConfiguration, tags } = account.codeartifact.packageGroups.describe({
          domain: "orb",
          packageGroup,
        });
        expect(Object.values(originConfiguration.restrictions).map(({ mode }) => mode)).to.deep.equal(
          Array(3).fill("INHERIT"),
        );
        expect(tags).to.deep.equal({});
      }
    });

    it("rejects a repository that does not exist", () => {
      create(domainType, { domain: "orb" });

      expect(
        errorOf(() =>
          create(packageGroupType, {
            domainName: "orb",
            pattern: "/pypi//orb~",
            originConfiguration: {
              restrictions: { publish: { restrictionMode: "ALLOW_SPECIFIC_REPOSITORIES", repositories: ["none"] } },
            },
          }),
        ),
      ).to.equal(
        "ResourceNotFoundException: Repository not found. Repository 'none' in domain 'orb' owned by account " +
          "'123456789012' does not exist.",
      );
    });
  });

  describe("for a role", () => {
    it("creates it with its trust policy, longest session, boundary and tags", () => {
      const inputs = {
        name: "deploy",
        assumeRolePolicy: trust,
        maxSessionDuration: 7200,
        permissionsBoundary: "arn:aws:iam::123456789012:policy/boundary",
        tags: { Team: "platform" },
      };
      const { id, state } = create(roleType, inputs);
      const role = account.iam.roles.get({ roleName: "deploy" });

      expect(id).to.equal("deploy");
      expect(state).to.deep.equal({
        ...inputs,
        arn: "arn:aws:iam::123456789012:role/deploy",
        uniqueId: role.roleId,
        path: "/",
        tagsAll: { Team: "platform" },
      });
      expect(role).to.deep.include({
        assumeRolePolicyDocument: trust,
        maxSessionDuration: 7200,
        permissionsBoundary: "arn:aws:iam::123456789012:policy/boundary",
        tags: { Team: "platform" },
      });
    });

    it("leaves to IAM what is not given", () => {
      const { state } = create(roleType, { name: "deploy", assumeRolePolicy: trust });
      const { maxSessionDuration, permissionsBoundary, tags } = account.iam.roles.get({ roleName: "deploy" });

      expect(state.tagsAll).to.deep.equal({});
      expect([maxSessionDuration, permissionsBoundary, tags]).to.deep.equal([3600, undefined, {}]);
    });

    it("rejects a second one of the name, whatever its case", () => {
      create(roleType, { name: "deploy", assumeRolePolicy: trust });

      expect(errorOf(() => create(roleType, { name: "Deploy", assumeRolePolicy: trust }))).to.equal(
        "EntityAlreadyExists: Role with name Deploy already exists.",
      );
    });

    it("gives it an inline policy", () => {
      create(roleType, { name: "deploy", assumeRolePolicy: trust });
      const inputs = { name: "permissions", role: "deploy", policy: permissions };

      expect(create("aws:iam/rolePolicy:RolePolicy", inputs)).to.deep.equal({
        id: "deploy:permissions",
        state: inputs,
      });
      expect(account.iam.roles.getPolicy({ roleName: "deploy", policyName: "permissions" }).policyDocument).to.equal(
        permissions,
      );
    });

    it("attaches a managed policy, which is created with its description and tags", () => {
      create(roleType, { name: "deploy", assumeRolePolicy: trust });
      const inputs = { name: "read", policy: permissions, description: "Reads.", tags: { Team: "platform" } };
      const policyArn = "arn:aws:iam::123456789012:policy/read";

      expect(create(policyType, inputs)).to.deep.equal({
        id: policyArn,
        state: { ...inputs, arn: policyArn, path: "/", tagsAll: { Team: "platform" } },
      });
      expect(create("aws:iam/rolePolicyAttachment:RolePolicyAttachment", { role: "deploy", policyArn })).to.deep.equal({
        id: `deploy/${policyArn}`,
        state: { role: "deploy", policyArn },
      });
      expect(account.iam.policies.get({ policyArn })).to.deep.include({
        policyDocument: permissions,
        description: "Reads.",
        tags: { Team: "platform" },
      });
      expect(account.iam.policies.attached({ roleName: "deploy" })).to.deep.equal([{ policyArn, policyName: "read" }]);
    });

    it("tags no policy that has none", () => {
      expect(create(policyType, { name: "read", policy: permissions }).state.tagsAll).to.deep.equal({});
    });

    it("rejects to attach a policy that does not exist", () => {
      create(roleType, { name: "deploy", assumeRolePolicy: trust });
      const policyArn = "arn:aws:iam::123456789012:policy/none";

      expect(
        errorOf(() => create("aws:iam/rolePolicyAttachment:RolePolicyAttachment", { role: "deploy", policyArn })),
      ).to.equal(`NoSuchEntity: Policy ${policyArn} does not exist or is not attachable.`);
    });
  });

  it("creates a key", () => {
    const inputs = { description: "Encrypts.", enableKeyRotation: true, tags: { Team: "platform" } };
    const { id, state } = create("aws:kms/key:Key", inputs);
    const key = account.kms.describeKey({ keyId: id });

    expect(state).to.deep.equal({
      ...inputs,
      isEnabled: true,
      keyId: id,
      arn: `${keyArn}/${id}`,
      tagsAll: { Team: "platform" },
    });
    expect(key).to.deep.include(inputs);
    expect(create("aws:kms/key:Key", {}).state.tagsAll).to.deep.equal({});
  });

  it("takes a provider by its name, with its inputs for state", () => {
    expect(create("pulumi:providers:aws-native", { region: "eu-west-1" }, "cloud-control")).to.deep.equal({
      id: "cloud-control",
      state: { region: "eu-west-1" },
    });
  });

  it("rejects a type that is not modelled, with those that are", () => {
    expect(errorOf(() => create("aws:s3/bucket:Bucket", {}))).to.equal(
      "Error: aws:s3/bucket:Bucket is not modelled. Known: aws:codeartifact/domain:Domain, " +
        "aws:codeartifact/domainPermissions:DomainPermissions, aws:codeartifact/repository:Repository, " +
        "aws:codeartifact/repositoryPermissionsPolicy:RepositoryPermissionsPolicy, " +
        "aws:cloudwatch/eventRule:EventRule, aws:cloudwatch/eventTarget:EventTarget, aws:cloudwatch/logGroup:LogGroup, " +
        "aws:cloudwatch/logResourcePolicy:LogResourcePolicy, " +
        "aws:iam/openIdConnectProvider:OpenIdConnectProvider, aws:iam/policy:Policy, aws:iam/role:Role, " +
        "aws:iam/rolePolicy:RolePolicy, aws:iam/rolePolicyAttachment:RolePolicyAttachment, aws:kms/key:Key, aws-native:codeartifact:PackageGroup, pulumi:providers:aws-native",
    );
  });

  it("passes on what AWS rejects, with AWS's own code", () => {
    create(domainType, { domain: "orb" });

    expect(() => create(domainType, { domain: "orb" }))
      .to.throw(AwsError, "Domain already exists. Domain 'orb' owned by account '123456789012' exists.")
      .with.property("code", "ConflictException");
  });

  describe("asked for a repository's endpoint", () => {
    const token = "aws:codeartifact/getRepositoryEndpoint:getRepositoryEndpoint";
    const args = { domain: "orb", domainOwner: "123456789012", repository: "python-packages", format: "pypi" };

    it("answers with the address for the format", () => {
      createRepositories();
      const repositoryEndpoint =
        "https://orb-123456789012.d.codeartifact.us-east-1.amazonaws.com/pypi/python-packages/";

      expect(callFunction(account, token, args)).to.deep.equal({ ...args, id: repositoryEndpoint, repositoryEndpoint });
    });

    it("rejects a repository that does not exist", () => {
      create(domainType, { domain: "orb" });

      expect(errorOf(() => callFunction(account, token, args))).to.equal(
        "ResourceNotFoundException: Repository not found. Repository 'python-packages' in domain 'orb' owned by account " +
          "'123456789012' does not exist.",
      );
    });
  });

  describe("asked for an OIDC provider", () => {
    const token = "aws:iam/getOpenIdConnectProvider:getOpenIdConnectProvider";

    it("finds it by its whole URL", () => {
      for (const url of ["https://iss.example.com/octo", "https://iss.example.com"]) {
        account.iam.oidcProviders.create({
          url,
          clientIDList: ["sts.amazonaws.com", "other"],
          tags: { Team: "platform" },
        });
      }

      expect(callFunction(account, token, { url: "https://iss.example.com" })).to.deep.equal({
        id: "arn:aws:iam::123456789012:oidc-provider/iss.example.com",
        arn: "arn:aws:iam::123456789012:oidc-provider/iss.example.com",
        url: "iss.example.com",
        clientIdLists: ["sts.amazonaws.com", "other"],
        thumbprintLists: [],
        tags: { Team: "platform" },
      });
      expect(callFunction(account, token, { url: "https://iss.example.com/octo" }).arn).to.equal(
        "arn:aws:iam::123456789012:oidc-provider/iss.example.com/octo",
      );
    });

    it("rejects a URL without a provider in the account, with the command that makes it", () => {
      account.iam.oidcProviders.create({ url: "https://iss.example.com/octo" });

      expect(errorOf(() => callFunction(account, token, { url: "https://iss.example.com" }))).to.equal(
        "Error: finding IAM OIDC Provider by url (https://iss.example.com): not found. An administrator makes it once " +
          "for the account: aws iam create-open-id-connect-provider --url https://iss.example.com " +
          "--client-id-list sts.amazonaws.com",
      );
    });
  });

  it("rejects a function that is not modelled, with those that are", () => {
    expect(
      errorOf(() => callFunction(account, "aws:codeartifact/getAuthorizationToken:getAuthorizationToken", {})),
    ).to.equal(
      "Error: aws:codeartifact/getAuthorizationToken:getAuthorizationToken is not modelled. Known: " +
        "aws:codeartifact/getRepositoryEndpoint:getRepositoryEndpoint, " +
        "aws:iam/getOpenIdConnectProvider:getOpenIdConnectProvider, aws:kms/getKey:getKey",
    );
  });
});
