import { packageArn } from "../../iam/arns";
import type { ParsedStatement } from "../../iam/grammar";
import { resourceMatches } from "../../iam/matching";
import { repositoryName, storeName } from "../../naming/registryNames";
import { resourcePolicies } from "../../sandbox/authorization";
import type { Deployment } from "../../sandbox/pulumi/deployment";
import type { TargetKind } from "./actions";
import { registeredDocuments } from "./registered";

/** What attempts are made on, by kind. */
export type Targets = Readonly<Partial<Record<TargetKind, ResourceGroups>>>;

/** One stack's registry, as the object of attempts. Built once for all callers: it is as large as the registry. */
export interface AttemptTargets {
  readonly deployment: Deployment;
  readonly domainArn: string;
  readonly repositoryArn: string;
  readonly storeArn: string;
  /** Names of packages to try: the stack's, those in its documents, a private one that is in no list, and a public one. */
  readonly names: readonly string[];
  /** These names in `python-packages`. */
  readonly inRepository: ResourceGroups;
  /** These names in `pypi-store`. */
  readonly inStore: ResourceGroups;
  readonly registry: Targets;
  /** What else of its account a role could change, itself and its own policies among it. */
  readonly account: Targets;
  /** Every text in the policies of domain and repositories. */
  readonly policyTexts: readonly string[];
}

/** What there is to try in a deployed stack, as its documents are now. */
export function attemptTargets(deployment: Deployment): AttemptTargets {
  const { account, settings } = deployment;
  const { domain, packages } = settings;
  const { codeartifact, iam, partition, accountId } = account;
  const domainArn = codeartifact.domains.describe({ domain }).arn;
  const repositoryArn = codeartifact.repositories.describe({ domain, repository: repositoryName }).arn;
  const storeArn = codeartifact.repositories.describe({ domain, repository: storeName }).arn;
  const repositories = [repositoryArn, storeArn];

  const group = (arns: readonly string[]) => new ResourceGroups(arns, (arn) => policiesOn(deployment, arn));
  const names = namesToTry(deployment);
  // Actions other than publishing are the same for all packages: the first, the last and a public one are enough.
  const examples = [...new Set([...packages.slice(0, 1), ...packages.slice(-1), "requests"])];
  const inAccount = `arn:${partition}:iam::${accountId}`;
  return {
    deployment,
    domainArn,
    repositoryArn,
    storeArn,
    names,
    inRepository: group(names.map((name) => packageArn(repositoryArn, name))),
    inStore: group(names.map((name) => packageArn(storeArn, name))),
    registry: {
      domain: group([domainArn]),
      repository: group(repositories),
      package: group(repositories.flatMap((arn) => examples.map((name) => packageArn(arn, name)))),
      packageGroup: group(codeartifact.packageGroups.list({ domain }).map(({ arn }) => arn)),
    },
    account: {
      "*": group(["*"]),
      role: group([...iam.roles.list().map(({ arn }) => arn), `${inAccount}:role/another`]),
      policy: group(iam.policies.list().map(({ arn }) => arn)),
      newRole: group([`${inAccount}:role/new`]),
      newPolicy: group([`${inAccount}:policy/new`]),
    },
    policyTexts: [domainArn, ...repositories].flatMap((arn) =>
      resourcePolicies(account, arn).flatMap(({ document }) => documentTexts(document)),
    ),
  };
}

/** Every text in a policy document: whatever names a resource in it is among them. */
export function documentTexts(document: unknown): readonly string[] {
  const value: unknown = typeof document === "string" ? JSON.parse(document) : document;
  return textsIn(value);
}

function textsIn(value: unknown): readonly string[] {
  if (typeof value === "string") {
    return [value];
  }
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

/** What a role's request reads of the policies that a resource itself has. */
function policiesOn({ account }: Deployment, arn: string): string {
  return JSON.stringify(
    resourcePolicies(account, arn).map(({ name, document }) => ({
      name,
      statements: document.statements.map(forRoles),
    })),
  );
}

/** A statement without what is never compared with a role: the conditions of one that admits identity providers only. */
function forRoles(statement: ParsedStatement): ParsedStatement {
  const isForProviders = statement.principals?.every(({ type }) => type === "Federated") === true;
  return isForProviders ? { ...statement, conditions: [], written: [] } : statement;
}

/** The stack's packages, a private name that is in no list, every other name in a document, and a public name. */
function namesToTry(deployment: Deployment): readonly string[] {
  const { packages, origins } = deployment.settings;
  const text = JSON.stringify(registeredDocuments(deployment).map(({ document }) => document));
  const inDocuments = [...text.matchAll(/\/pypi\/\/([\w.-]+)"/g)].map(([, name = ""]) => name);
  const unlisted = origins.private.slice(0, 1).map(({ name }) => `${name}-not-in-packages`);
  return [...new Set([...packages, ...unlisted, ...inDocuments, "requests"])];
}

/**
 * Resources on which one kind of attempt is made, in order. A registry of 200 publishers has 2,000 packages, and a policy treats
 * nearly all of them alike: `distinct` leaves one of those that no policy tells apart, so that the attempts grow with
 * the number of policies and not with its square.
 */
export class ResourceGroups {
  readonly #positions: ReadonlyMap<string, number>;
  readonly #policies: readonly string[];
  readonly #groups = new Map<string, readonly (readonly number[])[]>();

  /**
   * @param arns - each once
   * @param policiesOn - what the policies of a resource itself say; resources are only grouped where this is the same
   */
  constructor(
    readonly arns: readonly string[],
    policiesOn: (arn: string) => string,
  ) {
    this.#positions = new Map(arns.map((arn, position) => [arn, position]));
    this.#policies = arns.map(policiesOn);
  }

  /**
   * The first resource of each group that these patterns do not tell apart, in order. A pattern without a wildcard makes a
   * group of the one resource that it names.
   *
   * @param patterns - every text of the policies in which a resource could be named
   * @param except - resources to leave out
   */
  distinct(patterns: readonly string[], except: readonly string[] = []): readonly string[] {
    const named = this.#positionsOf(patterns);
    const left = new Set(this.#positionsOf(except));
    const apart = new Set([...named, ...left]);
    const firsts = this.#groupsBy(patterns.filter(hasWildcard)).flatMap(
      (group) => group.find((position) => !apart.has(position)) ?? [],
    );
    const kept = new Set([...named.filter((position) => !left.has(position)), ...firsts]);
    return [...kept].sort((one, other) => one - other).flatMap((position) => this.arns[position] ?? []);
  }

  #positionsOf(arns: readonly string[]): readonly number[] {
    return arns.flatMap((arn) => this.#positions.get(arn) ?? []);
  }

  /** Positions by which of the patterns match and by the resource's own policies. Roles of one form share their wildcards. */
  #groupsBy(wildcards: readonly string[]): readonly (readonly number[])[] {
    const patterns = [...new Set(wildcards)].sort();
    const key = JSON.stringify(patterns);
    const known = this.#groups.get(key);
    if (known !== undefined) {
      return known;
    }
    const groups = new Map<string, number[]>();
    this.arns.forEach((arn, position) => {
      const matched = patterns.filter((pattern) => resourceMatches(pattern, arn));
      const group = JSON.stringify([this.#policies[position], matched]);
      const members = groups.get(group);
      if (members === undefined) {
        groups.set(group, [position]);
      } else {
        members.push(position);
      }
    });
    this.#groups.set(key, [...groups.values()]);
    return [...groups.values()];
  }
}

function hasWildcard(text: string): boolean {
  return /[*?]/.test(text);
}
