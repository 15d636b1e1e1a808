import { createRequire } from "node:module";
import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { ofType, record, valueOf } from "../support/mocks";
import { configurationOf, lambda } from "../support/bootstrap/account";

type Outputs = Readonly<Record<string, pulumi.Output<unknown>>>;

const program = createRequire(__filename)("../../bootstrap/index.ts") as () => Promise<Outputs>;

describe("the bootstrap program", () => {
  async function run(changes: Readonly<Record<string, unknown>> = {}) {
    const { result, resources, warnings } = await record(() => {
      pulumi.runtime.setAllConfig(configurationOf(changes));
      return program();
    });
    const outputs = Object.entries(result).map(async ([name, output]) => [name, await valueOf(output)] as const);
    return { resources, warnings, outputs: Object.fromEntries(await Promise.all(outputs)) };
  }

  it("makes the provider, one role that previews, and for each environment a role, its boundary and its inspection", async () => {
    const { resources, warnings } = await run();

    expect(resources.filter(({ custom }) => custom).map(({ type, name }) => `${type} ${name}`)).to.have.members([
      "aws:iam/openIdConnectProvider:OpenIdConnectProvider github",
      ...["dev", "staging", "prod"].flatMap((stack) => [
        `aws:iam/policy:Policy ${stack}-boundary`,
        `aws:iam/policy:Policy ${stack}-inspection`,
        `aws:iam/role:Role ${stack}-deploy-role`,
        `aws:iam/rolePolicy:RolePolicy ${stack}-deploy-permissions`,
        `aws:iam/rolePolicyAttachment:RolePolicyAttachment ${stack}-deploy-inspection-attachment`,
        `aws:iam/rolePolicyAttachment:RolePolicyAttachment preview-${stack}-attachment`,
      ]),
      "aws:iam/role:Role preview-role",
    ]);
    expect(warnings).to.deep.equal([]);
  });

  it("tells what GitHub's variables and the stack files are to hold", async () => {
    const { outputs } = await run({ environments: { staging: "refs/heads/main", prod: "refs/heads/main" } });
    const arn = (resource: string) => `arn:aws:iam::111122223333:${resource}`;

    expect(outputs).to.deep.equal({
      oidcProviderArn: arn("oidc-provider/token.actions.githubusercontent.com"),
      previewRoleArn: arn("role/orb-integration-hub-preview"),
      deployRoleArns: {
        staging: arn("role/orb-integration-hub-staging-deploy"),
        prod: arn("role/orb-integration-hub-prod-deploy"),
      },
      permissionsBoundaryArns: {
        staging: arn("policy/orb-integration-hub-staging-boundary"),
        prod: arn("policy/orb-integration-hub-prod-boundary"),
      },
      lambdaDeployerRoleArns: {},
    });
  });

  it("makes a role for each environment whose layers and functions are deployed, and tells its ARN", async () => {
    const { resources, outputs } = await run({ lambda });

    expect(outputs.lambdaDeployerRoleArns).to.deep.equal({
      dev: "arn:aws:iam::111122223333:role/orb-integration-hub-dev-lambda-deployer",
      prod: "arn:aws:iam::111122223333:role/orb-integration-hub-prod-lambda-deployer",
    });
    expect(ofType(resources, "aws:iam/role:Role").map(({ name }) => name)).to.include.members([
      "dev-lambda-deployer-role",
      "prod-lambda-deployer-role",
    ]);
  });

  it("warns of every role that admits no one yet", async () => {
    const { warnings } = await run({ repositoryId: 0 });

    expect(warnings.map((line) => /(orb-[\w-]+) admits no one yet/.exec(line)?.[1])).to.have.members([
      "orb-integration-hub-dev-deploy",
      "orb-integration-hub-staging-deploy",
      "orb-integration-hub-prod-deploy",
      "orb-integration-hub-preview",
    ]);
  });

  it("warns of a region that has no CodeArtifact, and of no other", async () => {
    expect((await run({ "aws:region": "us-west-1" })).warnings).to.have.length(1);
    expect((await run({ "aws:region": "us-west-1" })).warnings[0]).to.match(
      /aws:region: CodeArtifact has no endpoint in us-west-1 by AWS's list of 2026-11-28\. /,
    );
    expect((await run({ "aws:region": "us-west-2" })).warnings).to.deep.equal([]);
  });

  it("tags what it makes, so that no deploy role takes it for the registry's own", async () => {
    const { resources } = await run();
    const made = [...ofType(resources, "aws:iam/role:Role"), ...ofType(resources, "aws:iam/policy:Policy")];

    expect(made).to.have.length(10);
    expect(made.map(({ inputs }) => inputs.tags)).to.deep.equal(
      made.map(() => ({ Project: "integration-hub", ManagedBy: "pulumi" })),
    );
  });
});
