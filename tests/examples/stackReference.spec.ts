import { cpSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { decide } from "../../sandbox/authorization";
import { projectDirectory } from "../support/deployments";
import { describePulumi } from "../support/describePulumi";
import { PulumiProject } from "../support/pulumiProject";

const roleName = "orb-integration-hub-lambda-build-dev";
const readerPolicy = "arn:aws:iam::123456789012:policy/orb-integration-hub-dev-codeartifact-reader-1e5ae495";
const repository = "arn:aws:codeartifact:us-east-1:123456789012:repository/orb-integration-hub-dev/python-packages";

describePulumi("examples/stack-reference", (cli) => {
  let registry: PulumiProject;
  let directory: string;

  before(async () => {
    registry = new PulumiProject(cli);
    directory = mkdtempSync(join(tmpdir(), "stack-reference-"));
    cpSync(join(projectDirectory, "examples/stack-reference"), directory, { recursive: true });
    symlinkSync(join(projectDirectory, "node_modules"), join(directory, "node_modules"));
    // The build's role, which exists already.
    registry.account.iam.roles.create({
      roleName,
      assumeRolePolicyDocument: JSON.stringify({
        Version: "2012-10-17",
        Statement: { Effect: "Allow", Principal: { Service: "codebuild.amazonaws.com" }, Action: "sts:AssumeRole" },
      }),
    });
    await registry.init("dev");
    const { exitCode, stderr } = await registry.up("dev");
    expect(exitCode, stderr).to.equal(0);
  });

  after(() => {
    registry.close();
    rmSync(directory, { recursive: true });
  });

  const run = (...args: readonly string[]) => registry.runIn(directory, ...args);
  const attached = () => registry.account.iam.policies.attached({ roleName }).map(({ policyArn }) => policyArn);
  const mayRead = () =>
    decide(
      registry.account,
      { arn: `arn:aws:iam::123456789012:role/${roleName}` },
      "codeartifact:ReadFromRepository",
      repository,
    ).outcome === "allowed";

  it("lets the build's role read the registry, and hands the build its address", async () => {
    expect([attached(), mayRead()]).to.deep.equal([[], false]);

    await run("stack", "init", "dev");
    const up = await run("up", "--stack", "dev", "--yes", "--skip-preview", "--json");
    const output = await run("stack", "output", "--stack", "dev", "--json");

    expect(up.exitCode, up.stderr).to.equal(0);
    expect(up.steps.map(({ op, name }) => `${op} ${name}`)).to.deep.equal(["create read-registry"]);
    expect([attached(), mayRead()]).to.deep.equal([[readerPolicy], true]);
    expect(JSON.parse(output.stdout)).to.deep.equal({
      environmentVariables: [
        { name: "REGISTRY_DOMAIN", value: "orb-integration-hub-dev" },
        { name: "REGISTRY_OWNER", value: "123456789012" },
        {
          name: "REGISTRY_ENDPOINT",
          value:
            "https://orb-integration-hub-dev-123456789012.d.codeartifact.us-east-1.amazonaws.com/pypi/python-packages/",
        },
      ],
    });
  });

  it("changes nothing the second time", async () => {
    const { exitCode, steps } = await run("preview", "--stack", "dev", "--json", "--expect-no-changes");

    expect([exitCode, steps]).to.deep.equal([0, []]);
  });

  it("takes the policy that the registry has made in place of the old one, and reads all the time", async () => {
    const [before] = registry.account.iam.policies.list().map(({ arn }) => arn);
    registry.configure("dev", { tokenLifetime: 1800 });
    const conflict = await registry.up("dev");
    const [, after] = registry.account.iam.policies.list().map(({ arn }) => arn);
    expect(conflict.exitCode).to.equal(1);
    expect(conflict.messages.join("\n")).to.include(
      `deleting IAM Policy (${before!}): DeleteConflict: Cannot delete a policy attached to entities.`,
    );
    expect(attached()).to.deep.equal([before]);

    const reading = new Set<boolean>();
    registry.hooks = {
      after: () => {
        reading.add(mayRead());
      },
    };
    const moved = await run("up", "--stack", "dev", "--yes", "--skip-preview", "--json");
    expect(moved.exitCode, moved.stderr).to.equal(0);
    expect(attached()).to.deep.equal([after]);
    expect([...reading]).to.deep.equal([true]);

    expect((await registry.up("dev")).exitCode).to.equal(0);
    expect(registry.account.iam.policies.list().map(({ arn }) => arn)).to.deep.equal([after]);
    registry.configure("dev");
    expect((await registry.up("dev")).exitCode).to.equal(1);
    await run("up", "--stack", "dev", "--yes", "--skip-preview", "--json");
    expect((await registry.up("dev")).exitCode).to.equal(0);
    expect(attached()).to.deep.equal([readerPolicy]);
  });

  it("ends its preview where the registry's stack has no such output, and says which, and changes nothing", async () => {
    await registry.init("staging");
    await run("config", "set", "--stack", "dev", "registryStack", "organization/package-registry/staging");
    const { exitCode, messages } = await run("preview", "--stack", "dev", "--json");

    expect(exitCode).not.to.equal(0);
    expect(messages.join("\n")).to.include(
      "Required output 'readerPolicyArn' does not exist on stack 'organization/package-registry/staging'.",
    );
    expect(attached()).to.deep.equal([readerPolicy]);
  });

  it("takes the right away again when it is destroyed, and leaves role and policy", async () => {
    await run("config", "set", "--stack", "dev", "registryStack", "organization/package-registry/dev");
    const { exitCode, stderr } = await run("destroy", "--stack", "dev", "--yes", "--skip-preview", "--json");

    expect(exitCode, stderr).to.equal(0);
    expect([attached(), mayRead()]).to.deep.equal([[], false]);
    expect(registry.account.iam.policies.get({ policyArn: readerPolicy }).policyName).to.match(/-reader-1e5ae495$/);
  });
});
