import type { SandboxAccount } from "../../sandbox/account";
import { deploy, type Deployment } from "../../sandbox/pulumi/deployment";
import { EngineError, listStacks } from "../../sandbox/pulumi/stackFiles";
import { SettingsError } from "../../settings/errors";

/** A stack and the other stacks of its project. */
export interface StacksOfProject {
  readonly deployment: Deployment;
  readonly otherStacks: readonly Deployment[];
  /** Stacks that could not be deployed into the same account, and why. */
  readonly missing: readonly string[];
}

/**
 * Deploys a stack, then every other stack of the project into the same account: the hardest case for telling their roles
 * apart.
 *
 * @param account - the account to deploy into; by default one that an administrator has prepared
 * @throws SettingsError, EngineError where the stack itself cannot be deployed
 */
export async function deployWithOtherStacks(
  directory: string,
  stack: string,
  account?: SandboxAccount,
): Promise<StacksOfProject> {
  const deployment = await deploy({ directory, stack, account });
  const otherStacks: Deployment[] = [];
  const missing: string[] = [];
  for (const other of listStacks(directory).filter((name) => name !== stack)) {
    try {
      otherStacks.push(await deploy({ directory, stack: other, account: deployment.account }));
    } catch (error) {
      if (!(error instanceof EngineError || error instanceof SettingsError)) {
        throw error;
      }
      missing.push(`stack ${other} could not be deployed beside it: ${error.message}`);
    }
  }
  return { deployment, otherStacks, missing };
}
