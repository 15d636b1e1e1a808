import { decide, decideToken, type RoleCaller, withPermissions } from "../../sandbox/authorization";
import { packageArn } from "../../iam/arns";
import type { Decision } from "../../iam/evaluate";
import { tokenSeconds } from "../../iam/limits";
import { repositoryName, storeName } from "../../naming/registryNames";
import { changingActions, comparingActions, lookingActions, tries } from "./actions";
import { attempt, type AccessAttempt, expectedVerdict, type Verdict } from "./attempt";
import { documentTexts, type AttemptTargets, type Targets } from "./targets";

/** What the settings mean a role to do in a registry. */
export interface Rights {
  /** Packages it publishes. */
  readonly publishes: readonly string[];
  /** Whether it reads, and mints the tokens that reading takes. */
  readonly reads: boolean;
}

/** What one of the stack's own roles may do, and beside it what it must not, here and in the registries of other stacks. */
export function roleAttempts(
  targets: AttemptTargets,
  role: RoleCaller,
  rights: Rights,
  otherStacks: readonly AttemptTargets[],
): readonly AccessAttempt[] {
  const { account, settings } = targets.deployment;
  const { tokenLifetime: cap } = settings;
  const caller = withPermissions(account, role);
  const token = (seconds: number) => decideToken(account, caller, targets.domainArn, seconds);
  return [
    ...registryAttempts(targets, caller, rights, targets.account),
    attempt("mint a token that lives as long as the session (0)", "denied", [token(0)]),
    attempt(`mint a token of ${cap + 1} seconds`, "denied", [token(cap + 1)]),
    ...(cap < tokenSeconds.longest
      ? [attempt("mint a token of 12 hours", "denied", [token(tokenSeconds.longest)])]
      : []),
    attempt("have AWS issue a token for another service", "denied", [
      decide(account, caller, "sts:GetServiceBearerToken", "*", {
        "sts:AWSServiceName": "another.amazonaws.com",
        "sts:DurationSeconds": String(tokenSeconds.shortest),
      }),
    ]),
    ...otherStacks.map((other) =>
      combinedAttempt(other, caller, `anything in the registry of stack ${other.deployment.stack}`),
    ),
  ];
}

/** What any role, of whatever account, may do in a registry, one attempt for each kind of thing. */
export function registryAttempts(
  targets: AttemptTargets,
  caller: RoleCaller,
  rights: Rights,
  accountTargets: Targets = {},
): readonly AccessAttempt[] {
  return requests(targets, caller, rights, accountTargets)
    .filter(({ decisions }) => decisions.length > 0)
    .map(({ what, expected, decisions }) => attempt(what, expected, decisions));
}

/** Everything at once, by a role that may do nothing there. */
export function combinedAttempt(targets: AttemptTargets, caller: RoleCaller, what: string): AccessAttempt {
  const all = requests(targets, caller, { publishes: [], reads: false }, {});
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
  targets: AttemptTargets,
  role: RoleCaller,
  { publishes, reads }: Rights,
  accountTargets: Targets,
): readonly Requests[] {
  const { deployment, domainArn, repositoryArn, storeArn } = targets;
  const { account, settings } = deployment;
  const caller = withPermissions(account, role);
  const published = new Set(publishes);
  const others = targets.names.filter((name) => !published.has(name));

  const documents = [...(caller.permissions ?? []), ...(caller.boundary === undefined ? [] : [caller.boundary])];
  const texts = [...targets.policyTexts, ...documents.flatMap(({ document }) => documentTexts(document))];
  const ownArns = publishes.map((name) => packageArn(repositoryArn, name));
  const ownInStore = publishes.map((name) => packageArn(storeArn, name));
  const otherArns = targets.inRepository.distinct(texts, ownArns);
  const allInStore = [...ownInStore, ...targets.inStore.distinct(texts, ownInStore)];
  const resources = Object.fromEntries(
    Object.entries({ ...accountTargets, ...targets.registry }).map(([kind, groups]) => [kind, groups.distinct(texts)]),
  );

  const may = (action: string, resource: string) => decide(account, caller, action, resource);
  const mayAll = (tried: ReturnType<typeof tries>) => tried.map(({ action, resource }) => may(action, resource));
  const publish = (packages: readonly string[]) =>
    packages.map((resource) => may("codeartifact:PublishPackageVersion", resource));
  const compare = (packages: readonly string[]) =>
    packages.flatMap((resource) => comparingActions.map((action) => may(action, resource)));
  const read = (repository: string) =>
    ["codeartifact:GetRepositoryEndpoint", "codeartifact:ReadFromRepository"].map((action) => may(action, repository));
  const mint = (seconds: number) => decideToken(account, caller, domainArn, seconds);
  const looking = tries(lookingActions, resources);
  const changing = tries(changingActions, resources);
  return [
    { what: `publish ${listed(publishes)}`, expected: "allowed", decisions: publish(ownArns) },
    { what: `publish ${listed(others)}`, expected: "denied", decisions: publish(otherArns) },
    { what: `publish into ${storeName}`, expected: "denied", decisions: publish(allInStore) },
    { what: "compare with what is published of these", expected: "allowed", decisions: compare(ownArns) },
    {
      what: `compare with what is published of others, or in ${storeName}`,
      expected: "denied",
      decisions: compare([...otherArns, ...allInStore]),
    },
    { what: `read ${repositoryName}`, expected: expectedVerdict(reads), decisions: read(repositoryArn) },
    { what: `read ${storeName}`, expected: "denied", decisions: read(storeArn) },
    {
      what: `mint a token of ${tokenSeconds.shortest} to ${settings.tokenLifetime} seconds`,
      expected: expectedVerdict(reads),
      decisions: [mint(tokenSeconds.shortest), mint(settings.tokenLifetime)],
    },
    { what: `look at anything else (${kinds(looking)} actions)`, expected: "denied", decisions: mayAll(looking) },
    { what: `change anything (${kinds(changing)} actions)`, expected: "denied", decisions: mayAll(changing) },
  ];
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
