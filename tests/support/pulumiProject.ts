import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { parse, stringify } from "yaml";
import { SandboxAccount } from "../../sandbox/account";
import { type ServedProvider, serveProvider } from "../../sandbox/pulumi/serveProvider";
import { type ProviderHooks, proxiedProvider } from "./providerProxy";
import type { DeployedResource } from "../../sandbox/pulumi/mockRuntime";
import { projectDirectory } from "./deployments";
import { exampleFile, exampleProject } from "./exampleProject";
import type { PulumiCli } from "./pulumiCli";

/** What the program is made of, to be linked into the folder of a test. The files that the CLI writes into are copied. */
export const programEntries = [
  ...["index.ts", "components", "github", "iam", "naming", "settings"],
  ...["tools", "package.json", "node_modules"],
];

/** Settings by their bare names, or by their whole ones (`aws:region`); undefined takes a line away. */
export type Settings = Readonly<Record<string, unknown>>;

/** One thing that the engine does, or would do, to a resource that a provider makes. */
export interface Step {
  /** As Pulumi calls it: `create`, `update`, `replace`, `delete`, … */
  readonly op: string;
  readonly type: string;
  /** The logical name. */
  readonly name: string;
  readonly urn: string;
}

/** A call of the CLI that has ended. */
export interface CliRun {
  readonly exitCode: number | null;
  /** What was changed, or was to be, in the engine's order; of what stays there is nothing. */
  readonly steps: readonly Step[];
  /** Warnings and errors, each once. */
  readonly messages: readonly string[];
  readonly stdout: string;
  readonly stderr: string;
}

/** A call of the CLI that is under way. */
export interface RunningCli {
  readonly ended: Promise<CliRun>;
  /** Ends it at once, with everything it has started, as if the machine had gone. */
  readonly kill: () => void;
}

/** The project in a folder of its own, with the state of its stacks, before the Pulumi CLI. */
export abstract class CliProject {
  readonly #cli: PulumiCli;
  protected readonly root = mkdtempSync(join(tmpdir(), "package-registry-pulumi-"));
  readonly directory = join(this.root, "project");
  readonly #running = new Set<ChildProcess>();

  constructor(cli: PulumiCli) {
    this.#cli = cli;
    for (const folder of ["project", "state", "home", "tmp"]) {
      mkdirSync(join(this.root, folder));
    }
    for (const entry of programEntries) {
      symlinkSync(join(projectDirectory, entry), join(this.directory, entry));
    }
    cpSync(join(exampleProject, "Pulumi.yaml"), join(this.directory, "Pulumi.yaml"));
  }

  /** The variables by which the CLI and its providers know which account to talk to. */
  protected abstract providers(): Promise<NodeJS.ProcessEnv>;

  /**
   * Starts a stack with the example settings and these changes.
   *
   * @param like - the stack whose settings are taken, for one that the example does not have
   */
  async init(stack: string, settings: Settings = {}, like = stack): Promise<void> {
    this.configure(stack, settings, like);
    const { exitCode, stderr } = await this.run("stack", "init", stack);
    if (exitCode !== 0) {
      throw new Error(stderr);
    }
  }

  /** Writes a stack's file: the example one with these changes, whatever it was before. */
  configure(stack: string, settings: Settings = {}, like = stack): void {
    const file = parse(exampleFile(`Pulumi.${like}.yaml`)) as { config: Record<string, unknown> };
    for (const [key, value] of Object.entries(settings)) {
      file.config[key.includes(":") ? key : `package-registry:${key}`] = value;
    }
    writeFileSync(join(this.directory, `Pulumi.${stack}.yaml`), stringify(file));
  }

  preview(stack: string, ...options: readonly string[]): Promise<CliRun> {
    return this.run("preview", "--stack", stack, "--json", ...options);
  }

  /** Changes the stack at once, without a preview before. */
  up(stack: string, ...options: readonly string[]): Promise<CliRun> {
    return this.run("up", "--stack", stack, "--yes", "--skip-preview", "--json", ...options);
  }

  refresh(stack: string, ...options: readonly string[]): Promise<CliRun> {
    return this.run("refresh", "--stack", stack, "--yes", "--skip-preview", "--json", ...options);
  }

  /** With a preview before: without it the engine deletes what is not protected before it comes to what is. */
  destroy(stack: string, ...options: readonly string[]): Promise<CliRun> {
    return this.run("destroy", "--stack", stack, "--yes", "--json", ...options);
  }

  async run(...args: readonly string[]): Promise<CliRun> {
    return (await this.start(...args)).ended;
  }

  /** Runs the CLI in the folder of another project, whose stacks have their state in the same place and account. */
  async runIn(directory: string, ...args: readonly string[]): Promise<CliRun> {
    return (await this.#startIn(directory, args)).ended;
  }

  start(...args: readonly string[]): Promise<RunningCli> {
    return this.#startIn(this.directory, args);
  }

  async #startIn(directory: string, args: readonly string[]): Promise<RunningCli> {
    const env = cliEnvironment(this.root, this.#cli, await this.providers());
    // A group of its own, so that the CLI can be ended with the program that it runs.
    const cli = spawn("pulumi", [...args, "--non-interactive"], {
      cwd: directory,
      detached: true,
      env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#running.add(cli);
    const ended = Promise.all([
      text(cli.stdout),
      text(cli.stderr),
      once(cli, "close") as Promise<[number | null]>,
    ]).then(([stdout, stderr, [exitCode]]) => {
      this.#running.delete(cli);
      return { exitCode, ...readEvents(stdout), stdout, stderr };
    });
    return {
      ended,
      kill: () => {
        killGroup(cli);
      },
    };
  }

  /** Everything that the backend and the CLI keep: states, histories, checkpoints, logs. */
  stateFiles(): readonly string[] {
    return ["state", "home"].flatMap((folder) =>
      readdirSync(join(this.root, folder), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name)),
    );
  }

  /** Ends what is still running, and removes the folder. */
  close(): void {
    this.#running.forEach(killGroup);
    rmSync(this.root, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** The project before the CLI and a sandbox of this process, whose providers the CLI talks to. */
export class PulumiProject extends CliProject {
  readonly account: SandboxAccount;
  /** What the test does around the next calls of the provider. */
  hooks: ProviderHooks = {};
  /** What the account contains before the first call. */
  standing: readonly DeployedResource[] = [];
  #provider: ServedProvider | undefined;

  constructor(cli: PulumiCli, account: SandboxAccount = preparedProjectAccount()) {
    super(cli);
    this.account = account;
  }

  protected override async providers(): Promise<NodeJS.ProcessEnv> {
    this.#provider ??= await proxiedProvider(await serveProvider(this.account, this.standing), () => this.hooks);
    return { PULUMI_DEBUG_PROVIDERS: this.#provider.environment };
  }

  override close(): void {
    this.#provider?.close();
    super.close();
  }
}

/** What the CLI is to know beside its providers: a backend and a home of its own, below one folder that has `state`, `home` and `tmp`. */
export function cliEnvironment(root: string, cli: PulumiCli, providers: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return {
    PATH: cli.path,
    HOME: root,
    TMPDIR: join(root, "tmp"),
    PULUMI_HOME: join(root, "home"),
    PULUMI_BACKEND_URL: `file://${join(root, "state")}`,
    PULUMI_CONFIG_PASSPHRASE: "",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    PULUMI_ENABLE_STREAMING_JSON_PREVIEW: "true",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    ...providers,
  };
}

/** Steps as `create registry-domain`, sorted: in which order the engine takes those that do not depend on each other is its own affair. */
export function stepTexts(steps: readonly Step[]): readonly string[] {
  return steps.map(({ op, name }) => `${op} ${name}`).sort();
}

/** An account as an administrator leaves it: GitHub's OIDC provider is there. */
export function preparedProjectAccount(): SandboxAccount {
  const account = new SandboxAccount();
  account.iam.oidcProviders.create({
    url: "https://token.actions.githubusercontent.com",
    clientIDList: ["sts.amazonaws.com"],
  });
  return account;
}

function killGroup({ pid, exitCode, signalCode }: ChildProcess): void {
  if (pid !== undefined && exitCode === null && signalCode === null) {
    process.kill(-pid, "SIGKILL");
  }
}

interface EngineEvent {
  readonly resourcePreEvent?: { readonly metadata: StepMetadata };
  readonly resOutputsEvent?: { readonly metadata: StepMetadata };
  readonly diagnosticEvent?: { readonly severity: string; readonly message: string };
}

interface StepMetadata {
  readonly op: string;
  readonly type: string;
  readonly urn: string;
}

/** The engine's events, one a line with `--json`. */
function readEvents(stdout: string): Pick<CliRun, "steps" | "messages"> {
  const events = stdout
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .flatMap((line) => readEvent(line));
  const steps = events.flatMap((event) => {
    // What a refresh finds is known at the step's end only.
    const refreshed = event.resOutputsEvent?.metadata;
    const metadata = event.resourcePreEvent?.metadata ?? refreshed;
    if (metadata === undefined || /^(?:same|refresh|read)$/.test(metadata.op) || !/^aws/.test(metadata.type)) {
      return [];
    }
    const { op, type, urn } = metadata;
    return [{ op, type, urn, name: urn.split("::").at(-1) ?? "" }];
  });
  const messages = events.flatMap(({ diagnosticEvent }) =>
    diagnosticEvent !== undefined && /^(?:warning|error)/.test(diagnosticEvent.severity)
      ? [diagnosticEvent.message.trim()]
      : [],
  );
  const distinct = new Map(steps.map((step) => [`${step.op} ${step.urn}`, step]));
  return { steps: [...distinct.values()], messages: [...new Set(messages)] };
}

function readEvent(line: string): readonly EngineEvent[] {
  try {
    return [JSON.parse(line) as EngineEvent];
  } catch {
    return [];
  }
}
