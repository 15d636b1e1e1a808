import { isObject, listOf, parseJson } from "../../iam/json";
import { restrictionTypes } from "../../sandbox/codeartifact/packageGroups";
import type { Tags } from "../../sandbox/core/identifiers";
import type {
  LeftOver,
  Registry,
  RegistryDomain,
  RegistryEventRule,
  RegistryLogGroup,
  RegistryOidcProvider,
  RegistryPackageGroup,
  RegistryPolicy,
  RegistryRepository,
  RegistryRole,
  EffectiveRestriction,
} from "../aws/registry";
import { shellText } from "../terminal/wrap";

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
  const { domain, repositories, packageGroups, packages, roles, policies, oidcProviders, auditTrail } = registry;
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
    ...auditTrail.logGroups.map(logGroupThing),
    ...auditTrail.logPolicies.map(({ name, document }) => ({
      name: `resource policy ${name} of CloudWatch Logs`,
      aspects: { document: { values: policyMeaning(document) } },
    })),
    ...auditTrail.rules.map(eventRuleThing),
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

function logGroupThing({ name, retentionDays, key, tags }: RegistryLogGroup): ComparableResource {
  return {
    name: `log group ${name}`,
    aspects: {
      "days of retention": one(retentionDays === undefined ? "no limit" : String(retentionDays)),
      ...optional("encryption key", key),
      ...tagAspects(tags),
    },
  };
}

function eventRuleThing({ name, pattern, state, description, targets, tags }: RegistryEventRule): ComparableResource {
  return {
    name: `event rule ${name}`,
    aspects: {
      ...optional("description", description),
      pattern: one(JSON.stringify(parseJson(pattern)?.value)),
      state: one(state),
      targets: { values: new Map(targets.map((arn) => [arn, arn])) },
      ...tagAspects(tags),
    },
  };
}

function wayText({ mode, effectiveMode, repositories }: EffectiveRestriction): string {
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

/**
 * What a policy document says: each statement as it is written, by what it means, so that two documents which mean the same have
 * the same keys. The order of statements and lists does not count, nor whether a list of one is written as a list, the case of
 * actions, operators and condition keys, or what a statement is called. The sandbox's provider compares policies as Terraform
 * does (sandbox/pulumi/provider/bridged.ts): two independent readings check each other.
 *
 * @param document - JSON text
 */
export function policyMeaning(document: string): ReadonlyMap<string, string> {
  const policy = parseJson(document)?.value;
  if (!isObject(policy)) {
    return new Map([[document, document]]);
  }
  // Without a version a document is of 2008-10-17, where ${…} is no variable.
  const { Version: version = "2008-10-17" } = policy;
  const older = version === "2012-10-17" ? [] : [{ Version: version }];
  const said = [...older, ...listOf(policy.Statement)];
  return new Map(said.map((each) => [JSON.stringify(statementMeaning(each)), JSON.stringify(each)]));
}

function statementMeaning(statement: unknown): unknown {
  if (!isObject(statement)) {
    return statement;
  }
  const elements = Object.entries(statement)
    .filter(([name]) => name !== "Sid")
    .map(([name, value]) => [name, elementMeaning(name, value)] as const);
  return Object.fromEntries(elements.sort(byName));
}

function elementMeaning(name: string, value: unknown): unknown {
  switch (name) {
    case "Action":
    case "NotAction":
      return sorted(texts(value).map((text) => text.toLowerCase()));
    case "Resource":
    case "NotResource":
      return texts(value);
    case "Principal":
    case "NotPrincipal":
      return principalMeaning(value);
    case "Condition":
      return conditionMeaning(value);
    default:
      return value;
  }
}

/** `*` is everyone, as `{ "AWS": "*" }` is; an account may be named by its number or its root. */
function principalMeaning(value: unknown): unknown {
  if (!isObject(value)) {
    return value === "*" ? { AWS: ["*"] } : value;
  }
  const kinds = Object.entries(value).map(([kind, names]) => [kind, sorted(texts(names).map(accountNumber))] as const);
  return Object.fromEntries([...kinds].sort(byName));
}

function accountNumber(principal: string): string {
  return /^arn:[\w-]+:iam::(\d{12}):root$/.exec(principal)?.[1] ?? principal;
}

/** As lists: names that differ in case alone are both there. */
function conditionMeaning(value: unknown): unknown {
  if (!isObject(value)) {
    return value;
  }
  const tests = Object.entries(value).flatMap(([operator, keys]) =>
    Object.entries(isObject(keys) ? keys : {}).map(([key, values]) =>
      JSON.stringify([operator.toLowerCase(), key.toLowerCase(), texts(values)]),
    ),
  );
  return sorted(tests);
}

function texts(value: unknown): readonly string[] {
  return sorted(listOf(value).map(String));
}

function sorted(values: readonly string[]): readonly string[] {
  return [...new Set(values)].sort();
}

function byName([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number {
  return one < other ? -1 : 1;
}

/** The command that bounds a role. */
export function putBoundary(roleName: string, boundary: string): string {
  return `aws iam put-role-permissions-boundary --role-name ${roleName} --permissions-boundary ${boundary}`;
}
