import { DescribeDomainCommand } from "@aws-sdk/client-codeartifact";
import { rootPattern } from "../../sandbox/codeartifact/packageGroupPatterns";
import type { Settings } from "../../settings";
import { type AwsClients, find, watchAddress } from "../aws/clients";
import { boundaryDifferences, otherAccount, otherRoles } from "./boundaries";
import { declaredRegistry } from "./declaredRegistry";
import { type Difference, differences } from "./difference";
import { packagesInRepository, liveCodeartifact, livePackage } from "../aws/codeartifact";
import { liveRoles } from "../aws/roles";
import { originDifferences } from "./packageOrigins";
import type { Registry } from "../aws/registry";
import { tokenCapDifferences } from "./tokenCap";

/** A stack compared with the registry that it has made. */
export interface Verification {
  readonly domain: string;
  readonly region: string;
  /** Absent where there is no such domain. */
  readonly account?: string;
  /** What was compared: how many of each. */
  readonly compared: Readonly<Record<"repositories" | "packageGroups" | "packages" | "roles" | "policies", number>>;
  readonly differences: readonly Difference[];
  /** What the program warned of. */
  readonly warnings: readonly string[];
}

/** Which stack is compared with what. */
export interface VerificationOptions {
  /** The folder of Pulumi.yaml. */
  readonly directory: string;
  readonly stack: string;
  readonly settings: Settings;
  readonly clients: AwsClients;
}

/**
 * Holds what a stack declares against what AWS says of it. Nothing is changed.
 *
 * @throws CommandError with exit code 2 where AWS does not let look, or the credentials are of an account not meant
 * @throws SettingsError, EngineError where the stack's program does not say what it declares
 */
export async function verify({ directory, stack, settings, clients }: VerificationOptions): Promise<Verification> {
  const { domain, aws } = settings;
  const address = watchAddress(clients.codeartifact);
  const found = await find(`domain ${domain} in ${aws.region}`, () =>
    clients.codeartifact.send(new DescribeDomainCommand({ domain })),
  );
  const account = found?.domain?.owner;
  if (account !== undefined && aws.allowedAccountIds?.includes(account) === false) {
    throw otherAccount(stack, account, aws.allowedAccountIds);
  }
  const { registry, deployment } = await declaredRegistry(directory, stack, settings, account);
  const about = { domain, region: aws.region, compared: countsOf(registry), warnings: deployment.warnings };
  if (found?.domain === undefined || account === undefined) {
    return { ...about, differences: differences(stack, registry, noRegistry) };
  }

  const { packageGroups, ...live } = await liveCodeartifact(clients.codeartifact, settings, found.domain);
  const held = (
    await Promise.all(
      live.repositories.map(({ name: repository }) =>
        packagesInRepository(clients.codeartifact, { domain, repository }, settings.origins),
      ),
    )
  ).flat();
  const names = new Set([...settings.packages, ...held.map(({ name }) => name)]);
  const packages = await Promise.all([...names].map((name) => livePackage(clients.codeartifact, domain, name)));
  const roles = await liveRoles(clients.iam, domain, registry);
  const standing: Registry = {
    ...{ ...live, ...roles },
    packageGroups: packageGroups.filter(({ pattern }) => pattern !== rootPattern),
    packages: packages.filter(({ name }) => settings.packages.includes(name)),
  };
  const declared = servedAt(address(), registry, live);
  return {
    ...{ ...about, account },
    differences: [
      ...differences(stack, declared, standing),
      ...originDifferences({ domain, repositories: live.repositories, packageGroups, packages, held }),
      ...tokenCapDifferences(standing, account, settings.tokenLifetime),
      ...(await boundaries(settings, clients, { declared: registry, standing })),
    ],
  };
}

/** Roles without a boundary that are not compared one by one, because the stack does not declare them. */
async function boundaries(
  { domain, permissionsBoundary }: Settings,
  { iam }: AwsClients,
  { declared, standing }: Readonly<Record<"declared" | "standing", Registry>>,
): Promise<readonly Difference[]> {
  if (permissionsBoundary === undefined) {
    return [];
  }
  const roles = standing.roles.filter(({ name }) => !declared.roles.some((role) => role.name === name));
  return boundaryDifferences({ roles, others: await otherRoles(iam, domain) }, permissionsBoundary);
}

const noRegistry: Registry = {
  ...{ repositories: [], packageGroups: [], packages: [], roles: [], policies: [], oidcProviders: [] },
};

function countsOf({ repositories, packageGroups, packages, roles, policies }: Registry): Verification["compared"] {
  return {
    ...{ repositories: repositories.length, packageGroups: packageGroups.length, packages: packages.length },
    ...{ roles: roles.length, policies: policies.length },
  };
}

/** A server that answers in AWS's place, such as the sandbox, serves the packages too. */
function servedAt(address: string, declared: Registry, { repositories }: Pick<Registry, "repositories">): Registry {
  const isServed = (name: string) =>
    repositories.some((repository) => repository.name === name && repository.endpoint?.startsWith(`${address}/`));
  return {
    ...declared,
    repositories: declared.repositories.map((repository) =>
      isServed(repository.name)
        ? { ...repository, endpoint: repository.endpoint?.replace(/^https:\/\/[^/]+/, address) }
        : repository,
    ),
  };
}
