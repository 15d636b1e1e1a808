import {
  DescribeDomainCommand,
  DescribeRepositoryCommand,
  GetDomainPermissionsPolicyCommand,
  GetRepositoryPermissionsPolicyCommand,
  ListDomainsCommand,
  ListRepositoriesCommand,
  ListRepositoriesInDomainCommand,
  ListTagsForResourceCommand,
  paginateListDomains,
  paginateListRepositories,
  paginateListRepositoriesInDomain,
  TagResourceCommand,
  UntagResourceCommand,
} from "@aws-sdk/client-codeartifact";
import { expect } from "chai";
import { wheel } from "../../../support/sandbox/packages";
import { all, answered, ended, serveApi, type ServedApi } from "../../../support/sandbox/servedApi";

describe("domains and repositories over the API", () => {
  let api: ServedApi;
  const send = <Output extends object>(ask: (client: ReturnType<ServedApi["client"]>) => Promise<Output>) =>
    answered(ask(api.client(api.administrator())));
  const place = () => ({ domain: api.domain, repository: "python-packages" });
  const arn = (resource: string) => `arn:aws:codeartifact:us-east-1:123456789012:${resource}`;

  before(async () => {
    api = await serveApi();
  });

  after(() => api.close());

  it("a domain is described without its tags, and with what its assets take", async () => {
    const upload = wheel("orb-common", "1.0.0");
    await api.context.packages.publish(place(), "orb-common", upload);
    const { createdTime, encryptionKey } = api.context.account.codeartifact.domains.describe({ domain: api.domain });

    const summary = {
      name: api.domain,
      owner: "123456789012",
      arn: arn(`domain/${api.domain}`),
      status: "Active",
      createdTime,
      encryptionKey,
    };
    expect(await send((client) => client.send(new DescribeDomainCommand({ domain: api.domain })))).to.deep.equal({
      domain: {
        ...summary,
        repositoryCount: 2,
        assetSizeBytes: upload.bytes.length,
        s3BucketArn: "arn:aws:s3:::assets-123456789012-us-east-1",
      },
    });
    expect(await send((client) => client.send(new ListDomainsCommand({})))).to.deep.equal({ domains: [summary] });
  });

  it("a repository is described with its upstreams and its external connections", async () => {
    const { codeartifact } = api.context.account;
    const described = async (repository: string) => {
      const answer = await send((client) =>
        client.send(new DescribeRepositoryCommand({ domain: api.domain, repository })),
      );
      return (answer as { readonly repository: object }).repository;
    };
    const about = (repository: string) => {
      const { description, createdTime } = codeartifact.repositories.describe({ domain: api.domain, repository });
      return {
        name: repository,
        administratorAccount: "123456789012",
        domainName: api.domain,
        description,
        createdTime,
        domainOwner: "123456789012",
        arn: arn(`repository/${api.domain}/${repository}`),
      };
    };

    expect(await described("python-packages")).to.deep.equal({
      ...about("python-packages"),
      upstreams: [{ repositoryName: "pypi-store" }],
      externalConnections: [],
    });
    expect(await described("pypi-store")).to.deep.equal({
      ...about("pypi-store"),
      upstreams: [],
      externalConnections: [{ externalConnectionName: "public:pypi", packageFormat: "pypi", status: "Available" }],
    });
    expect(
      await send((client) => client.send(new ListRepositoriesInDomainCommand({ domain: api.domain }))),
    ).to.deep.equal({
      repositories: api.context.account.codeartifact.repositories.list(place()).map(({ name }) => about(name)),
    });
  });

  it("what is not there is not found, and said of what type it is", async () => {
    const client = api.client(api.administrator());

    for (const [command, type, id] of [
      [new DescribeDomainCommand({ domain: "none" }), "domain", "none"],
      [new DescribeRepositoryCommand({ ...place(), repository: "none" }), "repository", "none"],
    ] as const) {
      const error = await client.send(command as DescribeDomainCommand).catch((reason: unknown) => reason);
      const { name, resourceType, resourceId } = error as Record<string, unknown>;
      expect([name, resourceType, resourceId]).to.deep.equal(["ResourceNotFoundException", type, id]);
    }
  });

  it("permissions policies are given as they were put; without one there is none", async () => {
    const { codeartifact } = api.context.account;
    const policyDocument = JSON.stringify({
      Version: "2012-10-17",
      Statement: { Effect: "Deny", Principal: "*", Action: "codeartifact:DeleteDomain", Resource: "*" },
    });
    const onDomain = () => send((client) => client.send(new GetDomainPermissionsPolicyCommand({ domain: api.domain })));
    const onRepository = () => send((client) => client.send(new GetRepositoryPermissionsPolicyCommand(place())));

    expect(await onDomain()).to.match(/^ResourceNotFoundException 404: Policy not found\./);
    expect(await onRepository()).to.match(/^ResourceNotFoundException 404: Policy not found\./);
    const domainPolicy = codeartifact.domains.putPermissionsPolicy({ domain: api.domain, policyDocument });
    const repositoryPolicy = codeartifact.repositories.putPermissionsPolicy({ ...place(), policyDocument });
    expect(await onDomain()).to.deep.equal({ policy: domainPolicy });
    expect(await onRepository()).to.deep.equal({ policy: repositoryPolicy });
    expect(domainPolicy.document).to.equal(policyDocument);
  });

  it("lists are given page by page, whatever the pages' size", async () => {
    const { codeartifact } = api.context.account;
    for (const domain of ["orb-a", "orb-b"]) {
      codeartifact.domains.create({ domain });
      for (const repository of ["app", "python-a", "python-b"]) {
        codeartifact.repositories.create({ domain, repository });
      }
    }
    const domains = [api.domain, "orb-a", "orb-b"];
    const client = api.client(api.administrator());

    for (const pageSize of [1, 2, 3, 1000]) {
      const config = { client, pageSize };
      const pages = await all(paginateListDomains(config, {}));
      expect(pages.map((page) => page.domains?.length)).to.deep.equal({ 1: [1, 1, 1], 2: [2, 1] }[pageSize] ?? [3]);
      expect(pages.flatMap((page) => page.domains ?? []).map(({ name }) => name)).to.deep.equal(domains);
      const named = async (prefix?: string) =>
        (await all(paginateListRepositories(config, { repositoryPrefix: prefix }))).flatMap(({ repositories = [] }) =>
          repositories.map(({ domainName, name }) => `${domainName}/${name}`),
        );
      expect(await named()).to.have.length(8);
      expect(await named("python")).to.deep.equal([
        `${api.domain}/python-packages`,
        ...["orb-a/python-a", "orb-a/python-b", "orb-b/python-a", "orb-b/python-b"],
      ]);
      const inDomain = async (repositoryPrefix?: string, administratorAccount?: string) =>
        (
          await all(
            paginateListRepositoriesInDomain(config, { domain: "orb-a", repositoryPrefix, administratorAccount }),
          )
        ).flatMap(({ repositories = [] }) => repositories.map(({ name }) => name));
      expect(await inDomain()).to.deep.equal(["app", "python-a", "python-b"]);
      expect(await inDomain("python")).to.deep.equal(["python-a", "python-b"]);
      expect(await inDomain("python", "123456789012")).to.deep.equal(["python-a", "python-b"]);
      expect(await inDomain("python", "210987654321")).to.deep.equal([]);
    }
  });

  it("a page's token is good for its own list alone", async () => {
    const client = api.client(api.administrator());
    const { nextToken } = await client.send(new ListRepositoriesCommand({ maxResults: 1 }));
    const list = (changes: object) => ended(client.send(new ListRepositoriesCommand({ nextToken, ...changes })));

    expect(nextToken).to.be.a("string");
    expect(await list({})).to.equal("answered");
    expect(await list({ maxResults: 7 })).to.equal("answered");
    expect(await list({ repositoryPrefix: "py" })).to.equal("ValidationException");
    expect(await ended(client.send(new ListRepositoriesInDomainCommand({ domain: api.domain, nextToken })))).to.equal(
      "ValidationException",
    );
    expect(await ended(client.send(new ListDomainsCommand({ nextToken })))).to.equal("ValidationException");
  });

  for (const kind of ["domain", "repository", "package group"] as const) {
    it(`tags of a ${kind} are listed, added and removed; the answers to changes are empty`, async () => {
      const resourceArn = {
        domain: arn(`domain/${api.domain}`),
        repository: arn(`repository/${api.domain}/python-packages`),
        "package group": arn(`package-group/${api.domain}/pypi//orb~`),
      }[kind];
      const stack = [
        { key: "Environment", value: "dev" },
        { key: "ManagedBy", value: "pulumi" },
        { key: "Project", value: "integration-hub" },
      ];
      const list = async () => {
        const answer = await send((client) => client.send(new ListTagsForResourceCommand({ resourceArn })));
        return (answer as { readonly tags: readonly { readonly key: string }[] }).tags
          .slice()
          .sort((one, other) => (one.key < other.key ? -1 : 1));
      };

      expect(await list()).to.deep.equal(stack);
      const tags = [
        { key: "Environment", value: "test" },
        { key: "Team", value: "" },
      ];
      expect(await send((client) => client.send(new TagResourceCommand({ resourceArn, tags })))).to.deep.equal({});
      expect(await list()).to.deep.equal([tags[0], ...stack.slice(1), tags[1]]);
      const tagKeys = ["Environment", "Team", "Never"];
      expect(await send((client) => client.send(new UntagResourceCommand({ resourceArn, tagKeys })))).to.deep.equal({});
      expect(await list()).to.deep.equal(stack.slice(1));
      const gone = `${resourceArn}x`;
      expect(await send((client) => client.send(new ListTagsForResourceCommand({ resourceArn: gone })))).to.equal(
        `ResourceNotFoundException 404: Resource not found. ${gone} does not exist.`,
      );
    });
  }
});
