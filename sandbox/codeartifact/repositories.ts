import type { Account, Tags } from "../core/account";
import { choiceError } from "../core/constraints";
import { repositoryArn } from "./arns";
import { conflict, type ErrorResource, invalid, notFound, quotaExceeded, throwIfInvalid } from "./errors";
import { type InRepository, type PackageFormat, repositoryNameError, textError } from "./names";
import { PermissionsPolicy, type StoredResourcePolicy } from "./permissionsPolicy";

/** A repository as the API describes it. */
export interface Repository {
  readonly name: string;
  readonly administratorAccount: string;
  readonly domainName: string;
  readonly domainOwner: string;
  readonly arn: string;
  readonly description?: string;
  /** Names of repositories of the same domain, the first to be searched first. */
  readonly upstreams: readonly string[];
  /** One at most. */
  readonly externalConnections: readonly ExternalConnection[];
  readonly createdTime: Date;
  readonly tags: Tags;
}

/** What `updateRepository` takes: what is left out stays. */
export interface UpdateRepository extends InRepository {
  /** At most 1,000 characters. */
  readonly description?: string;
  /** At most 10, none of which leads back here. */
  readonly upstreams?: readonly string[];
}

/** What `createRepository` takes. */
export interface CreateRepository extends UpdateRepository {
  readonly tags?: Tags;
}

interface RepositoryState {
  readonly about: Repository;
  readonly permissionsPolicy: PermissionsPolicy;
}

// https://docs.aws.amazon.com/codeartifact/latest/ug/service-limits.html
const maximumRepositories = 1000;

/** The repositories of one domain. */
export class Repositories {
  readonly #account: Account;
  readonly #domain: string;
  readonly #repositories = new Map<string, RepositoryState>();

  constructor(account: Account, domain: string) {
    this.#account = account;
    this.#domain = domain;
  }

  get size(): number {
    return this.#repositories.size;
  }

  create({ repository, description, upstreams = [], tags = {} }: CreateRepository): Repository {
    throwIfInvalid(repositoryNameError(repository), textError("description", description));
    if (this.#repositories.has(repository)) {
      throw conflict(
        `Repository already exists. Repository '${repository}' in domain '${this.#domain}' exists.`,
        aboutRepository(repository),
      );
    }
    if (this.size >= maximumRepositories) {
      throw quotaExceeded(
        `A domain can have at most ${maximumRepositories} repositories. Ask for more in Service Quotas.`,
      );
    }
    checkUpstreams(repository, upstreams, (name) => this.describe(name));

    const { accountId, now } = this.#account;
    const about = {
      name: repository,
      administratorAccount: accountId,
      domainName: this.#domain,
      domainOwner: accountId,
      arn: repositoryArn(this.#account, { domain: this.#domain, repository }),
      description,
      upstreams: [...upstreams],
      externalConnections: [],
      createdTime: now(),
      tags,
    };
    const permissionsPolicy = new PermissionsPolicy(about.arn, `Repository '${repository}'`);
    this.#repositories.set(repository, { about, permissionsPolicy });

    return about;
  }

  describe(repository: string): Repository {
    return this.#state(repository).about;
  }

  update({ repository, description, upstreams }: UpdateRepository): Repository {
    const about = this.describe(repository);
    throwIfInvalid(textError("description", description));
    if (upstreams) {
      if (upstreams.length > 0 && about.externalConnections.length > 0) {
        throw eitherOr(repository, "remove its external connection before you give it upstreams");
      }
      checkUpstreams(repository, upstreams, (name) => this.describe(name));
    }

    return this.#change(repository, {
      description: description ?? about.description,
      upstreams: upstreams ? [...upstreams] : about.upstreams,
    });
  }

  /** Repositories that had it as an upstream lose the link; what they retained stays with them. */
  delete(repository: string): Repository {
    const deleted = this.describe(repository);
    this.#repositories.delete(repository);
    for (const { name, upstreams } of this.list().filter((other) => other.upstreams.includes(repository))) {
      this.#change(name, { upstreams: upstreams.filter((upstream) => upstream !== repository) });
    }

    return deleted;
  }

  list(): readonly Repository[] {
    return [...this.#repositories.values()].map(({ about }) => about);
  }

  associateExternalConnection(repository: string, name: string): Repository {
    const about = this.describe(repository);
    throwIfInvalid(externalConnectionError(name));
    if (about.externalConnections.length > 0) {
      // Message: https://github.com/awsdocs/aws-cloudformation-user-guide/pull/1127
      throw invalid("ExternalConnections for repositories are currently limited to 1");
    }
    if (about.upstreams.length > 0) {
      throw eitherOr(repository, "remove its upstreams before you add an external connection");
    }

    const connection = externalConnection(name);
    return this.#change(repository, { externalConnections: connection ? [connection] : [] });
  }

  disassociateExternalConnection(repository: string, name: string): Repository {
    const { externalConnections } = this.describe(repository);
    throwIfInvalid(externalConnectionError(name));
    if (!externalConnections.some(({ externalConnectionName }) => externalConnectionName === name)) {
      throw notFound(`External connection not found. Repository '${repository}' has no connection '${name}'.`);
    }

    return this.#change(repository, { externalConnections: [] });
  }

  /** Gives a repository these tags in place of those it has. */
  setTags(repository: string, tags: Tags): void {
    this.#change(repository, { tags });
  }

  permissionsPolicy(repository: string): PermissionsPolicy {
    return this.#state(repository).permissionsPolicy;
  }

  /** The policy of a repository, where there are both. */
  findPermissionsPolicy(repository: string): StoredResourcePolicy | undefined {
    return this.#repositories.get(repository)?.permissionsPolicy.find();
  }

  #state(repository: string): RepositoryState {
    throwIfInvalid(repositoryNameError(repository));
    const state = this.#repositories.get(repository);
    if (!state) {
      throw notFound(
        `Repository not found. Repository '${repository}' in domain '${this.#domain}' ` +
          `owned by account '${this.#account.accountId}' does not exist.`,
        aboutRepository(repository),
      );
    }

    return state;
  }

  #change(repository: string, change: Partial<Repository>): Repository {
    const state = this.#state(repository);
    const about = { ...state.about, ...change };
    this.#repositories.set(repository, { ...state, about });

    return about;
  }
}

// https://docs.aws.amazon.com/codeartifact/latest/APIReference/API_AssociateExternalConnection.html
function eitherOr(repository: string, wayOut: string) {
  return invalid(
    `Repository '${repository}' can have one or more upstream repositories, or an external connection: ${wayOut}.`,
  );
}

function aboutRepository(resourceId: string): ErrorResource {
  return { resourceType: "repository", resourceId };
}

/** A public repository that a repository draws packages from. */
interface ExternalConnection {
  readonly externalConnectionName: string;
  readonly packageFormat: PackageFormat;
  readonly status: "Available";
}

// https://docs.aws.amazon.com/codeartifact/latest/APIReference/API_AssociateExternalConnection.html
const formats: Readonly<Record<string, ExternalConnection["packageFormat"]>> = {
  "public:npmjs": "npm",
  "public:nuget-org": "nuget",
  "public:pypi": "pypi",
  "public:maven-central": "maven",
  "public:maven-googleandroid": "maven",
  "public:maven-gradleplugins": "maven",
  "public:maven-commonsware": "maven",
  "public:maven-clojars": "maven",
  "public:ruby-gems-org": "ruby",
  "public:crates-io": "cargo",
};

function externalConnectionError(name: string): string | undefined {
  return choiceError("externalConnection", name, Object.keys(formats));
}

/** The connection of this name, or nothing where CodeArtifact offers none. */
function externalConnection(name: string): ExternalConnection | undefined {
  const packageFormat = formats[name];

  return packageFormat && { externalConnectionName: name, packageFormat, status: "Available" };
}

// https://docs.aws.amazon.com/codeartifact/latest/ug/service-limits.html
const maximumUpstreams = 10;

interface WithUpstreams {
  readonly upstreams: readonly string[];
}

/**
 * Whether a repository may have these upstreams.
 *
 * @param describe Answers for a repository of the same domain, and throws ResourceNotFoundException for another name.
 */
function checkUpstreams(
  repository: string,
  upstreams: readonly string[],
  describe: (repository: string) => WithUpstreams,
): void {
  if (upstreams.length > maximumUpstreams) {
    throw quotaExceeded(
      `Repository '${repository}' is given ${upstreams.length} upstreams; at most ${maximumUpstreams} are allowed.`,
    );
  }
  if (new Set(upstreams).size < upstreams.length) {
    throw invalid(`Repository '${repository}' is given the same upstream more than once: ${upstreams.join(", ")}.`);
  }

  for (const upstream of upstreams) {
    const way = wayTo(repository, upstream, describe, new Set());
    if (way) {
      throw invalid(
        `Repository '${repository}' cannot be its own upstream: ${[repository, ...way].join(" -> ")} is a cycle.`,
      );
    }
  }
}

/** The upstreams that lead from one repository to another, both included, or nothing. */
function wayTo(
  target: string,
  from: string,
  describe: (repository: string) => WithUpstreams,
  seen: Set<string>,
): readonly string[] | undefined {
  if (from === target) {
    return [from];
  }
  if (seen.has(from)) {
    return undefined;
  }
  seen.add(from);

  for (const upstream of describe(from).upstreams) {
    const way = wayTo(target, upstream, describe, seen);
    if (way) {
      return [from, ...way];
    }
  }

  return undefined;
}
