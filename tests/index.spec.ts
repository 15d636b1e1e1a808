import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { SandboxAccount } from "../sandbox/account";
import { clientSettingsFor } from "../components/clientSettings";
import { deploy, type Deployment } from "../sandbox/pulumi/deployment";
import { deployChanged, projectDirectory } from "./support/deployments";
import { exampleProject } from "./support/exampleProject";

const stacks = ["dev", "staging", "prod"] as const;

function preparedAccount(): SandboxAccount {
  const account = new SandboxAccount();
  account.iam.oidcProviders.create({
    url: "https://token.actions.githubusercontent.com",
    clientIDList: ["sts.amazonaws.com"],
  });
  return account;
}

/** With the hash of the document that each has in this account. */
const readerPolicies: Readonly<Record<string, string>> = {
  dev: "orb-integration-hub-dev-codeartifact-reader-1e5ae495",
  staging: "orb-integration-hub-staging-codeartifact-reader-8e21fee7",
  prod: "orb-integration-hub-prod-codeartifact-reader-ec0144b4",
};

/** What keeps the events of every stack but dev. */
const auditTrail = [
  "python-registry:index:AuditTrail registry-audit",
  "aws:cloudwatch/logGroup:LogGroup registry-audit-log",
  "aws:cloudwatch/logResourcePolicy:LogResourcePolicy registry-audit-log-policy",
  ...["versions", "calls", "access"].flatMap((rule) => [
    `aws:cloudwatch/eventRule:EventRule registry-audit-${rule}`,
    `aws:cloudwatch/eventTarget:EventTarget registry-audit-${rule}-target`,
  ]),
];

/** The names that AWS knows resources of a type by. */
function names({ resources }: Deployment, type: string, input: string): readonly unknown[] {
  return resources.filter((resource) => resource.type === type).map(({ inputs }) => inputs[input]);
}

describe("the program", () => {
  // All three stacks are in one account.
  const deployments = new Map<string, Deployment>();
  const account = preparedAccount();

  before(async () => {
    for (const stack of stacks) {
      deployments.set(stack, await deploy({ directory: exampleProject, stack, account }));
    }
  });

  stacks.forEach((stack) => {
    const prefix = `orb-integration-hub-${stack}`;
    const readers = stack === "prod" ? ["lambda-layers"] : ["lambda-layers", "promotion"];

    describe(`deployed as ${stack}`, () => {
      let deployment: Deployment;

      before(() => {
        deployment = deployments.get(stack)!;
      });

      it("makes a domain, its repositories, package groups, roles and a policy of these names", () => {
        expect(names(deployment, "aws:codeartifact/domain:Domain", "domain")).to.deep.equal([prefix]);
        expect(names(deployment, "aws:codeartifact/repository:Repository", "repository")).to.deep.equal([
          "pypi-store",
          "python-packages",
        ]);
        expect(names(deployment, "aws-native:codeartifact:PackageGroup", "pattern")).to.have.members([
          "/pypi//orb~",
          "/pypi/*",
        ]);
        expect(names(deployment, "aws:iam/role:Role", "name")).to.have.members([
          `${prefix}-codeartifact-publisher`,
          ...readers.map((name) => `${prefix}-codeartifact-reader-${name}`),
        ]);
        expect(names(deployment, "aws:iam/policy:Policy", "name")).to.deep.equal([readerPolicies[stack]]);
        expect(names(deployment, "aws:iam/rolePolicy:RolePolicy", "name")).to.deep.equal(["permissions"]);
      });

      it("makes nothing else", () => {
        expect(deployment.resources.map(({ type, name }) => `${type} ${name}`)).to.have.members([
          `pulumi:pulumi:Stack package-registry-${stack}`,
          "pulumi:providers:aws-native cloud-control",
          "python-registry:index:PackageRegistry registry",
          "aws:codeartifact/domain:Domain registry-domain",
          "aws:codeartifact/repository:Repository registry-pypi-store",
          "aws:codeartifact/repository:Repository registry-python-packages",
          "python-registry:index:PackageOrigins registry-origins",
          "aws-native:codeartifact:PackageGroup registry-origins-orb~",
          "aws-native:codeartifact:PackageGroup registry-origins-*",
          "aws:iam/policy:Policy registry-read-policy",
          "python-registry:index:GithubActionsRole registry-publisher",
          "aws:iam/role:Role registry-publisher-role",
          "aws:iam/rolePolicy:RolePolicy registry-publisher-permissions",
          ...readers.flatMap((name) => [
            `python-registry:index:GithubActionsRole registry-reader-${name}`,
            `aws:iam/role:Role registry-reader-${name}-role`,
            `aws:iam/rolePolicyAttachment:RolePolicyAttachment registry-reader-${name}-read-attachment`,
          ]),
          ...(stack === "dev" ? [] : auditTrail),
        ]);
      });

      it("tells others these outputs", () => {
        const role = `arn:aws:iam::123456789012:role/${prefix}-codeartifact`;
        const codeartifact = "arn:aws:codeartifact:us-east-1:123456789012";
        const endpoint = `https://${prefix}-123456789012.d.codeartifact.us-east-1.amazonaws.com/pypi/python-packages/`;

        expect(deployment.outputs).to.deep.equal({
          domainName: prefix,
          domainOwner: "123456789012",
          domainArn: `${codeartifact}:domain/${prefix}`,
          repositoryName: "python-packages",
          repositoryArn: `${codeartifact}:repository/${prefix}/python-packages`,
          repositoryEndpoint: endpoint,
          publisherRoleArns: { publisher: `${role}-publisher` },
          readerRoleArns: Object.fromEntries(readers.map((name) => [name, `${role}-reader-${name}`])),
          inspectorRoleArns: {},
          maintainerRoleArns: {},
          readerPolicyArn: `arn:aws:iam::123456789012:policy/${readerPolicies[stack]}`,
          packageGroups: {
            "/pypi//orb~": `${codeartifact}:package-group/${prefix}/pypi//orb~`,
            "/pypi/*": `${codeartifact}:package-group/${prefix}/pypi/%2a`,
          },
          clientSettings: clientSettingsFor({
            domain: prefix,
            domainOwner: "123456789012",
            region: "us-east-1",
            repository: "python-packages",
            endpoint,
            tokenLifetime: 3600,
          }),
        });
      });

      it("tells nothing that looks like a token", () => {
        const text = JSON.stringify({ outputs: deployment.outputs, resources: deployment.resources });

        // A JSON Web Token or AWS's encrypted tokens, an access key, and any long run without a break.
        expect(text).not.to.match(/eyJ[\w-]{10}|\b(?:AKIA|ASIA)[A-Z0-9]{16}\b|[A-Za-z0-9+=]{60}/);
      });

      it(stack === "dev" ? "can be torn down whole" : "keeps domain, repositories, package groups and events", () => {
        const kept = [
          "registry-domain",
          "registry-pypi-store",
          "registry-python-packages",
          "registry-origins-orb~",
          "registry-origins-*",
          "registry-audit-log",
        ];
        const expected = stack === "dev" ? [] : kept;
        // Other stacks of the account write by the same policy.
        const left = stack === "dev" ? [] : [...kept, "registry-audit-log-policy"];

        expect(deployment.resources.filter(({ protect }) => protect).map(({ name }) => name)).to.have.members(expected);
        expect(
          deployment.resources.filter(({ retainOnDelete }) => retainOnDelete).map(({ name }) => name),
        ).to.have.members(left);
      });

      it("warns of every role that admits no one yet", () => {
        expect(deployment.warnings).to.have.members(
          ["publisher", ...readers.map((name) => `reader-${name}`)].map(
            (role) =>
              `${prefix}-codeartifact-${role} admits no one yet: repositoryId or ownerId of ` +
              "orb-integration-hub/orb-integration-hub is 0, not known yet. Read both with: " +
              "gh api repos/orb-integration-hub/orb-integration-hub --jq '.id, .owner.id'",
          ),
        );
      });
    });
  });

  it("warns of a region that has no CodeArtifact, and of an environment that differs from the stack's by case alone", async () => {
    const jobs = { repository: "acme/packages", repositoryId: 1, ownerId: 2, ref: "any", workflow: "any" };
    const warningsOf = async (region: string, environment: string) =>
      (
        await deployChanged({
          settings: { "aws:region": region, publishers: [{ ...jobs, environment }], readers: undefined },
        })
      ).warnings.map((line) => line.slice(0, line.indexOf(" ")));

    expect(await warningsOf("us-west-1", "Dev")).to.deep.equal(["aws:region:", "publishers[0].environment:"]);
    expect(await warningsOf("us-west-2", "dev")).to.deep.equal([]);
  });

  it("sets the provider of package groups to the place of the other resources", async () => {
    const { resources } = await deployChanged({
      settings: {
        "aws:region": "eu-west-1",
        "aws:profile": "team",
        "aws:allowedAccountIds": ["210987654321"],
      },
    });
    const plain = deployments.get("dev")!;
    const provider = (all: Deployment["resources"]) => all.find(({ name }) => name === "cloud-control")!.inputs;

    expect(provider(resources)).to.deep.include({
      region: "eu-west-1",
      profile: "team",
      // Pulumi hands a provider whatever is no text as JSON.
      allowedAccountIds: '["210987654321"]',
    });
    expect(provider(plain.resources).region).to.equal("us-east-1");
    expect(provider(plain.resources)).not.to.have.any.keys("profile", "allowedAccountIds");
  });

  it("has the roles trust the provider that a setting names, where one does", async () => {
    const oidcProviderArn = "arn:aws:iam::210987654321:oidc-provider/token.actions.githubusercontent.com";
    // The account has no such provider, so a look-up would be rejected.
    const account = new SandboxAccount({ accountId: "210987654321" });
    const { resources } = await deployChanged({ settings: { ...knownJobs, oidcProviderArn }, account });
    const policies = resources
      .filter(({ type }) => type === "aws:iam/role:Role")
      .map(({ inputs }) => JSON.parse(String(inputs.assumeRolePolicy)) as { Statement: [{ Principal: unknown }] });

    expect(policies.map(({ Statement }) => Statement[0].Principal)).to.deep.equal([{ Federated: oidcProviderArn }]);
  });

  it("deploys a stack into any account, but not into one where it exists already", async () => {
    const first = await deployChanged({ settings: knownJobs });
    const again = await deployChanged({ settings: knownJobs, account: first.account }).then(
      () => "deployed",
      (error: unknown) => String(error),
    );

    expect(first.outputs.domainName).to.equal(deployments.get("dev")!.outputs.domainName);
    expect(again).to.equal(
      "EngineError: registry-domain (aws:codeartifact/domain:Domain): ConflictException: Domain already exists. " +
        "Domain 'orb-integration-hub-dev' owned by account '123456789012' exists.",
    );
  });

  describe("in a process of its own", () => {
    let loaded: readonly string[];
    let providers: Readonly<Record<string, string>>;

    before(() => {
      ({ loaded, providers } = runAlone());
    });

    it("loads resource classes one by one: no AWS SDK and no whole provider package", () => {
      const inPackage = (name: string) => loaded.filter((file) => file.includes(`/node_modules/${name}/`));

      expect(inPackage("@pulumi/aws").filter((file) => file.endsWith("/codeartifact/domain.js"))).to.have.length(1);
      expect(inPackage("@aws-sdk")).to.deep.equal([]);
      expect(inPackage("@smithy")).to.deep.equal([]);
      expect(loaded.filter((file) => /\/@pulumi\/aws(?:-native)?\/index\.js$/.test(file))).to.deep.equal([]);
    });

    it("loads nothing of what imitates the deployment", () => {
      const rooms = ["commands", "sandbox"].map((room) => join(projectDirectory, room, "/"));

      expect(loaded.filter((file) => rooms.some((room) => file.startsWith(room)))).to.deep.equal([]);
      expect(loaded).to.include(join(projectDirectory, "components/packageRegistry.ts"));
    });

    it("has the package groups, and nothing else, made by the provider of its own making", () => {
      expect(providers).to.deep.equal({
        "registry-origins-orb~": "cloud-control",
        "registry-origins-*": "cloud-control",
      });
    });
  });

  it("nowhere asks for a token", () => {
    const files = ["components", "github", "iam", "naming", "settings"]
      .flatMap((room) =>
        readdirSync(join(projectDirectory, room), { recursive: true }).map((file) => `${room}/${String(file)}`),
      )
      .filter((file) => file.endsWith(".ts"))
      .concat("index.ts");

    expect(files).to.include.members(["components/packageRegistry.ts", "settings/aws.ts"]);
    expect(
      files.filter((file) => /getAuthorizationToken/.test(readFileSync(join(projectDirectory, file), "utf8"))),
    ).to.deep.equal([]);
  });
});

/** Jobs whose numbers are known, so that the program warns of nothing. */
const knownJobs = {
  publishers: [
    {
      repository: "octo/hub",
      repositoryId: 1001,
      ownerId: 2002,
      ref: "refs/heads/main",
      workflow: ".github/workflows/deploy.yml",
    },
  ],
  readers: undefined,
};

/** What is loaded once index.ts has run under Pulumi's mocks, and which resources have an explicit provider. */
function runAlone(): { readonly loaded: readonly string[]; readonly providers: Readonly<Record<string, string>> } {
  const configuration = {
    "aws:region": "us-east-1",
    "package-registry:customerId": "orb",
    "package-registry:projectId": "integration-hub",
    "package-registry:packages": '["orb-common"]',
    "package-registry:origins": '{"private":["orb~"]}',
    "package-registry:publishers": JSON.stringify(knownJobs.publishers),
  };
  const script = `
    const pulumi = require("@pulumi/pulumi");
    const providers = {};
    const newResource = ({ name, provider, inputs }) => {
      if (provider) {
        providers[name] = provider.split("::").at(-2);
      }
      return { id: name + "-id", state: { arn: "arn:aws:iam::123456789012:" + name, ...inputs } };
    };
    const call = () => ({
      arn: "arn:aws:iam::123456789012:oidc-provider/github",
      clientIdLists: ["sts.amazonaws.com"],
      repositoryEndpoint: "https://registry.example.com/",
      keyManager: "AWS",
    });
    pulumi.runtime.setAllConfig(${JSON.stringify(configuration)});
    pulumi.runtime
      .setMocks({ newResource, call }, "package-registry", "dev")
      .then(() => pulumi.runtime.runInPulumiStack(() => require("./index.ts")))
      .then(() => pulumi.runtime.disconnect())
      .then(() => console.log(JSON.stringify({ loaded: Object.keys(require.cache), providers })));
  `;
  const { stdout, stderr, status } = spawnSync(process.execPath, ["--import", "tsx", "-e", script], {
    cwd: projectDirectory,
    encoding: "utf8",
    env: { PATH: process.env.PATH },
  });
  if (status !== 0) {
    throw new Error(stderr);
  }
  return JSON.parse(stdout) as ReturnType<typeof runAlone>;
}
