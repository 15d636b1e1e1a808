import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { parse, stringify } from "yaml";
import { type ActRun, runAct } from "../examples/act";
import { projectDirectory } from "../deployments";
import { exampleFile } from "../exampleProject";
import { commitAll, git } from "../gitRepository";
import { copyProject } from "./copyProject";
import { actionsOf, type Comment } from "./team";

/** What a pull request changes. */
export interface PullRequest {
  /** Settings of dev, by their names. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** By path, a text that is replaced in the file, and what takes its place. */
  readonly edits?: Readonly<Record<string, readonly [from: string, to: string]>>;
  /** Files that it adds. */
  readonly files?: Readonly<Record<string, string>>;
  /** What the base branch lacks, as `edits`. */
  readonly inBase?: PullRequest["edits"];
  /** The commit that GitHub names as the base. @default the one that the change is made on */
  readonly base?: string;
  /** Artifacts that are there before the jobs run, as any job of the pull request's code could have made: by name, files. */
  readonly artifacts?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** How preview.yml ended for a pull request. */
export interface PreviewRun extends ActRun {
  readonly comments: readonly Comment[];
  /** The commit that the run is about. */
  readonly head: string;
}

/** A repository with the stack dev, not set up for deployments. Of preview.yml the comment and the jobs that it needs are run. */
export class PullRequests {
  readonly #folder = mkdtempSync(join(tmpdir(), "registry-pull-requests-"));
  readonly #tree = join(this.#folder, "tree");

  private constructor(readonly act: string) {}

  static async open(act: string): Promise<PullRequests> {
    const opened = new PullRequests(act);
    mkdirSync(join(opened.#folder, "home"));
    mkdirSync(join(opened.#folder, "bin"));
    symlinkSync(join(__dirname, "gh.cjs"), join(opened.#folder, "bin/gh"));
    symlinkSync(join(__dirname, "npm.sh"), join(opened.#folder, "bin/npm"));
    copyProject(opened.#tree);
    opened.#configure({});
    await commitAll(opened.#tree);
    await git(opened.#tree, "tag", "set-up");
    return opened;
  }

  /** Opens a pull request and runs what GitHub would run for it; `comments` are those that are there before. */
  async run(change: PullRequest, comments: readonly Comment[] = []): Promise<PreviewRun> {
    await git(this.#tree, "checkout", "--quiet", "--detach", "set-up");
    const parent = await this.#commit({ edits: change.inBase });
    const head = await this.#commit(change);
    const run = mkdtempSync(join(this.#folder, "run-"));
    const payload = join(run, "event.json");
    const kept = join(run, "comments.json");
    const repo = { full_name: repository };
    const sides = { base: { sha: change.base ?? parent, ref: "main" }, head: { sha: head, repo } };
    writeFileSync(
      payload,
      JSON.stringify({ number: 7, pull_request: { number: 7, user: { login: "someone" }, ...sides } }),
    );
    writeFileSync(kept, JSON.stringify(comments));
    for (const [name, files] of Object.entries(change.artifacts ?? {})) {
      write(join(run, "artifacts", name), files);
    }
    const ended = await runAct({
      program: this.act,
      directory: this.#tree,
      event: "pull_request",
      payload,
      job: "comment",
      workflow: ".github/workflows/preview.yml",
      secrets: { GITHUB_TOKEN: "ghs_of_the_tests" },
      variables: {},
      environment: {
        GITHUB_REPOSITORY: repository,
        TEAM_REPOSITORY: this.#tree,
        TEAM_HEAD: head,
        TEAM_ARTIFACTS: join(run, "artifacts"),
        TEAM_COMMENTS: kept,
        TEAM_NODE_MODULES: join(projectDirectory, "node_modules"),
        TEAM_NPM: join(dirname(process.execPath), "npm"),
      },
      actions: actionsOf(this.#tree),
      processEnvironment: {
        PATH: [join(this.#folder, "bin"), process.env.PATH].join(delimiter),
        HOME: join(this.#folder, "home"),
        LANG: "C.UTF-8",
      },
    });
    return { ...ended, head, comments: JSON.parse(readFileSync(kept, "utf8")) as readonly Comment[] };
  }

  close(): void {
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 3 });
  }

  async #commit({ settings = {}, edits = {}, files = {} }: PullRequest): Promise<string> {
    if (Object.keys(settings).length > 0) {
      this.#configure(settings);
    }
    for (const [path, [from, to]] of Object.entries(edits)) {
      const text = readFileSync(join(this.#tree, path), "utf8");
      if (!text.includes(from)) {
        throw new Error(`${path} does not contain ${from}`);
      }
      writeFileSync(
        join(this.#tree, path),
        text.replace(from, () => to),
      );
    }
    write(this.#tree, files);
    return commitAll(this.#tree);
  }

  #configure(settings: Readonly<Record<string, unknown>>): void {
    const { config } = parse(exampleFile("Pulumi.dev.yaml")) as { config: Record<string, readonly object[]> };
    const known = (key: string) => config[key]?.map((job) => ({ ...job, repositoryId: 700000003, ownerId: 700000002 }));
    const changed = Object.entries(settings).map(([key, value]) => [`package-registry:${key}`, value] as const);
    const jobs = ["package-registry:publishers", "package-registry:readers"].map((key) => [key, known(key)] as const);
    const whole = { ...config, ...Object.fromEntries([...jobs, ...changed]) };
    writeFileSync(join(this.#tree, "Pulumi.dev.yaml"), stringify({ config: whole }));
  }
}

const repository = "acme/registry";

function write(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}
