import { join } from "node:path";
import type { LambdaDeployer } from "../../bootstrap/lambdaSettings";
import { parseSettings } from "../../bootstrap/settings";
import { SandboxAccount } from "../../sandbox/account";
import { deploy, type Deployment, runProgram, withValues } from "../../sandbox/pulumi/deployment";
import { readStackConfiguration, type StackConfiguration } from "../../sandbox/pulumi/stackFiles";
import { audience, githubIssuer } from "../../iam/trust";

/** An account that bootstrap has prepared, with its stacks deployed into it. */
export interface DeployedAccount {
  readonly account: SandboxAccount;
  readonly deployments: readonly Deployment[];
  /** Domains of the stacks whose deployments write policies that let other accounts in. */
  readonly sharing: readonly string[];
  /** What the roles that deploy Lambda layers and functions are named for. */
  readonly lambda: readonly LambdaDeployer[];
  /** What does not fit between bootstrap and the stacks. */
  readonly warnings: readonly string[];
}

/** What an account is to differ in from its files. */
export interface AccountVariant {
  /**
   * Whether the registry's roles have the boundary. They lack it where a stack was deployed before bootstrap ran.
   * @default true
   */
  readonly bounded?: boolean;
  /** Values of bootstrap that replace those of its stack file, by their keys with namespace. @default - none */
  readonly bootstrap?: Readonly<Record<string, string | undefined>>;
  /** The same of every stack. @default - none */
  readonly stacks?: Readonly<Record<string, string | undefined>>;
}

/** AWS's own example of an account's number, where no file names one. */
const exampleAccount = "123456789012";

/**
 * Runs bootstrap, then every stack that it lists, each unmodified, in one modelled account.
 *
 * @param directory - of the project
 * @param bootstrapStack - as in bootstrap/Pulumi.NAME.yaml
 * @throws SettingsError, EngineError for files that are wrong
 */
export async function deployAccount(
  directory: string,
  bootstrapStack: string,
  { bounded = true, bootstrap = {}, stacks = {} }: AccountVariant = {},
): Promise<DeployedAccount> {
  const bootstrapDirectory = join(directory, "bootstrap");
  const configuration = withValues(readStackConfiguration(bootstrapDirectory, bootstrapStack), bootstrap);
  const setting = (key: string) => configuration.values[`package-registry-bootstrap:${key}`];
  const account = new SandboxAccount({
    region: configuration.values["aws:region"],
    accountId: accountIdOf(configuration),
  });
  account.iam.oidcProviders.create({
    url: `https://${githubIssuer(setting("githubEnterprise"))}`,
    clientIDList: [audience],
  });
  const { outputs } = await runProgram(bootstrapDirectory, configuration, account);
  const boundaries = outputs.permissionsBoundaryArns as Readonly<Record<string, string>>;

  const shared = JSON.parse(setting("sharedEnvironments") ?? "[]") as readonly string[];
  const deployments: Deployment[] = [];
  for (const stack of Object.keys(JSON.parse(setting("environments") ?? "{}") as object)) {
    makeNamedKey(account, { ...readStackConfiguration(directory, stack).values, ...stacks });
    const values = { "package-registry:permissionsBoundary": bounded ? boundaries[stack] : undefined, ...stacks };
    deployments.push(await deploy({ directory, stack, account, values }));
  }
  return {
    account,
    deployments,
    lambda: parseSettings(configuration.values, bootstrapStack).lambda?.deployers ?? [],
    sharing: deployments.filter(({ stack }) => shared.includes(stack)).map(({ settings }) => settings.domain),
    warnings: deployments
      .filter(({ stack, settings }) => settings.otherAccounts !== undefined && !shared.includes(stack))
      .map(
        ({ stack }) =>
          `${stack} shares with other accounts, but its deploy role may not write the policies for it. ` +
          `Add ${stack} to package-registry-bootstrap:sharedEnvironments in bootstrap/Pulumi.${bootstrapStack}.yaml.`,
      ),
  };
}

function accountIdOf({ values }: StackConfiguration): string {
  return /\d{12}/.exec(values["aws:allowedAccountIds"] ?? "")?.[0] ?? exampleAccount;
}

/** A key that a stack names exists before the stack does. */
function makeNamedKey(account: SandboxAccount, values: Readonly<Record<string, string | undefined>>): void {
  const [, keyId] = /^arn:.*:key\/(.+)$/.exec(values["package-registry:encryption"] ?? "") ?? [];
  if (keyId !== undefined && account.kms.find(keyId) === undefined) {
    account.kms.createKey({ keyId, description: "Made before the stack." });
  }
}
