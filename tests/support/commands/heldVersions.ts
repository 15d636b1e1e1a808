import { repositoryName } from "../../../naming/registryNames";
import type { VersionStatus } from "../../../sandbox/codeartifact/packages/records";
import { type PublicIndex, noPublicIndex } from "../../../sandbox/codeartifact/packages/search";
import { MemoryPackageStore, type RepositoryPlace } from "../../../sandbox/codeartifact/packages/store";
import { assumeRoleAsJob } from "../../../sandbox/github/client";
import type { JobDescription } from "../../../sandbox/github/jobDescription";
import type { Deployment } from "../../../sandbox/pulumi/deployment";
import { openSandbox, type Sandbox } from "../../../sandbox/sandbox";
import type { Session } from "../../../sandbox/sts/sts";
import { awsEnvironment, mintedToken } from "../clients/registry";
import { deployChanged } from "../deployments";
import { runCommand } from "./processes";

/** A package's version as a test puts it into a repository. */
export interface Held {
  readonly name: string;
  readonly version: string;
  /** How many days ago it was published. @default 100 */
  readonly age?: number;
  /** @default Published */
  readonly status?: VersionStatus;
}

/** A stack of the example project, served, with packages that a test puts there directly. */
export class HeldRegistry {
  private constructor(
    readonly stack: string,
    readonly sandbox: Sandbox,
    readonly deployment: Deployment,
    readonly store: GatedStore,
  ) {}

  static async open(stack = "dev", publicIndex: PublicIndex = noPublicIndex): Promise<HeldRegistry> {
    const store = new GatedStore();
    const job = maintainerJob(stack);
    const maintainers = [{ ...job, repositoryId: 0, ownerId: 0 }];
    const inspectors = [{ ...job, workflow: inspectorWorkflow, repositoryId: 0, ownerId: 0 }];
    const deployment = await deployChanged({ stack, settings: { maintainers, inspectors } });
    return new HeldRegistry(stack, await openSandbox({ deployment, store, publicIndex }), deployment, store);
  }

  get place(): RepositoryPlace {
    return { domain: this.sandbox.context.domain, repository: repositoryName };
  }

  /** Puts versions there, each with one wheel whose bytes are its name and number. */
  async hold(...versions: readonly Held[]): Promise<void> {
    const { packages } = this.sandbox.context;
    for (const { name, version, age = 100, status = "Published" } of versions) {
      const filename = `${name.replaceAll("-", "_")}-${version}-py3-none-any.whl`;
      await packages.publish(this.place, name, { version, filename, bytes: Buffer.from(`${name} ${version}`) });
      const record = this.store.find(this.place, name)!;
      const published = record.versions[version]!;
      const publishedTime = new Date(Date.now() - age * 24 * 60 * 60 * 1000).toISOString();
      const held = {
        ...published,
        publishedTime,
        status,
        assets: status === "Disposed" ? {} : published.assets,
      };
      await this.store.put(this.place, { ...record, versions: { ...record.versions, [version]: held } });
    }
  }

  /** The status of each version that the repository holds, by `NAME==VERSION`. */
  statuses(): Readonly<Record<string, VersionStatus>> {
    return Object.fromEntries(
      this.store
        .list(this.place)
        .flatMap(({ name, versions }) =>
          Object.values(versions).map(({ version, status }) => [`${name}==${version}`, status] as const),
        ),
    );
  }

  /** All that the sandbox has of packages and package groups, but the versions that are named. */
  all(but: readonly string[] = []): unknown {
    const { context } = this.sandbox;
    const { domain } = context;
    const { codeartifact } = context.account;
    return {
      repositories: codeartifact.repositories.list({ domain }).map(({ name: repository }) => ({
        repository,
        packages: this.store.list({ domain, repository }).map(({ versions, ...about }) => ({
          ...about,
          versions: Object.values(versions).filter(({ version }) => !but.includes(`${about.name}==${version}`)),
        })),
      })),
      groups: codeartifact.packageGroups.list({ domain }),
    };
  }

  /** Runs a command of the project against this registry, as its maintainer unless another session is given. */
  async run(name: string, words: readonly string[], session?: Session) {
    return runCommand(name, words, { environment: await this.environment(session) });
  }

  /** The credentials of a session, the maintainer's unless another one is given. */
  async environment(session?: Session): Promise<Readonly<Record<string, string>>> {
    return awsEnvironment(this.sandbox, session ?? (await this.maintainer()));
  }

  /** A session of the job that maintains. */
  maintainer(): Promise<Session> {
    return this.#assume("maintainerRoleArns", maintainerJob(this.stack));
  }

  /** What pip reads, with a token of the account's administrator in it. */
  indexUrl(): string {
    const { context, address } = this.sandbox;
    const { authorizationToken } = mintedToken(this.sandbox, context.sts.administrator());
    return `${address.replace("://", `://aws:${authorizationToken}@`)}/pypi/${repositoryName}/simple/`;
  }

  /** A session of the job that inspects. */
  inspector(): Promise<Session> {
    return this.#assume("inspectorRoleArns", { ...maintainerJob(this.stack), workflow: inspectorWorkflow });
  }

  /** A session of the job that publishes. */
  publisher(): Promise<Session> {
    const workflow = ".github/workflows/deploy-packages.yml";
    return this.#assume("publisherRoleArns", { ...maintainerJob(this.stack), workflow });
  }

  close(): Promise<void> {
    return this.sandbox.close();
  }

  async #assume(output: string, job: JobDescription): Promise<Session> {
    const { [output]: roles = {} } = this.deployment.outputs as Readonly<
      Record<string, Readonly<Record<string, string>>>
    >;
    const [roleArn = ""] = Object.values(roles);
    const credentials = await assumeRoleAsJob(this.sandbox.address, job, roleArn);
    const session = "accessKeyId" in credentials ? this.sandbox.context.sts.find(credentials.accessKeyId) : undefined;
    if (session === undefined) {
      throw new Error(`${roleArn} rejects its job: ${JSON.stringify(credentials)}`);
    }
    return session;
  }
}

const inspectorWorkflow = ".github/workflows/inspection.yml";

/** The job that maintains a stack of the example project. */
function maintainerJob(stack: string) {
  return {
    repository: "orb-integration-hub/orb-integration-hub",
    environment: stack,
    ref: stack === "dev" ? "refs/heads/develop" : "refs/heads/main",
    workflow: ".github/workflows/maintenance.yml",
  };
}

/** Keeps packages in memory, and holds up a change until a test lets it through. */
export class GatedStore extends MemoryPackageStore {
  #changes = 0;
  #gate?: { readonly change: number; readonly reached: () => void; readonly open: Promise<void> };

  /**
   * Holds up one of the coming changes.
   *
   * @param change - counted from 1
   * @returns when the change is asked for, and what lets it through
   */
  holdUp(change: number): { readonly reached: Promise<void>; readonly release: () => void } {
    let reached!: () => void;
    let release!: () => void;
    const asked = new Promise<void>((resolve) => {
      reached = resolve;
    });
    const open = new Promise<void>((resolve) => {
      release = resolve;
    });
    this.#changes = 0;
    this.#gate = { change, reached, open };
    return { reached: asked, release };
  }

  override async put(...given: Parameters<MemoryPackageStore["put"]>): Promise<void> {
    this.#changes += 1;
    if (this.#gate?.change === this.#changes) {
      this.#gate.reached();
      await this.#gate.open;
    }
    await super.put(...given);
  }
}
