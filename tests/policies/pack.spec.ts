import { expect } from "chai";
import { describePulumi } from "../support/describePulumi";
import { type PackConfig, PolicyProject, type PolicyRun, type Violation } from "../support/policies/policyProject";

const boundaryArn = "arn:aws:iam::123456789012:policy/wheels-boundary";

const audit = { retentionDays: 365 };

/** What blocks a deployment, as `RULE RESOURCE`. */
function blocked({ violations }: PolicyRun): readonly string[] {
  return violations.filter(({ level }) => level === "mandatory").map(({ rule, resource }) => `${rule} ${resource}`);
}

function messageOf({ violations }: PolicyRun, rule: string, resource: string): string | undefined {
  return violations.find((one: Violation) => one.rule === rule && one.resource === resource)?.message;
}

describePulumi("the policy pack before the real engine", (cli) => {
  let project: PolicyProject;

  beforeEach(() => {
    project = new PolicyProject(cli);
  });

  afterEach(() => {
    project.close();
  });

  const preview = async (stack: string, program: string | undefined, config?: PackConfig) => {
    await project.init(stack, {}, "prod");
    if (program !== undefined) {
      project.useProgram(program);
    }
    return project.previewWithPack(stack, config);
  };

  it("stops a team's production stack that breaks each rule, and names every violation", async () => {
    const run = await preview("prod-eu", "policies/breaking.ts");

    expect(run.exitCode).to.not.equal(0);
    expect(blocked(run), run.messages.join("\n")).to.deep.equal([
      "audit-in-production wheels",
      "boundary-on-every-role release",
      "exact-github-trust release",
      "no-publish-on-wildcard-package release-permissions",
      "no-publish-on-wildcard-package release-permissions",
      "no-token-in-state package-registry-prod-eu",
      "no-wildcard-principal sharing",
      "only-store-is-connected index",
      "only-store-is-connected mirror",
      "protected-in-production index",
      "protected-in-production wheels",
    ]);
  });

  it("lets a team's production stack pass that keeps each rule", async () => {
    const run = await preview("prod-eu", "policies/keeping.ts");

    expect([run.exitCode, run.violations], run.messages.join("\n")).to.deep.equal([0, []]);
  });

  it("names each violation of the original plan", async () => {
    const run = await preview("prod", "originalPlan/codeartifact.ts");

    expect(run.exitCode).to.not.equal(0);
    expect(blocked(run), run.messages.join("\n")).to.deep.equal([
      "audit-in-production CodeArtifactDomain",
      "boundary-on-every-role CodeArtifactPublisherRole",
      "exact-github-trust CodeArtifactPublisherRole",
      "no-publish-on-wildcard-package CodeArtifactPublishPolicy",
      "only-store-is-connected CodeArtifactRepository",
      "protected-in-production CodeArtifactDomain",
      "protected-in-production CodeArtifactRepository",
    ]);
    expect(messageOf(run, "exact-github-trust", "CodeArtifactPublisherRole")).to.include(
      'token.actions.githubusercontent.com:sub is compared by StringLike "repo:orb-integration-hub/*:*"',
    );
    expect(messageOf(run, "no-publish-on-wildcard-package", "CodeArtifactPublishPolicy")).to.include(
      "statement 1 allows codeartifact:PublishPackageVersion on *",
    );
  });

  it("lets this project's production stack pass, and says what a first preview cannot know", async () => {
    await project.init("prod", { permissionsBoundary: boundaryArn, audit });
    const run = await project.previewWithPack("prod");

    expect([run.exitCode, blocked(run)], run.stderr).to.deep.equal([0, []]);
    expect(
      run.violations.map(({ rule, resource, message }) => [rule, resource, /can't run policy/.test(message)]),
    ).to.deep.equal([
      ["no-publish-on-wildcard-package", "registry-publisher-permissions", true],
      ["no-publish-on-wildcard-package", "registry-read-policy", true],
      ["no-publish-on-wildcard-package", "registry-reader-lambda-layers-read-attachment", true],
      ["only-store-is-connected", "registry-publisher-permissions", true],
      ["only-store-is-connected", "registry-read-policy", true],
    ]);
  });

  it("decides an update with all that is known, and makes nothing of a resource that breaks a rule", async () => {
    await project.init("prod", { permissionsBoundary: boundaryArn, audit });
    const up = await project.upWithPack("prod");
    project.useProgram("policies/breaking.ts");
    await project.init("prod-eu", {}, "prod");
    const stopped = await project.upWithPack("prod-eu");

    expect([up.exitCode, up.violations], up.stderr).to.deep.equal([0, []]);
    expect(stopped.exitCode).to.not.equal(0);
    expect(project.account.codeartifact.domains.list().map(({ name }) => name)).to.deep.equal([
      "orb-integration-hub-prod",
    ]);
  });

  it("gives a role without a boundary the one of its configuration, at the level remediate", async () => {
    const config = { "boundary-on-every-role": { enforcementLevel: "remediate", boundary: boundaryArn } };
    await project.init("prod", { protect: true, audit });
    const run = await project.upWithPack("prod", config);

    expect([run.exitCode, run.violations], run.messages.join("\n")).to.deep.equal([0, []]);
    const roles = project.account.iam.roles.list();
    expect(roles.map(({ permissionsBoundary }) => permissionsBoundary)).to.deep.equal([boundaryArn, boundaryArn]);
  });
});
