import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { devNull, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { parse } from "yaml";
import { runProcess } from "../../../commands/python/runProcess";
import type { GithubRun } from "../../../github/claims";
import { identityToken, startJob } from "../../../sandbox/github/client";
import { clientTools } from "../clients/tools";
import { type ActRun, runAct } from "../examples/act";
import { type GitServer, serveGit } from "../examples/gitServer";
import { standIns } from "../examples/standIns";
import { environmentOf, mayIdentify, type WorkflowFile } from "../examples/workflowFile";
import { actionsFolder } from "../github-actions/runnerStep";
import { HttpServers } from "../httpServers";
import { realPython } from "../realPython";

const githubToken = "ghs_of_the_tests_0123456789abcdef";

/** What starts a run. */
export interface ServiceStart {
  readonly event: GithubRun["event"];
  readonly ref: string;
  /** The repository whose branch a pull request proposes. @default the service's own */
  readonly head?: string;
}

/** A service's repository, on a machine that runs its one workflow against a sandbox. */
export class ServiceRepository {
  readonly folder = mkdtempSync(join(tmpdir(), "service-"));
  readonly #servers = new HttpServers();
  readonly #tree = join(this.folder, "tree");
  readonly #path = ".github/workflows/test.yml";
  #git: GitServer | undefined;

  /**
   * @param sandbox - address of the registry
   * @param actions - the repository and commit that the workflow takes this project's action from, `owner/name@commit`
   */
  constructor(
    readonly act: string,
    readonly name: string,
    readonly sandbox: string,
    readonly actions: string,
  ) {}

  /** Makes a work tree with the files, and the repository that jobs check out. */
  async create(files: Readonly<Record<string, string>>): Promise<void> {
    const tools = await clientTools();
    const [bin, bare] = [join(this.folder, "bin"), join(this.folder, "github", this.name)];
    [bin, bare, this.#tree].forEach((folder) => mkdirSync(folder, { recursive: true }));
    symlinkSync(realPython(), join(bin, "python3"));
    for (const client of ["uv", "poetry", "pipenv"]) {
      symlinkSync(join(tools.bin, client), join(bin, client));
    }
    // AWS is where the CLI finds it by itself: the action takes no address from the job.
    const aws = `exec "${join(tools.bin, "aws")}" --endpoint-url "${this.sandbox}" "$@"`;
    writeFileSync(join(bin, "aws"), `#!/bin/sh\n${aws}\n`, { mode: 0o755 });
    await this.#run(realPython(), ["-m", "venv", join(this.folder, "python")]);
    cpSync(actionsFolder, join(this.folder, "hub/.github/actions"), { recursive: true });
    this.#write(files);
    this.#git = await serveGit(join(this.folder, "github"), githubToken);
    await this.#run("git", ["init", "--quiet", "--bare", bare]);
    await this.#run("git", ["init", "--quiet", "--initial-branch", "main"]);
    await this.#run("git", ["remote", "add", "origin", bare]);
  }

  /** Commits the workflow, pushes it, and runs it as GitHub does for the event. */
  async start(text: string, { event, ref, head = this.name }: ServiceStart): Promise<ActRun> {
    this.#write({ [this.#path]: text });
    await this.#run("git", ["add", "--all"]);
    await this.#run("git", ["commit", "--quiet", "--allow-empty", "-m", "Change"]);
    await this.#run("git", ["push", "--quiet", "--force", "origin", "HEAD:refs/heads/main"]);
    const workflow = parse(text) as WorkflowFile;
    const payload = join(this.folder, "event.json");
    const proposal = {
      number: 7,
      pull_request: { head: { ref: "proposal", repo: { full_name: head } }, base: { ref: "main" } },
    };
    writeFileSync(payload, JSON.stringify(event === "push" ? { ref } : proposal));
    const identities = await this.#serveIdentities(workflow, { event, ref, head });
    return runAct({
      program: this.act,
      directory: this.#tree,
      event,
      payload,
      workflow: this.#path,
      secrets: { GITHUB_TOKEN: githubToken },
      variables: {},
      environment: {
        GITHUB_REPOSITORY: this.name,
        GITHUB_SERVER_URL: this.#git?.address ?? "",
        GITHUB_RUN_ID: "1001",
        ACTIONS_ID_TOKEN_REQUEST_URL: `${identities}/identity?version=1`,
        ACTIONS_ID_TOKEN_REQUEST_TOKEN: "of-the-runner",
        AWS_EC2_METADATA_DISABLED: "true",
        ...{ NO_PROXY: "127.0.0.1", PIP_CONFIG_FILE: devNull, PYTHONDONTWRITEBYTECODE: "1" },
        ...{
          UV_PYTHON_DOWNLOADS: "never",
          UV_NO_CACHE: "1",
          PIP_NO_CACHE_DIR: "1",
          PIPENV_NOSPIN: "1",
          PIPENV_YES: "1",
        },
        HUB_PYTHON: join(this.folder, "python"),
        HUB_AWS: this.sandbox,
      },
      actions: {
        ...standIns({ on: {}, jobs: withoutOwn(workflow) }, join(this.folder, "hub")),
        [this.actions]: join(this.folder, "hub"),
      },
      processEnvironment: {
        PATH: `${join(this.folder, "bin")}:${process.env.PATH ?? ""}`,
        HOME: join(this.folder, "home"),
        LANG: "C.UTF-8",
      },
    });
  }

  async close(): Promise<void> {
    await Promise.all([this.#servers.close(), this.#git?.close()]);
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** GitHub's issuer for one run. A job's claims follow from the workflow file; a fork's pull request gets no token. */
  #serveIdentities(workflow: WorkflowFile, { event, ref, head }: Required<ServiceStart>): Promise<string> {
    return this.#servers.serve((request, response) => {
      const { searchParams } = new URL(request.url ?? "/", "http://127.0.0.1");
      const job = searchParams.get("job") ?? "";
      const isFork = event === "pull_request" && head !== this.name;
      if (isFork || !mayIdentify(workflow, job)) {
        response
          .writeHead(403, { "content-type": "application/json" })
          .end('{"message":"no permission id-token: write"}');
        return;
      }
      const description = {
        repository: this.name,
        event,
        ref,
        workflow: this.#path,
        environment: environmentOf(workflow, job),
      };
      void startJob(this.sandbox, description)
        .then((started) => identityToken(this.sandbox, started, searchParams.get("audience") ?? ""))
        .then((value) => {
          response.setHeader("content-type", "application/json").end(JSON.stringify({ value }));
        });
    });
  }

  #write(files: Readonly<Record<string, string>>): void {
    for (const [path, contents] of Object.entries(files)) {
      mkdirSync(dirname(join(this.#tree, path)), { recursive: true });
      writeFileSync(join(this.#tree, path), contents);
    }
  }

  async #run(program: string, options: readonly string[]): Promise<void> {
    const person = { NAME: "Example", EMAIL: "example@example.com" };
    const { exitCode, output } = await runProcess(program, options, {
      directory: this.#tree,
      environment: {
        ...{ PATH: process.env.PATH, HOME: this.folder, GIT_CONFIG_GLOBAL: devNull, GIT_CONFIG_SYSTEM: devNull },
        ...{ GIT_AUTHOR_NAME: person.NAME, GIT_AUTHOR_EMAIL: person.EMAIL },
        ...{ GIT_COMMITTER_NAME: person.NAME, GIT_COMMITTER_EMAIL: person.EMAIL },
      },
    });
    if (exitCode !== 0) {
      throw new Error(`${program} ${options.join(" ")}: ${output}`);
    }
  }
}

/** The jobs without the steps that use this project's own action. */
function withoutOwn({ jobs }: WorkflowFile): WorkflowFile["jobs"] {
  return Object.fromEntries(
    Object.entries(jobs).map(([name, job]) => {
      return [name, { ...job, steps: job.steps.filter(({ uses = "" }) => !uses.includes("/codeartifact-login@")) }];
    }),
  );
}
