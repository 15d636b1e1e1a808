import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { devNull, tmpdir } from "node:os";
import { join } from "node:path";
import type { GithubRun } from "../../../github/claims";
import { repositoryName } from "../../../naming/registryNames";
import type { MadeDistribution } from "../../../sandbox/fixtures/distributions";
import { runProcess } from "../../../commands/python/runProcess";
import { type Attestation, installAttestingGh } from "../attestingGh";
import { projectDirectory } from "../deployments";
import { exampleProject, stackFiles } from "../exampleProject";
import { realPython } from "../realPython";
import { clientTools } from "../clients/tools";
import { type ActRun, runAct } from "./act";
import { type RegistryGateway, openRegistryGateway } from "./registryGateway";
import { type GitServer, serveGit } from "./gitServer";
import { type Environment, openRegistries, type Registries, repository } from "./registries";
import { standIns } from "./standIns";
import { TeamRepository } from "./teamRepository";
import { packageLocks, wheelhouse } from "./wheelhouse";
import { isStartedBy, readWorkflow } from "./workflowFile";

/** A run of a workflow. */
export interface HubRun extends ActRun {
  /** Where what a job left behind is kept: a folder for each job that uploaded something, with `environment` and `workspace`. */
  readonly jobsFolder: string;
}

/** What starts a run, beside what was committed last. */
export interface Start {
  readonly workflow: "deploy-packages.yml" | "deploy-lambda-layers.yml";
  readonly branch: string;
  /** @default push */
  readonly event?: GithubRun["event"];
  /** Of a run that a person starts. @default - none */
  readonly inputs?: Readonly<Record<string, string>>;
  /** @default the former run's, and one more */
  readonly runNumber?: number;
  /** Asked before a job of an environment may identify itself. @default every environment is approved */
  readonly approve?: (environment: string) => Promise<boolean>;
}

const installedFromPypi = [
  ...packageLocks,
  "hub/lambda/requirements-pipenv.txt",
  ".github/actions/publish-python/requirements.txt",
];

const githubToken = "ghs_of_the_tests_0123456789abcdef";

/** What registry.toml names under [promotion]. */
export const promotionProject = { project: "orb-integration-hub/package-registry", commit: "0123456789".repeat(4) };

/** Writes this project, with the example's stack files, as a checkout has it. */
function writeProject(target: string): void {
  for (const entry of projectEntries) {
    cpSync(join(projectDirectory, entry), join(target, entry), {
      recursive: true,
      filter: (path) => !/Pulumi\..*yaml$/.test(path),
    });
  }
  for (const file of ["Pulumi.yaml", ...stackFiles]) {
    cpSync(join(exampleProject, file), join(target, file));
  }
}

const projectEntries = [
  ...["bootstrap", "commands", "components", "github", "iam", "naming", "sandbox", "settings"],
  ...["tools/pulumi", "index.ts", "package.json", "tsconfig.json", ".nvmrc"],
];

/** A team whose repository is not the example. */
interface HubTeam {
  /** Writes the repository's files into a folder. */
  readonly write?: (target: string) => void;
  /** Locks whose packages PyPI has too. */
  readonly locks?: readonly string[];
  /** What stacks are deployed over. */
  readonly grounds?: Parameters<typeof openRegistries>[1];
}

/** The team's GitHub, its AWS with three registries, and a machine that runs workflows. */
export class Hub {
  #runs = 0;

  private constructor(
    readonly folder: string,
    readonly registries: Registries,
    readonly team: TeamRepository,
    readonly gateway: RegistryGateway,
    readonly git: GitServer,
    readonly programs: { readonly act: string; readonly path: string },
  ) {}

  /**
   * @param act - the program
   * @param publicPackages - on PyPI beside what workflows and actions install from there
   * @param team - whose repository it is @default the example's
   */
  static async open(act: string, publicPackages: readonly MadeDistribution[] = [], team: HubTeam = {}): Promise<Hub> {
    const folder = mkdtempSync(join(tmpdir(), "hub-"));
    const tools = await clientTools();
    const registries = await openRegistries(
      [...(await wheelhouse([...installedFromPypi, ...(team.locks ?? [])])), ...publicPackages],
      team.grounds,
    );
    // What GitHub's machines have; git and the shell are this machine's.
    const [bin, python] = [join(folder, "bin"), realPython()];
    mkdirSync(bin);
    symlinkSync(python, join(bin, "python3"));
    installAttestingGh(bin, join(folder, "attestations"));
    const gateway = await openRegistryGateway(registries);
    // AWS is where the CLI finds it by itself: the actions take no address from the job.
    const aws = `exec "${join(tools.bin, "aws")}" --endpoint-url "${gateway.address}" "$@"`;
    writeFileSync(join(bin, "aws"), `#!/bin/sh\n${aws}\n`, { mode: 0o755 });
    // Only `npm ci` is replaced: what it installs is there.
    const modules = join(projectDirectory, "node_modules");
    const npm = (await runProcess("sh", ["-c", "command -v npm"])).output.trim();
    const replaced = `if [ "$1" = ci ]; then exec ln -s "${modules}" node_modules; fi`;
    writeFileSync(join(bin, "npm"), `#!/bin/sh\n${replaced}\nexec "${npm}" "$@"\n`, { mode: 0o755 });
    await runProcess(python, ["-m", "venv", join(folder, "python")]);
    mkdirSync(join(folder, "tree"));
    const repository = new TeamRepository(folder);
    await repository.create(team.write);
    return new Hub(
      ...([folder, registries, repository, gateway] as const),
      await serveGit(join(folder, "github"), githubToken),
      { act, path: `${bin}:${process.env.PATH ?? ""}` },
    );
  }

  /** Where the programs of jobs keep what they keep. */
  get home(): string {
    return join(this.folder, "home");
  }

  /** Pushes what was committed last, and runs what GitHub would run; nothing where it would run nothing. */
  async start({
    workflow,
    branch,
    event = "push",
    inputs = {},
    runNumber,
    approve,
  }: Start): Promise<HubRun | undefined> {
    const before = await this.team.remoteHead(branch);
    const head = await this.team.head();
    const path = `.github/workflows/${workflow}`;
    const file = readWorkflow(join(this.team.directory, path));
    if (event !== "pull_request") {
      await this.team.push(branch);
    } else {
      await this.team.push("refs/pull/7/merge");
    }
    if (!isStartedBy(file, event, branch)) {
      return undefined;
    }
    const ref = event !== "pull_request" ? `refs/heads/${branch}` : "refs/pull/7/merge";
    this.#runs = runNumber ?? this.#runs + 1;
    this.gateway.run = {
      event,
      ref,
      path,
      workflow: file,
      job: inputs.to && `promote-${inputs.to}`,
      approve: approve ?? (() => Promise.resolve(true)),
    };
    const runFolder = mkdtempSync(join(this.folder, "run-"));
    const payload = join(runFolder, "event.json");
    const visibility = { repository: { visibility: "public", default_branch: "main" } };
    writeFileSync(
      payload,
      JSON.stringify(
        event === "workflow_dispatch"
          ? { ref, inputs, ...visibility }
          : event === "push"
            ? { ref, before, after: head, deleted: false, ...visibility }
            : {
                number: 7,
                pull_request: { base: { ref: branch, sha: before }, head: { ref: "proposal" } },
                ...visibility,
              },
      ),
    );
    const run = await runAct({
      program: this.programs.act,
      directory: this.team.directory,
      event,
      payload,
      workflow: path,
      secrets: { GITHUB_TOKEN: githubToken },
      variables: { AWS_ACCOUNT_ID: this.registries.of.dev.context.account.accountId },
      environment: {
        GITHUB_REPOSITORY: repository,
        GITHUB_SERVER_URL: this.git.address,
        GITHUB_RUN_NUMBER: String(this.#runs),
        GITHUB_RUN_ID: String(1000 + this.#runs),
        ACTIONS_ID_TOKEN_REQUEST_URL: `${this.gateway.address}/identity?version=1`,
        ACTIONS_ID_TOKEN_REQUEST_TOKEN: "of-the-runner",
        AWS_EC2_METADATA_DISABLED: "true",
        NO_PROXY: "127.0.0.1",
        PIP_CONFIG_FILE: devNull,
        // PyPI, as far as the runner can tell.
        PIP_INDEX_URL: this.registries.publicIndex.url,
        PYTHONDONTWRITEBYTECODE: "1",
        HUB_PYTHON: join(this.folder, "python"),
        HUB_ARTIFACTS: join(runFolder, "artifacts"),
        HUB_JOBS: join(runFolder, "jobs"),
        HUB_AWS: this.gateway.address,
        HUB_ATTESTATIONS: join(this.folder, "attestations"),
        HUB_WORKFLOW: path,
        ...this.#projectVariables(event),
      },
      actions: standIns(file, this.team.directory),
      processEnvironment: { PATH: this.programs.path, HOME: this.home, LANG: "C.UTF-8" },
    });
    return { ...run, jobsFolder: join(runFolder, "jobs") };
  }

  /** For a job that runs a command of this project, which finds AWS by itself. */
  #projectVariables(event: string): Readonly<Record<string, string>> {
    if (event !== "workflow_dispatch") {
      return {};
    }
    const project = join(this.folder, "project");
    if (!existsSync(project)) {
      writeProject(project);
    }
    return {
      HUB_PROJECT: project,
      HUB_PROJECT_AT: `${promotionProject.project}@${promotionProject.commit}`,
      AWS_ENDPOINT_URL: this.gateway.address,
    };
  }

  /** What GitHub keeps of what jobs attested, in the order in which it came. */
  get attestations(): readonly Attestation[] {
    const file = join(this.folder, "attestations");
    return existsSync(file)
      ? readFileSync(file, "utf8")
          .trim()
          .split("\n")
          .map((line) => JSON.parse(line) as Attestation)
      : [];
  }

  /** SHA-256 of every private file that a registry has, by name. */
  published(environment: Environment): Readonly<Record<string, string>> {
    const { context } = this.registries.of[environment];
    const records = ["orb-common", "orb-models"].flatMap(
      (name) => context.packages.store.find({ domain: context.domain, repository: repositoryName }, name) ?? [],
    );
    return Object.fromEntries(
      records
        .flatMap(({ versions }) => Object.values(versions))
        .flatMap(({ assets }) => Object.values(assets))
        .map(({ filename, sha256 }) => [filename, sha256] as const)
        .sort(([one], [other]) => (one < other ? -1 : 1)),
    );
  }

  async close(): Promise<void> {
    await Promise.all([this.registries.close(), this.gateway.close(), this.git.close()]);
    rmSync(this.folder, { recursive: true, force: true });
  }
}
