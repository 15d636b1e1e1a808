import { createRequire } from "node:module";
import * as pulumi from "@pulumi/pulumi";
import type { StackConfiguration } from "./stackFiles";

/** The part of Pulumi's engine service that a program reaches from the mock runtime: it tells what the program logs. */
interface EngineService {
  log(request: { getSeverity(): number; getMessage(): string }, done: () => void): void;
  setRootResource(request: unknown, done: (error: null) => void): void;
}

/** Pulumi's own isolation of programs that share a process, as its Automation API uses it; it has no public types. */
interface RuntimeState {
  readonly withLocalStorage: <Result>(run: () => Promise<Result>) => Promise<Result>;
  readonly getStore: () => { settings: { engine?: EngineService } };
}

const { withLocalStorage, getStore } = createRequire(__filename)("@pulumi/pulumi/runtime/state") as RuntimeState;

/** `WARNING` and `ERROR` of pulumirpc.LogSeverity. */
const warning = 2;

/**
 * Runs a program on Pulumi's mock runtime, with a state of its own, and collects the warnings and errors it logs.
 *
 * @param run - loads the program and waits for it
 */
export async function runOnMockRuntime<Result>(
  { project, stack, values }: StackConfiguration,
  mocks: pulumi.runtime.Mocks,
  run: () => Promise<Result>,
): Promise<{ readonly result: Result; readonly warnings: readonly string[] }> {
  const warnings: string[] = [];
  const result = await withLocalStorage(async () => {
    await pulumi.runtime.setMocks(mocks, project, stack, false, "organization");
    pulumi.runtime.setAllConfig({ ...values });
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
