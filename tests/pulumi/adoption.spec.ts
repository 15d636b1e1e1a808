import { expect } from "chai";
import { storeName } from "../../naming/registryNames";
import { ending, wheel } from "../support/sandbox/packages";
import { describePulumi } from "../support/describePulumi";
import { PulumiProject, stepTexts } from "../support/pulumiProject";
import {
  connection,
  domain,
  repository,
  roleName,
  type TemplateRegistry,
  templateRegistry,
} from "../support/templateRegistry";

const place = { domain, repository };
const here = { "aws:allowedAccountIds": ["123456789012"] };
const adopting = { ...here, adopt: true };

const takenOver = [
  "create registry-origins-*",
  "create registry-origins-orb~",
  "create registry-publisher-permissions",
  "create registry-publisher-role",
  "create registry-pypi-store",
  "create registry-read-policy",
  "create registry-reader-lambda-layers-read-attachment",
  "create registry-reader-lambda-layers-role",
  "create registry-reader-promotion-read-attachment",
  "create registry-reader-promotion-role",
  "import registry-domain",
  "import registry-python-packages",
  "update registry-domain",
  "update registry-python-packages",
];

describePulumi("a registry that the plan's template made, on the real engine", (cli) => {
  let registry: TemplateRegistry;
  let project: PulumiProject;

  const begin = async (settings: object) => {
    registry = await templateRegistry(["requests 2.32.0"]);
    project = new PulumiProject(cli, registry.account);
    await project.init("dev", { ...settings });
  };
  const disconnect = () =>
    registry.account.codeartifact.repositories.disassociateExternalConnection({
      ...place,
      externalConnection: connection,
    });
  /** What must be the same afterwards. */
  const identity = () => {
    const { codeartifact, iam } = registry.account;
    const { arn, createdTime, encryptionKey } = codeartifact.domains.describe({ domain });
    const { arn: repositoryArn, createdTime: repositoryTime } = codeartifact.repositories.describe(place);
    const role = [
      iam.roles.get({ roleName }),
      iam.roles.getPolicy({ roleName, policyName: "CodeArtifactPublishPolicy" }),
    ];
    return { arn, createdTime, encryptionKey, repositoryArn, repositoryTime, role, held: registry.held() };
  };

  afterEach(() => {
    project.close();
  });

  it("is taken over by one update, with every package in it and nothing replaced, and is an ordinary stack's then", async () => {
    await begin(adopting);
    const { account, packages, index } = registry;
    const before = identity();
    disconnect();

    const preview = await project.preview("dev");
    const description = account.codeartifact.repositories.describe(place).description;
    const update = await project.up("dev");
    project.configure("dev", here);
    const clean = await project.preview("dev", "--expect-no-changes");

    expect(preview.exitCode).to.equal(0);
    expect(stepTexts(preview.steps)).to.deep.equal(takenOver);
    expect(description).to.equal("Private Python packages for ORB Integration Hub");
    expect(update.exitCode).to.equal(0);
    expect(stepTexts(update.steps)).to.deep.equal(takenOver);
    expect(clean.exitCode, clean.messages.join("\n")).to.equal(0);
    expect(clean.steps).to.deep.equal([]);
    expect(identity()).to.deep.equal(before);
    expect(before.held).to.deep.equal([
      ...["orb-common 1.0.0 INTERNAL", "orb-common 1.1.0 INTERNAL"],
      "requests 2.32.0 EXTERNAL",
    ]);
    const { upstreams, externalConnections } = account.codeartifact.repositories.describe(place);
    expect([upstreams, externalConnections]).to.deep.equal([[storeName], []]);

    // It works as one: private names are closed to the outside, public ones come through the store.
    index.add("requests", "2.33.0");
    index.add("orb-models", "99.0.0");
    const versions = async (name: string) => (await packages.files(place, name)).map(({ version }) => version).sort();
    expect(await versions("requests")).to.deep.equal(["2.32.0", "2.33.0"]);
    expect(await ending(versions("orb-models"))).to.match(/^ResourceNotFoundException 404: orb-models has no files/);
    expect(await packages.publish(place, "orb-common", wheel("orb-common", "1.2.0"))).to.equal("published");

    // The template's role goes last, and the stack never knew it.
    account.iam.roles.deletePolicy({ roleName, policyName: "CodeArtifactPublishPolicy" });
    account.iam.roles.delete({ roleName });
    const { exitCode } = await project.up("dev", "--refresh", "--expect-no-changes");
    expect(exitCode).to.equal(0);
  });

  it("stays as it was where the settings do not take it over", async () => {
    await begin(here);
    disconnect();
    const before = identity();

    const { exitCode, steps, messages } = await project.up("dev");

    expect(exitCode).to.equal(1);
    expect(stepTexts(steps)).to.deep.equal(["create registry-domain"]);
    expect(messages.join("\n")).to.include(`ConflictException: Domain already exists.`);
    expect(identity()).to.deep.equal(before);
  });

  it("stops an update as long as it is connected to public PyPI itself, and an update with --refresh goes on from there", async () => {
    await begin(adopting);
    const before = identity();

    const stopped = await project.up("dev");
    disconnect();
    const done = await project.up("dev", "--refresh");
    project.configure("dev", here);
    const clean = await project.preview("dev", "--expect-no-changes");

    expect(stopped.exitCode).to.equal(1);
    expect(stopped.messages.join("\n")).to.include("remove its external connection before you give it upstreams");
    expect(done.exitCode, done.messages.join("\n")).to.equal(0);
    expect([...stopped.steps, ...done.steps].filter(({ op }) => /delete|replace/.test(op))).to.deep.equal([]);
    expect(clean.exitCode).to.equal(0);
    expect(identity()).to.deep.equal(before);
  });

  it("is not looked for in another account", async () => {
    await begin({ ...adopting, "aws:allowedAccountIds": ["210987654321"] });
    const before = identity();

    const { exitCode, messages } = await project.up("dev");

    expect(exitCode).to.equal(1);
    expect(messages.join("\n")).to.include("AWS account ID not allowed: 123456789012");
    expect(identity()).to.deep.equal(before);
  });

  it("can bring a store of its own, which is imported by hand once an update has stopped at it", async () => {
    await begin(adopting);
    const { codeartifact } = registry.account;
    disconnect();
    const { arn, createdTime } = codeartifact.repositories.create({ domain, repository: storeName });
    codeartifact.repositories.associateExternalConnection({
      domain,
      repository: storeName,
      externalConnection: connection,
    });
    const before = identity();

    const stopped = await project.up("dev");
    const imported = await project.run(
      ...["import", "aws:codeartifact/repository:Repository", `registry-${storeName}`, arn],
      ...["--parent", "registry=urn:pulumi:dev::package-registry::python-registry:index:PackageRegistry::registry"],
      ...["--generate-code=false", "--protect=false", "--stack", "dev", "--yes"],
    );
    const done = await project.up("dev");
    project.configure("dev", here);
    const clean = await project.preview("dev", "--expect-no-changes");

    expect(stopped.exitCode).to.equal(1);
    expect(stopped.messages.join("\n")).to.include("ConflictException: Repository already exists.");
    expect(imported.exitCode, imported.stdout + imported.stderr).to.equal(0);
    expect(done.exitCode, done.messages.join("\n")).to.equal(0);
    expect([...stopped.steps, ...done.steps].filter(({ op }) => /delete|replace/.test(op))).to.deep.equal([]);
    expect(clean.exitCode).to.equal(0);
    expect(codeartifact.repositories.describe({ domain, repository: storeName }).createdTime).to.equal(createdTime);
    expect(identity()).to.deep.equal(before);
  });
});
