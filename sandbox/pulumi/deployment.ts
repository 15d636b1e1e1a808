import * as pulumi from "@pulumi/pulumi";
import { setImmediate as nextTurn } from "node:timers/promises";
import { audience } from "../../iam/trust";
import { parseSettings, type Settings } from "../../settings";
import { SandboxAccount } from "../account";
import { type DeployedResource, loadProgram, observeRegistrations, runOnMockRuntime } from "./mockRuntime";
import { callFunction, makeResource } from "./provider/provider";
import { EngineError, readStackConfiguration, type StackConfiguration } from "./stackFiles";

/** A stack after its program has run. */
export interface Deployment extends ProgramRun {
  readonly project: string;
  readonly stack: string;
  readonly settings: Settings;
  /** The account that everything was made in. */
  readonly account: SandboxAccount;
}

/** What is deployed, and where. */
interface DeployOptions {
  /** The folder of Pulumi.yaml. */
  readonly directory: string;
  readonly stack: string;
  /**
   * The account to deploy into, which other stacks may share.
   * @default - an account that an administrator has prepared
   */
  readonly account?: SandboxAccount;
  /**
   * Values that replace those of the files, by their keys with namespace; undefined removes one.
   * @default - none
   */
  readonly values?: Readonly<Record<string, string | undefined>>;
}

/** What a program has registered once it has run, and what it exports. */
export interface ProgramRun {
  /** In the order in which they were registered; the stack itself comes first. */
  readonly resources: readonly DeployedResource[];
  readonly outputs: Readonly<Record<string, unknown>>;
  /** What the program warned of. */
  readonly warnings: readonly string[];
}

/**
 * Runs a stack's program, unmodified, in this process on Pulumi's mock runtime: every resource is made in the sandbox,
 * which rejects what AWS would reject.
 *
 * @throws SettingsError for settings that are wrong
 * @throws EngineError for files that cannot be read, and naming every resource that was rejected
 */
export async function deploy({ directory, stack, account: shared, values = {} }: DeployOptions): Promise<Deployment> {
  const configuration = withValues(readStackConfiguration(directory, stack), values);
  const settings = parseSettings(configuration.values, stack, directory);
  const account = shared ?? prepareAccount(settings);
  const run = await runProgram(directory, configuration, account);
  return { project: configuration.project, stack, settings, ...run, account };
}

/**
 * Runs any Pulumi program on the mock runtime, and makes what it registers in the sandbox.
 *
 * @param directory - of the program's Pulumi.yaml
 * @throws EngineError naming every resource that was rejected
 */
export async function runProgram(
  directory: string,
  configuration: StackConfiguration,
  account: SandboxAccount,
): Promise<ProgramRun> {
  const failures = new Failures();
  process.on("unhandledRejection", failures.end);
  try {
    const { result, warnings } = await runOnMockRuntime(
      directory,
      configuration,
      {
        newResource: ({ type, name, inputs, custom, id }) =>
          custom === true
            ? failures.ask(`${name} (${type})`, () => makeResource(account, { type, name, inputs, importId: id }))
            : { id, state: inputs as object },
        call: ({ token, inputs }) => failures.ask(token, () => callFunction(account, token, inputs)),
      },
      async () => {
        const registrations = observeRegistrations();
        const program = pulumi.runtime.runInPulumiStack(() => failures.load(() => loadProgram(directory)));
        const outputs = await Promise.race([program, failures.failed]);
        await Promise.race([pulumi.runtime.disconnect(), failures.failed]);
        return { resources: registrations(), outputs: outputs as Readonly<Record<string, unknown>> };
      },
    );
    return { ...result, warnings };
  } finally {
    // What waits for the output in which a program throws is rejected with it, some of it after the program: Node reports each by the
    // next turn of the event loop.
    await nextTurn();
    process.off("unhandledRejection", failures.end);
  }
}

/** A stack's configuration with some values replaced or removed. */
export function withValues(
  configuration: StackConfiguration,
  values: Readonly<Record<string, string | undefined>>,
): StackConfiguration {
  const merged = Object.entries({ ...configuration.values, ...values });
  const kept = merged.flatMap(([key, value]) => (value === undefined ? [] : [[key, value] as const]));
  return { ...configuration, values: Object.fromEntries(kept) };
}

/**
 * Why a deployment fails. The program does not see the error of a resource: its promise stays pending, because Pulumi would
 * report it a second time as unhandled. An error that the program throws in an output is unhandled and is caught as such.
 * It does not say which program it is from, so that it ends every deployment that is under way in this process.
 */
class Failures {
  readonly #rejected = new Set<string>();
  #fail: (reason: unknown) => void = () => undefined;

  /** Fails with what the program threw, or else with everything that AWS rejected. */
  readonly failed = new Promise<never>((_resolve, reject) => {
    this.#fail = reject;
  });

  /** The program threw: that is its own error, and the end. */
  readonly end = (error: unknown): void => {
    this.#fail(error);
  };

  /** Runs the program. */
  load(program: () => unknown): Promise<unknown> {
    return new Promise((resolve) => {
      try {
        resolve(program());
      } catch (error) {
        this.end(error);
      }
    });
  }

  /** Asks AWS for something. */
  ask<Answer>(what: string, make: () => Answer): Promise<Answer> {
    return new Promise((resolve) => {
      try {
        resolve(make());
      } catch (error) {
        this.#rejected.add(`${what}: ${describe(error)}`);
        // Others that are under way may be rejected too: collect them first.
        setImmediate(() => {
          this.#fail(new EngineError([...this.#rejected].join("\n")));
        });
      }
    });
  }
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) {
    return String(error);
  }
  return error.name === "Error" ? error.message : `${error.name}: ${error.message}`;
}

/** The account where no setting names one; AWS's own example. */
export const exampleAccount = "123456789012";

/** An audience that other uses of GitHub's tokens in the account ask for, so that only a trust policy tells them apart. */
export const otherAudience = "https://another-use.example";

/** The number of the account that a stack's settings name, if they do. */
export function accountIdOf({
  oidcProviderArn,
  permissionsBoundary,
  encryption,
  aws,
}: Pick<Settings, "oidcProviderArn" | "permissionsBoundary" | "encryption" | "aws">): string | undefined {
  const [accountId] = [oidcProviderArn, permissionsBoundary, keyArnOf(encryption)]
    .flatMap((arn) => /:(\d{12}):/.exec(arn ?? "")?.[1] ?? [])
    .concat(aws.allowedAccountIds ?? []);
  return accountId;
}

/**
 * An account as an administrator leaves it before any stack is deployed: GitHub's OIDC provider is there, and the key that a
 * setting names. It has the number that is in the settings.
 *
 * @param account - one that other stacks are deployed into already; a new one by default
 */
export function prepareAccount(
  settings: Settings,
  account = new SandboxAccount({ region: settings.aws.region, accountId: accountIdOf(settings) ?? exampleAccount }),
): SandboxAccount {
  const { kms, region, accountId } = account;
  prepareProvider(account, settings.issuer);
  const [, keyId] = keyArnOf(settings.encryption)?.split(`:kms:${region}:${accountId}:key/`) ?? [];
  if (keyId !== undefined && kms.find(keyId) === undefined) {
    kms.createKey({ keyId, description: "Made before the stack." });
  }
  return account;
}

/** Makes the OIDC provider of GitHub's tokens, if the account lacks it. @param issuer - without `https://` */
export function prepareProvider({ iam }: SandboxAccount, issuer: string): void {
  if (!iam.oidcProviders.list().some(({ url }) => url === issuer)) {
    iam.oidcProviders.create({ url: `https://${issuer}`, clientIDList: [audience, otherAudience] });
  }
}

function keyArnOf(encryption: Settings["encryption"]): string | undefined {
  return typeof encryption === "object" ? encryption.keyArn : undefined;
}
