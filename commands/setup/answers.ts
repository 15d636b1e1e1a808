/** What a team answers: everything in the project's files that is its own. */
export interface Answers {
  /** First part of every name. */
  readonly customer: string;
  /** Second part of every name. */
  readonly project: string;
  readonly region: string;
  /** In the order in which they are deployed, at least one. */
  readonly environments: readonly Environment[];
  /** Names of the private packages. */
  readonly packages: readonly string[];
  /** Entries of `origins.private`, such as `acme~` or `tool$`. */
  readonly privateNames: readonly string[];
  /** At least one; with two or more, each has a name and packages. */
  readonly publishers: readonly PublisherAnswer[];
  readonly readers: readonly JobAnswer[];
  /** `owner/name` of the repository that holds this project. */
  readonly source: string;
  /** GitHub's numbers by `owner/name`. */
  readonly ids: Readonly<Record<string, RepositoryIds>>;
}

/** One stack, and the GitHub environment of the same name. */
export interface Environment {
  readonly name: string;
  /** The branch that it is deployed from, and that its packages are published from. */
  readonly branch: string;
  /** 12 digits. @default - not known yet */
  readonly account?: string;
  /** Whether what holds packages is kept from deletion. */
  readonly protect: boolean;
}

/** A workflow whose job has a role of its own. */
export interface JobAnswer {
  /** Part of the role's name. @default - the role has no name of its own, for a single job */
  readonly name?: string;
  /** `owner/name` */
  readonly repository: string;
  /** `.github/workflows/FILE.yml` */
  readonly workflow: string;
}

export interface PublisherAnswer extends JobAnswer {
  /** @default - all packages */
  readonly packages?: readonly string[];
}

/** GitHub's numbers of a repository and of its owner, as text; "0" where they are not known yet. */
export interface RepositoryIds {
  readonly repository: string;
  readonly owner: string;
}

export const unknownIds: RepositoryIds = { repository: "0", owner: "0" };

/** The reader that carries published versions from an environment to the next, one for each publisher. */
export function promotionName({ name }: JobAnswer): string {
  return name === undefined ? "promotion" : `promotion-${name}`;
}

/** Whether a reader is one that carries versions on. */
export function isPromotion(name: unknown): boolean {
  return typeof name === "string" && /^promotion(?:-|$)/.test(name);
}
