import { resourcePolicies } from "../../sandbox/authorization";
import type { Deployment } from "../../sandbox/pulumi/deployment";
import { packageArn } from "../../iam/arns";
import type { ParsedStatement } from "../../iam/grammar";
import { repositoryName, storeName } from "../../naming/registryNames";
import type { TargetKind } from "./actions";
import { registeredDocuments } from "./registered";
import { ResourceGroups } from "./resourceGroups";

/** What attempts are made on, by kind. */
export type Targets = Readonly<Partial<Record<TargetKind, ResourceGroups>>>;

/** One stack's registry, as the object of attempts. Built once for all callers: it is as large as the registry. */
export interface RegistryTargets {
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
export function registryTargets(deployment: Deployment): RegistryTargets {
  const { cloud, settings } = deployment;
  const { domain, packages } = settings;
  const { codeartifact, iam, partition, accountId } = cloud;
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
      resourcePolicies(cloud, arn).flatMap(({ document }) => documentTexts(document)),
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
function policiesOn({ cloud }: Deployment, arn: string): string {
  return JSON.stringify(
    resourcePolicies(cloud, arn).map(({ name, document }) => ({ name, statements: document.statements.map(forRoles) })),
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
