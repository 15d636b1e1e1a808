import { nameInArn, packageArn } from "../../iam/arns";
import type { Identity, NamedText, ReachAccount, ReachDomain, ReachKey } from "../../iam/reach/account";
import { type Goal, goals, reachedGoals, type Subject } from "../../iam/reach/goals";
import { outsider, pathTo, reach } from "../../iam/reach/search";
import {
  deployRoleName,
  isRegistryRoleName,
  lambdaDeployerRoleName,
  registryRoleKinds,
} from "../../naming/registryNames";
import type { SandboxAccount } from "../../sandbox/account";
import type { Deployment } from "../../sandbox/pulumi/deployment";
import type { DeployedAccount } from "./accounts";
import { lambdaModel, lambdaOf } from "./lambdaModel";

/** One step of a way to a goal. */
export interface Step {
  /** ARN of the role that asks. */
  readonly principal: string;
  readonly action: string;
  readonly resource: string;
  /** The policy, boundary or service that the request names. */
  readonly argument?: string;
}

/** A goal that a role reaches, with the shortest way to it. */
export interface ReachedGoal {
  readonly id: Goal["id"];
  readonly text: string;
  /** Whether a role of its kind may. */
  readonly permitted: boolean;
  readonly path: readonly Step[];
}

/** What one role can come to. */
export interface RoleReach {
  readonly role: string;
  readonly kind: RoleKind;
  readonly goals: readonly ReachedGoal[];
}

/** Which roles are searched, and what is said on the way. */
export interface JudgeOptions {
  /** @default - every role */
  readonly includes?: (roleName: string) => boolean;
  /** Called before each role. */
  readonly onRole?: (roleName: string) => void;
}

/**
 * Searches what the roles of an account can come to. The actor has an account of its own beside it.
 *
 * @throws PolicyError for a document that cannot be decided without guessing
 */
export function judge(
  deployed: DeployedAccount,
  { includes = () => true, onRole }: JudgeOptions = {},
): readonly RoleReach[] {
  const model = modelOf(deployed);
  return subjectsOf(deployed).flatMap((subject) => {
    const role = principalName(subject.principal);
    if (!includes(role)) {
      return [];
    }
    onRole?.(role);
    const kind = kindOf(subject, subject.domain !== undefined && deployed.sharing.includes(subject.domain));
    const gains = reach(model, { principal: subject.principal }, { outsideAccount: true });
    const reached = reachedGoals(model, gains, subject).map(({ goal, fact }): ReachedGoal => ({
      id: goal.id,
      text: goal.text,
      permitted: mayReach(kind, goal.id),
      path: pathTo(gains, fact).flatMap(({ request, argument }) =>
        request === undefined ? [] : [{ ...request, ...(argument === undefined ? {} : { argument }) }],
      ),
    }));
    return [{ role, kind, goals: reached }];
  });
}

/** The reach of roles in several accounts: a goal is reached where it is in one of them. */
export function merged(reaches: readonly (readonly RoleReach[])[]): readonly RoleReach[] {
  const names = [...new Set(reaches.flat().map(({ role }) => role))];
  return names.flatMap((role) => {
    const all = reaches.flat().filter((one) => one.role === role);
    const [first] = all;
    if (first === undefined) {
      return [];
    }
    const found = goals.flatMap(({ id }) =>
      all.flatMap((one) => one.goals.filter((goal) => goal.id === id)).slice(0, 1),
    );
    return [{ ...first, goals: found }];
  });
}

/** The goals that a role reaches and may not. */
export function beyond(
  reaches: readonly RoleReach[],
): readonly { readonly role: string; readonly goal: ReachedGoal }[] {
  return reaches.flatMap(({ role, goals: reached }) =>
    reached.filter(({ permitted }) => !permitted).map((goal) => ({ role, goal })),
  );
}

/** A role's name, for people. */
export function principalName(principal: string): string {
  return principal === outsider ? "a role of another account" : nameInArn(principal);
}

/** The kinds of role that an account of this project has. */
export const roleKinds = [
  "other",
  "reader",
  "publisher",
  "inspector",
  "maintainer",
  "preview",
  "deploy",
  "deploy and share",
  "lambda deployer",
] as const;
export type RoleKind = (typeof roleKinds)[number];

const deploy = [
  "in-other-stack",
  "act-registry",
  "open-name",
  "publish-other",
  "read",
  "token",
  "change-registry",
  "state",
];

/**
 * The goals that a role of each kind may reach: what it is made for, and what AWS gives no means to hold it from. A stack that shares
 * with other accounts writes policies of its domain, and these can let in any account, the deployer's own included.
 */
const permitted: Readonly<Record<RoleKind, readonly string[]>> = {
  other: [],
  reader: ["read", "token"],
  publisher: ["publish", "read", "token"],
  inspector: [],
  maintainer: ["replace", "dispose", "read", "token"],
  preview: [],
  deploy,
  "deploy and share": [...deploy, "share", "replace", "dispose", "publish-store", "read-elsewhere"],
  "lambda deployer": ["act-function", "deploy-lambda"],
};

/** Whether a role of this kind may reach a goal. */
export function mayReach(kind: RoleKind, goal: string): boolean {
  return permitted[kind].includes(goal);
}

/** The kind of a role, by its name. */
function kindOf({ principal, domain }: Subject, shares: boolean): RoleKind {
  const name = nameInArn(principal);
  if (domain === undefined) {
    return name.endsWith("-preview") ? "preview" : "other";
  }
  const own = name.slice(domain.length);
  if (own === "-deploy") {
    return shares ? "deploy and share" : "deploy";
  }
  if (name === lambdaDeployerRoleName(domain)) {
    return "lambda deployer";
  }
  return registryRoleKinds.find((one) => own.startsWith(`-codeartifact-${one}`)) ?? "reader";
}

/** A role of the account that has no rights, as teams have many. */
const unprivilegedRole = "no-rights";

/** The account as the search takes it. */
export function modelOf(deployed: DeployedAccount): ReachAccount {
  const { account, deployments } = deployed;
  const { partition, region, accountId } = account;
  const { workloads, layers, ...lambda } = lambdaModel(deployed);
  const identities = [
    ...account.iam.roles.list().map(({ roleName }) => identityOf(account, roleName)),
    noRights(account),
    ...lambda.identities,
  ];
  const documents = [
    ...identities.flatMap(({ inline }) => inline.map(({ document }) => document)),
    ...account.iam.policies.list().map(({ policyDocument }) => policyDocument),
  ];
  return {
    partition,
    region,
    id: accountId,
    identities,
    policies: account.iam.policies.list().map(({ arn, policyDocument }) => ({ arn, document: policyDocument })),
    identityProviders: account.iam.oidcProviders.list().map(({ arn }) => arn),
    domains: deployments.map((deployment) => domainOf(account, deployment)),
    keys: keysOf(account, deployments, documents),
    objects: objectsIn(documents),
    workloads,
    layers,
  };
}

/** Every role of the account, and what is its own. */
export function subjectsOf(deployed: DeployedAccount): readonly Subject[] {
  const { account, deployments } = deployed;
  const arns = [...account.iam.roles.list().map(({ arn }) => arn), noRights(account).arn];
  return arns.map((principal): Subject => {
    const roleName = nameInArn(principal);
    const deployment = deployments.find(({ settings: { domain } }) => isRoleOf(domain, roleName));
    if (deployment === undefined) {
      // The preview role looks at all stacks.
      return { principal, keys: deployments.flatMap((one) => ownKeys(account, one)) };
    }
    const { settings } = deployment;
    const publisher = settings.publishers.find(({ name }) =>
      roleName.endsWith(name === undefined ? "-publisher" : `-publisher-${name}`),
    );
    return {
      principal,
      domain: settings.domain,
      stack: deployment.stack,
      packages: (publisher?.packages ?? []).map((name) => packageArn(repositoryArn(account, deployment), name)),
      keys: ownKeys(account, deployment),
      ...lambdaOf(deployed, principal),
    };
  });
}

/** Tells prod's roles from those of prod-eu. */
function isRoleOf(domain: string, roleName: string): boolean {
  return (
    [deployRoleName(domain), lambdaDeployerRoleName(domain)].includes(roleName) || isRegistryRoleName(domain, roleName)
  );
}

function identityOf(account: SandboxAccount, roleName: string): Identity {
  const { iam } = account;
  const { arn, assumeRolePolicyDocument, permissionsBoundary, tags } = iam.roles.get({ roleName });
  const inline = iam.roles.listPolicies({ roleName }).map((policyName): NamedText => ({
    name: policyName,
    document: iam.roles.getPolicy({ roleName, policyName }).policyDocument,
  }));
  return {
    arn,
    trust: assumeRolePolicyDocument,
    inline,
    attached: iam.policies.attached({ roleName }).map(({ policyArn }) => policyArn),
    ...(permissionsBoundary === undefined ? {} : { boundary: permissionsBoundary }),
    tags,
  };
}

function noRights({ partition, accountId }: SandboxAccount): Identity {
  const trust = {
    Version: "2012-10-17",
    Statement: { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" },
  };
  const arn = `arn:${partition}:iam::${accountId}:role/${unprivilegedRole}`;
  return { arn, trust: JSON.stringify(trust), inline: [], attached: [] };
}

function domainOf(account: SandboxAccount, { settings }: Deployment): ReachDomain {
  const { codeartifact } = account;
  const { domain } = settings;
  const { arn } = codeartifact.domains.describe({ domain });
  const repositories = codeartifact.repositories.list({ domain });
  const names = [...settings.packages, "not-in-packages", "requests"];
  const policy = codeartifact.domains.findPermissionsPolicy({ domain })?.document;
  return {
    arn,
    ...(policy === undefined ? {} : { policy }),
    repositories: repositories.map((one) => {
      const own = codeartifact.repositories.findPermissionsPolicy({ domain, repository: one.name })?.document;
      return { arn: one.arn, ...(own === undefined ? {} : { policy: own }) };
    }),
    packages: repositories.flatMap((one) => names.map((name) => packageArn(one.arn, name))),
    packageGroups: codeartifact.packageGroups.list({ domain }).map((group) => group.arn),
    tags: settings.tags,
  };
}

function repositoryArn({ codeartifact }: SandboxAccount, { settings: { domain } }: Deployment): string {
  const all = codeartifact.repositories.list({ domain });
  return all.find(({ name }) => name === "python-packages")?.arn ?? "";
}

/** The keys that the stacks made; keys that lack one of their tags, which others made; and those that documents name. */
function keysOf(
  account: SandboxAccount,
  deployments: readonly Deployment[],
  documents: readonly string[],
): readonly ReachKey[] {
  const { partition, region, accountId, kms } = account;
  const lookAlikes = deployments.flatMap(({ stack, settings }) =>
    ["Environment", "ManagedBy", "Project"].map((missing) => ({
      arn: `arn:${partition}:kms:${region}:${accountId}:key/${stack}-without-${missing}`,
      tags: Object.fromEntries(Object.entries(settings.tags).filter(([key]) => key !== missing)),
    })),
  );
  const named = documents.flatMap((document) => document.match(/arn:[^:"]*:kms:[^:"]*:\d{12}:key\/[\w-]+/g) ?? []);
  const standing = kms.listKeys().map(({ arn, tags }) => ({ arn, tags }));
  const others = [...new Set(named)].filter((arn) => !standing.some((key) => key.arn === arn));
  return [...standing, ...lookAlikes, ...others.map((arn) => ({ arn, tags: {} }))];
}

function ownKeys({ kms }: SandboxAccount, { settings }: Deployment): readonly string[] {
  const entries = Object.entries(settings.tags);
  return kms
    .listKeys()
    .filter(({ tags }) => entries.every(([key, value]) => tags[key] === value))
    .map(({ arn }) => arn);
}

/** An object for each pattern of S3 that a document gives: Pulumi's state, and zip files of layers. */
function objectsIn(documents: readonly string[]): readonly string[] {
  const patterns = documents.flatMap((document) => document.match(/arn:[^:"]*:s3:::[^"]+\/[^"]+/g) ?? []);
  return [...new Set(patterns.map((pattern) => pattern.replaceAll("*", "json")))];
}
