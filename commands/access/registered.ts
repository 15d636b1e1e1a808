import { restrictionTypes } from "../../sandbox/codeartifact/packageGroups";
import type { Deployment } from "../../sandbox/pulumi/deployment";
import type { PolicyDocument } from "../../iam/documents";
import { repositoryName, storeName } from "../../naming/registryNames";

/** A policy document that the program registers, as the verdicts rest on it. */
export interface RegisteredDocument {
  /** The role, `domain` or the repository that it belongs to. */
  readonly party: string;
  readonly kind: "trust" | "permissions" | "resource";
  /** What it is called among the party's documents. */
  readonly name: string;
  readonly document: PolicyDocument;
}

/** Where the packages of one package group may come from. */
export interface RegisteredOrigin {
  /** As `/pypi//orb~`. */
  readonly pattern: string;
  /** Ways in, each `BLOCK`, `ALLOW`, or the repositories through which it is open. */
  readonly publish: RegisteredRestriction;
  readonly externalUpstream: RegisteredRestriction;
  readonly internalUpstream: RegisteredRestriction;
}

/** How far a way in is open. */
export type RegisteredRestriction = "BLOCK" | "ALLOW" | readonly string[];

/** The documents of every role that the program makes, in its outputs or not, and those of its domain and repositories. */
export function registeredDocuments({ account, settings, resources }: Deployment): readonly RegisteredDocument[] {
  const { iam, codeartifact } = account;
  const { domain } = settings;
  const roles = resources.filter(({ type }) => type === "aws:iam/role:Role").map(({ inputs }) => String(inputs.name));
  const resourcePolicies = [
    ["domain", codeartifact.domains.findPermissionsPolicy({ domain })] as const,
    ...[repositoryName, storeName].map(
      (repository) => [repository, codeartifact.repositories.findPermissionsPolicy({ domain, repository })] as const,
    ),
  ];
  return [
    ...roles.flatMap((roleName) => [
      registered(roleName, "trust", "trust policy", iam.roles.get({ roleName }).assumeRolePolicyDocument),
      ...iam.roles
        .listPolicies({ roleName })
        .map((policyName) =>
          registered(roleName, "permissions", policyName, iam.roles.getPolicy({ roleName, policyName }).policyDocument),
        ),
      ...iam.policies
        .attached({ roleName })
        .map(({ policyArn, policyName }) =>
          registered(roleName, "permissions", policyName, iam.policies.get({ policyArn }).policyDocument),
        ),
    ]),
    ...resourcePolicies.flatMap(([party, policy]) =>
      policy === undefined ? [] : [registered(party, "resource", "policy", policy.document)],
    ),
  ];
}

/** The rules of the stack's package groups, without that of the root, which the program leaves alone. */
export function registeredOrigins({ account, settings: { domain } }: Deployment): readonly RegisteredOrigin[] {
  return account.codeartifact.packageGroups
    .list({ domain })
    .filter(({ pattern }) => pattern !== "/*")
    .map(({ pattern, originConfiguration: { restrictions } }) => {
      const [publish, externalUpstream, internalUpstream] = restrictionTypes.map((type): RegisteredRestriction => {
        const { effectiveMode, effectiveRepositories } = restrictions[type];
        return effectiveMode === "ALLOW" || effectiveMode === "BLOCK" ? effectiveMode : effectiveRepositories;
      }) as [RegisteredRestriction, RegisteredRestriction, RegisteredRestriction];
      return { pattern, publish, externalUpstream, internalUpstream };
    });
}

function registered(
  party: string,
  kind: RegisteredDocument["kind"],
  name: string,
  document: string,
): RegisteredDocument {
  return { party, kind, name, document: JSON.parse(document) as PolicyDocument };
}
