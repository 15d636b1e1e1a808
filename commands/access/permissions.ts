import { decide, decideToken, type RoleCaller } from "../../sandbox/authorization";
import type { Cloud } from "../../sandbox/account";
import type { Deployment } from "../../sandbox/pulumi/deployment";
import { packageArn } from "../../iam/arns";
import type { Decision } from "../../iam/evaluate";
import { shortestToken } from "../../iam/permissions";
import { repositoryName, storeName } from "../../naming/registryNames";
import { changingActions, comparingActions, lookingActions, type Targets, tries } from "./actions";
import { attempt, type Attempt, meant, type Verdict } from "./attempt";
import { registeredDocuments } from "./registered";

/** What the settings mean a role to do in a registry. */
export interface Rights {
  /** Packages it publishes. */
  readonly publishes: readonly string[];
  /** Whether it reads, and mints the tokens that reading takes. */
  readonly reads: boolean;
}

/** The life of a token in seconds where a client does not ask for another, 12 hours. */
const defaultToken = 43_200;

/** What one of the stack's own roles may do, and beside it what it must not, here and in the registries of other stacks. */
export function actingAttempts(
  deployment: Deployment,
  caller: RoleCaller,
  rights: Rights,
  siblings: readonly Deployment[],
): readonly Attempt[] {
  const { cloud, settings } = deployment;
  const { tokenLifetime: cap } = settings;
  const { domain } = registryArns(deployment);
  const token = (seconds: number) => decideToken(cloud, caller, domain, seconds);
  return [
    ...registryAttempts(deployment, caller, rights, accountTargets(cloud)),
    attempt("mint a token that lives as long as the session (0)", "denied", [token(0)]),
    attempt(`mint a token of ${cap + 1} seconds`, "denied", [token(cap + 1)]),
    ...(cap < defaultToken ? [attempt("mint a token of 12 hours", "denied", [token(defaultToken)])] : []),
    attempt("have AWS issue a token for another service", "denied", [
      decide(cloud, caller, "sts:GetServiceBearerToken", "*", {
        "sts:AWSServiceName": "another.amazonaws.com",
        "sts:DurationSeconds": String(shortestToken),
      }),
    ]),
    ...siblings.map((sibling) =>
      strangerAttempt(sibling, caller, `anything in the registry of stack ${sibling.stack}`),
    ),
  ];
}

/** What any role, of whatever account, may do in a registry, one attempt for each kind of thing. */
export function registryAttempts(
  deployment: Deployment,
  caller: RoleCaller,
  rights: Rights,
  targets: Targets = {},
): readonly Attempt[] {
  return requests(deployment, caller, rights, targets)
    .filter(({ decisions }) => decisions.length > 0)
    .map(({ what, expected, decisions }) => attempt(what, expected, decisions));
}

/** Everything at once, by a role that may do nothing there. */
export function strangerAttempt(deployment: Deployment, caller: RoleCaller, what: string): Attempt {
  const all = requests(deployment, caller, { publishes: [], reads: false }, {});
  return attempt(
    what,
    "denied",
    all.flatMap(({ decisions }) => decisions),
  );
}

interface Requests {
  readonly what: string;
  readonly expected: Verdict;
  readonly decisions: readonly Decision[];
}

function requests(
  deployment: Deployment,
  caller: RoleCaller,
  { publishes, reads }: Rights,
  targets: Targets,
): readonly Requests[] {
  const { cloud, settings } = deployment;
  const registry = registryArns(deployment);
  const { store } = registry;
  const others = namesToTry(deployment).filter((name) => !publishes.includes(name));
  const on = { ...targets, ...registryTargets(deployment) };

  const may = (action: string, resource: string) => decide(cloud, caller, action, resource);
  const mayAll = (tried: ReturnType<typeof tries>) => tried.map(({ action, resource }) => may(action, resource));
  const publish = (names: readonly string[], repository: string) =>
    names.map((name) => may("codeartifact:PublishPackageVersion", packageArn(repository, name)));
  const compare = (names: readonly string[], repository: string) =>
    names.flatMap((name) => comparingActions.map((action) => may(action, packageArn(repository, name))));
  const read = (repository: string) =>
    ["codeartifact:GetRepositoryEndpoint", "codeartifact:ReadFromRepository"].map((action) => may(action, repository));
  const mint = (seconds: number) => decideToken(cloud, caller, registry.domain, seconds);
  const looking = tries(lookingActions, on);
  const changing = tries(changingActions, on);
  return [
    { what: `publish ${listed(publishes)}`, expected: "allowed", decisions: publish(publishes, registry.repository) },
    { what: `publish ${listed(others)}`, expected: "denied", decisions: publish(others, registry.repository) },
    { what: `publish into ${storeName}`, expected: "denied", decisions: publish([...publishes, ...others], store) },
    {
      what: "compare with what is published of these",
      expected: "allowed",
      decisions: compare(publishes, registry.repository),
    },
    {
      what: `compare with what is published of others, or in ${storeName}`,
      expected: "denied",
      decisions: [...compare(others, registry.repository), ...compare([...publishes, ...others], store)],
    },
    { what: `read ${repositoryName}`, expected: meant(reads), decisions: read(registry.repository) },
    { what: `read ${storeName}`, expected: "denied", decisions: read(store) },
    {
      what: `mint a token of ${shortestToken} to ${settings.tokenLifetime} seconds`,
      expected: meant(reads),
      decisions: [mint(shortestToken), mint(settings.tokenLifetime)],
    },
    { what: `look at anything else (${kinds(looking)} actions)`, expected: "denied", decisions: mayAll(looking) },
    { what: `change anything (${kinds(changing)} actions)`, expected: "denied", decisions: mayAll(changing) },
  ];
}

/** The stack's packages, a private name that nobody was given, every other name in a document, and a public name. */
function namesToTry(deployment: Deployment): readonly string[] {
  const { packages, origins } = deployment.settings;
  const text = JSON.stringify(registeredDocuments(deployment).map(({ document }) => document));
  const inDocuments = [...text.matchAll(/\/pypi\/\/([\w.-]+)"/g)].map(([, name = ""]) => name);
  const given = origins.private.slice(0, 1).map(({ name }) => `${name}-not-in-packages`);
  return [...new Set([...packages, ...given, ...inDocuments, "requests"])];
}

/** Names as a line holds them. */
function listed(names: readonly string[]): string {
  const shownNames = names.length > 6 ? [...names.slice(0, 5), `and ${names.length - 5} more`] : names;
  return shownNames.join(", ");
}

/** How many different actions are tried. */
function kinds(tried: ReturnType<typeof tries>): number {
  return new Set(tried.map(({ action }) => action)).size;
}

function registryArns({ cloud: { codeartifact }, settings: { domain } }: Deployment) {
  return {
    domain: codeartifact.describeDomain({ domain }).arn,
    repository: codeartifact.describeRepository({ domain, repository: repositoryName }).arn,
    store: codeartifact.describeRepository({ domain, repository: storeName }).arn,
  };
}

/** What a registry is made of: of its many packages the first and the last, and a public one. */
function registryTargets(deployment: Deployment): Targets {
  const { cloud, settings } = deployment;
  const { domain, repository, store } = registryArns(deployment);
  const names = [...new Set([...settings.packages.slice(0, 1), ...settings.packages.slice(-1), "requests"])];
  return {
    domain: [domain],
    repository: [repository, store],
    package: [repository, store].flatMap((arn) => names.map((name) => packageArn(arn, name))),
    packageGroup: cloud.codeartifact.listPackageGroups({ domain: settings.domain }).map(({ arn }) => arn),
  };
}

/** What else of its account a role could change, itself and its own policies among it. */
function accountTargets({ iam, partition, accountId }: Cloud): Targets {
  const place = `arn:${partition}:iam::${accountId}`;
  return {
    "*": ["*"],
    role: [...iam.listRoles().map(({ arn }) => arn), `${place}:role/another`],
    policy: iam.listPolicies().map(({ arn }) => arn),
    newRole: [`${place}:role/new`],
    newPolicy: [`${place}:policy/new`],
  };
}
