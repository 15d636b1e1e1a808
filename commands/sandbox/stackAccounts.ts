import { existsSync } from "node:fs";
import { join } from "node:path";
import { deployJob } from "../../bootstrap/accountRoles";
import { parseSettings as parseBootstrapSettings } from "../../bootstrap/settings";
import { deployRoleName } from "../../naming/registryNames";
import { SandboxAccount } from "../../sandbox/account";
import type { KnownJob } from "../../sandbox/github/jobDescription";
import {
  accountIdOf,
  deploy,
  type Deployment,
  exampleAccount,
  prepareAccount,
  runProgram,
  withValues,
} from "../../sandbox/pulumi/deployment";
import type { DeployedResource } from "../../sandbox/pulumi/mockRuntime";
import { listStacks, readStackConfiguration } from "../../sandbox/pulumi/stackFiles";
import { parseSettings, type Settings } from "../../settings";
import { CommandError } from "../cli";

/** An account of the sandbox, with what is deployed into it. */
export interface StackAccount {
  readonly account: SandboxAccount;
  readonly deployments: readonly Deployment[];
  /** The jobs that deploy the stacks, with the roles that bootstrap makes for them. */
  readonly deployers: readonly KnownJob[];
  /** What the programs have made, for providers that take it over. */
  readonly resources: readonly DeployedResource[];
  readonly warnings: readonly string[];
}

/**
 * Deploys stacks into the accounts that their settings name, or else into one. In each, bootstrap's program runs first, for
 * the stacks that its files list.
 *
 * @param directory - of the project
 * @param accounts - numbers of accounts by stack, or one for all; a stack's settings decide where none is given
 * @throws CommandError where stacks of one account are in several regions, or a setting names another account
 */
export async function deployStacks(
  directory: string,
  stacks: readonly string[],
  accounts: ReadonlyMap<string, string> | string | undefined,
): Promise<readonly StackAccount[]> {
  const settings = new Map(
    stacks.map((stack) => [stack, parseSettings(readStackConfiguration(directory, stack).values, stack, directory)]),
  );
  const numbers = new Map([...settings].map(([stack, one]) => [stack, accountNumber(stack, one, accounts)]));
  const deployed: StackAccount[] = [];
  for (const accountId of new Set(numbers.values())) {
    const own = [...settings].filter(([stack]) => numbers.get(stack) === accountId);
    deployed.push(await deployInto(directory, accountId, own));
  }
  return deployed;
}

/** @throws CommandError */
function accountNumber(
  stack: string,
  settings: Settings,
  accounts: ReadonlyMap<string, string> | string | undefined,
): string {
  const set = accountIdOf(settings);
  const given = typeof accounts === "string" ? accounts : accounts?.get(stack);
  if (given !== undefined && set !== undefined && given !== set) {
    throw new CommandError(
      `--account gives ${given} for ${stack}, and Pulumi.${stack}.yaml names ${set}: leave it out`,
    );
  }
  return given ?? set ?? exampleAccount;
}

async function deployInto(
  directory: string,
  accountId: string,
  stacks: readonly (readonly [stack: string, settings: Settings])[],
): Promise<StackAccount> {
  const regions = new Set(stacks.map(([, { aws }]) => aws.region));
  const [region = ""] = regions;
  if (regions.size > 1) {
    const places = stacks.map(([stack, { aws }]) => `${stack} in ${aws.region}`).join(", ");
    throw new CommandError(
      `The sandbox serves one region of an account, and account ${accountId} has ${places}: ` +
        "run one sandbox for each region, each with a port of its own",
    );
  }
  const account = new SandboxAccount({ region, accountId });
  for (const [, settings] of stacks) {
    prepareAccount(settings, account);
  }
  const names = stacks.map(([stack]) => stack);
  const bootstrapped = await deployBootstrap(directory, account, names);
  const deployments: Deployment[] = [];
  for (const stack of names) {
    deployments.push(await deploy({ directory, stack, account }));
  }
  return {
    account,
    deployments,
    deployers: bootstrapped.deployers,
    resources: [...bootstrapped.resources, ...deployments.flatMap(({ resources }) => resources)],
    warnings: [...bootstrapped.warnings, ...deployments.flatMap(({ warnings }) => warnings)],
  };
}

type Bootstrapped = Pick<StackAccount, "deployers" | "resources" | "warnings">;

/** Runs bootstrap's program for those of the stacks that its files list, if there are any. */
async function deployBootstrap(
  directory: string,
  account: SandboxAccount,
  stacks: readonly string[],
): Promise<Bootstrapped> {
  const bootstrap = join(directory, "bootstrap");
  const files = existsSync(join(bootstrap, "Pulumi.yaml")) ? listStacks(bootstrap) : [];
  const deployers: KnownJob[] = [];
  const resources: DeployedResource[] = [];
  const warnings: string[] = [];
  for (const file of files) {
    const configuration = readStackConfiguration(bootstrap, file);
    const { environments, source } = parseBootstrapSettings(configuration.values, file);
    const own = environments.filter(({ name }) => stacks.includes(name));
    if (own.length > 0) {
      const refs = Object.fromEntries(own.map(({ name, ref }) => [name, ref]));
      const reduced = withValues(configuration, {
        "package-registry-bootstrap:environments": JSON.stringify(refs),
        ...(own.length === environments.length ? {} : { "package-registry-bootstrap:lambda": undefined }),
        ...namesWithin(
          configuration.values,
          own.map(({ name }) => name),
        ),
      });
      const run = await runProgram(bootstrap, reduced, account);
      resources.push(...run.resources);
      warnings.push(...run.warnings);
      deployers.push(
        ...own.map((environment) => ({
          ...deployJob(source, environment),
          kind: "deployer" as const,
          roleName: deployRoleName(environment.domain),
        })),
      );
    }
  }
  return { deployers, resources, warnings };
}

/** Bootstrap's settings that list environments, without those that are not there. */
function namesWithin(
  values: Readonly<Record<string, string>>,
  environments: readonly string[],
): Readonly<Record<string, string>> {
  const keys = ["sharedEnvironments", "deletableEnvironments"].map((name) => `package-registry-bootstrap:${name}`);
  return Object.fromEntries(
    keys.flatMap((key) => {
      const listed = values[key];
      return listed === undefined
        ? []
        : [[key, JSON.stringify((JSON.parse(listed) as string[]).filter((name) => environments.includes(name)))]];
    }),
  );
}
