import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { parse, stringify } from "yaml";
import { EngineError } from "../../../sandbox/pulumi/stackFiles";
import { type ServedProvider, serveProvider } from "../../../sandbox/pulumi/serveProvider";
import { projectDirectory, shipped } from "../../support/deployments";
import { exampleFile } from "../../support/exampleProject";
import type { PulumiCli } from "../../support/pulumiCli";
import { cliEnvironment, preparedProjectAccount, programEntries } from "../../support/pulumiProject";
import type { Subject } from "../measure";

/** Where the time of a preview goes, in milliseconds. */
export interface Phases {
  /** From the start of Node to the program's last file. */
  readonly loading: number;
  /** From there to the end of the program's process: its resources, and what the engine answers meanwhile. */
  readonly registering: number;
  /** Before and after the program's process. */
  readonly engine: number;
}

/** A project whose previews are timed. */
export interface TimedProject extends Subject {
  /** Of every preview so far. */
  readonly phases: readonly Phases[];
}

/** What a project differs in from the shipped one. */
export interface ProjectChanges {
  /** Settings of dev by their bare names. @default none */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Text of index.ts. @default the shipped one */
  readonly program?: string;
  /** Whether Pulumi loads it in its own way, and then whether it checks types at every run. @default this project's loader */
  readonly pulumiLoader?: { readonly checksTypes: boolean };
}

/** The real engine before providers of an empty account, and projects whose previews are timed. */
export class EngineBench {
  readonly #cli: PulumiCli;
  readonly #provider: ServedProvider;
  readonly #folder = mkdtempSync(join(tmpdir(), "package-registry-bench-"));

  private constructor(cli: PulumiCli, provider: ServedProvider) {
    this.#cli = cli;
    this.#provider = provider;
  }

  static async open(cli: PulumiCli): Promise<EngineBench> {
    return new EngineBench(cli, await serveProvider(preparedProjectAccount()));
  }

  /** A project whose stack `dev` has been started, and not deployed: a preview shows all of it. */
  async project(name: string, { settings = {}, program, pulumiLoader }: ProjectChanges = {}): Promise<TimedProject> {
    // A state of its own: all of these projects have one name.
    const root = mkdtempSync(join(this.#folder, "root-"));
    for (const folder of ["state", "home", "tmp", "project"]) {
      mkdirSync(join(root, folder));
    }
    const directory = join(root, "project");
    for (const entry of programEntries.filter((each) => program === undefined || each !== "index.ts")) {
      symlinkSync(join(projectDirectory, entry), join(directory, entry));
    }
    if (program !== undefined) {
      writeFileSync(join(directory, "index.ts"), program);
    }
    const description = parse(exampleFile("Pulumi.yaml")) as { runtime: unknown };
    writeFileSync(
      join(directory, "Pulumi.yaml"),
      stringify(pulumiLoader === undefined ? description : { ...description, runtime: "nodejs" }),
    );
    const { compilerOptions } = JSON.parse(shipped("tsconfig.json")) as { compilerOptions: object };
    writeFileSync(
      join(directory, "tsconfig.json"),
      JSON.stringify({
        compilerOptions: { ...compilerOptions, noEmit: false, noCheck: pulumiLoader?.checksTypes === false },
      }),
    );
    const stack = parse(exampleFile("Pulumi.dev.yaml")) as { config: Record<string, unknown> };
    for (const [key, value] of Object.entries(settings)) {
      stack.config[`package-registry:${key}`] = value;
    }
    writeFileSync(join(directory, "Pulumi.dev.yaml"), stringify(stack));
    await this.#run(name, root, ["stack", "init", "dev"]);
    const phases: Phases[] = [];
    return {
      name,
      phases,
      time: async () => {
        // Pulumi keeps compiled programs there; a CI job begins without.
        rmSync(join(root, "tmp"), { recursive: true });
        mkdirSync(join(root, "tmp"));
        const start = performance.now();
        await this.#run(name, root, ["preview", "--stack", "dev"]);
        const milliseconds = performance.now() - start;
        const { loaded, ended } = JSON.parse(readFileSync(phasesFile(root), "utf8")) as Record<
          "loaded" | "ended",
          number
        >;
        phases.push({ loading: loaded, registering: ended - loaded, engine: milliseconds - ended });
        return milliseconds;
      },
    };
  }

  close(): void {
    this.#provider.close();
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 3 });
  }

  async #run(name: string, root: string, args: readonly string[]): Promise<void> {
    try {
      await promisify(execFile)("pulumi", [...args, "--non-interactive"], {
        cwd: join(root, "project"),
        env: {
          ...cliEnvironment(root, this.#cli, { PULUMI_DEBUG_PROVIDERS: this.#provider.environment }),
          NODE_OPTIONS: `--require ${join(__dirname, "phases.cjs")}`,
          PACKAGE_REGISTRY_BENCH_PHASES: phasesFile(root),
        },
        maxBuffer: 64 * 2 ** 20,
      });
    } catch (error) {
      const { stdout = "", stderr = "" } = error as { readonly stdout?: string; readonly stderr?: string };
      throw new EngineError(`pulumi ${args.join(" ")} of ${name} failed:\n${stdout}${stderr}`.trimEnd());
    }
  }
}

function phasesFile(root: string): string {
  return join(root, "phases.json");
}
