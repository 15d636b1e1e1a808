import type { Tags } from "../../sandbox/core/identifiers";
import { restrictionTypes } from "../../sandbox/codeartifact/packageGroups";
import { shellText } from "../terminal/shellText";
import { putBoundary } from "./putBoundary";
import { policyMeaning } from "./policyMeaning";
import type {
  LeftOver,
  Registry,
  RegistryDomain,
  RegistryOidcProvider,
  RegistryPackageGroup,
  RegistryPolicy,
  RegistryRepository,
  RegistryRole,
  Way,
} from "../aws/registry";

/** One thing of a registry, by all that is compared of it. */
export interface ComparableResource {
  /** `package group /pypi//orb~`. */
  readonly name: string;
  readonly aspects: Readonly<Record<string, Property>>;
  /** How to remove it where it is not declared. */
  readonly removal?: string;
  /** How to have it where Pulumi does not make it. */
  readonly recovery?: string;
}

/** Something of a thing. */
export interface Property {
  /** What it is, by what that means; of several values, as the statements of a policy, the order does not count. */
  readonly values: ReadonlyMap<string, string>;
  /** How to remove it where it is not declared and Pulumi does not know it either. */
  readonly removal?: string;
  /** How to set it right where Pulumi cannot. */
  readonly remedy?: string;
}

/** Everything of a registry that can be compared, one by one. */
export function comparableResources(registry: Registry): readonly ComparableResource[] {
  const { domain, repositories, packageGroups, packages, roles, policies, oidcProviders } = registry;
  const inDomain = domain?.name ?? "";
  return [
    ...(domain === undefined ? [] : [domainThing(domain)]),
    ...repositories.map((repository) => repositoryThing(inDomain, repository)),
    ...packageGroups.map((group) => packageGroupThing(inDomain, group)),
    ...packages.map(({ name, group, associationType }) => ({
      name: `package ${name}`,
      aspects: { "package group": { ...one(`${group} (${associationType})`), remedy: settleGroups } },
    })),
    ...oidcProviders.map(oidcProviderThing),
    ...roles.map(roleThing),
    ...policies.map((policy) => policyThing(policy, roles)),
  ];
}

const askAws = "See that AWS itself is asked, and nothing that AWS_ENDPOINT_URL or a profile names";

const settleGroups = "Set right the package groups that differ, and remove those that are not declared";

function domainThing({ name, key, policy, tags }: RegistryDomain): ComparableResource {
  const removal = `aws codeartifact delete-domain-permissions-policy --domain ${name}`;
  const remedy = 'A domain keeps its key: docs/operations.md, "Another name or key"';
  return {
    name: `domain ${name}`,
    aspects: {
      "encryption key": { ...one(key), remedy },
      ...(policy === undefined ? {} : { policy: { values: policyMeaning(policy), removal } }),
      ...tagAspects(tags),
    },
  };
}

function repositoryThing(domain: string, repository: RegistryRepository): ComparableResource {
  const { name, description, upstreams, externalConnections, endpoint, policy, tags } = repository;
  const place = `--domain ${domain} --repository ${name}`;
  return {
    name: `repository ${name}`,
    removal: `If it is not needed: aws codeartifact delete-repository ${place}`,
    aspects: {
      ...optional("description", description),
      upstreams: one(upstreams.join(", ")),
      "external connections": one(externalConnections.join(", ")),
      ...(endpoint === undefined ? {} : { endpoint: { ...one(endpoint), remedy: askAws } }),
      ...(policy === undefined
        ? {}
        : {
            policy: {
              values: policyMeaning(policy),
              removal: `aws codeartifact delete-repository-permissions-policy ${place}`,
            },
          }),
      ...tagAspects(tags),
    },
  };
}

function packageGroupThing(
  domain: string,
  { pattern, description, ways, tags }: RegistryPackageGroup,
): ComparableResource {
  return {
    name: `package group ${pattern}`,
    removal: `aws codeartifact delete-package-group --domain ${domain} --package-group ${shellText(pattern)}`,
    aspects: {
      ...optional("description", description),
      ...Object.fromEntries(restrictionTypes.map((type) => [type, one(wayText(ways[type]))])),
      ...tagAspects(tags),
    },
  };
}

function roleThing(role: RegistryRole): ComparableResource {
  const { name, trust, maxSessionDuration, permissionsBoundary, inlinePolicies, attachedPolicies, tags } = role;
  const inline = Object.entries(inlinePolicies).map(([policyName, document]) => {
    const removal = `aws iam delete-role-policy --role-name ${name} --policy-name ${policyName}`;
    return [`inline policy ${policyName}`, { values: policyMeaning(document), removal }] as const;
  });
  const attached = attachedPolicies.map((arn) => {
    const removal = `aws iam detach-role-policy --role-name ${name} --policy-arn ${arn}`;
    return [`attached policy ${arn}`, { ...one("attached"), removal }] as const;
  });
  return {
    name: `role ${name}`,
    removal: "Name its job among the settings' publishers or readers, or delete the role in IAM",
    aspects: {
      "trust policy": { values: policyMeaning(trust) },
      "session duration": one(`${maxSessionDuration} s`),
      ...(permissionsBoundary === undefined
        ? {}
        : {
            "permissions boundary": { ...one(permissionsBoundary), remedy: putBoundary(name, permissionsBoundary) },
          }),
      ...Object.fromEntries([...inline, ...attached]),
      ...tagAspects(tags),
    },
  };
}

/** @param roles - the registry's own */
function policyThing(
  { arn, document, tags, leftOver }: RegistryPolicy,
  roles: readonly RegistryRole[],
): ComparableResource {
  const isInUse = leftOver?.roles.some((role) => roles.some(({ name }) => name === role)) === true;
  return {
    name: `policy ${arn}`,
    // An update takes it from the registry's own roles, and then deletes it.
    ...(leftOver === undefined || isInUse ? {} : { removal: leftoverRemoval(arn, leftOver) }),
    aspects: {
      document: {
        values: policyMeaning(document),
        // The document that the policy was made with, and that its name is the hash of.
        remedy: `aws iam set-default-policy-version --policy-arn ${arn} --version-id v1`,
      },
      ...tagAspects(tags),
    },
  };
}

function leftoverRemoval(arn: string, { roles, successor }: LeftOver): string {
  const change = (verb: string, role: string, policy: string) =>
    `aws iam ${verb}-role-policy --role-name ${role} --policy-arn ${policy}`;
  return [
    ...roles.flatMap((role) => [
      ...(successor === undefined ? [] : [change("attach", role, successor)]),
      change("detach", role, arn),
    ]),
    `aws iam delete-policy --policy-arn ${arn}`,
  ].join("\n");
}

/** Belongs to the account, not to a stack. */
function oidcProviderThing({ arn, audiences }: RegistryOidcProvider): ComparableResource {
  const known = audiences.map((audience) => {
    const place = `--open-id-connect-provider-arn ${arn} --client-id ${audience}`;
    const remedy = `aws iam add-client-id-to-open-id-connect-provider ${place}`;
    return [`audience ${audience}`, { ...one("known"), remedy }] as const;
  });
  return {
    name: `OIDC provider ${arn}`,
    recovery: "The project in bootstrap/ makes it, once for each account",
    aspects: Object.fromEntries(known),
  };
}

function wayText({ mode, effectiveMode, repositories }: Way): string {
  const holds =
    effectiveMode === "ALLOW_SPECIFIC_REPOSITORIES"
      ? `only ${repositories.length === 0 ? "no repository" : [...repositories].sort().join(", ")}`
      : effectiveMode;
  return mode === "INHERIT" ? `${holds}, inherited` : holds;
}

function tagAspects(tags: Tags): ComparableResource["aspects"] {
  return Object.fromEntries(Object.entries(tags).map(([key, value]) => [`tag ${key}`, one(`"${value}"`)]));
}

function optional(name: string, text: string | undefined): ComparableResource["aspects"] {
  return text === undefined ? {} : { [name]: one(text) };
}

/** A list in which there is nothing is no value. */
function one(text: string): Property {
  return { values: new Map(text === "" ? [] : [[text, text]]) };
}
