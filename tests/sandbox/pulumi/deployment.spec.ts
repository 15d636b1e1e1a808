import { expect } from "chai";
import { SandboxAccount } from "../../../sandbox/account";
import { EngineError } from "../../../sandbox/pulumi/stackFiles";
import { deploy, type Deployment } from "../../../sandbox/pulumi/deployment";
import { SettingsError } from "../../../settings/errors";
import { deployChanged, inFolder } from "../../support/deployments";
import { exampleProject } from "../../support/exampleProject";

/** What a deployment ends with where it fails. */
async function failure(deployment: Promise<Deployment>): Promise<Error> {
  try {
    await deployment;
  } catch (error) {
    return error as Error;
  }
  throw new Error("nothing was rejected");
}

const domain = (name: string) =>
  `new pulumi.CustomResource("aws:codeartifact/domain:Domain", "${name}", { domain: "${name}" });`;

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

describe("a deployment", () => {
  const unhandled: unknown[] = [];
  const note = (reason: unknown) => unhandled.push(reason);
  let mochas: NodeJS.UnhandledRejectionListener[];

  before(() => {
    mochas = process.listeners("unhandledRejection");
    process.removeAllListeners("unhandledRejection").on("unhandledRejection", note);
  });

  after(() => {
    process.removeAllListeners("unhandledRejection");
    mochas.forEach((listener) => process.on("unhandledRejection", listener));
  });

  /** What no one handled of what the deployment left behind. */
  async function leftBehind(deployment: Promise<Deployment>): Promise<readonly string[]> {
    unhandled.length = 0;
    await deployment.catch(() => undefined);
    await new Promise((resolve) => setImmediate(resolve));
    return unhandled.map(String);
  }

  it("runs the project's own program with the stack's settings, in an account that is ready for it", async () => {
    const { project, stack, settings, outputs, account } = await deploy({ directory: exampleProject, stack: "prod" });

    expect([project, stack, settings.environment, settings.protect]).to.deep.equal([
      "package-registry",
      "prod",
      "prod",
      true,
    ]);
    expect(outputs.domainName).to.equal("orb-integration-hub-prod");
    expect(account.codeartifact.domains.list().map(({ name }) => name)).to.deep.equal(["orb-integration-hub-prod"]);
    expect(
      account.codeartifact.repositories
        .list({ domain: "orb-integration-hub-prod" })
        .map(({ name, upstreams, externalConnections }) => [
          name,
          upstreams,
          externalConnections.map(({ externalConnectionName }) => externalConnectionName),
        ]),
    ).to.deep.equal([
      ["pypi-store", [], ["public:pypi"]],
      ["python-packages", ["pypi-store"], []],
    ]);
    expect(
      account.iam.policies.attached({ roleName: "orb-integration-hub-prod-codeartifact-reader-lambda-layers" }),
    ).to.deep.equal([
      {
        policyArn: "arn:aws:iam::123456789012:policy/orb-integration-hub-prod-codeartifact-reader-ec0144b4",
        policyName: "orb-integration-hub-prod-codeartifact-reader-ec0144b4",
      },
    ]);
  });

  it("tells of each resource what the program registered, the stack first", async () => {
    const { resources } = await deployChanged({
      program: `
        const parent = new pulumi.ComponentResource("test:index:Parent", "parent", { note: "hello" });
        const key = new pulumi.CustomResource("aws:kms/key:Key", "key", { description: "Encrypts." }, { parent, protect: true });
        new pulumi.CustomResource(
          "aws:codeartifact/domain:Domain",
          "domain",
          { domain: "orb", tags: { Key: key.id } },
          { parent, retainOnDelete: true },
        );
      `,
    });
    const [stack, parent, key, orb] = resources;

    expect(resources).to.have.length(4);
    expect(stack).to.deep.equal({
      urn: "urn:pulumi:dev::package-registry::pulumi:pulumi:Stack::package-registry-dev",
      type: "pulumi:pulumi:Stack",
      name: "package-registry-dev",
      parent: "",
      id: "",
      inputs: {},
      protect: false,
      retainOnDelete: false,
      dependencies: [],
    });
    expect(parent).to.deep.equal({
      urn: "urn:pulumi:dev::package-registry::pulumi:pulumi:Stack$test:index:Parent::parent",
      type: "test:index:Parent",
      name: "parent",
      parent: stack!.urn,
      id: "",
      inputs: { note: "hello" },
      protect: false,
      retainOnDelete: false,
      dependencies: [],
    });
    expect(key).to.deep.equal({
      urn: "urn:pulumi:dev::package-registry::test:index:Parent$aws:kms/key:Key::key",
      type: "aws:kms/key:Key",
      name: "key",
      parent: parent!.urn,
      id: key!.id,
      inputs: { description: "Encrypts." },
      protect: true,
      retainOnDelete: false,
      dependencies: [],
    });
    expect(orb).to.deep.equal({
      urn: "urn:pulumi:dev::package-registry::test:index:Parent$aws:codeartifact/domain:Domain::domain",
      type: "aws:codeartifact/domain:Domain",
      name: "domain",
      parent: parent!.urn,
      id: "arn:aws:codeartifact:us-east-1:123456789012:domain/orb",
      inputs: { domain: "orb", tags: { Key: key!.id } },
      protect: false,
      retainOnDelete: true,
      dependencies: [key!.urn],
    });
    expect(key!.id).to.match(/^[0-9a-f-]{36}$/);
  });

  it("gives a program its project, stack, organization and whole configuration, and no preview", async () => {
    const { outputs } = await deployChanged({
      settings: { "aws:region": "eu-west-1", "other:number": 7 },
      program: `
        exports.project = pulumi.getProject();
        exports.stack = pulumi.getStack();
        exports.organization = pulumi.getOrganization();
        exports.region = new pulumi.Config("aws").require("region");
        exports.customer = new pulumi.Config().require("customerId");
        exports.number = new pulumi.Config("other").requireNumber("number");
        exports.packages = new pulumi.Config().requireObject("packages");
        exports.preview = pulumi.runtime.isDryRun();
      `,
    });

    expect(outputs).to.deep.equal({
      project: "package-registry",
      stack: "dev",
      organization: "organization",
      region: "eu-west-1",
      customer: "orb",
      number: 7,
      packages: ["orb-common", "orb-models"],
      preview: false,
    });
  });

  it("tells what the program warned of, in order, and no lesser message", async () => {
    const { warnings } = await deployChanged({
      program:
        'pulumi.log.info("information"); pulumi.log.warn("first"); pulumi.log.debug("whispered"); pulumi.log.warn("second");',
    });

    expect(warnings).to.deep.equal(["first", "second"]);
  });

  it("waits for resources that no output waits for", async () => {
    const { resources, account } = await deployChanged({
      program: `
        const later = pulumi.output(new Promise((resolve) => setTimeout(resolve, 20, "orb-later")));
        new pulumi.CustomResource("aws:codeartifact/domain:Domain", "later", { domain: later });
      `,
    });

    expect(resources.map(({ name }) => name)).to.deep.equal(["package-registry-dev", "later"]);
    expect(account.codeartifact.domains.list().map(({ name }) => name)).to.deep.equal(["orb-later"]);
  });

  it("runs the program again each time", async () => {
    const program = "exports.run = globalThis.run = (globalThis.run ?? 0) + 1;";
    const runs = await inFolder({ program }, async (directory) => {
      const first = await deploy({ directory, stack: "dev" });
      const second = await deploy({ directory, stack: "dev" });
      return [first.outputs.run, second.outputs.run];
    });

    expect(runs).to.deep.equal([1, 2]);
  });

  it("does not mix with another at the same time in the same process", async () => {
    const regions = ["us-east-1", "eu-west-1", "ap-southeast-2"];
    const [dev, staging, prod] = await Promise.all(
      ["dev", "staging", "prod"].map((stack, index) =>
        deployChanged({ stack, settings: { "aws:region": regions[index] } }),
      ),
    );

    [dev!, staging!, prod!].forEach(({ stack, resources, outputs, warnings, account }, index) => {
      const name = `orb-integration-hub-${stack}`;
      const roles = stack === "prod" ? 2 : 3;

      expect(account.region).to.equal(regions[index]);
      expect(outputs.domainArn).to.equal(`arn:aws:codeartifact:${regions[index]!}:123456789012:domain/${name}`);
      expect(account.codeartifact.domains.list().map((one) => one.name)).to.deep.equal([name]);
      expect(account.iam.roles.list()).to.have.length(roles);
      expect(resources).to.have.length({ dev: 19, staging: 28, prod: 25 }[stack]!);
      expect(resources.filter(({ urn }) => urn.startsWith(`urn:pulumi:${stack}::`))).to.have.length(resources.length);
      expect(warnings.map((warning) => warning.split("-codeartifact-")[0])).to.deep.equal(Array(roles).fill(name));
    });
  });

  describe("that is rejected", () => {
    it("says so for a stack that there is not, before anything runs", async () => {
      const error = await failure(deploy({ directory: exampleProject, stack: "test" }));

      expect(error).to.be.instanceOf(EngineError);
      expect(error.message).to.equal(
        "There is no stack test: no file Pulumi.test.yaml. There are: dev, prod, staging.",
      );
    });

    it("says what is wrong in the settings in their own words, before anything runs", async () => {
      const account = new SandboxAccount();
      const error = await failure(
        deployChanged({ settings: { packages: ["orb-common", "left-pad"], protect: "perhaps" }, account }),
      );

      expect(error).to.be.instanceOf(SettingsError).and.not.instanceOf(EngineError);
      expect(error.message).to.equal(
        [
          "2 settings are wrong in stack dev (Pulumi.dev.yaml, Pulumi.yaml):",
          '  packages[1]: "left-pad" falls under no entry of origins.private. Add the line there: - "left-pad$"',
          '  protect: "perhaps" is neither true nor false. Write one of the two',
        ].join("\n"),
      );
      expect(account.codeartifact.domains.list()).to.deep.equal([]);
    });

    it("names the function, where the account has no OIDC provider for GitHub", async () => {
      const error = await failure(deployChanged({ settings: knownJobs, account: new SandboxAccount() }));

      expect(error).to.be.instanceOf(EngineError);
      expect(error.name).to.equal("EngineError");
      expect(error.message).to.equal(
        "aws:iam/getOpenIdConnectProvider:getOpenIdConnectProvider: finding IAM OIDC Provider by url " +
          "(https://token.actions.githubusercontent.com): not found. An administrator makes it once for the account: " +
          "aws iam create-open-id-connect-provider --url https://token.actions.githubusercontent.com " +
          "--client-id-list sts.amazonaws.com",
      );
    });

    it("names the resource, AWS's code and its message", async () => {
      const account = new SandboxAccount();
      account.codeartifact.domains.create({ domain: "orb" });
      const error = await failure(deployChanged({ program: domain("orb"), account }));

      expect(error).to.be.instanceOf(EngineError);
      expect(error.message).to.equal(
        "orb (aws:codeartifact/domain:Domain): ConflictException: Domain already exists. " +
          "Domain 'orb' owned by account '123456789012' exists.",
      );
    });

    it("names every resource that was rejected, each on a line", async () => {
      const account = new SandboxAccount();
      ["one", "two"].forEach((name) => account.codeartifact.domains.create({ domain: name }));
      const error = await failure(
        deployChanged({ program: `${domain("one")} ${domain("free")} ${domain("two")}`, account }),
      );

      expect(error.message).to.equal(
        ["one", "two"]
          .map(
            (name) =>
              `${name} (aws:codeartifact/domain:Domain): ConflictException: Domain already exists. ` +
              `Domain '${name}' owned by account '123456789012' exists.`,
          )
          .join("\n"),
      );
    });

    it("names the type, or the function, that is not modelled", async () => {
      const type = await failure(
        deployChanged({ program: 'new pulumi.CustomResource("aws:s3/bucket:Bucket", "assets", {});' }),
      );
      const token = await failure(
        deployChanged({ program: 'exports.x = pulumi.runtime.invokeOutput("aws:index/getRegion:getRegion", {});' }),
      );

      expect(type.message).to.match(
        /^assets \(aws:s3\/bucket:Bucket\): aws:s3\/bucket:Bucket is not modelled\. Known: aws:codeartifact\/domain:Domain, /,
      );
      expect(token.message).to.match(
        /^aws:index\/getRegion:getRegion: aws:index\/getRegion:getRegion is not modelled\. Known: aws:codeartifact\//,
      );
      expect([type, token].every((error) => error instanceof EngineError)).to.equal(true);
    });

    it("answers with nothing half done, though other resources could be made", async () => {
      const answer = await deployChanged({
        program: `${domain("free")} ${domain("X")} exports.done = "yes";`,
      }).catch((error: unknown) => error);

      expect(answer).to.be.instanceOf(EngineError);
      expect(Object.keys(answer as object)).to.deep.equal(["name"]);
    });
  });

  describe("of a program that fails", () => {
    it("ends with what the program throws", async () => {
      const error = await failure(deployChanged({ program: 'throw new TypeError("no such thing");' }));

      expect(error).to.be.instanceOf(TypeError);
      expect(error.message).to.equal("no such thing");
    });

    it("ends with what an output of it rejects with", async () => {
      const error = await failure(
        deployChanged({
          program: 'exports.x = pulumi.output(1).apply(() => { throw new pulumi.RunError("not this one"); });',
        }),
      );

      expect(error.message).to.equal("not this one");
    });
  });

  describe("leaves no rejection unhandled", () => {
    const programs = {
      "where it succeeds": domain("orb"),
      "where AWS rejects": `${domain("X")} exports.x = pulumi.output(1);`,
      "where AWS rejects what the outputs need": `const orb = ${domain("X")} exports.x = orb.id;`,
    };

    Object.entries(programs).forEach(([where, program]) => {
      it(where, async () => {
        expect(await leftBehind(deployChanged({ program }))).to.deep.equal([]);
      });
    });
  });
});
