import type * as z from "zod";
import {
  fallsUnder,
  isPackageName,
  normalizePackageName,
  patternText,
  readPackagePattern,
} from "../../naming/packagePatterns";
import { settingSchemas } from "../../settings";
import { shown } from "../../settings/errors";
import { jobSchemas } from "../../settings/githubJobs";

/** An answer that is not understood. The message gives the value, the rule and the way out. */
export class AnswerError extends Error {}

/** A customer's or a project's name. */
export function readNamePart(text: string): string {
  return readBy(settingSchemas.namePart, text);
}

export function readRegion(text: string): string {
  if (!/^[a-z]{2}(?:-[a-z]+)+-\d$/.test(text)) {
    throw new AnswerError(`${shown(text)} is not an AWS region. Write one such as eu-central-1`);
  }
  return text;
}

/** `owner/name` */
export function readRepository(text: string): string {
  return readBy(jobSchemas.repository, text);
}

/** A workflow by its file, with or without the folder. */
export function readWorkflow(text: string): string {
  return readBy(jobSchemas.workflow, /^[\w.-]+\.ya?ml$/.test(text) ? `.github/workflows/${text}` : text);
}

/** `dev:develop, prod:main` */
export function readEnvironments(text: string): readonly Pick<EnvironmentAnswer, "name" | "branch">[] {
  const environments = words(text).map((word) => {
    const [name = "", ...branch] = word.split(":");
    if (branch.length !== 1) {
      throw new AnswerError(
        `${shown(word)} is not an environment with its branch. Write NAME:BRANCH, as in dev:develop`,
      );
    }
    return { name: readBy(settingSchemas.environment, name), branch: readBy(jobSchemas.branch, branch[0] ?? "") };
  });
  return unique(environments, ({ name }) => name, "environment");
}

/** The names of those environments whose packages are kept from deletion; `none` for no one. */
export function readProtected(
  text: string,
  environments: readonly Pick<EnvironmentAnswer, "name">[],
): readonly string[] {
  const names = text.trim() === "none" ? [] : words(text, "names no environment. Write none, or names of environments");
  const known = environments.map(({ name }) => name);
  for (const name of names) {
    if (!known.includes(name)) {
      throw new AnswerError(`${shown(name)} is not one of the environments: ${known.join(", ")}`);
    }
  }
  return names;
}

/** One account for all environments, or `dev=111122223333, prod=444455556666`. An empty text leaves them open. */
export function readAccounts(
  text: string,
  environments: readonly Pick<EnvironmentAnswer, "name">[],
): Readonly<Record<string, string>> {
  const names = environments.map(({ name }) => name);
  const entries = text.trim() === "" ? [] : words(text);
  const [only] = entries;
  if (only !== undefined && entries.length === 1 && !only.includes("=")) {
    return Object.fromEntries(names.map((name) => [name, readAccount(only)]));
  }
  return Object.fromEntries(
    entries.map((entry) => {
      const [name = "", account = ""] = entry.split("=");
      if (!names.includes(name)) {
        throw new AnswerError(
          `${shown(entry)} names no environment. Write NAME=ACCOUNT with one of ${names.join(", ")}`,
        );
      }
      return [name, readAccount(account)];
    }),
  );
}

function readAccount(text: string): string {
  if (!/^\d{12}$/.test(text)) {
    throw new AnswerError(`${shown(text)} is not an account's id. Write its 12 digits, zeros at the beginning too`);
  }
  return text;
}

export function readPackagesAnswer(text: string): readonly string[] {
  const names = words(text).map((name) => {
    if (!isPackageName(name)) {
      throw new AnswerError(`${shown(name)} is not a package's name. Use letters, digits, and . _ - between them`);
    }
    return normalizePackageName(name);
  });
  return unique(names, (name) => name, "package");
}

/** Entries of `origins.private` that the packages fall under. */
export function readPrivateNames(text: string, packages: readonly string[]): readonly string[] {
  const patterns = words(text).map((word) => {
    const pattern = readPackagePattern(word);
    if (pattern === undefined) {
      throw new AnswerError(
        `${shown(word)} is not a pattern. Write a name and behind it ~ (all names that begin with this word) or $ (this name alone)`,
      );
    }
    return pattern;
  });
  const outside = packages.filter((name) => !patterns.some((pattern) => fallsUnder(name, pattern)));
  if (outside.length > 0) {
    throw new AnswerError(
      `${outside.join(", ")}: no pattern covers this. Add ${outside.map((name) => `${name}$`).join(", ")}`,
    );
  }
  return unique(patterns.map(patternText), (pattern) => pattern, "pattern");
}

/** A pattern for the first word of each package: `acme-core` is under `acme~`. */
export function suggestedPrivateNames(packages: readonly string[]): readonly string[] {
  return [...new Set(packages.map((name) => `${name.split("-")[0] ?? name}~`))];
}

/** `name=NAME,repository=OWNER/NAME,workflow=FILE.yml,packages=A+B` */
export function readPublisher(text: string): PublisherAnswer {
  const { packages, ...job } = readFields(text, ["name", "repository", "workflow", "packages"]);
  return {
    ...readJob(text, job),
    ...(packages === undefined ? {} : { packages: readPackagesAnswer(packages.replaceAll("+", ",")) }),
  };
}

/** `name=NAME,repository=OWNER/NAME,workflow=FILE.yml` */
export function readReader(text: string): JobAnswer {
  return readJob(text, readFields(text, ["name", "repository", "workflow"]));
}

function readJob(text: string, { name, repository, workflow }: Readonly<Record<string, string>>): JobAnswer {
  if (repository === undefined || workflow === undefined) {
    throw new AnswerError(`${shown(text)} lacks ${repository === undefined ? "repository" : "workflow"}=. ${jobForm}`);
  }
  return {
    ...(name === undefined ? {} : { name: readBy(jobSchemas.name, name) }),
    repository: readRepository(repository),
    workflow: readWorkflow(workflow),
  };
}

const jobForm = "Write name=NAME,repository=OWNER/NAME,workflow=FILE.yml";

function readFields(text: string, known: readonly string[]): Readonly<Record<string, string>> {
  const fields = words(text).map((word): [string, string] => {
    const [key = "", ...value] = word.split("=");
    if (!known.includes(key) || value.length !== 1 || value[0] === "") {
      throw new AnswerError(`${shown(word)} is not one of ${known.join("=, ")}= with a value. ${jobForm}`);
    }
    return [key, value[0] ?? ""];
  });
  return Object.fromEntries(unique(fields, ([key]) => key, "field"));
}

/** `OWNER/NAME=REPOSITORY_ID:OWNER_ID` */
export function readIds(text: string): readonly [repository: string, ids: RepositoryIds] {
  const [repository = "", ids = ""] = text.split("=");
  return [readRepository(repository), readIdPair(ids)];
}

/** `REPOSITORY_ID:OWNER_ID` */
export function readIdPair(text: string): RepositoryIds {
  const [repository = "", owner = "", ...more] = text.split(/[:, ]+/);
  if (more.length > 0 || [repository, owner].some((id) => !/^(?:0|[1-9]\d{0,15})$/.test(id))) {
    throw new AnswerError(
      `${shown(text)} is not GitHub's two numbers. Write REPOSITORY_ID:OWNER_ID, or 0:0 while they are not known`,
    );
  }
  return { repository, owner };
}

function readBy(schema: z.ZodType<string>, text: string): string {
  const result = schema.safeParse(text);
  if (!result.success) {
    throw new AnswerError(result.error.issues[0]?.message ?? `${shown(text)} cannot be read`);
  }
  return result.data;
}

function words(text: string, empty = "names nothing. Write at least one, with commas between them"): readonly string[] {
  const found = text.split(/[,\s]+/).filter((word) => word !== "");
  if (found.length === 0) {
    throw new AnswerError(`${shown(text)} ${empty}`);
  }
  return found;
}

function unique<Item>(items: readonly Item[], nameOf: (item: Item) => string, kind: string): readonly Item[] {
  const names = items.map(nameOf);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) {
    throw new AnswerError(`the ${kind} ${shown(twice)} is named twice. Name it once`);
  }
  return items;
}

/** What a team answers: everything in the project's files that is its own. */
export interface Answers {
  /** First part of every name. */
  readonly customer: string;
  /** Second part of every name. */
  readonly project: string;
  readonly region: string;
  /** In the order in which they are deployed, at least one. */
  readonly environments: readonly EnvironmentAnswer[];
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
export interface EnvironmentAnswer {
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
