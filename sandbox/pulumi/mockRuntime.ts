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

/** A resource as the program registered it. */
export interface DeployedResource {
  readonly urn: string;
  /** Pulumi's type, `aws:iam/role:Role`. */
  readonly type: string;
  /** The logical name, unique among its type. */
  readonly name: string;
  /** URN of the parent; empty for the stack. */
  readonly parent: string;
  /** What the provider knows it by; empty for a component. */
  readonly id: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly protect: boolean;
  readonly retainOnDelete: boolean;
  /** URNs of what must exist before it. */
  readonly dependencies: readonly string[];
}

/** The request and answer of Pulumi's RegisterResource, as generated from its protocol. */
interface RegisterRequest {
  getType(): string;
  getName(): string;
  getParent(): string;
  getProtect(): boolean;
  getRetainondelete(): boolean;
  getDependenciesList(): string[];
  getObject(): { toJavaScript(): Record<string, unknown> };
}

interface RegisterResponse {
  getUrn(): string;
  getId(): string;
}

type Registered = (error: unknown, response?: RegisterResponse) => void;

interface Monitor {
  registerResource(request: RegisterRequest, done: Registered): unknown;
}

/**
 * Watches what the program registers from here on; the answer tells what that was, in the order in which it was asked for.
 * The mock runtime tells its mocks neither parents nor options, so the requests themselves are read on their way.
 */
export function observeRegistrations(): () => readonly DeployedResource[] {
  const requested: (DeployedResource | undefined)[] = [];
  const monitor = pulumi.runtime.getMonitor() as unknown as Monitor;
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request, done) => {
    const place = requested.push(undefined) - 1;
    return register(request, (error, response) => {
      if (response !== undefined) {
        requested[place] = {
          urn: response.getUrn(),
          type: request.getType(),
          name: request.getName(),
          parent: request.getParent(),
          id: response.getId(),
          inputs: request.getObject().toJavaScript(),
          protect: request.getProtect(),
          retainOnDelete: request.getRetainondelete(),
          dependencies: request.getDependenciesList(),
        };
      }
      done(error, response);
    });
  };
  return () => requested.filter((resource) => resource !== undefined);
}
