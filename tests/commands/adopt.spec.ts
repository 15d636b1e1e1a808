import { expect } from "chai";
import {
  deletePackageVersions,
  putPackageOriginConfiguration,
} from "../../sandbox/codeartifact/packages/versionChanges";
import type { Deployment } from "../../sandbox/pulumi/deployment";
import { openSandbox, type Sandbox } from "../../sandbox/sandbox";
import { type Ended, runCommand } from "../support/commands/processes";
import { deployChanged } from "../support/deployments";
import { wheel } from "../support/sandbox/packages";
import { connection, domain, repository, templateRegistry, type TemplateRegistry } from "../support/templateRegistry";

const place = { domain, repository };
const usage = `--domain ${domain} --repository ${repository}`;

describe("adopt", () => {
  let registry: TemplateRegistry;
  let sandbox: Sandbox;
  let deployment: Deployment;

  before(async () => {
    deployment = await deployChanged({});
  });

  const open = async (retained: readonly string[] = []) => {
    registry = await templateRegistry(retained);
    const { account, store, index: publicIndex } = registry;
    sandbox = await openSandbox({ deployment: { ...deployment, account }, store, publicIndex });
  };
  const adopt = (...options: readonly string[]): Promise<Ended> => {
    const { accessKeyId, secretAccessKey, sessionToken } = sandbox.context.sts.administrator();
    return runCommand("adopt", options, {
      environment: {
        AWS_ENDPOINT_URL: sandbox.address,
        AWS_EC2_METADATA_DISABLED: "true",
        AWS_ACCESS_KEY_ID: accessKeyId,
        AWS_SECRET_ACCESS_KEY: secretAccessKey,
        AWS_SESSION_TOKEN: sessionToken,
      },
    });
  };
  const there = (one: string) => new RegExp(`^  ${one} +there +taken over$`, "m");

  afterEach(() => sandbox.close());

  it("says of the template's registry what is taken over, what is made, and what is to be done before", async () => {
    await open(["requests 2.32.0"]);

    const { exitCode, stdout, stderr } = await adopt("--stack", "dev");

    expect(stderr).to.equal("");
    expect(exitCode).to.equal(0);
    expect(stdout.replaceAll(/(?<=\S) {2,}/g, "  ")).to.equal(
      [
        `${domain} in us-east-1, account 123456789012`,
        `  domain ${domain}  there  taken over`,
        `  repository ${repository}  there  taken over`,
        "  repository pypi-store  missing  made by the update",
        "  package group /pypi//orb~  missing  made by the update",
        "  package group /pypi/*  missing  made by the update",
        "2 packages, 1 of them under names that are not public:",
        "  orb-common  2 published here  none from outside",
        "",
        "Before pulumi up",
        `  ${repository} is connected to ${connection} itself, and can have no upstream while it is.`,
        `    aws codeartifact disassociate-external-connection ${usage} --external-connection ${connection}`,
        "  Pulumi.dev.yaml says whose registry it is, and that it is taken over.",
        '    aws:allowedAccountIds: ["123456789012"]',
        "    package-registry:adopt: true",
        "",
      ].join("\n"),
    );
  });

  it("asks AWS for nothing but to tell", async () => {
    await open(["requests 2.32.0"]);

    await adopt("--stack", "dev");

    const actions = new Set(sandbox.context.decisions.entries().map(({ action }) => action));
    expect([...actions].sort()).to.deep.equal([
      "codeartifact:DescribeDomain",
      "codeartifact:DescribeRepository",
      "codeartifact:ListPackageGroups",
      "codeartifact:ListPackageVersions",
      "codeartifact:ListPackages",
      "codeartifact:ListRepositoriesInDomain",
    ]);
  });

  it("ends with 1 where a private name has a public version, and gives the line that takes it away", async () => {
    await open(["orb-models 0.9.0", "orbit 3.0.0"]);

    const { exitCode, stdout } = await adopt("--stack", "dev");

    expect(exitCode).to.equal(1);
    expect(stdout).to.match(/^ {2}orb-models +0 published here +1 from outside$/m);
    expect(stdout).to.include(
      `\nIn the way\n  orb-models 0.9.0 came from outside, under a name that is not public. Anyone who asked for orb-models may have ` +
        `it: find out where it is installed, then delete it.\n    aws codeartifact delete-package ${usage} --format pypi ` +
        `--package orb-models\n`,
    );
    expect(stdout).not.to.include("orbit");
    expect(stdout).not.to.include("Before pulumi up");
  });

  it("keeps what was published beside a public version, and has the name open for publishers again", async () => {
    await open(["orb-models 0.9.0", "orb-models 0.9.1"]);
    const { packages } = registry;
    await putPackageOriginConfiguration(packages, place, "orb-models", { publish: "ALLOW", upstream: "BLOCK" });
    await packages.publish(place, "orb-models", wheel("orb-models", "1.0.0"));

    const { exitCode, stdout } = await adopt("--stack", "dev");

    expect(exitCode).to.equal(1);
    expect(stdout).to.match(/^ {2}orb-models +1 published here +2 from outside$/m);
    expect(stdout).to.match(
      /\n {4}aws codeartifact delete-package-versions .* --package orb-models --versions 0\.9\.[01] 0\.9\.[01]\n {4}aws codeartifact put-package-origin-configuration .* --package orb-models --restrictions publish=ALLOW,upstream=BLOCK\n/,
    );
  });

  it("opens a private name for publishers whose public versions are gone already", async () => {
    await open(["orb-models 0.9.0"]);
    await deletePackageVersions(registry.packages, place, "orb-models", { versions: ["0.9.0"] });

    const { exitCode, stdout } = await adopt("--stack", "dev");

    expect(exitCode).to.equal(0);
    expect(stdout).to.include(
      `\nBefore pulumi up\n  orb-models is private, and its own setting blocks publishing.\n    aws codeartifact ` +
        `put-package-origin-configuration ${usage} --format pypi --package orb-models --restrictions publish=ALLOW,upstream=BLOCK\n`,
    );
  });

  it("tells of a package that was published under a name that the settings leave public", async () => {
    await open();
    await registry.packages.publish(place, "legacy-tool", wheel("legacy-tool", "1.0.0"));

    const { exitCode, stdout } = await adopt("--stack", "dev");

    expect(exitCode).to.equal(0);
    expect(stdout).to.include(
      "\nnote: legacy-tool can be published today, and cannot once the package groups exist, because no entry of " +
        "origins.private covers it. If it is yours, add it there and to packages.\n",
    );
    expect(stdout).not.to.include("note: orb-common");
  });

  it("ends with 1 where a store or a package group exists that the stack would make", async () => {
    await open();
    const { codeartifact } = registry.account;
    codeartifact.repositories.create({ domain, repository: "pypi-store" });
    codeartifact.packageGroups.create({ domain, packageGroup: "/pypi//orb~" });
    codeartifact.packageGroups.create({ domain, packageGroup: "/npm/*" });

    const { exitCode, stdout } = await adopt("--stack", "dev");

    expect(exitCode).to.equal(1);
    expect(stdout).to.match(there(`domain ${domain}`));
    expect(stdout).to.match(/^ {2}repository pypi-store +there +in the way$/m);
    expect(stdout).to.match(/^ {2}package group \/pypi\/\/orb~ +there +in the way$/m);
    expect(stdout).to.match(/^ {2}package group \/pypi\/\* +missing +made by the update$/m);
    expect(stdout).to.include(
      `\n    aws codeartifact delete-package-group --domain ${domain} --package-group '/pypi//orb~'\n`,
    );
    expect(stdout).to.include('Import it by hand: docs/migration.md, "What else exists already".\n');
  });

  it("ends with 1 where there is no such domain or repository, because then the stack makes its own", async () => {
    await open();
    const { codeartifact } = registry.account;
    codeartifact.repositories.delete(place);
    const without = await adopt("--stack", "dev");
    codeartifact.domains.delete({ domain });
    const nothing = await adopt("--stack", "dev");

    for (const [{ exitCode, stdout }, missing] of [
      [without, `repository ${repository} in ${domain}`],
      [nothing, `domain ${domain}`],
    ] as const) {
      expect(exitCode).to.equal(1);
      expect(stdout).to.include(
        `In the way\n  There is no ${missing}, so there is nothing to take over: leave adopt out, and the stack makes its own.\n`,
      );
    }
    expect(without.stdout).to.match(there(`domain ${domain}`));
    expect(nothing.stdout).to.match(new RegExp(`^  domain ${domain} +missing +made by the update$`, "m"));
  });

  it("ends with 2 where AWS does not answer, which is not the same as that nothing is there", async () => {
    await open();
    const { accessKeyId } = sandbox.context.sts.administrator();

    const { exitCode, stdout, stderr } = await runCommand("adopt", ["--stack", "dev"], {
      environment: {
        AWS_ENDPOINT_URL: sandbox.address,
        AWS_EC2_METADATA_DISABLED: "true",
        AWS_ACCESS_KEY_ID: accessKeyId,
        AWS_SECRET_ACCESS_KEY: "not-the-secret",
      },
    });

    expect(exitCode).to.equal(2);
    expect(stdout).to.equal("");
    expect(stderr).to.match(new RegExp(`^error: Could not look: domain ${domain}: \\w+: .+\\n$`));
    expect((await adopt("--stack", "dev")).exitCode).to.equal(0);
  });

  it("takes a stack, and says how it is called without one", async () => {
    await open();

    const { exitCode, stderr } = await adopt();

    expect(exitCode).to.equal(2);
    expect(stderr).to.match(/^error: --stack is missing: .*\nSee npm run adopt -- --help\n$/);
  });
});
