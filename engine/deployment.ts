import * as pulumi from "@pulumi/pulumi";
import type { Cloud } from "../cloud/cloud";
import { parseSettings, type Settings } from "../settings";
import { prepareAccount } from "./account";
import { EngineError } from "./engineError";
import { type DeployedResource, observeRegistrations } from "./registrations";
import { loadProgram } from "./program";
import { callFunction, createResource } from "./provider/provider";
import { runOnMockRuntime } from "./runtime";
import { readStackConfiguration } from "./stackFiles";

/** A stack as it stands once its program has run. */
export interface Deployment {
  readonly project: string;
  readonly stack: string;
  readonly settings: Settings;
  /** In the order in which they were registered; the stack itself comes first. */
  readonly resources: readonly DeployedResource[];
  readonly outputs: Readonly<Record<string, unknown>>;
  /** What the program warned of. */
  readonly warnings: readonly string[];
  /** The account that everything was made in. */
  readonly cloud: Cloud;
}

/** What is deployed, and where. */
export interface DeployOptions {
  /** The folder of Pulumi.yaml. */
  readonly directory: string;
  readonly stack: string;
  /**
   * The account to deploy into, which other stacks may share.
   * @default - an account that an administrator has prepared
   */
  readonly cloud?: Cloud;
}

/**
 * Runs a stack's program, unmodified, in this process on Pulumi's mock runtime: every resource is made in a model of AWS
 * that refuses what AWS would.
 *
 * @throws SettingsError for settings that are wrong
 * @throws EngineError for files that cannot be read, and naming every resource that was refused
 */
export async function deploy({ directory, stack, cloud: shared }: DeployOptions): Promise<Deployment> {
  const configuration = readStackConfiguration(directory, stack);
  const settings = parseSettings(configuration.values, stack);
  const cloud = shared ?? prepareAccount(settings);
  const refusals = new Refusals();

  const { result, warnings } = await runOnMockRuntime(
    configuration,
    {
      newResource: ({ type, name, inputs, custom, id }) =>
        custom === true
          ? refusals.attempt(`${name} (${type})`, () => createResource(cloud, type, name, inputs))
          : { id, state: inputs as object },
      call: ({ token, inputs }) => refusals.attempt(token, () => callFunction(cloud, token, inputs)),
    },
    async () => {
      const registrations = observeRegistrations();
      const program = pulumi.runtime.runInPulumiStack(() => loadProgram(directory));
      const outputs = await Promise.race([program, refusals.refused]);
      await Promise.race([pulumi.runtime.disconnect(), refusals.refused]);
      return { resources: registrations(), outputs: outputs as Readonly<Record<string, unknown>> };
    },
  );
  return { project: configuration.project, stack, settings, ...result, warnings, cloud };
}

/**
 * What AWS refused. A refusal is not handed back to the program, whose promises Pulumi would leave unhandled: whatever needs
 * the resource just never comes, and the deployment ends.
 */
class Refusals {
  readonly #reasons: string[] = [];
  #end: (reason: EngineError) => void = () => undefined;

  /** Fails with every reason, once one has been given. */
  readonly refused = new Promise<never>((_resolve, reject) => {
    this.#end = reject;
  });

  attempt<Result>(what: string, make: () => Result): Promise<Result> {
    return new Promise((resolve) => {
      try {
        resolve(make());
      } catch (error) {
        this.#reasons.push(`${what}: ${describe(error)}`);
        // Others that are under way may be refused too: hear them first.
        setImmediate(() => {
          this.#end(new EngineError(this.#reasons.join("\n")));
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
