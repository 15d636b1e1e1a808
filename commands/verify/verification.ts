import { DescribeDomainCommand } from "@aws-sdk/client-codeartifact";
import { evaluate } from "../../iam/evaluate";
import { PolicyError } from "../../iam/grammar";
import { tokenSeconds } from "../../iam/limits";
import { rootPattern } from "../../sandbox/codeartifact/packageGroupPatterns";
import type { Settings } from "../../settings";
import { liveAuditTrail } from "../aws/auditTrail";
import { type AwsClients, find, watchAddress } from "../aws/clients";
import { liveCodeartifact, livePackage, packagesInRepository } from "../aws/codeartifact";
import { noRegistry, type Registry, type RegistryRole } from "../aws/registry";
import { liveRoles } from "../aws/roles";
import { boundaryDifferences, wrongAccountError, otherRoles } from "./boundaries";
import { declaredRegistry } from "./declaredRegistry";
import { type Difference, differences } from "./difference";
import { originDifferences } from "./packageOrigins";

/** A stack compared with the registry that it has made. */
export interface Verification {
  readonly domain: string;
  readonly region: string;
  /** Absent where there is no such domain. */
  readonly account?: string;
  /** What was compared: how many of each. */
  readonly compared: Readonly<
    Record<"repositories" | "packageGroups" | "packages" | "roles" | "policies" | "eventRules", number>
  >;
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
 * Compares what is deployed with what the stack declares. Nothing is changed.
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
    throw wrongAccountError(stack, account, aws.allowedAccountIds);
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
    ...live,
    ...roles,
    packageGroups: packageGroups.filter(({ pattern }) => pattern !== rootPattern),
    packages: packages.filter(({ name }) => settings.packages.includes(name)),
    auditTrail: await liveAuditTrail(clients, registry.auditTrail),
  };
  const declared = servedAt(address(), registry, live);
  return {
    ...about,
    account,
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

function countsOf(registry: Registry): Verification["compared"] {
  const { repositories, packageGroups, packages, roles, policies, auditTrail } = registry;
  return {
    repositories: repositories.length,
    packageGroups: packageGroups.length,
    packages: packages.length,
    roles: roles.length,
    policies: policies.length,
    eventRules: auditTrail.rules.length,
  };
}

/**
 * A server that answers in AWS's place, such as the sandbox, serves the packages too. If it has several domains, the first label
 * of AWS's host, `DOMAIN-OWNER`, is in the path: `/d/DOMAIN-OWNER`.
 */
function servedAt(address: string, declared: Registry, { repositories }: Pick<Registry, "repositories">): Registry {
  const local = ({ name, endpoint }: Registry["repositories"][number]) => {
    const live = repositories.find((repository) => repository.name === name)?.endpoint ?? "";
    if (!live.startsWith(`${address}/`)) {
      return endpoint;
    }
    const place = live.startsWith(`${address}/d/`) ? `${address}/d/$1` : address;
    return endpoint?.replace(/^https:\/\/([^./]+)[^/]*/, place);
  };
  return {
    ...declared,
    repositories: declared.repositories.map((repository) => ({ ...repository, endpoint: local(repository) })),
  };
}

/** A life as long as that of the role's session. */
const sessionLong = 0;

/**
 * Roles that may mint registry tokens of a longer life than the settings say, by their own deployed documents. Decided as
 * IAM does; a permissions boundary, which could only narrow it, is left aside.
 *
 * @param cap - longest life of a token, in seconds
 */
function tokenCapDifferences(
  { roles, policies }: Pick<Registry, "roles" | "policies">,
  accountId: string,
  cap: number,
): readonly Difference[] {
  return roles.flatMap((role): readonly Difference[] => {
    const longer = [cap + 1, tokenSeconds.longest]
      .filter((seconds) => seconds > cap && seconds <= tokenSeconds.longest)
      .concat(sessionLong)
      .filter((seconds) => mayMint(role, policies, accountId, seconds))
      .map((seconds) => (seconds === sessionLong ? "as long as its session (0)" : `${seconds} s`));
    return longer.length === 0
      ? []
      : [
          {
            what: `role ${role.name}, life of its tokens`,
            declared: `at most ${cap} s`,
            live: [...new Set(longer)].join(", "),
            wayOut: "Undo what differs in the role's policies: a statement of them allows sts:GetServiceBearerToken",
          },
        ];
  });
}

function mayMint(
  { name, inlinePolicies, attachedPolicies }: RegistryRole,
  policies: Registry["policies"],
  accountId: string,
  seconds: number,
): boolean {
  const arn = `arn:aws:iam::${accountId}:role/${name}`;
  const identity = [
    ...Object.entries(inlinePolicies).map(([policyName, document]) => ({ name: policyName, document })),
    ...policies
      .filter((policy) => attachedPolicies.includes(policy.arn))
      .map((policy) => ({ ...policy, name: policy.arn })),
  ];
  const context = {
    "aws:PrincipalAccount": accountId,
    "aws:PrincipalArn": arn,
    "sts:AWSServiceName": "codeartifact.amazonaws.com",
    "sts:DurationSeconds": String(seconds),
  };
  try {
    const caller = { kind: "role" as const, arn };
    // Of no other key it is known what a role's request has.
    const isAbsent = () => false;
    const request = { caller, action: "sts:GetServiceBearerToken", resource: "*", context, isAbsent };
    return evaluate(request, { identity }).outcome === "allowed";
  } catch (error) {
    // A document that the evaluation cannot read was not written here: it may allow anything.
    if (error instanceof PolicyError) {
      return true;
    }
    throw error;
  }
}
