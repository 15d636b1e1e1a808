import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { promisify } from "node:util";
import * as grpc from "@grpc/grpc-js";
import { EngineService, type IEngineServer } from "@pulumi/pulumi/proto/engine_grpc_pb";
import * as engine from "@pulumi/pulumi/proto/engine_pb";
import { InvokeResponse } from "@pulumi/pulumi/proto/provider_pb";
import { type IResourceMonitorServer, ResourceMonitorService } from "@pulumi/pulumi/proto/resource_grpc_pb";
import { RegisterResourceResponse, SupportsFeatureResponse } from "@pulumi/pulumi/proto/resource_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { type JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb";
import { parse } from "yaml";
import type { SandboxAccount } from "../../sandbox/account";
import { prepareAccount } from "../../sandbox/pulumi/deployment";
import { callFunction, createResource } from "../../sandbox/pulumi/provider/provider";
import type { DeployedResource } from "../../sandbox/pulumi/mockRuntime";
import type { StackConfiguration } from "../../sandbox/pulumi/stackFiles";
import { parseSettings } from "../../settings";
import { exampleFile } from "./exampleProject";

/** What is run, and how. */
export interface RunOptions {
  /** The folder of Pulumi.yaml, with its dependencies installed. */
  readonly directory: string;
  readonly configuration: StackConfiguration;
  /**
   * Whether it is only a preview: nothing is made, and what AWS would compute stays unknown.
   * @default false
   */
  readonly dryRun?: boolean;
}

/** A message that the program, or Pulumi on its behalf, shows to a person. */
export interface Message {
  readonly severity: "info" | "warning" | "error";
  readonly text: string;
}

/** A program that has ended. */
export interface ProgramRun {
  /** 0 done; 32 failed, with the reason among the messages; anything else is a crash. */
  readonly exitCode: number | null;
  /** From the start of the process to its end. */
  readonly milliseconds: number;
  readonly stdout: string;
  readonly stderr: string;
  /** In the order in which they were registered; the stack itself comes first. */
  readonly resources: readonly DeployedResource[];
  /** Of the stack; what a preview cannot know is `pulumi.runtime.unknownValue`. */
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly messages: readonly Message[];
}

/**
 * Runs a stack's program in a process of its own, started as the Pulumi CLI's language host starts it, against a stand-in for
 * the CLI's engine on this machine. Nothing is cached from one run to the next, as in CI.
 * Source: sdk/nodejs/cmd/pulumi-language-nodejs/main.go of pulumi/pulumi
 */
export async function runProgram({ directory, configuration, dryRun = false }: RunOptions): Promise<ProgramRun> {
  const { project, stack, values } = configuration;
  const monitor = await startMonitor(configuration, dryRun, directory);
  const temporary = await mkdtemp(join(tmpdir(), "package-registry-run-"));
  try {
    const started = performance.now();
    const program = spawn(
      process.execPath,
      [
        ...nodeArguments(),
        createRequire(join(directory, "package.json")).resolve("@pulumi/pulumi/cmd/run"),
        ...["--monitor", monitor.address, "--engine", monitor.address],
        ...["--project", project, "--stack", stack, "--organization", "organization"],
        ...["--pwd", directory, "--root-directory", directory, "--parallel", "16"],
        ...(dryRun ? ["--dry-run"] : []),
        ".",
      ],
      {
        cwd: directory,
        // Nothing else of this process's environment: it may be a test runner's, or of another Pulumi program.
        env: {
          PATH: process.env.PATH,
          TMPDIR: temporary,
          PULUMI_CONFIG: JSON.stringify(values),
          PULUMI_CONFIG_SECRET_KEYS: "[]",
        },
        stdio: ["ignore", "pipe", "pipe"],
      },
    );
    const [stdout, stderr, [exitCode]] = await Promise.all([
      text(program.stdout),
      text(program.stderr),
      once(program, "close") as Promise<[number | null]>,
    ]);
    const milliseconds = performance.now() - started;
    return { exitCode, milliseconds, stdout, stderr, ...monitor.record() };
  } finally {
    monitor.stop();
    await rm(temporary, { recursive: true, force: true });
  }
}

/** What Pulumi.yaml gives to Node before the program. */
function nodeArguments(): readonly string[] {
  const { runtime } = parse(exampleFile("Pulumi.yaml")) as { runtime: { options: { nodeargs: string } } };
  return runtime.options.nodeargs.split(" ");
}

interface Monitor {
  readonly address: string;
  readonly record: () => Pick<ProgramRun, "resources" | "outputs" | "messages">;
  readonly stop: () => void;
}

/** Serves the two services that a program talks to, on a port that is free. */
async function startMonitor(configuration: StackConfiguration, dryRun: boolean, directory: string): Promise<Monitor> {
  const resources = new Resources(configuration, dryRun, directory);
  const messages: Message[] = [];

  const server = new grpc.Server({ "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 });
  const monitorService: Partial<IResourceMonitorServer> = {
    supportsFeature: answer(() => new SupportsFeatureResponse().setHassupport(true)),
    registerResource: answer((request) => {
      const { urn, id, state } = resources.register({
        type: request.getType(),
        name: request.getName(),
        parent: request.getParent(),
        custom: request.getCustom(),
        inputs: request.getObject()?.toJavaScript() ?? {},
        protect: request.getProtect() ?? false,
        retainOnDelete: request.getRetainondelete() ?? false,
        dependencies: request.getDependenciesList(),
      });
      return new RegisterResourceResponse().setUrn(urn).setId(id).setObject(struct(state));
    }),
    registerResourceOutputs: answer((request) => {
      resources.complete(request.getUrn(), request.getOutputs()?.toJavaScript() ?? {});
      return new Empty();
    }),
    invoke: answer((request) => {
      const returned = struct(resources.call(request.getTok(), request.getArgs()?.toJavaScript()));
      // Later releases of the SDK have a class of their own for this answer, with the same fields and more.
      return ResourceMonitorService.invoke.responseDeserialize(
        Buffer.from(new InvokeResponse().setReturn(returned).serializeBinary()),
      );
    }),
    signalAndWaitForShutdown: answer(() => new Empty()),
  };
  const engineService: Partial<IEngineServer> = {
    log: answer((request) => {
      const severity = severities[request.getSeverity()];
      if (severity !== undefined) {
        messages.push({ severity, text: request.getMessage() });
      }
      return new Empty();
    }),
    setRootResource: answer(() => new engine.SetRootResourceResponse()),
    requirePulumiVersion: answer(() => new engine.RequirePulumiVersionResponse()),
  };
  // A program treats a call that is answered as not implemented as one that an older CLI lacks, and works without it.
  server.addService(ResourceMonitorService, monitorService as grpc.UntypedServiceImplementation);
  server.addService(EngineService, engineService as grpc.UntypedServiceImplementation);
  const port = await promisify(server.bindAsync.bind(server))("127.0.0.1:0", grpc.ServerCredentials.createInsecure());
  return {
    address: `127.0.0.1:${port}`,
    record: () => ({ resources: resources.registered, outputs: resources.outputs, messages }),
    stop: () => {
      server.forceShutdown();
    },
  };
}

/** Debug messages are for Pulumi's own developers, and many. */
const severities: Readonly<Partial<Record<engine.LogSeverity, Message["severity"]>>> = {
  [engine.LogSeverity.INFO]: "info",
  [engine.LogSeverity.WARNING]: "warning",
  [engine.LogSeverity.ERROR]: "error",
};

/** A request's answer; what AWS rejects ends the program, with the error as its reason. */
function answer<Request, Response>(give: (request: Request) => Response): grpc.handleUnaryCall<Request, Response> {
  return ({ request }, done) => {
    try {
      done(null, give(request));
    } catch (error) {
      done({ code: grpc.status.UNKNOWN, details: error instanceof Error ? error.message : String(error) });
    }
  };
}

type Values = Readonly<Record<string, unknown>>;
type Registration = Omit<DeployedResource, "urn" | "id"> & { readonly custom: boolean };

/** What Pulumi's engine does with what a program registers: the resources are made in a model of AWS. */
class Resources {
  readonly registered: DeployedResource[] = [];
  outputs: Values = {};
  #account: SandboxAccount | undefined;

  constructor(
    readonly configuration: StackConfiguration,
    readonly dryRun: boolean,
    readonly directory: string,
  ) {}

  register({ custom, ...resource }: Registration): {
    readonly urn: string;
    readonly id: string;
    readonly state: Values;
  } {
    const { type, name, inputs } = resource;
    const urn = this.#urn(resource);
    // A preview shows inputs as they are; every property without a value is unknown to the program.
    const made =
      custom && !this.dryRun ? createResource(this.#ownAccount(), type, name, inputs) : { id: "", state: inputs };
    this.registered.push({ ...resource, urn, id: made.id });
    return { urn, ...made };
  }

  complete(urn: string, outputs: Values): void {
    if (urn === this.registered[0]?.urn) {
      this.outputs = outputs;
    }
  }

  call(token: string, args: unknown): Values {
    return callFunction(this.#ownAccount(), token, args);
  }

  /** Made when a resource first asks for it: a program whose settings are wrong asks for none. */
  #ownAccount(): SandboxAccount {
    const { values, stack } = this.configuration;
    return (this.#account ??= prepareAccount(parseSettings(values, stack, this.directory)));
  }

  #urn({ type, name, parent }: Omit<Registration, "custom">): string {
    const { project, stack } = this.configuration;
    const parentType = parent.split("::")[2];
    const path = parentType === undefined || parentType === "pulumi:pulumi:Stack" ? type : `${parentType}$${type}`;
    return `urn:pulumi:${stack}::${project}::${path}::${name}`;
  }
}

/** Leaves out what is undefined, which the protocol has no form for. */
function struct(values: Values): Struct {
  return Struct.fromJavaScript(JSON.parse(JSON.stringify(values)) as Record<string, JavaScriptValue>);
}
