import { decide, decideToken, type RoleCaller, withPermissions } from "../../sandbox/authorization";
import { logGroupArn, packageArn } from "../../iam/arns";
import type { Decision } from "../../iam/evaluate";
import { tokenSeconds } from "../../iam/limits";
import { auditLogGroupName, repositoryName, storeName } from "../../naming/registryNames";
import { changingActions, comparingActions, listingActions, lookingActions, removingActions, tries } from "./actions";
import { attempt, type AccessAttempt, expectedVerdict, type Verdict } from "./attempt";
import { documentTexts, type AttemptTargets, type Targets } from "./targets";

/** What the settings mean a role to do in a registry. */
export interface Rights {
  /** Packages it publishes. */
  readonly publishes: readonly string[];
  /** Whether it reads, and mints the tokens that reading takes. */
  readonly reads: boolean;
  /** Whether it lists packages and versions. @default false */
  readonly looks?: boolean;
  /** Whether it looks up what happened in the account and in the registry. @default false */
  readonly inspects?: boolean;
  /** Whether it hides and removes versions. @default false */
  readonly maintains?: boolean;
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
    ...(rights.inspects === true ? [eventsAttempt(targets, caller)] : []),
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

function eventsAttempt({ deployment, domainArn }: AttemptTargets, caller: RoleCaller): AccessAttempt {
  const { account, settings } = deployment;
  const logGroup = logGroupArn(domainArn, auditLogGroupName(settings.domain));
  return attempt("look up the account's events, and the audit trail", "allowed", [
    decide(account, caller, "cloudtrail:LookupEvents", "*"),
    decide(account, caller, "logs:FilterLogEvents", logGroup),
  ]);
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
  { publishes, reads, looks = false, maintains = false }: Rights,
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
  const mayAll = (tried: Tries) => tried.map(({ action, resource }) => may(action, resource));
  const publish = (packages: readonly string[]) =>
    packages.map((resource) => may("codeartifact:PublishPackageVersion", resource));
  const compare = (packages: readonly string[]) =>
    packages.flatMap((resource) => comparingActions.map((action) => may(action, resource)));
  const read = (repository: string) =>
    ["codeartifact:GetRepositoryEndpoint", "codeartifact:ReadFromRepository"].map((action) => may(action, repository));
  const mint = (seconds: number) => decideToken(account, caller, domainArn, seconds);
  const looking = split(tries(lookingActions, resources), ({ action }) => looks && listingActions.includes(action));
  const changing = split(
    tries(changingActions, resources),
    ({ action, resource }) =>
      maintains &&
      (action === "codeartifact:UpdatePackageVersionsStatus" ||
        (removingActions.includes(action) && resource.startsWith(packageArn(repositoryArn, "")))),
  );
  return [
    { what: `publish ${listed(publishes)}`, expected: "allowed", decisions: publish(ownArns) },
    { what: `publish ${listed(others)}`, expected: "denied", decisions: publish(otherArns) },
    { what: `publish into ${storeName}`, expected: "denied", decisions: publish(allInStore) },
    { what: "compare with what is published of these", expected: "allowed", decisions: compare(ownArns) },
    ...(looks
      ? [
          {
            what: "compare with what is published of any",
            expected: "allowed" as const,
            decisions: compare(otherArns),
          },
          { what: `compare with what is in ${storeName}`, expected: "denied" as const, decisions: compare(allInStore) },
        ]
      : [
          {
            what: `compare with what is published of others, or in ${storeName}`,
            expected: "denied" as const,
            decisions: compare([...otherArns, ...allInStore]),
          },
        ]),
    { what: `read ${repositoryName}`, expected: expectedVerdict(reads), decisions: read(repositoryArn) },
    { what: `read ${storeName}`, expected: "denied", decisions: read(storeArn) },
    {
      what: `mint a token of ${tokenSeconds.shortest} to ${settings.tokenLifetime} seconds`,
      expected: expectedVerdict(reads),
      decisions: [mint(tokenSeconds.shortest), mint(settings.tokenLifetime)],
    },
    { what: "list packages and versions", expected: "allowed", decisions: mayAll(looking.meant) },
    {
      what: `look at anything else (${kinds(looking.others)} actions)`,
      expected: "denied",
      decisions: mayAll(looking.others),
    },
    {
      what: `hide versions, and remove those of ${repositoryName}`,
      expected: "allowed",
      decisions: mayAll(changing.meant),
    },
    {
      what: `change anything${changing.meant.length === 0 ? "" : " else"} (${kinds(changing.others)} actions)`,
      expected: "denied",
      decisions: mayAll(changing.others),
    },
  ];
}

type Tries = ReturnType<typeof tries>;

/** Those that a role is meant to be allowed, and all others. */
function split(
  all: Tries,
  isMeant: (one: Tries[number]) => boolean,
): { readonly meant: Tries; readonly others: Tries } {
  return { meant: all.filter(isMeant), others: all.filter((one) => !isMeant(one)) };
}

/** Names as a line holds them. */
function listed(names: readonly string[]): string {
  const shownNames = names.length > 6 ? [...names.slice(0, 5), `and ${names.length - 5} more`] : names;
  return shownNames.join(", ");
}

/** How many different actions are tried. */
function kinds(tried: Tries): number {
  return new Set(tried.map(({ action }) => action)).size;
}
