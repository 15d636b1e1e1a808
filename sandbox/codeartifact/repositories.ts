import { choiceError } from "../core/constraints";
import type { AccountInfo, Tags } from "../core/identifiers";
import type { Domains } from "./domains";
import { conflict, type ErrorResource, invalid, notFound, quotaExceeded, throwIfInvalid } from "./errors";
import {
  type InDomain,
  type InRepository,
  type PackageFormat,
  packageFormats,
  repositoryArn,
  repositoryNameError,
  textError,
} from "./names";
import {
  type DeletePermissionsPolicy,
  PermissionsPolicy,
  type PutPermissionsPolicy,
  type ResourcePolicy,
  type StoredResourcePolicy,
} from "./permissionsPolicy";

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

/** What `update` takes: what is left out stays. */
export interface UpdateRepository extends InRepository {
  /** At most 1,000 characters. */
  readonly description?: string;
  /** At most 10, and none leads back here. */
  readonly upstreams?: readonly string[];
}

/** What `create` takes. */
export interface CreateRepository extends UpdateRepository {
  readonly tags?: Tags;
}

/** A repository and its policy. */
export interface RepositoryState {
  readonly about: Repository;
  readonly permissionsPolicy: PermissionsPolicy;
}

/** A repository and the name of a connection, such as `public:pypi`. */
interface WithExternalConnection extends InRepository {
  readonly externalConnection: string;
}

// https://docs.aws.amazon.com/codeartifact/latest/ug/service-limits.html
const maximumRepositories = 1000;

/** The repositories of all domains. */
export class Repositories {
  readonly #account: AccountInfo;
  readonly #domains: Domains;

  constructor(account: AccountInfo, domains: Domains) {
    this.#account = account;
    this.#domains = domains;
  }

  create(request: CreateRepository): Repository {
    const { domain, repository, description, upstreams = [], tags = {} } = request;
    const { repositories } = this.#domains.accessible(request);
    throwIfInvalid(repositoryNameError(repository), textError("description", description));
    if (repositories.has(repository)) {
      throw conflict(
        `Repository already exists. Repository '${repository}' in domain '${domain}' exists.`,
        aboutRepository(repository),
      );
    }
    if (repositories.size >= maximumRepositories) {
      throw quotaExceeded(
        `A domain can have at most ${maximumRepositories} repositories. Ask for more in Service Quotas.`,
      );
    }
    this.#checkUpstreams(request, upstreams);

    const { accountId, now } = this.#account;
    const about = {
      name: repository,
      administratorAccount: accountId,
      domainName: domain,
      domainOwner: accountId,
      arn: repositoryArn(this.#account, { domain, repository }),
      description,
      upstreams: [...upstreams],
      externalConnections: [],
      createdTime: now(),
      tags,
    };
    const permissionsPolicy = new PermissionsPolicy(about.arn, `Repository '${repository}'`);
    repositories.set(repository, { about, permissionsPolicy });
    return about;
  }

  describe(request: InRepository): Repository {
    return this.#state(request).about;
  }

  update(request: UpdateRepository): Repository {
    const { repository, description, upstreams } = request;
    const about = this.describe(request);
    throwIfInvalid(textError("description", description));
    if (upstreams) {
      if (upstreams.length > 0 && about.externalConnections.length > 0) {
        throw eitherOr(repository, "remove its external connection before you give it upstreams");
      }
      this.#checkUpstreams(request, upstreams);
    }
    return this.#change(request, {
      description: description ?? about.description,
      upstreams: upstreams ? [...upstreams] : about.upstreams,
    });
  }

  /** Repositories that had it as an upstream lose the link. The versions that they retained stay. */
  delete(request: InRepository): Repository {
    const { domain, repository } = request;
    const deleted = this.describe(request);
    this.#domains.accessible(request).repositories.delete(repository);
    for (const { name, upstreams } of this.list(request).filter((other) => other.upstreams.includes(repository))) {
      this.#change(
        { domain, repository: name },
        { upstreams: upstreams.filter((upstream) => upstream !== repository) },
      );
    }
    return deleted;
  }

  /** Those of a domain whose key cannot be used are among them. */
  list(request: InDomain): readonly Repository[] {
    return [...this.#domains.state(request).repositories.values()].map(({ about }) => about);
  }

  /** Those of all domains whose key can be used. */
  listAll(): readonly Repository[] {
    const domains = this.#domains.list().map(({ name: domain }) => ({ domain }));
    return domains.filter((one) => this.#domains.isAccessible(one)).flatMap((one) => this.list(one));
  }

  associateExternalConnection(request: WithExternalConnection): Repository {
    const { repository, externalConnection: name } = request;
    const about = this.describe(request);
    throwIfInvalid(externalConnectionError(name));
    if (about.externalConnections.length > 0) {
      // Message: https://github.com/awsdocs/aws-cloudformation-user-guide/pull/1127
      throw invalid("ExternalConnections for repositories are currently limited to 1");
    }
    if (about.upstreams.length > 0) {
      throw eitherOr(repository, "remove its upstreams before you add an external connection");
    }
    const connection = externalConnection(name);
    return this.#change(request, { externalConnections: connection ? [connection] : [] });
  }

  disassociateExternalConnection(request: WithExternalConnection): Repository {
    const { repository, externalConnection: name } = request;
    const { externalConnections } = this.describe(request);
    throwIfInvalid(externalConnectionError(name));
    if (!externalConnections.some(({ externalConnectionName }) => externalConnectionName === name)) {
      throw notFound(`External connection not found. Repository '${repository}' has no connection '${name}'.`);
    }
    return this.#change(request, { externalConnections: [] });
  }

  putPermissionsPolicy(request: InRepository & PutPermissionsPolicy): ResourcePolicy {
    return this.#state(request).permissionsPolicy.put(request);
  }

  getPermissionsPolicy(request: InRepository): ResourcePolicy {
    return this.#state(request).permissionsPolicy.get();
  }

  /** The policy of a repository, if there are both. */
  findPermissionsPolicy({ domain, repository }: InRepository): StoredResourcePolicy | undefined {
    return this.#domains.find(domain)?.repositories.get(repository)?.permissionsPolicy.find();
  }

  deletePermissionsPolicy(request: InRepository & DeletePermissionsPolicy): ResourcePolicy {
    return this.#state(request).permissionsPolicy.delete(request.policyRevision);
  }

  /** The address at AWS. */
  endpoint(request: InRepository & { readonly format: string }): string {
    const { format } = request;
    throwIfInvalid(choiceError("format", format, packageFormats));
    const { name, domainName, domainOwner } = this.describe(request);
    const dnsSuffix = this.#account.partition === "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com";
    return `https://${domainName}-${domainOwner}.d.codeartifact.${this.#account.region}.${dnsSuffix}/${format}/${name}/`;
  }

  /** Gives a repository these tags in place of those it has. */
  setTags(request: InRepository, tags: Tags): void {
    this.#change(request, { tags });
  }

  #checkUpstreams(request: InRepository, upstreams: readonly string[]): void {
    checkUpstreams(request.repository, upstreams, (repository) => this.describe({ ...request, repository }));
  }

  #state(request: InRepository): RepositoryState {
    const { domain, repository } = request;
    const { repositories } = this.#domains.accessible(request);
    throwIfInvalid(repositoryNameError(repository));
    const state = repositories.get(repository);
    if (!state) {
      throw notFound(
        `Repository not found. Repository '${repository}' in domain '${domain}' ` +
          `owned by account '${this.#account.accountId}' does not exist.`,
        aboutRepository(repository),
      );
    }
    return state;
  }

  #change(request: InRepository, change: Partial<Repository>): Repository {
    const state = this.#state(request);
    const about = { ...state.about, ...change };
    this.#domains.accessible(request).repositories.set(request.repository, { ...state, about });
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

/** What AWS answers to a connection that it does not offer, or nothing. */
export function externalConnectionError(name: string): string | undefined {
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
