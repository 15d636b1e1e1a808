import { cpSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { lambdaDeployPolicy } from "../../../bootstrap/permissions/lambda";
import { parseSettings } from "../../../bootstrap/settings";
import { accountOf } from "../../../bootstrap/targets";
import { trustPolicy } from "../../../iam/trust";
import type { SandboxAccount } from "../../../sandbox/account";
import { AwsError } from "../../../sandbox/core/awsError";
import { functionReference } from "../../../sandbox/lambda/names";
import { readStackConfiguration } from "../../../sandbox/pulumi/stackFiles";
import { projectDirectory } from "../deployments";
import { exampleProject } from "../exampleProject";
import { addFunctions } from "../sandbox/lambdaSandbox";
import { planFunctions, planLayers } from "./planRepository";
import { environments, type Registries, repository } from "./registries";

/** What a person writes into bootstrap's stack file, so that the workflow may deploy. */
export const lambdaSetting = `  package-registry-bootstrap:lambda:
    repository: ${repository}
    repositoryId: 700000001
    ownerId: 700000002
    branches:
      staging: refs/heads/main
      prod: refs/heads/main
    layers:
${planLayers.map((layer) => `      - orb-integration-hub-{environment}-${layer}\n`).join("")}    functions:
${planFunctions.map((one) => `      - orb-integration-hub-{environment}-${one}\n`).join("")}`;

/** A copy of the example project whose bootstrap lets the workflow deploy. */
export function writeLambdaProject(target: string): void {
  cpSync(exampleProject, target, { recursive: true });
  symlinkSync(join(projectDirectory, "node_modules"), join(target, "node_modules"));
  const file = join(target, "bootstrap/Pulumi.account.yaml");
  writeFileSync(file, readFileSync(file, "utf8") + lambdaSetting);
}

/** Makes the team's functions in each account, and the roles that bootstrap makes by the project's settings. */
export async function prepareLambda({ of }: Registries, project: string): Promise<void> {
  const { values } = readStackConfiguration(join(project, "bootstrap"), "account");
  const { lambda, issuer } = parseSettings(values, "account");
  for (const environment of environments) {
    const { account } = of[environment].context;
    await addFunctions(
      account,
      planFunctions.map((key) => ({ name: `orb-integration-hub-${environment}-${key}` })),
    );
    const deployer = lambda?.deployers.find((one) => one.environment === environment);
    const provider = account.iam.oidcProviders.list()[0]?.arn ?? "";
    if (deployer !== undefined) {
      const { roleName, job, targets } = deployer;
      const trust = trustPolicy(job, issuer, provider);
      const permissions = lambdaDeployPolicy(accountOf(provider, account.region), targets);
      account.iam.roles.create({ roleName, assumeRolePolicyDocument: JSON.stringify(trust) });
      account.iam.roles.putPolicy({ roleName, policyName: "permissions", policyDocument: JSON.stringify(permissions) });
    }
  }
}

/** The version behind a function's alias `live` and its layers, by name and version; nothing if there is no such alias. */
export function liveVersion(account: SandboxAccount, name: string) {
  try {
    const { functions } = account.lambda;
    const { functionVersion: version } = functions.aliases(functionReference(account, name)).get("live");
    const { settings } = functions.get(functionReference(account, name, version));
    return { version, layers: settings.layers.map(({ arn }) => arn.split(":layer:")[1]) };
  } catch (error) {
    if (error instanceof AwsError) {
      return undefined;
    }
    throw error;
  }
}
