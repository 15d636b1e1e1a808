import * as pulumi from "@pulumi/pulumi";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import type { StackConfiguration } from "./stackFiles";

/** The part of Pulumi's engine service that a program reaches from the mock runtime: it tells what the program logs. */
interface EngineService {
  log(request: { getSeverity(): number; getMessage(): string }, done: () => void): void;
  setRootResource(request: unknown, done: (error: null) => void): void;
}

/** Pulumi's own isolation of programs that share a process, as its Automation API uses it; it has no public types. */
interface RuntimeState {
  readonly withLocalStorage: <Result>(run: () => Promise<Result>) => Promise<Result>;
  readonly getStore: () => { settings: { engine?: EngineService; options: { rootDirectory: string } } };
}

const { withLocalStorage, getStore } = createRequire(__filename)("@pulumi/pulumi/runtime/state") as RuntimeState;

/** `WARNING` and `ERROR` of pulumirpc.LogSeverity. */
const warning = 2;

/**
 * Runs a program on Pulumi's mock runtime, with a state of its own, and collects the warnings and errors it logs.
 *
 * @param directory - of the program's Pulumi.yaml
 * @param run - loads the program and waits for it
 */
export async function runOnMockRuntime<Result>(
  directory: string,
  { project, stack, values }: StackConfiguration,
  mocks: pulumi.runtime.Mocks,
  run: () => Promise<Result>,
): Promise<{ readonly result: Result; readonly warnings: readonly string[] }> {
  const warnings: string[] = [];
  const result = await withLocalStorage(async () => {
    await pulumi.runtime.setMocks(mocks, project, stack, false, "organization");
    pulumi.runtime.setAllConfig({ ...values });
    getStore().settings.options.rootDirectory = directory;
    getStore().settings.engine = {
      log(request, done) {
        if (request.getSeverity() >= warning) {
          warnings.push(request.getMessage());
        }
        done();
      },
      setRootResource(_request, done) {
        done(null);
      },
    };
    return run();
  });
  return { result, warnings };
}

const load = createRequire(__filename);

/**
 * Runs the program that package.json names as `main`, or else index.ts, again each time, and answers with what it exports. As in
 * Pulumi's own language host, an exported function is called. Source: sdk/nodejs/cmd/run/run.ts of pulumi/pulumi
 */
export function loadProgram(directory: string): unknown {
  // The dot says that it is a folder: a file beside it, with the folder's name and .ts behind it, would come first.
  const main = load.resolve(`${resolve(directory)}/.`);
  // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- a module runs once for each entry of this cache
  delete load.cache[main];
  const exported: unknown = load(main);
  return typeof exported === "function" ? (exported as () => unknown)() : exported;
}
