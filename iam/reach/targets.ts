import { arnParts } from "../arns";
import { statementsOf } from "../grammar";
import { catalogue, type ResourceKind } from "./catalogue";
import type { World } from "./world";

/** How ARNs of a kind begin behind partition, region and account; kinds that are not here have no ARN. */
const forms: Readonly<Partial<Record<ResourceKind, readonly [service: string, path: string]>>> = {
  role: ["iam", "role/"],
  user: ["iam", "user/"],
  group: ["iam", "group/"],
  policy: ["iam", "policy/"],
  "oidc-provider": ["iam", "oidc-provider/"],
  "saml-provider": ["iam", "saml-provider/"],
  "instance-profile": ["iam", "instance-profile/"],
  "server-certificate": ["iam", "server-certificate/"],
  mfa: ["iam", "mfa/"],
  "delegation-request": ["iam", "delegation-request/"],
  "federated-user": ["sts", "federated-user/"],
  domain: ["codeartifact", "domain/"],
  repository: ["codeartifact", "repository/"],
  package: ["codeartifact", "package/"],
  "package-group": ["codeartifact", "package-group/"],
  key: ["kms", "key/"],
  layerVersion: ["lambda", "layer:"],
  layer: ["lambda", "layer:"],
  "durable execution": ["lambda", "function:"],
  "function alias": ["lambda", "function:"],
  function: ["lambda", "function:"],
  eventSourceMapping: ["lambda", "event-source-mapping:"],
  "code signing config": ["lambda", "code-signing-config:"],
  capacityProvider: ["lambda", "capacity-provider:"],
  microvmImage: ["lambda", "microvm-image:"],
  networkConnector: ["lambda", "network-connector:"],
  object: ["s3", ""],
};

/** What follows in the ARN where the beginning alone does not tell a kind from the next. */
const endings: Readonly<Partial<Record<ResourceKind, RegExp>>> = {
  layerVersion: /^layer:[^:]+:/,
  "durable execution": /\/durable-execution\//,
  "function alias": /^function:[^:]+:/,
};

/** A name that no document gives, for what is outside of all that they name. */
const elsewhere = "elsewhere";

/**
 * What an action can be tried on: all that the account has of the kind and all that was made, one thing outside of every
 * document, and one for each name that a document of the principal gives and that does not exist yet.
 */
export function targetsOf(world: World, principal: string, kind: ResourceKind): readonly string[] {
  const { account, gains } = world;
  const form = forms[kind];
  if (form === undefined) {
    return kind === "inDomain"
      ? account.domains.map(({ arn }) => arn)
      : [kind === "root-user" ? `arn:${account.partition}:iam::${account.id}:root` : "*"];
  }
  const known = knownOf(world, kind);
  const made = gains.of("makes").flatMap(({ arn }) => (kindOf(arn) === kind ? [arn] : []));
  const named = world.isOwn(principal) ? namesIn(world, principal, kind) : [];
  const foreign = kind === "object" ? [`arn:${account.partition}:s3:::another-bucket/key`] : [outside(world, kind)];
  return [...new Set([...known, ...made, ...named, ...foreign])];
}

/** The kind of a resource, by its ARN. */
export function kindOf(arn: string): ResourceKind | undefined {
  const { service, path = "" } = arnParts(arn);
  return (Object.keys(forms) as ResourceKind[]).find((kind) => {
    const [wanted, prefix] = forms[kind] ?? ["", ""];
    return service === wanted && path.startsWith(prefix) && (endings[kind]?.test(path) ?? true);
  });
}

/** The actions of the catalogue with what each acts on. */
export const actions = (Object.keys(catalogue) as ResourceKind[]).flatMap((kind) =>
  catalogue[kind].map((action) => ({ kind, action })),
);

function knownOf({ account }: World, kind: ResourceKind): readonly string[] {
  const { domains, keys, identities, policies, identityProviders, objects = [], workloads = [], layers = [] } = account;
  const all = [
    ...identities.map(({ arn }) => arn),
    ...policies.map(({ arn }) => arn),
    ...identityProviders,
    ...domains.flatMap(({ arn, repositories, packages, packageGroups }) => [
      arn,
      ...repositories.map((repository) => repository.arn),
      ...packages,
      ...packageGroups,
    ]),
    ...keys.map(({ arn }) => arn),
    ...objects,
    ...workloads.map(({ arn }) => arn),
    ...layers.flatMap((arn) => [arn, `${arn}:1`]),
  ];
  return all.filter((arn) => kindOf(arn) === kind);
}

function outside({ account: { partition, region, id } }: World, kind: ResourceKind): string {
  const [service, path] = forms[kind] ?? ["", ""];
  const place = service === "iam" || service === "sts" ? `:${id}` : `${region}:${id}`;
  const name: Readonly<Partial<Record<ResourceKind, string>>> = {
    repository: `${elsewhere}/${elsewhere}`,
    package: `${elsewhere}/${elsewhere}/pypi//${elsewhere}`,
    "package-group": `${elsewhere}/pypi//${elsewhere}$`,
    layerVersion: `${elsewhere}:1`,
    "function alias": `${elsewhere}:live`,
    "durable execution": `${elsewhere}:1/durable-execution/${elsewhere}/${elsewhere}`,
  };
  return `arn:${partition}:${service}:${place}:${path}${name[kind] ?? elsewhere}`;
}

/** A name for each pattern of a principal's documents that is of this kind. */
function namesIn(world: World, principal: string, kind: ResourceKind): readonly string[] {
  return world
    .identityDocuments(principal)
    .flatMap((document) => statementsOf(document, "identity"))
    .flatMap(({ resources }) => resources?.patterns ?? [])
    .filter((pattern) => pattern !== "*" && kindOf(pattern) === kind)
    .map((pattern) => pattern.replaceAll("*", "new").replaceAll("?", "n"));
}
