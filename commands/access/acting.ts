import { decide, decideToken, type RoleCaller } from "../../cloud/authorization";
import type { Deployment } from "../../engine/deployment";
import { packageArn } from "../../iam/arns";
import { shortestToken } from "../../iam/permissions";
import { repositoryName, storeName } from "../../naming/registryNames";
import type { Settings } from "../../settings";
import { attempt, type Attempt, meant } from "./attempt";
import { changes, type Targets } from "./changes";

/** What the settings mean a role to do in a registry. */
export interface Rights {
  /** Packages it publishes. */
  readonly publishes: readonly string[];
  /** Whether it reads, and mints the tokens that reading takes. */
  readonly reads: boolean;
}

/** Ends a token's life 12 hours after its beginning: what clients ask for where they are not told otherwise. */
const defaultToken = 43_200;

/** What one of the stack's own roles may do, and beside it what it must not. */
export function actingAttempts(deployment: Deployment, caller: RoleCaller, rights: Rights): readonly Attempt[] {
  const { tokenLifetime: cap } = deployment.settings;
  const registry = registryArns(deployment);
  const token = (seconds: number) => decideToken(deployment.cloud, caller, registry.domain, seconds);
  return [
    ...registryAttempts(deployment, caller, rights, { "*": "*", role: caller.arn }),
    attempt("mint a token that lives as long as the session (0)", "denied", [token(0)]),
    attempt(`mint a token of ${cap + 1} seconds`, "denied", [token(cap + 1)]),
    ...(cap < defaultToken ? [attempt("mint a token of 12 hours", "denied", [token(defaultToken)])] : []),
    attempt("have AWS issue a token for another service", "denied", [
      decide(deployment.cloud, caller, "sts:GetServiceBearerToken", "*", {
        "sts:AWSServiceName": "another.amazonaws.com",
        "sts:DurationSeconds": String(shortestToken),
      }),
    ]),
  ];
}

/**
 * What any role, of whatever account, may do in a registry.
 *
 * @param targets - what it is to try to change beside the registry
 */
export function registryAttempts(
  deployment: Deployment,
  caller: RoleCaller,
  { publishes, reads }: Rights,
  targets: Targets = {},
): readonly Attempt[] {
  const { cloud, settings } = deployment;
  const registry = registryArns(deployment);
  const may = (action: string, resource: string) => decide(cloud, caller, action, resource);
  const publish = (repository: string) => (name: string) =>
    may("codeartifact:PublishPackageVersion", packageArn(repository, name));
  const notItsOwn = namesToTry(settings).filter((name) => !publishes.includes(name));
  const { store, ...touchable } = registry;
  const somePackage = packageArn(registry.repository, settings.packages[0] ?? "");
  const attempted = changes({ ...targets, ...touchable, package: somePackage });
  return [
    ...(publishes.length === 0
      ? []
      : [attempt(`publish ${publishes.join(", ")}`, "allowed", publishes.map(publish(registry.repository)))]),
    attempt(`publish ${notItsOwn.join(", ")}`, "denied", notItsOwn.map(publish(registry.repository))),
    attempt(`publish into ${storeName}`, "denied", [...publishes, ...notItsOwn].map(publish(store))),
    attempt(`read ${repositoryName}`, meant(reads), [
      may("codeartifact:GetRepositoryEndpoint", registry.repository),
      may("codeartifact:ReadFromRepository", registry.repository),
    ]),
    attempt(`read ${storeName}`, "denied", [may("codeartifact:ReadFromRepository", store)]),
    attempt(
      `mint a token of ${shortestToken} to ${settings.tokenLifetime} seconds`,
      meant(reads),
      [shortestToken, settings.tokenLifetime].map((seconds) => decideToken(cloud, caller, registry.domain, seconds)),
    ),
    attempt(
      `change anything (${attempted.length} actions)`,
      "denied",
      attempted.map(({ action, resource }) => may(action, resource)),
    ),
  ];
}

/** The stack's packages, a private name that nobody was given, and a public name. */
function namesToTry({ packages, origins }: Settings): readonly string[] {
  return [...packages, ...origins.private.slice(0, 1).map(({ name }) => `${name}-not-in-packages`), "requests"];
}

function registryArns({ cloud: { codeartifact }, settings: { domain } }: Deployment) {
  return {
    domain: codeartifact.describeDomain({ domain }).arn,
    repository: codeartifact.describeRepository({ domain, repository: repositoryName }).arn,
    store: codeartifact.describeRepository({ domain, repository: storeName }).arn,
    packageGroup: codeartifact.describePackageGroup({ domain, packageGroup: "/pypi/*" }).arn,
  };
}
