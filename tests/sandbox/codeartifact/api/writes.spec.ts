import {
  AssociateExternalConnectionCommand,
  CreateDomainCommand,
  CreatePackageGroupCommand,
  CreateRepositoryCommand,
  DeleteDomainCommand,
  DeleteDomainPermissionsPolicyCommand,
  DeletePackageGroupCommand,
  DeleteRepositoryCommand,
  DeleteRepositoryPermissionsPolicyCommand,
  DescribePackageGroupCommand,
  DisassociateExternalConnectionCommand,
  GetRepositoryPermissionsPolicyCommand,
  ListPackagesCommand,
  ListTagsForResourceCommand,
  PutDomainPermissionsPolicyCommand,
  PutRepositoryPermissionsPolicyCommand,
  UpdatePackageGroupCommand,
  UpdatePackageGroupOriginConfigurationCommand,
  UpdateRepositoryCommand,
} from "@aws-sdk/client-codeartifact";
import { expect } from "chai";
import { publishAsset } from "../../../../sandbox/codeartifact/packages/publishAsset";
import { sha256, wheel } from "../../../support/sandbox/packages";
import { answered, serveApi, type ServedApi } from "../../../support/sandbox/servedApi";

const accountId = "123456789012";
const arnOf = (resource: string) => `arn:aws:codeartifact:us-east-1:${accountId}:${resource}`;

/** A policy that lets one account read. */
const policyFor = (number: number) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: {
      Effect: "Allow",
      Principal: { AWS: String(210987654000 + number) },
      Action: "codeartifact:ReadFromRepository",
      Resource: "*",
    },
  });

/** Without times, which differ. */
function timeless(answer: object | string): unknown {
  return typeof answer === "string"
    ? answer
    : JSON.parse(JSON.stringify(answer, (name, value: unknown) => (name === "createdTime" ? undefined : value)));
}

describe("a domain made through the API", () => {
  let api: ServedApi;
  const domain = "made-here";
  type Command = Parameters<ReturnType<ServedApi["client"]>["send"]>[0];
  const send = async (command: object) =>
    timeless(await answered(api.client(api.administrator()).send(command as never as Command)));

  before(async () => {
    api = await serveApi();
  });

  after(() => api.close());

  it("has its tags and key, and is made once", async () => {
    const tags = [{ key: "Project", value: "made" }];

    expect(await send(new CreateDomainCommand({ domain, tags }))).to.deep.include.keys("domain");
    expect(await send(new ListTagsForResourceCommand({ resourceArn: arnOf(`domain/${domain}`) }))).to.deep.equal({
      tags,
    });
    expect(await send(new CreateDomainCommand({ domain }))).to.match(/^ConflictException 409: Domain already exists/);
    expect(await send(new CreateDomainCommand({ domain: "other", tags: [...tags, ...tags] }))).to.match(
      /^ValidationException 400: A tag's key is given more than once/,
    );
    expect(
      await send(
        new CreateDomainCommand({ domain: "other", encryptionKey: `arn:aws:kms:us-east-1:${accountId}:key/none` }),
      ),
    ).to.equal(`ValidationException 400: KMS key not found: arn:aws:kms:us-east-1:${accountId}:key/none`);
  });

  it("takes repositories with upstreams and a connection, and each as AWS does", async () => {
    const store = { domain, repository: "pypi-store" };
    const upstreams = [{ repositoryName: "pypi-store" }];
    const connect = new AssociateExternalConnectionCommand({ ...store, externalConnection: "public:pypi" });
    const described = (repository: string, more: object) => ({
      repository: {
        name: repository,
        administratorAccount: accountId,
        domainName: domain,
        domainOwner: accountId,
        arn: arnOf(`repository/${domain}/${repository}`),
        upstreams: [],
        externalConnections: [],
        ...more,
      },
    });
    const connected = {
      externalConnections: [{ externalConnectionName: "public:pypi", packageFormat: "pypi", status: "Available" }],
    };

    expect(await send(new CreateRepositoryCommand(store))).to.deep.equal(described("pypi-store", {}));
    expect(await send(connect)).to.deep.equal(described("pypi-store", connected));
    expect(await send(connect)).to.match(
      /^ValidationException 400: ExternalConnections for repositories are currently limited to 1/,
    );
    expect(
      await send(new CreateRepositoryCommand({ domain, repository: "app", description: "ours", upstreams })),
    ).to.deep.equal(described("app", { description: "ours", upstreams }));
    expect(await send(new CreateRepositoryCommand({ domain, repository: "app" }))).to.match(/^ConflictException 409: /);
    expect(await send(new UpdateRepositoryCommand({ ...store, upstreams: [{ repositoryName: "app" }] }))).to.match(
      /^ValidationException 400: /,
    );
    expect(await send(new UpdateRepositoryCommand({ domain, repository: "app", upstreams: [] }))).to.deep.equal(
      described("app", { description: "ours" }),
    );
    expect(await send(new UpdateRepositoryCommand({ domain, repository: "none" }))).to.match(
      /^ResourceNotFoundException 404: /,
    );
    const disconnect = new DisassociateExternalConnectionCommand({ ...store, externalConnection: "public:pypi" });
    expect(await send(disconnect)).to.deep.equal(described("pypi-store", {}));
    expect(await send(disconnect)).to.match(/^ResourceNotFoundException 404: External connection not found/);
    expect(
      await send(new AssociateExternalConnectionCommand({ ...store, externalConnection: "public:crates" })),
    ).to.match(/^ValidationException 400: 1 validation error detected: Value 'public:crates' at 'externalConnection'/);
  });

  it("takes package groups with their restrictions and lists", async () => {
    const group = { domain, packageGroup: "/pypi//made~" };

    expect(await send(new CreatePackageGroupCommand({ ...group, contactInfo: "us" }))).to.have.nested.property(
      "packageGroup.contactInfo",
      "us",
    );
    expect(await send(new CreatePackageGroupCommand(group))).to.match(/^ConflictException 409: /);
    expect(await send(new UpdatePackageGroupCommand({ ...group, description: "ours" }))).to.have.nested.property(
      "packageGroup.description",
      "ours",
    );
    const update = (more: object) => send(new UpdatePackageGroupOriginConfigurationCommand({ ...group, ...more }));
    expect(
      await update({
        restrictions: { PUBLISH: "ALLOW_SPECIFIC_REPOSITORIES", EXTERNAL_UPSTREAM: "BLOCK" },
        addAllowedRepositories: [{ repositoryName: "app", originRestrictionType: "PUBLISH" }],
      }),
    ).to.have.deep.property("allowedRepositoryUpdates", { PUBLISH: { ADDED: ["app"] } });
    expect(
      await update({ removeAllowedRepositories: [{ repositoryName: "app", originRestrictionType: "PUBLISH" }] }),
    ).to.have.deep.property("allowedRepositoryUpdates", { PUBLISH: { REMOVED: ["app"] } });
    expect(
      await update({ addAllowedRepositories: [{ repositoryName: "none", originRestrictionType: "PUBLISH" }] }),
    ).to.match(/^ResourceNotFoundException 404: /);
    expect(await send(new DescribePackageGroupCommand(group))).to.have.nested.property(
      "packageGroup.originConfiguration.restrictions.EXTERNAL_UPSTREAM.effectiveMode",
      "BLOCK",
    );
    expect(await send(new DeletePackageGroupCommand(group))).to.have.nested.property(
      "packageGroup.pattern",
      "/pypi//made~",
    );
    expect(await send(new DeletePackageGroupCommand(group))).to.match(/^ResourceNotFoundException 404: /);
    expect(await send(new DeletePackageGroupCommand({ ...group, packageGroup: "/*" }))).to.match(
      /^ValidationException 400: /,
    );
  });

  it("keeps one policy of 50 that are written over the same revision at once, and rejects the others", async () => {
    const place = { domain, repository: "app" };
    const put = (number: number, policyRevision?: string) =>
      send(new PutRepositoryPermissionsPolicyCommand({ ...place, policyDocument: policyFor(number), policyRevision }));
    const first = (await put(0)) as { readonly policy: { readonly revision: string } };
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, number) => put(number + 1, first.policy.revision)),
    );
    const written = answers.filter((answer) => typeof answer !== "string");

    expect(written).to.have.length(1);
    expect(
      answers.filter((answer) => typeof answer === "string" && answer.startsWith("ConflictException 409: ")),
    ).to.have.length(49);
    expect(await send(new GetRepositoryPermissionsPolicyCommand(place))).to.deep.equal(written[0]);
  });

  it("rejects a policy that is not one, and deletes one once", async () => {
    const put = (policyDocument: string) => send(new PutDomainPermissionsPolicyCommand({ domain, policyDocument }));

    expect(await put("{}")).to.match(/^ValidationException 400: /);
    expect(await put(policyFor(1))).to.have.nested.property("policy.resourceArn", arnOf(`domain/${domain}`));
    expect(await send(new DeleteDomainPermissionsPolicyCommand({ domain, policyRevision: "other" }))).to.match(
      /^ConflictException 409: /,
    );
    expect(await send(new DeleteDomainPermissionsPolicyCommand({ domain }))).to.have.nested.property(
      "policy.resourceArn",
    );
    expect(await send(new DeleteDomainPermissionsPolicyCommand({ domain }))).to.match(
      /^ResourceNotFoundException 404: /,
    );
    const place = { domain, repository: "app" };
    expect(await send(new DeleteRepositoryPermissionsPolicyCommand(place))).to.have.nested.property(
      "policy.resourceArn",
    );
    expect(await send(new DeleteRepositoryPermissionsPolicyCommand(place))).to.match(
      /^ResourceNotFoundException 404: /,
    );
  });

  it("loses a repository with its packages, and ends once it has none", async () => {
    const place = { domain, repository: "app" };
    const bytes = Buffer.from("one");
    await api.context.packages.publish(place, "made", wheel("made", "1.0.0"));
    await publishAsset(api.context.packages, place, "generic/tools/made", {
      ...{ version: "1.0.0", filename: "setup.bin", bytes, sha256: sha256(bytes) },
    });
    expect(await send(new ListPackagesCommand(place)))
      .to.have.property("packages")
      .of.length(2);

    expect(await send(new DeleteDomainCommand({ domain }))).to.match(/^ConflictException 409: .* has 2 repositories/);
    expect(await send(new DeleteRepositoryCommand(place))).to.have.nested.property("repository.name", "app");
    expect(await send(new DeleteRepositoryCommand(place))).to.match(/^ResourceNotFoundException 404: /);
    await send(new CreateRepositoryCommand(place));
    expect(await send(new ListPackagesCommand(place))).to.deep.equal({ packages: [] });
    await send(new DeleteRepositoryCommand(place));
    await send(new DeleteRepositoryCommand({ domain, repository: "pypi-store" }));
    expect(await send(new DeleteDomainCommand({ domain }))).to.have.nested.property("domain.name", domain);
    expect(await send(new DeleteDomainCommand({ domain }))).to.deep.equal({});
  });
});

describe("a session that may make repositories", () => {
  it("gives one an upstream only where it may make that one an upstream", async () => {
    const api = await serveApi();
    try {
      const { domain, context } = api;
      const { iam } = context.account;
      const roleName = "maker";
      const assumeRolePolicyDocument = JSON.stringify({
        Version: "2012-10-17",
        Statement: { Effect: "Deny", Principal: "*", Action: "sts:AssumeRole" },
      });
      const { arn, roleId } = iam.roles.create({ roleName, assumeRolePolicyDocument });
      const allow = (Action: string, Resource: string, Condition?: object) => ({
        Effect: "Allow",
        Action,
        Resource,
        Condition,
      });
      const store = arnOf(`repository/${domain}/pypi-store`);
      const policy = [
        allow("codeartifact:CreateRepository", "*", { StringEquals: { "aws:RequestTag/Team": "orb" } }),
        allow("codeartifact:AssociateWithDownstreamRepository", store),
      ];
      iam.roles.putPolicy({
        roleName,
        policyName: "make",
        policyDocument: JSON.stringify({ Version: "2012-10-17", Statement: policy }),
      });
      const administrator = context.sts.administrator();
      Object.assign(administrator, { caller: { arn, sessionName: "s" }, assumedRoleId: `${roleId}:s` });
      const create = async (repository: string, upstream: string, value = "orb") =>
        answered(
          api.client(administrator).send(
            new CreateRepositoryCommand({
              domain,
              repository,
              upstreams: [{ repositoryName: upstream }],
              tags: [{ key: "Team", value }],
            }),
          ),
        );

      expect(await create("one", "pypi-store")).to.have.nested.property("repository.name", "one");
      expect(await create("two", "python-packages")).to.match(
        /^AccessDeniedException 403: .* codeartifact:AssociateWithDownstreamRepository on resource: .*\/python-packages/,
      );
      expect(await create("three", "pypi-store", "other")).to.match(
        /^AccessDeniedException 403: .* codeartifact:CreateRepository on resource: \* /,
      );
    } finally {
      await api.close();
    }
  });
});
