import { arnParts } from "../../iam/arns";
import { audience } from "../../iam/trust";
import { repositoryName } from "../../naming/registryNames";
import type { SandboxAccount } from "../../sandbox/account";
import { rootPattern } from "../../sandbox/codeartifact/packageGroupPatterns";
import { eachWay, type PackageGroup } from "../../sandbox/codeartifact/packageGroups";
import { deploy, type Deployment, prepareAccount } from "../../sandbox/pulumi/deployment";
import type { Settings } from "../../settings";
import { domainKey, type Registry, type RegistryPackageGroup } from "../aws/registry";

/** What a stack declares, and the deployment to the model that tells it. */
export interface Declared {
  readonly deployment: Deployment;
  readonly registry: Registry;
}

/**
 * Runs a stack's program in this process, against a model of the account that the registry is in: every name and document is
 * the one that would be deployed there.
 *
 * @param accountId - of the account; where it is not known, the one that the settings name
 * @throws SettingsError, EngineError where the stack cannot be deployed
 */
export async function declaredRegistry(
  directory: string,
  stack: string,
  settings: Settings,
  accountId: string | undefined,
): Promise<Declared> {
  const account = accountId === undefined ? prepareAccount(settings) : modelAccount(settings, accountId);
  const deployment = await deploy({ directory, stack, account });
  return { deployment, registry: registryOf(deployment) };
}

/** A model of the account that a registry is in. The settings may name other accounts too, such as one that holds the key. */
export function modelAccount(settings: Settings, accountId: string): SandboxAccount {
  const { encryption, aws } = settings;
  const ownKey = typeof encryption === "object" && arnParts(encryption.keyArn).account === accountId;
  return prepareAccount({
    ...settings,
    oidcProviderArn: undefined,
    permissionsBoundary: undefined,
    encryption: ownKey ? encryption : "aws-managed",
    aws: { ...aws, allowedAccountIds: [accountId] },
  });
}

function registryOf({ account, settings }: Deployment): Registry {
  const { codeartifact, iam, eventBridge, logs } = account;
  const { domain, encryption } = settings;
  const inDomain = { domain };
  const about = codeartifact.domains.describe(inDomain);
  return {
    domain: {
      name: domain,
      key: domainKey(encryption, about.encryptionKey),
      policy: codeartifact.domains.findPermissionsPolicy(inDomain)?.document,
      tags: about.tags,
    },
    repositories: codeartifact.repositories.list(inDomain).map((repository) => ({
      name: repository.name,
      description: repository.description,
      upstreams: repository.upstreams,
      externalConnections: repository.externalConnections.map(({ externalConnectionName }) => externalConnectionName),
      ...(repository.name === repositoryName
        ? { endpoint: codeartifact.repositories.endpoint({ domain, repository: repository.name, format: "pypi" }) }
        : {}),
      policy: codeartifact.repositories.findPermissionsPolicy({ domain, repository: repository.name })?.document,
      tags: repository.tags,
    })),
    packageGroups: codeartifact.packageGroups
      .list(inDomain)
      .filter(({ pattern }) => pattern !== rootPattern)
      .map(packageGroup),
    packages: settings.packages.map((name) => {
      const found = codeartifact.packageGroups.associated({ domain, format: "pypi", package: name });
      return { name, group: found.packageGroup.pattern, associationType: found.associationType };
    }),
    roles: iam.roles.list().map(({ roleName, ...role }) => ({
      name: roleName,
      trust: role.assumeRolePolicyDocument,
      maxSessionDuration: role.maxSessionDuration,
      permissionsBoundary: role.permissionsBoundary,
      inlinePolicies: Object.fromEntries(
        iam.roles
          .listPolicies({ roleName })
          .map((policyName) => [policyName, iam.roles.getPolicy({ roleName, policyName }).policyDocument]),
      ),
      attachedPolicies: iam.policies.attached({ roleName }).map(({ policyArn }) => policyArn),
      tags: role.tags,
    })),
    policies: iam.policies.list().map(({ arn, policyDocument, tags }) => ({ arn, document: policyDocument, tags })),
    oidcProviders: [{ arn: settings.oidcProviderArn ?? trustedProvider(account), audiences: [audience] }],
    auditTrail: {
      logGroups: logs.list().map(({ logGroupName, retentionInDays, kmsKeyId, tags }) => ({
        name: logGroupName,
        retentionDays: retentionInDays,
        key: kmsKeyId,
        tags,
      })),
      logPolicies: logs.resourcePolicies
        .list()
        .map(({ policyName, policyDocument }) => ({ name: policyName, document: policyDocument })),
      rules: eventBridge.rules.list().map(({ name, eventPattern, state, description, tags }) => ({
        name,
        pattern: eventPattern,
        state,
        description,
        targets: eventBridge.rules.targets(name).map(({ arn }) => arn),
        tags,
      })),
    },
  };
}

function packageGroup({ pattern, description, originConfiguration, tags }: PackageGroup): RegistryPackageGroup {
  const ways = eachWay((type) => {
    const { mode, effectiveMode, effectiveRepositories } = originConfiguration.restrictions[type];
    return { mode, effectiveMode, repositories: effectiveRepositories };
  });
  return { pattern, description, ways, tags };
}

/** The model holds the provider of the stack's issuer alone. */
function trustedProvider({ iam }: SandboxAccount): string {
  return iam.oidcProviders.list().map(({ arn }) => arn)[0] ?? "";
}
