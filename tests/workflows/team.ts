import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { parse, stringify } from "yaml";
import type { Cloud } from "../../cloud/cloud";
import { MemoryPackageStore } from "../../cloud/codeartifact/packages/packageStore";
import { noPublicIndex } from "../../cloud/codeartifact/packages/publicIndex";
import type { Deployment } from "../../engine/deployment";
import { serveProvider, type ServedProvider } from "../../engine/grpc/serveProvider";
import { readStackConfiguration } from "../../engine/stackFiles";
import { identityToken, startJob } from "../../sandbox/github/runner";
import { runProcess } from "../../sandbox/python/runProcess";
import { openSandbox, type Sandbox } from "../../sandbox/sandbox";
import { parseSettings } from "../../settings";
import { accountId, complete, prepareAccount, stacks } from "../bootstrap/account";
import { type ActRun, runAct } from "../examples/act";
import { environmentOf, isStartedBy, mayIdentify, readWorkflow } from "../examples/workflowFile";
import { projectDirectory, shipped } from "../support/deployments";
import type { PulumiCli } from "../support/pulumiCli";
import { openGateway } from "./gateway";

/** What starts a run. */
export interface Start {
  readonly workflow: "preview.yml" | "deploy.yml";
  /** The commit it runs on. */
  readonly head: string;
  /** A push to this branch; without one it is the pull request 7 against `base`. */
  readonly branch?: string;
  readonly base?: string;
  /** Where the pull request comes from. @default the repository itself */
  readonly from?: string;
  /** Asked before a job of an environment may identify itself. @default every environment is approved */
  readonly approve?: (environment: string) => boolean;
}

/** A comment of the pull request. */
export interface Comment {
  readonly id: number;
  readonly user: { readonly login: string };
  readonly body: string;
}

/** A run, and which jobs became which role. */
export interface TeamRun extends ActRun {
  /** `JOB in ENVIRONMENT`, in the order in which they asked for an identity. */
  readonly identified: readonly string[];
  /** What was verified after a deployment. */
  readonly verified: readonly string[];
}

/** What the program, its commands and their installation are made of. */
const project = [
  ...[
    "index.ts",
    "settings.ts",
    "clientSettings.ts",
    "package.json",
    "tsconfig.json",
    "tsconfig.pulumi.json",
    ".nvmrc",
  ],
  ...["cloud", "commands", "components", "engine", "github", "iam", "naming", "sandbox", "settings", "Pulumi.yaml"],
];

/** The repository's path, as the bootstrap program's settings have it. */
const repository = complete.repository;

/**
 * A team that has bootstrapped its account and set its repository up: its GitHub, its AWS, and a machine that runs workflows.
 */
export class Team {
  readonly #folder = mkdtempSync(join(tmpdir(), "registry-team-"));
  readonly #tree = join(this.#folder, "tree");
  readonly #comments = join(this.#folder, "comments.json");
  readonly #identified: string[] = [];

  #sandboxes: readonly (readonly [stack: string, sandbox: Sandbox])[] = [];

  private constructor(
    readonly cloud: Cloud,
    readonly boundaries: Readonly<Record<string, string>>,
    readonly provider: ServedProvider,
    readonly act: string,
    readonly cli: PulumiCli,
  ) {}

  static async open(act: string, cli: PulumiCli): Promise<Team> {
    const { cloud, boundaries } = await prepareAccount();
    const team = new Team(cloud, boundaries, await serveProvider(cloud), act, cli);
    await team.#create();
    return team;
  }

  async #create(): Promise<void> {
    for (const folder of ["tree", "state", "home", "bin", "tmp"]) {
      mkdirSync(join(this.#folder, folder));
    }
    symlinkSync(join(__dirname, "gh.cjs"), join(this.#folder, "bin/gh"));
    symlinkSync(join(__dirname, "npm.sh"), join(this.#folder, "bin/npm"));
    for (const entry of [...project, "tools", ".github/workflows"]) {
      cpSync(join(projectDirectory, entry), join(this.#tree, entry), { recursive: true });
    }
    this.comments = [];
    await this.git("init", "--quiet", "--initial-branch", "main");
    for (const stack of stacks) {
      this.#configure(stack, {});
      await this.#pulumi("stack", "init", stack);
    }
    await this.git("add", "--all");
    await this.git("commit", "--quiet", "--message", "Set up");
    // The doors of each stack's registry, before there is one: they are over the account that it is deployed into.
    this.#sandboxes = await Promise.all(
      stacks.map(async (stack) => {
        const settings = parseSettings(readStackConfiguration(this.#tree, stack).values, stack);
        const deployment = { cloud: this.cloud, settings } as Deployment;
        const options = { deployment, store: new MemoryPackageStore(), publicIndex: noPublicIndex };
        return [stack, await openSandbox(options)] as const;
      }),
    );
  }

  /** Commits a stack's settings, changed from what they were set up with, on top of a commit. */
  async commit(parent: string, stack: string, settings: Readonly<Record<string, unknown>>): Promise<string> {
    await this.git("checkout", "--quiet", "--detach", parent);
    this.#configure(stack, settings);
    await this.git("commit", "--quiet", "--all", "--message", `Change ${stack}`);
    return this.head();
  }

  head(): Promise<string> {
    return this.git("rev-parse", "HEAD");
  }

  /** Runs what GitHub would run; undefined where it would run nothing. */
  async start({ workflow, head, branch, base = "", from = repository, approve = () => true }: Start) {
    await this.git("checkout", "--quiet", "--detach", head);
    const path = `.github/workflows/${workflow}`;
    const file = readWorkflow(join(this.#tree, path));
    const event = branch === undefined ? "pull_request" : "push";
    if (!isStartedBy(file, event, branch ?? "main")) {
      return undefined;
    }
    const ref = branch === undefined ? "refs/pull/7/merge" : `refs/heads/${branch}`;
    const run = mkdtempSync(join(this.#folder, "run-"));
    const payload = join(run, "event.json");
    const pullRequest = {
      number: 7,
      base: { sha: base, ref: "main" },
      head: { sha: head, repo: { full_name: from } },
      user: { login: "somebody" },
    };
    writeFileSync(
      payload,
      JSON.stringify(branch === undefined ? { number: 7, pull_request: pullRequest } : { ref, after: head }),
    );
    this.#identified.length = 0;
    const identify = async (job: string, audience: string) => {
      const environment = environmentOf(file, job) ?? "";
      if (!mayIdentify(file, job) || !approve(environment)) {
        throw new Error(`${job} may not identify itself`);
      }
      this.#identified.push(`${job} in ${environment}`);
      const address = this.#sandboxOf(environment);
      const { repositoryId, ownerId } = complete;
      const ids = { repositoryId: String(repositoryId), ownerId: String(ownerId) };
      const started = await startJob(address, { repository, ...ids, event, ref, workflow: path, environment });
      return identityToken(address, started, audience);
    };
    const gateway = await openGateway({ identify, sandboxOf: (roleArn) => this.#sandboxOf(roleArn) });
    try {
      const verified = join(run, "verified");
      const ended = await runAct({
        ...{ program: this.act, directory: this.#tree, event, payload, workflow: path },
        // For act it is what github.token gives.
        secrets: { GITHUB_TOKEN: "ghs_of_the_tests" },
        variables: {
          ...Object.fromEntries(stacks.map((stack) => [`AWS_ACCOUNT_${stack.toUpperCase()}`, accountId])),
          PULUMI_BACKEND_URL: `file://${join(this.#folder, "state")}`,
        },
        environment: {
          ...this.#pulumiEnvironment(),
          GITHUB_REPOSITORY: repository,
          ACTIONS_ID_TOKEN_REQUEST_URL: `${gateway.address}/identity?version=1`,
          ACTIONS_ID_TOKEN_REQUEST_TOKEN: "of-the-runner",
          AWS_ENDPOINT_URL: gateway.address,
          AWS_EC2_METADATA_DISABLED: "true",
          NO_PROXY: "127.0.0.1",
          TEAM_REPOSITORY: this.#tree,
          TEAM_HEAD: head,
          TEAM_ARTIFACTS: join(run, "artifacts"),
          TEAM_COMMENTS: this.#comments,
          TEAM_VERIFIED: verified,
          TEAM_NODE_MODULES: join(projectDirectory, "node_modules"),
          TEAM_NPM: join(dirname(process.execPath), "npm"),
          // Where tools/build.sh keeps what it has built.
          XDG_CACHE_HOME: process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"),
        },
        actions: actionsOf(this.#tree),
        processEnvironment: { PATH: this.#path(), HOME: join(this.#folder, "home"), LANG: "C.UTF-8" },
      });
      const lines = existsSync(verified) ? readFileSync(verified, "utf8").trimEnd().split("\n") : [];
      return { ...ended, identified: [...this.#identified], verified: lines };
    } finally {
      await gateway.close();
    }
  }

  /** Of the pull request, as GitHub keeps them. */
  get comments(): readonly Comment[] {
    return JSON.parse(readFileSync(this.#comments, "utf8")) as readonly Comment[];
  }

  set comments(comments: readonly Comment[]) {
    writeFileSync(this.#comments, JSON.stringify(comments));
  }

  /** Names of the domains that stand. */
  domains(): readonly string[] {
    return this.cloud.codeartifact.listDomains().map(({ name }) => name);
  }

  async git(...options: readonly string[]): Promise<string> {
    const identity = ["-c", "user.name=Team", "-c", "user.email=team@example.com"];
    const { exitCode, output } = await runProcess("git", [...identity, ...options], { directory: this.#tree });
    if (exitCode !== 0) {
      throw new Error(output);
    }
    return output.trim();
  }

  async close(): Promise<void> {
    await Promise.all(this.#sandboxes.map(([, sandbox]) => sandbox.close()));
    this.provider.close();
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 3 });
  }

  /** The shipped settings with jobs that are known, the stack's boundary, and these changes; what Pulumi wrote stays. */
  #configure(stack: string, settings: Readonly<Record<string, unknown>>): void {
    const path = join(this.#tree, `Pulumi.${stack}.yaml`);
    const written = existsSync(path) ? (parse(readFileSync(path, "utf8")) as object) : {};
    const { config } = parse(shipped(`Pulumi.${stack}.yaml`)) as { config: Record<string, readonly object[]> };
    const known = (key: string) => config[key]?.map((job) => ({ ...job, repositoryId: 700000003, ownerId: 700000002 }));
    writeFileSync(
      path,
      stringify({
        ...written,
        config: {
          ...config,
          "package-registry:publishers": known("package-registry:publishers"),
          "package-registry:readers": known("package-registry:readers"),
          "package-registry:permissionsBoundary": this.boundaries[stack],
          ...Object.fromEntries(Object.entries(settings).map(([key, value]) => [`package-registry:${key}`, value])),
        },
      }),
    );
  }

  async #pulumi(...options: readonly string[]): Promise<void> {
    const environment = {
      ...this.#pulumiEnvironment(),
      PATH: this.#path(),
      PULUMI_BACKEND_URL: `file://${join(this.#folder, "state")}`,
      PULUMI_CONFIG_PASSPHRASE: "",
    };
    const { exitCode, output } = await runProcess("pulumi", [...options, "--non-interactive"], {
      directory: this.#tree,
      environment,
    });
    if (exitCode !== 0) {
      throw new Error(output);
    }
  }

  #pulumiEnvironment(): Readonly<Record<string, string>> {
    return {
      PULUMI_HOME: join(this.#folder, "home/.pulumi"),
      PULUMI_DEBUG_PROVIDERS: this.provider.environment,
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
      PULUMI_SKIP_UPDATE_CHECK: "true",
    };
  }

  #path(): string {
    return [join(this.#folder, "bin"), this.cli.path].join(delimiter);
  }

  /** Of the stack that a role or an environment names; all see one account, so that the preview's may be asked for at any. */
  #sandboxOf(name: string): string {
    const named = this.#sandboxes.find(([stack]) => name === stack || name.includes(`-${stack}-`));
    return (named ?? this.#sandboxes[0])?.[1].address ?? "";
  }
}

/** A folder for each action of other people that the workflows use, by `owner/name@commit`. */
function actionsOf(tree: string): Readonly<Record<string, string>> {
  const workflows = ["preview.yml", "deploy.yml"].map((file) => readWorkflow(join(tree, ".github/workflows", file)));
  const used = workflows.flatMap(({ jobs }) =>
    Object.values(jobs).flatMap(({ steps }) => steps.flatMap(({ uses }) => uses ?? [])),
  );
  return Object.fromEntries(
    used.map((uses) => {
      const name = /^[\w-]+\/([\w-]+)@[0-9a-f]{40}$/.exec(uses)?.[1] ?? uses;
      const folders = [join(__dirname, "standIns", name), join(__dirname, "../examples/standIns", name)];
      const folder = folders.find((one) => existsSync(join(one, "action.yml")));
      if (folder === undefined) {
        throw new Error(`${uses}: there is no stand-in for it`);
      }
      return [uses, folder];
    }),
  );
}
