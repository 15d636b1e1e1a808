import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { createRegistryRoles, type RegistryRolesArgs } from "../../components/registryRoles";
import { dependenciesOf, documentIn, named, ofType, record, valueOf } from "../support/mocks";

const job = { repository: "octo/hub", repositoryId: "1001", ownerId: "2002", subjectContext: "environment:dev" };

const domainArn = "arn:aws:codeartifact:eu-west-1:111122223333:domain/orb-dev";
const repositoryArn = "arn:aws:codeartifact:eu-west-1:111122223333:repository/orb-dev/python-packages";
const storeArn = "arn:aws:codeartifact:eu-west-1:111122223333:repository/orb-dev/pypi-store";
const boundary = "arn:aws:iam::111122223333:policy/boundary";
const rolesPrefix = "arn:aws:iam::111122223333:role/orb-dev-codeartifact";

const args: RegistryRolesArgs = {
  domain: "orb-dev",
  arns: pulumi.output({ domain: domainArn, repository: repositoryArn }),
  storeArn: pulumi.output(storeArn),
  publishers: [{ job, packages: ["orb-common", "orb-models"] }],
  readers: [{ job: { ...job, subjectContext: "environment:layers" } }],
  tokenLifetime: 1800,
  sessionDuration: 7200,
  issuer: "iss.example.com",
  oidcProviderArn: "arn:aws:iam::111122223333:oidc-provider/iss.example.com",
  permissionsBoundary: boundary,
  tags: { Team: "platform" },
};

const readStatements = [
  { Sid: "MintRegistryToken", Effect: "Allow", Action: "codeartifact:GetAuthorizationToken", Resource: domainArn },
  {
    Sid: "CapRegistryToken",
    Effect: "Allow",
    Action: "sts:GetServiceBearerToken",
    Resource: "*",
    Condition: {
      StringEquals: { "sts:AWSServiceName": "codeartifact.amazonaws.com" },
      NumericGreaterThanEquals: { "sts:DurationSeconds": "900" },
      NumericLessThanEquals: { "sts:DurationSeconds": "1800" },
    },
  },
  {
    Sid: "ReadRepository",
    Effect: "Allow",
    Action: ["codeartifact:GetRepositoryEndpoint", "codeartifact:ReadFromRepository"],
    Resource: repositoryArn,
  },
];

const readDocument = { Version: "2012-10-17", Statement: readStatements };

function publishStatement(packages: readonly string[]) {
  return {
    Sid: "PublishPackages",
    Effect: "Allow",
    Action: [
      "codeartifact:PublishPackageVersion",
      "codeartifact:DescribePackageVersion",
      "codeartifact:ListPackageVersionAssets",
    ],
    Resource: packages.map(
      (name) => `arn:aws:codeartifact:eu-west-1:111122223333:package/orb-dev/python-packages/pypi//${name}`,
    ),
  };
}

function create(changes: Partial<RegistryRolesArgs> = {}) {
  return record(() => {
    const parent = new pulumi.ComponentResource("test:index:Parent", "registry");
    return createRegistryRoles("registry", { ...args, ...changes }, { parent });
  });
}

describe("the roles of a registry", () => {
  it("are one for each publisher and reader, beside the policy that readers share", async () => {
    const { resources } = await create();

    expect(resources.slice(1).map(({ type, name, parent }) => [type, name, parent])).to.have.deep.members([
      ["aws:iam/policy:Policy", "registry-read-policy", "registry"],
      ["python-registry:index:GithubActionsRole", "registry-publisher", "registry"],
      ["aws:iam/role:Role", "registry-publisher-role", "registry-publisher"],
      ["aws:iam/rolePolicy:RolePolicy", "registry-publisher-permissions", "registry-publisher"],
      ["python-registry:index:GithubActionsRole", "registry-reader", "registry"],
      ["aws:iam/role:Role", "registry-reader-role", "registry-reader"],
      ["aws:iam/rolePolicyAttachment:RolePolicyAttachment", "registry-reader-read-attachment", "registry-reader"],
    ]);
  });

  it("are one for each inspector and maintainer, with permissions of their own", async () => {
    const { result, resources } = await create({ inspectors: [{ job }], maintainers: [{ name: "cleanup", job }] });
    const actionsOf = (name: string) =>
      (
        documentIn(named(resources, name), "policy") as { Statement: { Action: string | string[] }[] }
      ).Statement.flatMap(({ Action }) => Action);

    expect(await valueOf(result.inspectorArns)).to.deep.equal({ inspector: `${rolesPrefix}-inspector` });
    expect(await valueOf(result.maintainerArns)).to.deep.equal({ cleanup: `${rolesPrefix}-maintainer-cleanup` });
    expect(named(resources, "registry-maintainer-cleanup-role").inputs.permissionsBoundary).to.equal(boundary);
    expect(actionsOf("registry-inspector-permissions")).to.include("cloudtrail:LookupEvents");
    expect(actionsOf("registry-inspector-permissions")).not.to.include("codeartifact:ReadFromRepository");
    expect(actionsOf("registry-maintainer-cleanup-permissions")).to.include("codeartifact:DisposePackageVersions");
    expect(actionsOf("registry-publisher-permissions")).not.to.include("codeartifact:DisposePackageVersions");
  });

  it("are named for the domain and for what they do", async () => {
    const { resources } = await create();

    expect(named(resources, "registry-publisher-role").inputs.name).to.equal("orb-dev-codeartifact-publisher");
    expect(named(resources, "registry-reader-role").inputs.name).to.equal("orb-dev-codeartifact-reader");
  });

  it("share one managed policy that reads this repository and nothing else", async () => {
    const { result, resources } = await create();
    const policy = named(resources, "registry-read-policy");

    expect({ ...policy.inputs, policy: documentIn(policy, "policy") }).to.deep.equal({
      name: "orb-dev-codeartifact-reader-169612cd",
      description: "Reads orb-dev/python-packages.",
      policy: readDocument,
      tags: { Team: "platform" },
    });
    expect(named(resources, "registry-reader-read-attachment").inputs).to.deep.equal({
      role: "orb-dev-codeartifact-reader",
      policyArn: "arn:aws:iam::111122223333:policy/orb-dev-codeartifact-reader-169612cd",
    });
    expect(await valueOf(result.readerPolicyArn)).to.equal(
      "arn:aws:iam::111122223333:policy/orb-dev-codeartifact-reader-169612cd",
    );
  });

  it("share a policy of another name where it says something else, and of the same name where it says the same", async () => {
    const nameWith = async (changes: Partial<RegistryRolesArgs>) =>
      named((await create(changes)).resources, "registry-read-policy").inputs.name;

    expect(await nameWith({ tokenLifetime: 1801 })).to.match(/^orb-dev-codeartifact-reader-(?!169612cd)[0-9a-f]{8}$/);
    expect(await nameWith({ tags: { Team: "other" }, sessionDuration: 7200 })).to.equal(
      "orb-dev-codeartifact-reader-169612cd",
    );
  });

  it("let a publisher read and publish exactly its packages, by one inline policy where they fit it", async () => {
    const { resources } = await create();

    expect(documentIn(named(resources, "registry-publisher-permissions"), "policy")).to.deep.equal({
      Version: "2012-10-17",
      Statement: [...readStatements, publishStatement(["orb-common", "orb-models"])],
    });
    expect(ofType(resources, "aws:iam/policy:Policy").map(({ name }) => name)).to.deep.equal(["registry-read-policy"]);
  });

  it("are each for their own job, from the issuer and by the provider given", async () => {
    const { resources } = await create();
    const trust = (subjects: readonly string[]) => ({
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "AssumeFromGithubJob",
          Effect: "Allow",
          Principal: { Federated: "arn:aws:iam::111122223333:oidc-provider/iss.example.com" },
          Action: "sts:AssumeRoleWithWebIdentity",
          Condition: {
            StringEquals: {
              "iss.example.com:aud": "sts.amazonaws.com",
              "iss.example.com:sub": subjects,
              "iss.example.com:repository_id": "1001",
              "iss.example.com:repository_owner_id": "2002",
            },
          },
        },
      ],
    });

    expect(documentIn(named(resources, "registry-publisher-role"), "assumeRolePolicy")).to.deep.equal(
      trust(["repo:octo/hub:environment:dev", "repo:octo@2002/hub@1001:environment:dev"]),
    );
    expect(documentIn(named(resources, "registry-reader-role"), "assumeRolePolicy")).to.deep.equal(
      trust(["repo:octo/hub:environment:layers", "repo:octo@2002/hub@1001:environment:layers"]),
    );
  });

  it("each have the boundary, the longest session and the tags", async () => {
    const { resources } = await create();
    const roles = ofType(resources, "aws:iam/role:Role");

    expect(
      roles.map(({ inputs }) => [inputs.permissionsBoundary, inputs.maxSessionDuration, inputs.tags]),
    ).to.deep.equal(Array(2).fill([boundary, 7200, { Team: "platform" }]));
  });

  it("have no boundary where none is given", async () => {
    const { resources } = await create({ permissionsBoundary: undefined });

    for (const { inputs } of ofType(resources, "aws:iam/role:Role")) {
      expect(inputs).to.have.all.keys("name", "assumeRolePolicy", "maxSessionDuration", "tags");
    }
  });

  it("are known as publisher and reader where they are the only ones and have no name", async () => {
    const { result } = await create();

    expect(await valueOf(result.publisherArns)).to.deep.equal({ publisher: `${rolesPrefix}-publisher` });
    expect(await valueOf(result.readerArns)).to.deep.equal({ reader: `${rolesPrefix}-reader` });
  });

  it("are known by their names where they have them", async () => {
    const { result, resources } = await create({
      publishers: [
        { name: "common", job, packages: ["orb-common"] },
        { name: "models", job, packages: ["orb-models"] },
      ],
      readers: [
        { name: "layers", job },
        { name: "promotion", job },
      ],
    });

    expect(await valueOf(result.publisherArns)).to.deep.equal({
      common: `${rolesPrefix}-publisher-common`,
      models: `${rolesPrefix}-publisher-models`,
    });
    expect(await valueOf(result.readerArns)).to.deep.equal({
      layers: `${rolesPrefix}-reader-layers`,
      promotion: `${rolesPrefix}-reader-promotion`,
    });
    expect(
      ofType(resources, "python-registry:index:GithubActionsRole").map(({ name, parent }) => [name, parent]),
    ).to.have.deep.members([
      ["registry-publisher-common", "registry"],
      ["registry-publisher-models", "registry"],
      ["registry-reader-layers", "registry"],
      ["registry-reader-promotion", "registry"],
    ]);
  });

  it("let each of several publishers publish its own packages and not the others'", async () => {
    const { resources } = await create({
      publishers: [
        { name: "common", job, packages: ["orb-common"] },
        { name: "models", job, packages: ["orb-models"] },
      ],
    });
    const statements = (name: string) =>
      (documentIn(named(resources, name), "policy") as { readonly Statement: readonly unknown[] }).Statement;

    expect(statements("registry-publisher-common-permissions").at(-1)).to.deep.equal(publishStatement(["orb-common"]));
    expect(statements("registry-publisher-models-permissions").at(-1)).to.deep.equal(publishStatement(["orb-models"]));
  });

  it("include no reader where the settings have no reader, and the policy stays for roles that exist already", async () => {
    const { result, resources } = await create({ readers: [] });

    expect(await valueOf(result.readerArns)).to.deep.equal({});
    expect(ofType(resources, "python-registry:index:GithubActionsRole").map(({ name }) => name)).to.deep.equal([
      "registry-publisher",
    ]);
    expect(named(resources, "registry-read-policy").parent).to.equal("registry");
  });

  it("give their ARNs only once their permissions are on them", async () => {
    const { result } = await create();

    expect(await dependenciesOf(result.publisherArns)).to.deep.equal([
      "registry-publisher-permissions",
      "registry-publisher-role",
    ]);
    expect(await dependenciesOf(result.readerArns)).to.deep.equal([
      "registry-reader-read-attachment",
      "registry-reader-role",
    ]);
  });

  it("carry 300 packages, sorted, in managed policies ROLE-packages-N-HASH of at most 6,144 characters", async () => {
    const packages = Array.from({ length: 300 }, (_, index) => `orb-package-${String(299 - index).padStart(3, "0")}`);
    const { result, resources } = await create({ publishers: [{ job, packages }] });
    const policies = ofType(resources, "aws:iam/policy:Policy").filter(({ name }) => name !== "registry-read-policy");
    const granted = policies.flatMap((policy) => {
      const { Statement } = documentIn(policy, "policy") as { Statement: [ReturnType<typeof publishStatement>] };
      expect(Statement).to.have.length(1);
      return Statement[0].Resource.map((arn) => arn.split("/").at(-1));
    });

    expect(policies).to.have.length.within(2, 10);
    expect(policies.map(({ name, parent, inputs }) => [name, parent, inputs.name, inputs.tags])).to.deep.equal(
      ["80f21347", "54cb4a69", "c6726be2", "6b2d1847", "407a6aad", "6ec763da"].map((hash, index) => [
        `registry-publisher-packages-${index + 1}`,
        "registry-publisher",
        `orb-dev-codeartifact-publisher-packages-${index + 1}-${hash}`,
        { Team: "platform" },
      ]),
    );
    expect(Math.max(...policies.map(({ inputs }) => String(inputs.policy).length))).to.be.at.most(6144);
    expect(granted).to.deep.equal([...packages].sort());
    expect(
      ofType(resources, "aws:iam/rolePolicyAttachment:RolePolicyAttachment")
        .filter(({ parent }) => parent === "registry-publisher")
        .map(({ inputs }) => [inputs.role, inputs.policyArn]),
    ).to.deep.equal(
      policies.map(({ inputs }) => [
        "orb-dev-codeartifact-publisher",
        `arn:aws:iam::111122223333:policy/${String(inputs.name)}`,
      ]),
    );
    expect(documentIn(named(resources, "registry-publisher-permissions"), "policy")).to.deep.equal(readDocument);
    expect(await dependenciesOf(result.publisherArns)).to.deep.equal(
      [
        "registry-publisher-permissions",
        "registry-publisher-role",
        ...policies.map(({ name }) => `${name}-attachment`),
      ].sort(),
    );
  });
});
