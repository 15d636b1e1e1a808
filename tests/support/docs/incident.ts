import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { SandboxAccount } from "../../../sandbox/account";
import { MemoryPackageStore } from "../../../sandbox/codeartifact/packages/store";
import { type MadeDistribution, uploadForm } from "../../../sandbox/fixtures/distributions";
import { assumeRoleAsJob } from "../../../sandbox/github/client";
import { jobsOf } from "../../../sandbox/github/issuer";
import { simpleIndex } from "../../../sandbox/publicIndex/simpleIndex";
import { type AccountSandbox, openSandbox } from "../../../sandbox/sandbox";
import type { Session } from "../../../sandbox/sts/sts";
import { environmentOf } from "../../../github/jobs";
import { audience, githubIssuer } from "../../../iam/trust";
import { pythonTools, requirementsFile } from "../../../commands/python/pythonTools";
import { stackSettings } from "../../../commands/stackSettings";
import { type ClientRun, Person } from "../clients/person";
import { awsEnvironment } from "../clients/registry";
import { clientTools } from "../clients/tools";
import { projectDirectory } from "../deployments";
import type { PulumiCli } from "../pulumiCli";
import { cliEnvironment, PulumiProject, programEntries, type Settings } from "../pulumiProject";
import { serveWatchedIndex, type WatchedIndex } from "../sandbox/watchedIndex";
import { numberedSteps, sectionOf } from "./document";

/** The document with the runbooks. */
export const incidents = "docs/incidents.md";

/** A job of the stack, with its session and a registry token that it minted. */
export interface IncidentJob {
  readonly roleName: string;
  readonly session: Session;
  readonly token: string;
}

/** What a stack's incident begins with. */
export interface IncidentStack {
  readonly stack: string;
  readonly settings?: Settings;
  /** Other stacks of the account, as the example has them. */
  readonly others?: readonly string[];
  /** What the public index offers. */
  readonly offered?: readonly MadeDistribution[];
}

/** The project of a person who runs the program by the Pulumi CLI and the commands by npm. */
class OperatorProject extends PulumiProject {
  constructor(
    readonly cli: PulumiCli,
    account: SandboxAccount,
  ) {
    super(cli, account);
    for (const entry of ["commands", "sandbox", "hub"].filter((name) => !programEntries.includes(name))) {
      symlinkSync(join(projectDirectory, entry), join(this.directory, entry));
    }
  }

  async environment(): Promise<NodeJS.ProcessEnv> {
    return cliEnvironment(this.root, this.cli, await this.providers());
  }
}

/**
 * A stack that the Pulumi CLI has deployed, served to real clients, and an administrator's shell beside it. The shell runs the
 * commands of a document's steps as they are written, and keeps their variables and functions from one step to the next.
 */
export class Incident {
  /** How far the account's clock is ahead of this machine's, in milliseconds. */
  readonly clock: { aheadBy: number };
  /** The steps that were done, as the document names them. */
  readonly done = new Set<string>();

  private constructor(
    readonly project: OperatorProject,
    readonly sandbox: AccountSandbox,
    readonly index: WatchedIndex,
    readonly person: Person,
    readonly stack: string,
    clock: { aheadBy: number },
  ) {
    this.clock = clock;
  }

  static async open(cli: PulumiCli, { stack, settings, others = [], offered = [] }: IncidentStack): Promise<Incident> {
    const clock = { aheadBy: 0 };
    const account = new SandboxAccount({ now: () => new Date(Date.now() + clock.aheadBy) });
    account.iam.oidcProviders.create({ url: `https://${githubIssuer()}`, clientIDList: [audience] });
    const project = new OperatorProject(cli, account);
    for (const name of [...others, stack]) {
      await project.init(name, name === stack ? settings : undefined);
      const { exitCode, messages } = await project.up(name);
      if (exitCode !== 0) {
        throw new Error(messages.join("\n"));
      }
    }
    const index = await serveWatchedIndex(offered);
    const sandbox = await openSandbox({
      account,
      jobs: [stack, ...others].flatMap((name) => jobsOf(stackSettings(name, project.directory))),
      store: new MemoryPackageStore(),
      publicIndex: simpleIndex(index.url),
    });
    const person = new Person(await clientTools());
    // Their folder would also replace the Python that the project's commands look for.
    mkdirSync(join(person.home, "bin"));
    for (const tool of ["aws", "pip"]) {
      symlinkSync(join(person.tools.bin, tool), join(person.home, "bin", tool));
    }
    // The person's home has no settings of pip: what promote installs is there before.
    await pythonTools(requirementsFile, () => undefined);
    return new Incident(project, sandbox, index, person, stack, clock);
  }

  domain(stack = this.stack): string {
    return stackSettings(stack, this.project.directory).domain;
  }

  /** Where the stack's packages are, `http://127.0.0.1:PORT/…/pypi/python-packages/`, with the token in it where one is given. */
  endpoint({ stack = this.stack, token }: { readonly stack?: string; readonly token?: string } = {}): string {
    const address = this.sandbox.endpointOf(this.domain(stack));
    return `${token === undefined ? address : address.replace("://", `://aws:${token}@`)}/pypi/python-packages/`;
  }

  /** Opens a session of the first job of a kind, and has it mint a registry token for an hour. */
  async job(kind: "publisher" | "reader" | "maintainer" = "publisher", stack = this.stack): Promise<IncidentJob> {
    const jobs = jobsOf(stackSettings(stack, this.project.directory));
    const job = jobs.find((known) => known.kind === kind);
    const [, workflow] = /\/(\.github\/.*)@/.exec(job?.jobWorkflowRef ?? "") ?? [];
    if (job === undefined) {
      throw new Error(`stack ${stack} has no ${kind}`);
    }
    const { account, sts, tokens } = this.sandbox.context;
    const { repository, roleName, subjectContext, ref } = job;
    const credentials = await assumeRoleAsJob(
      this.sandbox.address,
      { repository, environment: environmentOf(subjectContext), ref, workflow },
      account.iam.roles.get({ roleName }).arn,
    );
    const session = "accessKeyId" in credentials ? sts.find(credentials.accessKeyId) : undefined;
    if (session === undefined) {
      throw new Error(`${roleName} rejects its job: ${JSON.stringify(credentials)}`);
    }
    return { roleName, session, token: tokens.mint(session, this.domain(stack), 3600).authorizationToken };
  }

  /** Sends a distribution as the publisher's job does, and returns the HTTP status. */
  async publish(distribution: MadeDistribution, stack = this.stack): Promise<number> {
    const { token } = await this.job("publisher", stack);
    return statusOf(this.endpoint({ stack }), token, { method: "POST", body: uploadForm(distribution) });
  }

  /** The HTTP status of a package's page for a registry token. */
  pageStatus(token: string, name: string): Promise<number> {
    return statusOf(`${this.endpoint()}simple/${name}/`, token);
  }

  /** What pip installs for requirements, as a reader's new job: `NAME-VERSION`, or its error. */
  async installs(...requirements: readonly string[]): Promise<string> {
    const { token } = await this.job("reader");
    const { text } = await this.person.shell(
      `rm -rf installed && pip install --no-cache-dir --target installed ${requirements.join(" ")}`,
      { PIP_INDEX_URL: `${this.endpoint({ token })}simple/` },
    );
    return /Successfully installed (.*?)(?: \[notice\]|$)/.exec(text)?.[1]?.trim() ?? text;
  }

  /**
   * Runs a step of a document's section as it is written, in the project's folder.
   *
   * @param step - how the step's text begins, in bold
   * @param values - by variable, what takes the place of the value that the document assigns to it
   * @param input - what the commands read
   * @param session - who runs them @default - an administrator
   */
  async does(
    section: string,
    step: string,
    {
      values = {},
      input = "",
      session,
    }: {
      readonly values?: Readonly<Record<string, string>>;
      readonly input?: string;
      readonly session?: Session;
    } = {},
  ): Promise<ClientRun> {
    const commands = numberedSteps(section).get(step);
    if (commands === undefined) {
      throw new Error(`There is no step "${step}", but ${[...numberedSteps(section).keys()].join(", ")}`);
    }
    this.done.add(step);
    let lines = commands.join("\n");
    for (const [name, value] of Object.entries(values)) {
      const assigned = new RegExp(`^(${name}=).*$`, "m");
      if (!assigned.test(lines)) {
        throw new Error(`The step "${step}" does not assign ${name}`);
      }
      lines = lines.replace(assigned, `$1'${value}'`);
    }
    return this.shell(lines, input, session);
  }

  /** Does what every runbook begins with. @param since - when the incident began, in milliseconds since 1970 */
  async prepares(since = Date.now() - 600_000): Promise<void> {
    const section = sectionOf(incidents, "Prepare a shell");
    for (const step of numberedSteps(section).keys()) {
      const values = { STACK: this.stack, SINCE: new Date(since).toISOString().replace(/\.\d+/, "") };
      const { exitCode, text } = await this.does(section, step, { values: step === "Select the stack" ? values : {} });
      if (exitCode !== 0) {
        throw new Error(`${step}: ${text}`);
      }
    }
  }

  /** The steps of a section that have commands and were not done. */
  undone(section: string): readonly string[] {
    return [...numberedSteps(section)].flatMap(([step, commands]) =>
      commands.length === 0 || this.done.has(step) ? [] : [step],
    );
  }

  /** Runs lines in the administrator's shell, or in another's. */
  async shell(lines: string, input = "", session = this.sandbox.context.sts.administrator()): Promise<ClientRun> {
    const { PATH = "", ...pulumi } = await this.project.environment();
    return this.person.shell(`${shellState}\ncd "$PROJECT"\nexec <<<"$INPUT"\nunset INPUT\n${lines}`, {
      ...(pulumi as Record<string, string>),
      ...awsEnvironment(this.sandbox, session),
      PATH: `${join(this.person.home, "bin")}:${PATH}`,
      HOME: this.person.home,
      PULUMI_SKIP_CONFIRMATIONS: "true",
      npm_config_update_notifier: "false",
      PROJECT: this.project.directory,
      INPUT: input,
    });
  }

  async close(): Promise<void> {
    this.project.close();
    this.person.leave();
    await Promise.all([this.sandbox.close(), this.index.close()]);
  }
}

async function statusOf(url: string, token: string, init: RequestInit = {}): Promise<number> {
  const response = await fetch(url, { ...init, headers: { authorization: `Bearer ${token}` } });
  await response.arrayBuffer();
  return response.status;
}

/** The lines that a document's `calls` printed. */
export function callsIn({ text }: ClientRun): readonly string[] {
  return text.split(/(?=\d{4}-\d\d-\d\dT\S+Z )/).map((line) => line.trim());
}

/** What a shell does so that the next one has its variables and functions. */
const shellState = `
initial=$(compgen -v)
keep() {
  status=$?
  declare -f >state
  for name in $(compgen -v | grep -vxF "$initial" | grep -E '^[A-Z_]+$' | grep -vE '^(BASH|PIPESTATUS|COMP)'); do
    declare -p "$name" >>state
  done
  return $status
}
if [ -f state ]; then . ./state; fi
STATE=$PWD
trap 'cd "$STATE"; keep' EXIT
set -o pipefail`;
