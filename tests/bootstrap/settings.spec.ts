import { expect } from "chai";
import { parse } from "yaml";
import { previewEnvironment } from "../../bootstrap/accountRoles";
import { deployWorkflow } from "../../bootstrap/settings";
import { SettingsError } from "../../settings/errors";
import { shipped } from "../support/deployments";
import { exampleFile } from "../support/exampleProject";
import { complete, settingsOf } from "../support/bootstrap/account";

type Changes = Parameters<typeof settingsOf>[0];

/** The lines that changed settings are rejected with. */
function errorsOf(changes: Changes): readonly string[] {
  try {
    settingsOf(changes);
  } catch (error) {
    if (error instanceof SettingsError) {
      return error.message.split("\n").map((line) => line.trim());
    }
    throw error;
  }
  return [];
}

const one = "1 setting is wrong in stack account (Pulumi.account.yaml, Pulumi.yaml):";

describe("the settings of an account", () => {
  it("say whose jobs preview and deploy, which stacks live there, and where state is kept", () => {
    expect(settingsOf()).to.deep.equal({
      region: "us-east-1",
      source: { repository: "acme/registry", repositoryId: "700000001", ownerId: "700000002" },
      environments: [
        { name: "dev", domain: "orb-integration-hub-dev", ref: "refs/heads/develop", shares: false, deletes: true },
        {
          name: "staging",
          domain: "orb-integration-hub-staging",
          ref: "refs/heads/main",
          shares: false,
          deletes: false,
        },
        { name: "prod", domain: "orb-integration-hub-prod", ref: "refs/heads/main", shares: false, deletes: false },
      ],
      previewRoleName: "orb-integration-hub-preview",
      issuer: "token.actions.githubusercontent.com",
      state: { bucket: "acme-pulumi-state", keyArn: "arn:aws:kms:us-east-1:123456789012:key/state" },
      projectId: "integration-hub",
    });
  });

  it("leave out what an account need not have", () => {
    const { state, environments, issuer } = settingsOf({
      stateBucket: undefined,
      stateKeyArn: undefined,
      environments: { prod: "refs/heads/main" },
      githubEnterprise: "acme",
    });

    expect(state).to.equal(undefined);
    expect(settingsOf({ stateKeyArn: undefined }).state).to.deep.equal({ bucket: "acme-pulumi-state" });
    expect(environments.map(({ name }) => name)).to.deep.equal(["prod"]);
    expect(issuer).to.equal("token.actions.githubusercontent.com/acme");
  });

  it("say which stacks share with other accounts: none unless they are named, and any of environments", () => {
    const shares = (sharedEnvironments: unknown) =>
      settingsOf({ sharedEnvironments }).environments.flatMap((one) => (one.shares ? [one.name] : []));

    expect(shares(undefined)).to.deep.equal([]);
    expect(shares([])).to.deep.equal([]);
    expect(shares(["prod"])).to.deep.equal(["prod"]);
    expect(shares(["prod", "dev"])).to.deep.equal(["dev", "prod"]);
    expect(shares(["dev", "staging", "prod"])).to.deep.equal(["dev", "staging", "prod"]);
  });

  it("say which stacks' deployments delete package groups: those of dev alone unless others are named", () => {
    const deletes = (changes: Changes) =>
      settingsOf(changes).environments.flatMap((one) => (one.deletes ? [one.name] : []));

    expect(deletes({})).to.deep.equal(["dev"]);
    expect(deletes({ environments: { test: "refs/heads/main" } })).to.deep.equal([]);
    expect(deletes({ deletableEnvironments: [] })).to.deep.equal([]);
    expect(deletes({ deletableEnvironments: ["staging"] })).to.deep.equal(["staging"]);
  });

  it("take stacks of any name, and tell those apart whose names begin alike", () => {
    const environments = { prod: "refs/heads/main", "prod-eu": "refs/heads/main", qa2: "refs/heads/develop" };

    expect(settingsOf({ environments }).environments.map(({ name, domain }) => [name, domain])).to.deep.equal([
      ["prod", "orb-integration-hub-prod"],
      ["prod-eu", "orb-integration-hub-prod-eu"],
      ["qa2", "orb-integration-hub-qa2"],
    ]);
  });

  const wrong: readonly (readonly [string, Changes, readonly string[]])[] = [
    [
      "a key that means nothing",
      { typo: "x" },
      [
        "typo: there is no such setting. Remove it, or use one of: customerId, projectId, repository, repositoryId, ownerId, environments, githubEnterprise, sharedEnvironments, deletableEnvironments, stateBucket, stateKeyArn, lambda",
      ],
    ],
    [
      "a missing repository",
      { repository: undefined },
      ["repository: is missing. Write owner/name in GitHub's own spelling, without a wildcard"],
    ],
    [
      "a wildcard for the repository",
      { repository: "acme/*" },
      [
        'repository: "acme/*" is not one GitHub repository. Write owner/name in GitHub\'s own spelling, without a wildcard',
      ],
    ],
    [
      "a missing id",
      { repositoryId: undefined },
      ["repositoryId: is missing. Read both with: gh api repos/OWNER/NAME --jq '.id, .owner.id'; 0 says not known yet"],
    ],
    [
      "no environments",
      { environments: undefined },
      ["environments: is missing. Write a line for each stack of this account, as in prod: refs/heads/main"],
    ],
    [
      "an empty list of them",
      { environments: {} },
      ["environments: {} names no stack. Write a line for each stack of this account, as in prod: refs/heads/main"],
    ],
    [
      "environments that are no map",
      { environments: "prod" },
      [
        'environments: "prod" is not an object. Write a line for each stack of this account, as in prod: refs/heads/main',
      ],
    ],
    [
      "a stack whose name is no environment's",
      { environments: { prod: "refs/heads/main", Test: "refs/heads/main" } },
      [
        'environments: "Test" is not an environment\'s name. Use lower-case letters, digits and single hyphens, as in prod or prod-eu',
      ],
    ],
    [
      "the environment that previews run in",
      { environments: { preview: "refs/heads/main" } },
      [
        'environments: "preview" is taken. Choose another name: the preview role trusts every job of the GitHub environment preview, and roles are named DOMAIN-codeartifact-KIND',
      ],
    ],
    [
      "a branch for a ref",
      { environments: { prod: "main" } },
      [
        'environments.prod: "main" is not one full ref. Write refs/heads/BRANCH or refs/tags/TAG without a wildcard, or the word any',
      ],
    ],
    [
      "any ref",
      { environments: { prod: "any" } },
      ['environments.prod: "any" is not one ref. Write refs/heads/BRANCH'],
    ],
    [
      "a shared stack that does not live in this account",
      { environments: { prod: "refs/heads/main" }, sharedEnvironments: ["prod", "dev"] },
      [
        'sharedEnvironments: ["prod","dev"] is not a list of names out of environments (prod). Write one line for each, as in - prod',
      ],
    ],
    [
      "a deletable stack that does not live in this account",
      { environments: { prod: "refs/heads/main" }, deletableEnvironments: ["dev"] },
      [
        'deletableEnvironments: ["dev"] is not a list of names out of environments (prod). Write one line for each, as in - prod',
      ],
    ],
    [
      "a shared stack's name alone",
      { sharedEnvironments: "prod" },
      [
        'sharedEnvironments: "prod" is not a list of names out of environments (dev, staging, prod). Write one line for each, as in - prod',
      ],
    ],
    [
      "a map of shared stacks",
      { sharedEnvironments: { prod: true } },
      [
        'sharedEnvironments: {"prod":true} is not a list of names out of environments (dev, staging, prod). Write one line for each, as in - prod',
      ],
    ],
    [
      "a wildcard for the shared stacks",
      { sharedEnvironments: ["*"] },
      [
        'sharedEnvironments: ["*"] is not a list of names out of environments (dev, staging, prod). Write one line for each, as in - prod',
      ],
    ],
    [
      "a bucket's address",
      { stateBucket: "s3://acme-pulumi-state" },
      ['stateBucket: "s3://acme-pulumi-state" is not an S3 bucket\'s name. Write its name alone, without s3://'],
    ],
    [
      "a key without a bucket",
      { stateBucket: undefined },
      ["stateKeyArn: encrypts no bucket. Give stateBucket too, or leave it out"],
    ],
    [
      "a key's alias",
      { stateKeyArn: "alias/state" },
      ['stateKeyArn: "alias/state" is not a KMS key\'s ARN. Write arn:aws:kms:REGION:ACCOUNT:key/ID'],
    ],
    [
      "a customer that no name can be made of",
      { customerId: "Orb" },
      [
        'customerId: "Orb" is not a part of a name. Use lower-case letters, digits and single hyphens, as in integration-hub',
      ],
    ],
  ];
  for (const [title, changes, lines] of wrong) {
    it(`are rejected with ${title}`, () => {
      expect(errorsOf(changes)).to.deep.equal([one, ...lines]);
      expect(errorsOf({})).to.deep.equal([]);
    });
  }

  it("are rejected with a customer and project that make a domain of more than 50 characters, and taken with 50", () => {
    const customerId = (domainLength: number) => "a".repeat(domainLength - "-integration-hub-prod".length);
    const environments = { prod: "refs/heads/main" };

    expect(errorsOf({ customerId: customerId(50), environments })).to.deep.equal([]);
    expect(errorsOf({ customerId: customerId(51), environments })).to.deep.equal([
      one,
      `customerId, projectId: the domain "${customerId(51)}-integration-hub-prod" has 51 characters, CodeArtifact takes 50. Shorten one of the two`,
    ]);
  });

  it("are rejected with all errors at once", () => {
    expect(errorsOf({ repository: "x", ownerId: "y", environments: { prod: "*" } })).to.have.length(4);
  });
});

describe("the example project's files for bootstrap", () => {
  const read = (text: string) => parse(text) as Record<string, unknown>;
  const configOf = (file: string, namespace: string) =>
    Object.fromEntries(
      Object.entries(read(exampleFile(file)).config as Record<string, unknown>)
        .filter(([key]) => key.startsWith(`${namespace}:`))
        .map(([key, value]) => [key.slice(namespace.length + 1), value]),
    );

  it("names customer and project as the registry does", () => {
    const { customerId, projectId } = configOf("Pulumi.yaml", "package-registry");

    expect(configOf("bootstrap/Pulumi.yaml", "package-registry-bootstrap")).to.deep.equal({ customerId, projectId });
  });

  it("admits no one before the repository's ids are filled in, and is otherwise complete", () => {
    const values = {
      ...configOf("bootstrap/Pulumi.yaml", "package-registry-bootstrap"),
      ...configOf("bootstrap/Pulumi.account.yaml", "package-registry-bootstrap"),
    };
    const none = Object.fromEntries(Object.keys(complete).map((key) => [key, undefined]));
    const { source, environments } = settingsOf({ ...none, ...values, "aws:region": "us-east-1" });

    expect([source.repositoryId, source.ownerId]).to.deep.equal(["0", "0"]);
    expect(environments.map(({ name }) => name)).to.deep.equal(["dev", "staging", "prod"]);
  });

  it("trusts the environments that this project's workflow names: preview, and one of each stack's name", () => {
    const { jobs } = read(shipped(deployWorkflow)) as {
      jobs: Record<string, { environment?: string | { name: string } }>;
    };
    const named = Object.values(jobs).flatMap(({ environment }) => environment ?? []);

    expect(new Set(named)).to.deep.equal(new Set([previewEnvironment, "${{ matrix.stack }}"]));
  });
});
