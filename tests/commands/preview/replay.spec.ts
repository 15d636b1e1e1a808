/* eslint-disable plain-words/plain-words -- "siblings" is a key of the format */
import { expect } from "chai";
import { readStackDocuments, type StackDocuments, stackDocuments } from "../../../commands/access/documents";
import { accessTable } from "../../../commands/access/table";
import { replayStacks } from "../../../commands/preview/replay";
import type { Deployment } from "../../../sandbox/pulumi/deployment";
import { deployChanged } from "../../support/deployments";

const job = {
  repository: "acme/hub",
  repositoryId: 700000001,
  ownerId: 700000002,
  ref: "refs/heads/main",
  workflow: ".github/workflows/deploy.yml",
};

const packages = ["orb-common", ...Array.from({ length: 150 }, (_, index) => `orb-package-${index}`)];

/** Each setting that makes the program register something of its own. */
const everything = {
  packages,
  origins: { private: ["orb~", "legacy$"], public: ["orb-billing"], blocked: ["orb-comon"] },
  publishers: [
    { ...job, name: "all", packages },
    { ...job, name: "one", packages: ["orb-common"], environment: "other" },
  ],
  readers: [{ ...job, name: "layers" }],
  encryption: "create",
  readerAccountIds: ["210987654321"],
  readerOrganizationId: "o-abcdefghij",
  permissionsBoundary: "arn:aws:iam::123456789012:policy/boundary",
};

/** As it comes out of the artifact: text that is read again. */
function written(deployment: Deployment, otherStacks: readonly Deployment[]): StackDocuments {
  const read = readStackDocuments(JSON.parse(JSON.stringify(stackDocuments(deployment, otherStacks))));
  if ("problem" in read) {
    throw new Error(read.problem);
  }
  return read;
}

describe("a stack's documents, replayed without its program", () => {
  let deployments: Readonly<Record<string, Deployment>>;

  before(async () => {
    const dev = await deployChanged({ stack: "dev", settings: everything });
    const staging = await deployChanged({ stack: "staging", settings: { publishers: [job] }, account: dev.account });
    deployments = { dev, staging };
  });

  const settingsOf = (stack: string) => deployments[stack]!.settings;

  it("give the access table that the program gives, for every setting, beside the other stacks", () => {
    const { dev, staging } = deployments;
    const documents = written(dev!, [staging!]);
    const { deployment, otherStacks } = replayStacks(documents, settingsOf);

    expect(documents.resources.length).to.be.above(20);
    expect(accessTable(deployment, otherStacks)).to.deep.equal(accessTable(dev!, [staging!]));
  });

  /** The documents of staging with one thing changed. */
  function changed(change: (documents: StackDocuments) => StackDocuments): () => unknown {
    const { deployment } = replayStacks(written(deployments.staging!, []), settingsOf);
    const documents = change(written(deployment, []));
    return () => replayStacks(documents, settingsOf);
  }

  it("are taken as they are", () => {
    expect(changed((documents) => documents)).not.to.throw();
  });

  it("are not taken without a role that the settings mean, which outputs could no longer hide", () => {
    const without = (type: RegExp) => (documents: StackDocuments) => ({
      ...documents,
      resources: documents.resources.filter(
        (one) => !type.test(`${one.type} ${String(one.inputs.name)} ${String(one.inputs.role)}`),
      ),
    });

    expect(changed(without(/codeartifact-publisher/))).to.throw(
      "The settings mean roles that the program does not register: orb-integration-hub-staging-codeartifact-publisher.",
    );
  });

  it("are not taken where AWS would reject a resource, or where its type is not modelled", () => {
    const added = (type: string, inputs: Record<string, unknown>) => (documents: StackDocuments) => ({
      ...documents,
      resources: [...documents.resources, { type, name: "added", inputs }],
    });
    const user = added("aws:iam/user:User", { name: "evil" });
    const twice = (documents: StackDocuments) => ({
      ...documents,
      resources: documents.resources.flatMap((one) => (one.type === "aws:iam/role:Role" ? [one, one] : [one])),
    });

    expect(changed(user)).to.throw("added (aws:iam/user:User): aws:iam/user:User is not modelled.");
    expect(changed(twice)).to.throw(/^registry-publisher-role \(aws:iam\/role:Role\): .*already exists/);
    for (const value of [undefined, null, 1, [], {}, "", "x".repeat(1_000_000)]) {
      for (const type of new Set(written(deployments.dev!, []).resources.map((one) => one.type))) {
        const inputs = {
          name: value,
          role: value,
          assumeRolePolicy: value,
          policy: value,
          policyArn: value,
          domain: value,
          domainName: value,
          repository: value,
          pattern: value,
        };
        if (!/kms|provider/.test(type)) {
          expect(changed(added(type, inputs)), `${type} of ${typeof value}`).to.throw(`added (${type})`);
        }
      }
    }
  });

  it("are not taken with an input that is not modelled, as it may allow more than is seen", () => {
    const role = {
      assumeRolePolicy:
        '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole"}}',
    };
    const added = (inputs: Record<string, unknown>) => (documents: StackDocuments) => ({
      ...documents,
      resources: [
        ...documents.resources,
        { type: "aws:iam/role:Role", name: "added", inputs: { name: "added", ...role, ...inputs } },
      ],
    });

    expect(changed(added({ description: "modelled" }))).not.to.throw();
    expect(changed(added({ inlinePolicies: [{ policy: "{}" }] }))).to.throw(
      /^added \(aws:iam\/role:Role\): inlinePolicies is not modelled\. Known inputs of aws:iam\/role:Role: name, /,
    );
  });

  it("are not taken in more than a number of resources", () => {
    const many = (count: number) => (documents: StackDocuments) => ({
      ...documents,
      siblings: [
        {
          stack: "unknown",
          resources: Array.from({ length: count - documents.resources.length }, () => documents.resources[0]!),
        },
      ],
    });

    expect(changed(many(2001))).to.throw("2001 resources are registered, and 2000 are the most that is judged.");
  });

  it("are read in their own form alone", () => {
    const { form, stack, resources } = written(deployments.staging!, []);
    const resource = resources[0]!;
    const problemOf = (value: unknown) => {
      const read = readStackDocuments(value);
      return "problem" in read ? read.problem : undefined;
    };

    expect(problemOf({ form, stack, resources, siblings: [] })).to.equal(undefined);
    expect(problemOf({ form: 2, stack, resources, siblings: [] })).to.match(/^form: /);
    expect(problemOf({ form, stack, resources })).to.match(/^siblings: /);
    expect(problemOf({ form, stack, resources, siblings: [], more: 1 })).to.include('"more"');
    expect(problemOf({ form, stack, resources: [{ ...resource, type: "constructor" }], siblings: [] })).to.match(
      /^resources\.0\.type: /,
    );
    expect(problemOf({ form, stack, resources: [{ ...resource, inputs: [] }], siblings: [] })).to.match(
      /^resources\.0\.inputs: /,
    );
    for (const value of [undefined, null, 1, "", []]) {
      expect(problemOf(value)).to.be.a("string");
    }
  });
});
