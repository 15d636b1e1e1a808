import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { parse, stringify } from "yaml";
import { MemoryPackageStore } from "../../../sandbox/codeartifact/packages/store";
import { noPublicIndex } from "../../../sandbox/codeartifact/packages/search";
import type { Deployment } from "../../../sandbox/pulumi/deployment";
import { serveProvider, type ServedProvider } from "../../../sandbox/pulumi/serveProvider";
import { readStackConfiguration } from "../../../sandbox/pulumi/stackFiles";
import { identityToken, startJob } from "../../../sandbox/github/client";
import { runProcess } from "../../../commands/python/runProcess";
import { openSandbox, type Sandbox } from "../../../sandbox/sandbox";
import { parseSettings } from "../../../settings";
import { type ActRun, runAct } from "../examples/act";
import { environmentOf, isStartedBy, mayIdentify, readWorkflow, type WorkflowFile } from "../examples/workflowFile";
import { projectDirectory } from "../deployments";
import type { PulumiCli } from "../pulumiCli";
import { packArchives } from "../tools/pulumiArchives";
import { copyProject } from "./copyProject";
import { openStackGateway } from "./stackGateway";
import { exampleTeam, type TeamProject } from "./teamProject";
import { openStateBucket, type StateBucket } from "./stateBucket";

/** What starts a run. */
export interface Start {
  readonly workflow: "preview.yml" | "deploy.yml" | "verify.yml" | "smoke.yml";
  /** The commit it runs on. */
  readonly head: string;
  /** A push to this branch; without one it is the pull request 7 against `base`, or what a person starts by hand. */
  readonly branch?: string;
  /** What `npm run --silent verify` prints for each stack, and its exit code. @default the sandbox is asked */
  readonly findings?: Readonly<Record<string, { readonly text: string; readonly exitCode: number }>>;
  readonly base?: string;
  /** What a person who starts it by hand fills in. */
  readonly inputs?: Readonly<Record<string, string>>;
  /** Where the pull request comes from. @default the repository itself */
  readonly from?: string;
  /** Asked before a job of an environment may identify itself. @default every environment is approved */
  readonly approve?: (environment: string) => boolean;
  /** Variables of the repository, beside the one that switches deployment on. */
  readonly variables?: Readonly<Record<string, string>>;
  /** Added to the runner's environment. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** A comment of the pull request. */
export interface Comment {
  readonly id: number;
  readonly user: { readonly login: string };
  readonly body: string;
}

/** An issue of the repository, or a pull request, which GitHub lists with them. */
export interface Issue {
  readonly number: number;
  readonly state: string;
  readonly user: { readonly login: string };
  readonly title: string;
  readonly body: string | null;
  readonly pull_request?: object;
}

/** A run, and which jobs became which role. */
export interface TeamRun extends ActRun {
  /** `JOB in ENVIRONMENT`, in the order in which they asked for an identity. */
  readonly identified: readonly string[];
  /** The roles that were asked for, in that order. */
  readonly assumed: readonly string[];
  /** How `npm run verify` was called: its options, and `as KEY`. */
  readonly verified: readonly string[];
}

/**
 * A team that has bootstrapped its account and set its repository up: its GitHub, its AWS, and a machine that runs workflows.
 */
export class Team {
  readonly #folder = mkdtempSync(join(tmpdir(), "registry-team-"));
  readonly #tree = join(this.#folder, "tree");
  readonly #comments = join(this.#folder, "comments.json");
  readonly #issues = join(this.#folder, "issues.json");
  readonly #identified: string[] = [];
  readonly #assumed: string[] = [];

  #sandboxes: readonly (readonly [stack: string, sandbox: Sandbox])[] = [];

  private constructor(
    readonly project: TeamProject,
    readonly provider: ServedProvider,
    /** Holds the state of all stacks. */
    readonly bucket: StateBucket,
    readonly act: string,
    readonly cli: PulumiCli,
  ) {}

  /** @param given - @default the example team */
  static async open(act: string, cli: PulumiCli, given?: TeamProject): Promise<Team> {
    const project = given ?? (await exampleTeam());
    const bucket = await openStateBucket(project.stateBucket);
    const team = new Team(project, await serveProvider(project.account), bucket, act, cli);
    await team.#create();
    return team;
  }

  async #create(): Promise<void> {
    for (const folder of ["home", "bin", "tmp", "archives"]) {
      mkdirSync(join(this.#folder, folder));
    }
    for (const [name, program] of [
      ["gh", join(__dirname, "gh.cjs")],
      ["npm", join(__dirname, "npm.sh")],
      ["curl", join(__dirname, "../tools/curl.sh")],
      ["node", process.execPath],
    ] as const) {
      symlinkSync(program, join(this.#folder, "bin", name));
    }
    copyProject(this.#tree);
    cpSync(join(projectDirectory, "tools"), join(this.#tree, "tools"), { recursive: true });
    for (const [path, text] of this.project.files) {
      writeFileSync(join(this.#tree, path), text);
    }
    const real = this.#cliFolders().find((folder) => existsSync(join(folder, "pulumi"))) ?? "";
    const { sums } = packArchives(join(this.#folder, "archives"), `#!/bin/sh\nexec "${real}/pulumi" "$@"\n`);
    writeFileSync(join(this.#tree, "tools/pulumi/SHA256SUMS"), sums);
    this.comments = [];
    this.issues = [];
    await this.git("init", "--quiet", "--initial-branch", "main");
    for (const stack of this.project.stacks) {
      await this.#pulumi("stack", "init", stack);
    }
    await this.git("add", "--all");
    await this.git("commit", "--quiet", "--message", "Set up");
    // The endpoints of each stack's registry exist before the registry does: they serve the account that it is deployed into.
    this.#sandboxes = await Promise.all(
      this.project.stacks.map(async (stack) => {
        const settings = parseSettings(readStackConfiguration(this.#tree, stack).values, stack, this.#tree);
        const deployment = { account: this.project.account, settings } as Deployment;
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

  /** Commits files, changed from what they were, on top of a commit. */
  async change(parent: string, changes: Readonly<Record<string, (text: string) => string>>): Promise<string> {
    await this.git("checkout", "--quiet", "--detach", parent);
    for (const [path, change] of Object.entries(changes)) {
      const file = join(this.#tree, path);
      writeFileSync(file, change(readFileSync(file, "utf8")));
    }
    await this.git("commit", "--quiet", "--all", "--message", "Change files");
    return this.head();
  }

  head(): Promise<string> {
    return this.git("rev-parse", "HEAD");
  }

  /** Runs what GitHub would run; undefined where it would run nothing. */
  async start({ workflow, head, branch, base = "", from, approve = () => true, ...given }: Start) {
    const { repository, repositoryId, ownerId } = this.project;
    await this.git("checkout", "--quiet", "--detach", head);
    const { push } = readWorkflow(join(this.#tree, ".github/workflows/deploy.yml")).on;
    for (const deployed of push?.branches ?? []) {
      await this.git("branch", "--force", deployed, head);
    }
    const path = `.github/workflows/${workflow}`;
    const file = readWorkflow(join(this.#tree, path));
    const event = branch !== undefined ? "push" : byHand.includes(workflow) ? "workflow_dispatch" : "pull_request";
    if (!isStartedBy(file, event, branch ?? "main")) {
      return undefined;
    }
    const ref = event === "pull_request" ? "refs/pull/7/merge" : `refs/heads/${branch ?? "main"}`;
    const run = mkdtempSync(join(this.#folder, "run-"));
    for (const [stack, { text, exitCode }] of Object.entries(given.findings ?? {})) {
      writeFileSync(join(run, stack), text);
      writeFileSync(join(run, `${stack}.code`), String(exitCode));
    }
    const payload = join(run, "event.json");
    const pullRequest = {
      number: 7,
      base: { sha: base, ref: "main" },
      head: { sha: head, repo: { full_name: from ?? repository } },
      user: { login: "someone" },
    };
    writeFileSync(
      payload,
      JSON.stringify(
        event === "pull_request"
          ? { number: 7, pull_request: pullRequest }
          : { ref, after: head, inputs: given.inputs ?? {} },
      ),
    );
    this.#identified.length = 0;
    this.#assumed.length = 0;
    const identify = async (job: string, stack: string, audience: string) => {
      const environment = environmentOf(file, job, stack) ?? "";
      if (!mayIdentify(file, job) || !approve(environment)) {
        throw new Error(`${job} may not identify itself`);
      }
      this.#identified.push(`${job} in ${environment}`);
      const address = this.#sandboxOf(environment);
      const ids = { repositoryId, ownerId };
      const started = await startJob(address, { repository, ...ids, event, ref, workflow: path, environment });
      return identityToken(address, started, audience);
    };
    const sandboxOf = (roleArn: string) => {
      this.#assumed.push(roleArn);
      return this.#sandboxOf(roleArn);
    };
    const gateway = await openStackGateway({ identify, sandboxOf });
    try {
      const verified = join(run, "verified");
      const ended = await runAct({
        program: this.act,
        directory: this.#tree,
        event,
        payload,
        workflow: path,
        // For act it is what github.token gives.
        secrets: { GITHUB_TOKEN: "ghs_of_the_tests" },
        variables: { DEPLOY_REGISTRY: "true", ...given.variables },
        environment: {
          ...this.#pulumiEnvironment(),
          ARCHIVES: join(this.#folder, "archives"),
          DOWNLOADS: join(run, "downloads"),
          GITHUB_REPOSITORY: repository,
          ACTIONS_ID_TOKEN_REQUEST_URL: `${gateway.address}/identity?version=1${onlyJob(file)}`,
          ACTIONS_ID_TOKEN_REQUEST_TOKEN: "of-the-runner",
          AWS_ENDPOINT_URL: gateway.address,
          AWS_EC2_METADATA_DISABLED: "true",
          TEAM_REPOSITORY: this.#tree,
          TEAM_HEAD: head,
          TEAM_ARTIFACTS: join(run, "artifacts"),
          TEAM_COMMENTS: this.#comments,
          TEAM_ISSUES: this.#issues,
          TEAM_FINDINGS: run,
          TEAM_VERIFIED: verified,
          TEAM_NODE_MODULES: join(projectDirectory, "node_modules"),
          TEAM_NPM: join(dirname(process.execPath), "npm"),
          // Where tools/build.sh keeps what it has built.
          XDG_CACHE_HOME: process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"),
          ...given.environment,
        },
        actions: actionsOf(this.#tree),
        processEnvironment: { PATH: this.#path(), HOME: join(this.#folder, "home"), LANG: "C.UTF-8" },
      });
      const lines = existsSync(verified) ? readFileSync(verified, "utf8").trimEnd().split("\n") : [];
      return { ...ended, identified: [...this.#identified], assumed: [...this.#assumed], verified: lines };
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

  /** Of the repository, as GitHub keeps them. */
  get issues(): readonly Issue[] {
    return JSON.parse(readFileSync(this.#issues, "utf8")) as readonly Issue[];
  }

  set issues(issues: readonly Issue[]) {
    writeFileSync(this.#issues, JSON.stringify(issues));
  }

  /** Names of the domains that exist. */
  domains(): readonly string[] {
    return this.project.account.codeartifact.domains.list().map(({ name }) => name);
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
    await Promise.all([this.bucket.close(), ...this.#sandboxes.map(([, sandbox]) => sandbox.close())]);
    this.provider.close();
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 3 });
  }

  /** The stack's settings with these changes; what Pulumi wrote stays. */
  #configure(stack: string, settings: Readonly<Record<string, unknown>>): void {
    const file = `Pulumi.${stack}.yaml`;
    const written = parse(readFileSync(join(this.#tree, file), "utf8")) as object;
    const { config } = parse(this.project.files.get(file) ?? "") as { config: object };
    const changes = Object.fromEntries(
      Object.entries(settings).map(([key, value]) => [`package-registry:${key}`, value]),
    );
    writeFileSync(join(this.#tree, file), stringify({ ...written, config: { ...config, ...changes } }));
  }

  async #pulumi(...options: readonly string[]): Promise<void> {
    const environment = {
      ...this.#pulumiEnvironment(),
      PATH: this.cli.path,
      AWS_ACCESS_KEY_ID: "AKIAOFTHETESTS",
      AWS_SECRET_ACCESS_KEY: "of-the-tests",
      PULUMI_CONFIG_PASSPHRASE: "",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
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
      AWS_ENDPOINT_URL_S3: this.bucket.address,
      NO_PROXY: "127.0.0.1",
    };
  }

  /** A runner's PATH: a workflow has no CLI but the one that it installs. */
  #path(): string {
    const others = this.#cliFolders().filter((folder) => !existsSync(join(folder, "pulumi")));
    return [join(this.#folder, "bin"), ...others].join(delimiter);
  }

  #cliFolders(): readonly string[] {
    return this.cli.path.split(delimiter);
  }

  /** Of the stack that a role or an environment names; all see one account, so that the preview's may be asked for at any. */
  #sandboxOf(name: string): string {
    const named = this.#sandboxes.find(([stack]) => name === stack || name.endsWith(`-${stack}-deploy`));
    return (named ?? this.#sandboxes[0])?.[1].address ?? "";
  }
}

/** Workflows that a person starts. */
const byHand: readonly string[] = ["verify.yml", "smoke.yml"];

/**
 * GitHub gives each job an address of its own. Here all jobs of a run share one, and the action says which it is; in a workflow with
 * one job, the address says it too, so that any program of the job may ask.
 */
function onlyJob({ jobs }: WorkflowFile): string {
  const [job, ...others] = Object.keys(jobs);
  return job === undefined || others.length > 0 ? "" : `&job=${job}`;
}

/** A folder for each action of other people that the workflows use, by `owner/name@commit`. */
export function actionsOf(tree: string): Readonly<Record<string, string>> {
  const workflows = ["preview.yml", "deploy.yml", "verify.yml", "smoke.yml"].map((file) =>
    readWorkflow(join(tree, ".github/workflows", file)),
  );
  const used = workflows.flatMap(({ jobs }) =>
    Object.values(jobs).flatMap(({ steps }) => steps.flatMap(({ uses }) => uses ?? [])),
  );
  return Object.fromEntries(
    used.map((uses) => {
      const name = /^[\w-]+\/([\w-]+)@[0-9a-f]{40}$/.exec(uses)?.[1] ?? uses;
      const folder = join(__dirname, "standIns", name);
      if (!existsSync(join(folder, "action.yml"))) {
        throw new Error(`${uses}: there is no stand-in for it`);
      }
      return [uses, folder];
    }),
  );
}
