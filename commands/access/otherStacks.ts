import { deploy, type Deployment } from "../../sandbox/pulumi/deployment";
import { EngineError } from "../../sandbox/pulumi/engineError";
import { listStacks } from "../../sandbox/pulumi/stackFiles";
import { SettingsError } from "../../settings/errors";

/** A stack with the project's other stacks beside it. */
export interface StacksOfProject {
  readonly deployment: Deployment;
  readonly siblings: readonly Deployment[];
  /** Stacks that could not be put beside it, and why. */
  readonly missing: readonly string[];
}

/**
 * Deploys a stack, then every other stack of the project into the same account: the hardest case for telling their roles
 * apart.
 *
 * @throws SettingsError, EngineError where the stack itself cannot be deployed
 */
export async function deployWithSiblings(directory: string, stack: string): Promise<StacksOfProject> {
  const deployment = await deploy({ directory, stack });
  const siblings: Deployment[] = [];
  const missing: string[] = [];
  for (const sibling of listStacks(directory).filter((name) => name !== stack)) {
    try {
      siblings.push(await deploy({ directory, stack: sibling, cloud: deployment.cloud }));
    } catch (error) {
      if (!(error instanceof EngineError || error instanceof SettingsError)) {
        throw error;
      }
      missing.push(`stack ${sibling} could not be deployed beside it: ${error.message}`);
    }
  }
  return { deployment, siblings, missing };
}
