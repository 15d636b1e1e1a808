import { arnParts, logGroupArn, packageArn } from "../iam/arns";
import {
  auditLogGroupName,
  auditRuleName,
  readerPolicyName,
  repositoryName,
  roleName,
  storeName,
} from "../naming/registryNames";
import { boundaryName, type Environment } from "./settings";

/** An account in one region. */
export interface Account {
  readonly partition: string;
  /** 12 digits. */
  readonly id: string;
  readonly region: string;
  readonly oidcProviderArn: string;
}

/** ARNs of what one stack makes, and patterns of them where their number is the settings' to say; nothing of it exists yet. */
export interface RegistryTargets {
  readonly environment: string;
  readonly domain: string;
  /** Of the repository that clients use. */
  readonly repository: string;
  /** Of the repository that is connected to public PyPI. */
  readonly store: string;
  readonly packageGroups: string;
  /** Of every repository of the domain, including those that the stack does not declare. */
  readonly repositories: string;
  /** Packages of them. */
  readonly packages: string;
  /** Of publishers and readers. */
  readonly roles: readonly string[];
  readonly inspectorRoles: string;
  readonly maintainerRoles: string;
  /** Of the log group that the stack's audit trail goes to. */
  readonly auditLogGroup: string;
  /** Of the EventBridge rules of the audit trail. */
  readonly auditRules: string;
  readonly policies: readonly string[];
  /** Of the policy that bounds the roles. */
  readonly boundary: string;
}

/** The account of an OIDC provider. */
export function accountOf(oidcProviderArn: string, region: string): Account {
  const { partition = "", account: id = "" } = arnParts(oidcProviderArn);
  return { partition, id, region, oidcProviderArn };
}

/** What the stack of an environment makes in an account. */
export function registryTargets(
  { partition, id, region }: Account,
  { name: environment, domain }: Pick<Environment, "name" | "domain">,
): RegistryTargets {
  const codeartifact = (resource: string) => `arn:${partition}:codeartifact:${region}:${id}:${resource}`;
  const domainArn = codeartifact(`domain/${domain}`);
  const repositories = codeartifact(`repository/${domain}/*`);
  const iam = (resource: string) => `arn:${partition}:iam::${id}:${resource}`;
  const publisher = roleName(domain, "publisher");
  const namedPublisher = roleName(domain, "publisher", "*");
  return {
    environment,
    domain: domainArn,
    repository: codeartifact(`repository/${domain}/${repositoryName}`),
    store: codeartifact(`repository/${domain}/${storeName}`),
    packageGroups: codeartifact(`package-group/${domain}/*`),
    repositories,
    packages: packageArn(repositories, "*"),
    roles: [publisher, namedPublisher, roleName(domain, "reader"), roleName(domain, "reader", "*")].map((role) =>
      iam(`role/${role}`),
    ),
    inspectorRoles: iam(`role/${roleName(domain, "inspector")}*`),
    maintainerRoles: iam(`role/${roleName(domain, "maintainer")}*`),
    auditLogGroup: logGroupArn(domainArn, auditLogGroupName(domain)),
    auditRules: `arn:${partition}:events:${region}:${id}:rule/${auditRuleName(domain, "*")}`,
    policies: [
      readerPolicyName(domain),
      `${readerPolicyName(domain)}-????????`,
      `${publisher}-packages-*`,
      `${namedPublisher}-packages-*`,
    ].map((policy) => iam(`policy/${policy}`)),
    boundary: iam(`policy/${boundaryName(domain)}`),
  };
}
