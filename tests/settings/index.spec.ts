import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { readSettings, type Settings } from "../../settings";
import { type Changes, configuration, message, publisher, reader, settingsOf } from "../support/configuration";
import { record } from "../support/mocks";

const host = "token.actions.githubusercontent.com";

/** The settings of the complete stack, with every default. */
const defaults: Settings = {
  environment: "dev",
  domain: "orb-hub-dev",
  packages: ["orb-common", "orb-models"],
  origins: { private: [{ name: "orb", match: "prefix" }], public: [], blocked: [] },
  publishers: [
    {
      job: {
        repository: "acme/packages",
        repositoryId: "11",
        ownerId: "22",
        subjectContext: "environment:dev",
        ref: "refs/heads/main",
        jobWorkflowRef: "acme/packages/.github/workflows/publish.yml@refs/heads/main",
      },
      packages: ["orb-common", "orb-models"],
    },
  ],
  readers: [],
  inspectors: [],
  maintainers: [],
  issuer: host,
  publicPackages: true,
  tokenLifetime: 3600,
  sessionDuration: 3600,
  encryption: "aws-managed",
  otherAccounts: undefined,
  oidcProviderArn: undefined,
  permissionsBoundary: undefined,
  protect: false,
  audit: undefined,
  tags: { Environment: "dev", Project: "hub", ManagedBy: "pulumi" },
  aws: { region: "us-east-1" },
};

/** The job of the complete stack's one publisher, with changes to its setting. */
const publisherJob = (more: Changes, stack?: string) =>
  settingsOf({ publishers: [{ ...publisher, ...more }] }, stack).publishers[0]?.job;
const readerJob = (more: Changes) => settingsOf({ readers: [{ ...reader, ...more }] }).readers[0]?.job;

describe("a stack that gives only what it must", () => {
  it("has a default for all the rest", () => {
    expect(settingsOf()).to.deep.equal(defaults);
  });

  for (const [stack, protect] of [["dev", false] as const, ["staging", true] as const, ["prod", true] as const]) {
    it(`is ${protect ? "protected, with an audit trail," : "neither protected nor audited"} in ${stack}, whose name is its environment`, () => {
      expect(settingsOf({}, stack)).to.deep.equal({
        ...defaults,
        environment: stack,
        domain: `orb-hub-${stack}`,
        publishers: [
          {
            ...defaults.publishers[0],
            job: { ...defaults.publishers[0]?.job, subjectContext: `environment:${stack}` },
          },
        ],
        protect,
        audit: protect ? { retentionDays: 365 } : undefined,
        tags: { Environment: stack, Project: "hub", ManagedBy: "pulumi" },
      });
    });
  }
});

describe("each setting changes what it names, and nothing else", () => {
  const account = "123456789012";
  const key = `arn:aws:kms:us-east-1:${account}:key/1234abcd`;
  const boundary = `arn:aws:iam::${account}:policy/Boundary`;
  const provider = `arn:aws:iam::${account}:oidc-provider/${host}`;
  const effects: readonly [string, Changes, Partial<Settings>][] = [
    ["customerId", { customerId: "acme" }, { domain: "acme-hub-dev" }],
    [
      "projectId",
      { projectId: "integration-hub" },
      {
        domain: "orb-integration-hub-dev",
        tags: { Environment: "dev", Project: "integration-hub", ManagedBy: "pulumi" },
      },
    ],
    [
      "packages",
      { packages: ["orb"] },
      { packages: ["orb"], publishers: [{ ...defaults.publishers[0]!, packages: ["orb"] }] },
    ],
    [
      "origins",
      { origins: { private: ["orb~", "legacy$"], public: ["orb-x"], blocked: ["orb-y"] } },
      {
        origins: {
          private: [
            { name: "orb", match: "prefix" },
            { name: "legacy", match: "exact" },
          ],
          public: ["orb-x"],
          blocked: ["orb-y"],
        },
      },
    ],
    ["githubEnterprise", { githubEnterprise: "Acme-1" }, { issuer: `${host}/Acme-1` }],
    ["publicPackages", { publicPackages: false }, { publicPackages: false }],
    ["tokenLifetime at its least", { tokenLifetime: 900 }, { tokenLifetime: 900 }],
    ["tokenLifetime at its most", { tokenLifetime: "43200" }, { tokenLifetime: 43_200 }],
    ["sessionDuration at its least", { sessionDuration: 3600 }, { sessionDuration: 3600 }],
    ["sessionDuration at its most", { sessionDuration: 43_200 }, { sessionDuration: 43_200 }],
    ["encryption by AWS's key", { encryption: "aws-managed" }, { encryption: "aws-managed" }],
    ["encryption by a key to make", { encryption: "create" }, { encryption: "create" }],
    ["encryption by a key that exists", { encryption: key }, { encryption: { keyArn: key } }],
    [
      "readerOrganizationId",
      { readerOrganizationId: "o-a1b2c3d4e5" },
      { otherAccounts: { organizationId: "o-a1b2c3d4e5", accountIds: [] } },
    ],
    ["readerAccountIds", { readerAccountIds: [account] }, { otherAccounts: { accountIds: [account] } }],
    [
      "both kinds of other accounts",
      { readerOrganizationId: "o-a1b2c3d4e5", readerAccountIds: [account, "000000000001"] },
      { otherAccounts: { organizationId: "o-a1b2c3d4e5", accountIds: [account, "000000000001"] } },
    ],
    ["readerAccountIds without an entry", { readerAccountIds: [] }, {}],
    ["readers without an entry", { readers: [] }, {}],
    ["oidcProviderArn", { oidcProviderArn: provider }, { oidcProviderArn: provider }],
    ["permissionsBoundary", { permissionsBoundary: boundary }, { permissionsBoundary: boundary }],
    ["protect", { protect: true }, { protect: true }],
    [
      "tags",
      { tags: { Team: "platform", Cost: "" } },
      { tags: { Team: "platform", Cost: "", Environment: "dev", Project: "hub", ManagedBy: "pulumi" } },
    ],
    ["aws:region", { "aws:region": "eu-west-1" }, { aws: { region: "eu-west-1" } }],
    ["aws:profile", { "aws:profile": "work" }, { aws: { region: "us-east-1", profile: "work" } }],
    [
      "aws:allowedAccountIds",
      { "aws:allowedAccountIds": [account] },
      { aws: { region: "us-east-1", allowedAccountIds: [account] } },
    ],
  ];
  for (const [title, changes, effect] of effects) {
    it(title, () => {
      expect(settingsOf(changes)).to.deep.equal({ ...defaults, ...effect });
    });
  }

  it("environment, against the stack's name", () => {
    expect(settingsOf({ environment: "prod" }, "dev")).to.deep.equal(settingsOf({}, "prod"));
  });

  it("protect, against the environment's default", () => {
    expect(settingsOf({ protect: false }, "prod")).to.deep.equal({ ...settingsOf({}, "prod"), protect: false });
  });
});

describe("a publisher", () => {
  const job = defaults.publishers[0]!.job;

  it("runs in the stack's environment unless it says otherwise", () => {
    expect(publisherJob({})).to.deep.equal(job);
    expect(publisherJob({}, "prod")).to.deep.equal({ ...job, subjectContext: "environment:prod" });
    expect(publisherJob({ environment: "release" })).to.deep.equal({ ...job, subjectContext: "environment:release" });
  });

  it("has a colon in its environment written as GitHub writes it", () => {
    expect(publisherJob({ environment: "eu:prod:1" })).to.deep.equal({
      ...job,
      subjectContext: "environment:eu%3Aprod%3A1",
    });
  });

  it("runs on a branch, outside every environment, where it names one", () => {
    expect(publisherJob({ branch: "main" })).to.deep.equal({ ...job, subjectContext: "ref:refs/heads/main" });
  });

  it("runs on any ref, written in any workflow, only where it says so", () => {
    expect(publisherJob({ ref: "any", workflow: "any" })).to.deep.equal({
      repository: job.repository,
      repositoryId: job.repositoryId,
      ownerId: job.ownerId,
      subjectContext: job.subjectContext,
    });
    expect(publisherJob({ workflow: "any" })).to.deep.equal({
      repository: job.repository,
      repositoryId: job.repositoryId,
      ownerId: job.ownerId,
      subjectContext: job.subjectContext,
      ref: job.ref,
    });
  });

  it("has its own workflow at its own ref", () => {
    expect(publisherJob({ ref: "refs/tags/v1", workflow: ".github/workflows/a.yaml" })).to.deep.equal({
      ...job,
      ref: "refs/tags/v1",
      jobWorkflowRef: "acme/packages/.github/workflows/a.yaml@refs/tags/v1",
    });
  });

  it("has a called workflow at the ref that is written behind it", () => {
    const workflow = "acme/shared/.github/workflows/publish.yml@refs/tags/v2";
    expect(publisherJob({ workflow })).to.deep.equal({ ...job, jobWorkflowRef: workflow });
  });

  it("has a called workflow at the commit that is written behind it", () => {
    const workflow = `acme/shared/.github/workflows/publish.yml@${"0123456789abcdef".repeat(3).slice(8)}`;
    expect(publisherJob({ workflow })).to.deep.equal({ ...job, jobWorkflowRef: workflow });
  });

  it("has ids as text, whichever way they are written", () => {
    expect(publisherJob({ repositoryId: "1234567890123456789", ownerId: 0 })).to.deep.equal({
      ...job,
      repositoryId: "1234567890123456789",
      ownerId: "0",
    });
  });

  it("has a name where it gives one", () => {
    expect(settingsOf({ publishers: [{ ...publisher, name: "ci" }] }).publishers).to.deep.equal([
      { ...defaults.publishers[0], name: "ci" },
    ]);
  });

  it("publishes every package where it is alone and lists none, else those it lists, normalised, in its order", () => {
    expect(settingsOf({ publishers: [{ ...publisher, packages: ["Orb_Models"] }] }).publishers).to.deep.equal([
      { ...defaults.publishers[0], packages: ["orb-models"] },
    ]);
    const two = [
      { ...publisher, name: "a", packages: ["orb-models", "orb.common"] },
      { ...publisher, name: "b", packages: ["orb-common"] },
    ];
    expect(settingsOf({ publishers: two }).publishers).to.deep.equal([
      { name: "a", job, packages: ["orb-models", "orb-common"] },
      { name: "b", job, packages: ["orb-common"] },
    ]);
  });
});

describe("a reader", () => {
  const job = { repository: "acme/service", repositoryId: "33", ownerId: "22", subjectContext: "environment:dev" };

  it("reads from any ref and workflow unless it says otherwise", () => {
    expect(settingsOf({ readers: [reader] })).to.deep.equal({ ...defaults, readers: [{ job }] });
    expect(readerJob({ ref: "any", workflow: "any" })).to.deep.equal(job);
  });

  it("is held to ref and workflow where it gives them", () => {
    expect(readerJob({ ref: "refs/heads/main" })).to.deep.equal({ ...job, ref: "refs/heads/main" });
    expect(readerJob({ ref: "refs/heads/main", workflow: ".github/workflows/a.yml" })).to.deep.equal({
      ...job,
      ref: "refs/heads/main",
      jobWorkflowRef: "acme/service/.github/workflows/a.yml@refs/heads/main",
    });
    expect(readerJob({ workflow: "o/r/.github/workflows/a.yml@refs/heads/x" })).to.deep.equal({
      ...job,
      jobWorkflowRef: "o/r/.github/workflows/a.yml@refs/heads/x",
    });
  });

  it("runs in the environment or on the branch it names", () => {
    expect(readerJob({ environment: "prod" })).to.deep.equal({ ...job, subjectContext: "environment:prod" });
    expect(readerJob({ branch: "release/1" })).to.deep.equal({ ...job, subjectContext: "ref:refs/heads/release/1" });
  });

  it("has a name where it gives one, and its place in the list", () => {
    const readers = [
      { ...reader, name: "b" },
      { ...reader, name: "a" },
    ];
    expect(settingsOf({ readers }).readers).to.deep.equal([
      { name: "b", job },
      { name: "a", job },
    ]);
  });
});

describe("the settings of the stack that is being deployed", () => {
  beforeEach(async () => {
    const reject = () => {
      throw new Error("settings are read without making anything");
    };
    await pulumi.runtime.setMocks({ newResource: reject, call: reject }, "package-registry", "staging");
  });

  afterEach(() => {
    pulumi.runtime.setAllConfig({});
  });

  it("are read from Pulumi", () => {
    pulumi.runtime.setAllConfig(configuration({ tokenLifetime: 1200 }));
    expect(readSettings()).to.deep.equal(settingsOf({ tokenLifetime: 1200 }, "staging"));
  });

  it("have what may be wrong in them logged as a warning", async () => {
    const readIn = async (region: string) => {
      pulumi.runtime.setAllConfig(configuration({ "aws:region": region }));
      return (await record(() => readSettings())).warnings.length;
    };

    expect(await readIn("us-west-1")).to.equal(1);
    expect(await readIn("us-west-2")).to.equal(0);
  });

  it("are rejected under that stack's name", () => {
    pulumi.runtime.setAllConfig(configuration({ protect: "x" }));
    expect(readSettings).to.throw(
      Error,
      message(['protect: "x" is neither true nor false. Write one of the two'], "staging"),
    );
  });
});
