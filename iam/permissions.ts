import { longestArns, packageArn, type RegistryArns } from "./arns";
import { policyDocument, type PolicyDocument, type Statement } from "./documents";
import { excess, tokenSeconds } from "./limits";

/** Sends a version, and looks at what is there already, so that a re-run can compare bytes. */
export const publishActions: readonly string[] = [
  "codeartifact:PublishPackageVersion",
  "codeartifact:DescribePackageVersion",
  "codeartifact:ListPackageVersionAssets",
];

/** Reads packages; CodeArtifact cannot narrow this to some of a repository's packages. */
export const readActions: readonly string[] = ["codeartifact:GetRepositoryEndpoint", "codeartifact:ReadFromRepository"];

/** Lists packages and versions, with hashes, dates and states. None of these gives a package's bytes. */
export const lookActions: readonly string[] = [
  "codeartifact:DescribeDomain",
  "codeartifact:DescribePackageVersion",
  "codeartifact:ListPackages",
  "codeartifact:ListPackageVersionAssets",
  "codeartifact:ListPackageVersions",
];

/** Reads the account's event history. AWS names no resource for this. */
export const eventsAction = "cloudtrail:LookupEvents";

/** Reads the events that the audit trail keeps. */
export const auditTrailAction = "logs:FilterLogEvents";

/** Takes versions out of the list, or away for good. */
export const removeActions: readonly string[] = [
  "codeartifact:DeletePackageVersions",
  "codeartifact:DisposePackageVersions",
];

/** Sets whether a version is listed and served. */
export const statusAction = "codeartifact:UpdatePackageVersionsStatus";

/**
 * What a reader may do: mint a registry token for this domain and read this repository.
 *
 * @param tokenLifetime - longest life of a token, in seconds
 */
export function readerPolicy(arns: RegistryArns, tokenLifetime: number): PolicyDocument {
  return policyDocument(...readStatements(arns, tokenLifetime));
}

/** What a publisher may do where its packages fit the same document: read, and publish exactly `packages`. */
export function publisherPolicy(
  arns: RegistryArns,
  tokenLifetime: number,
  packages: readonly string[],
): PolicyDocument {
  return policyDocument(...readStatements(arns, tokenLifetime), publishStatement(arns, packages));
}

/** The repository beside a registry's own that is connected to public PyPI. */
export interface StoreArn {
  readonly store: string;
}

/**
 * What an inspector may do: look at packages and versions, and at what happened. It reads no package.
 *
 * @param logGroup - ARN of the audit trail's log group, which need not exist
 */
export function inspectorPolicy(arns: RegistryArns & StoreArn, logGroup: string): PolicyDocument {
  return policyDocument(
    ...lookStatements(arns),
    // Nothing narrower than * can be granted.
    { Sid: "ReadEvents", Effect: "Allow", Action: eventsAction, Resource: "*" },
    { Sid: "ReadAuditTrail", Effect: "Allow", Action: auditTrailAction, Resource: [logGroup, `${logGroup}:*`] },
  );
}

/**
 * What a maintainer may do: read, look, and take versions out of the list or away. In the store, which holds public packages, it
 * sets the status of a version and deletes nothing.
 *
 * @param tokenLifetime - longest life of a token, in seconds
 */
export function maintainerPolicy(arns: RegistryArns & StoreArn, tokenLifetime: number): PolicyDocument {
  return policyDocument(
    ...readStatements(arns, tokenLifetime),
    ...lookStatements(arns),
    {
      Sid: "RemoveVersions",
      Effect: "Allow",
      Action: removeActions,
      Resource: packageArn(arns.repository, "*"),
    },
    {
      Sid: "SetStatus",
      Effect: "Allow",
      Action: statusAction,
      Resource: [packageArn(arns.repository, "*"), packageArn(arns.store, "*")],
    },
  );
}

/** The right to publish exactly `packages`, alone in a document. */
export function publishPolicy(arns: RegistryArns, packages: readonly string[]): PolicyDocument {
  return policyDocument(publishStatement(arns, packages));
}

/**
 * How a publisher's packages spread over documents: none apart where they fit the role's inline policy, else the parts, in
 * order, each one managed policy. Measured with the longest ARNs, so that the parts are the same in every region.
 */
export function packageParts(
  domain: string,
  repository: string,
  tokenLifetime: number,
  packages: readonly string[],
): readonly (readonly string[])[] {
  const arns = longestArns(domain, repository);
  if (excess("inline policy", publisherPolicy(arns, tokenLifetime, packages)) === undefined) {
    return [];
  }
  return [...packages].sort().reduce<string[][]>((parts, name) => addToLastPart(parts, name, arns), []);
}

function addToLastPart(parts: string[][], name: string, arns: RegistryArns): string[][] {
  const last = parts.at(-1);
  if (last !== undefined && excess("managed policy", publishPolicy(arns, [...last, name])) === undefined) {
    last.push(name);
    return parts;
  }
  return [...parts, [name]];
}

function publishStatement({ repository }: RegistryArns, packages: readonly string[]): Statement {
  return {
    Sid: "PublishPackages",
    Effect: "Allow",
    Action: publishActions,
    Resource: packages.map((name) => packageArn(repository, name)),
  };
}

function lookStatements({ domain, repository, store }: RegistryArns & StoreArn): readonly Statement[] {
  return [
    { Sid: "LookAtDomain", Effect: "Allow", Action: "codeartifact:DescribeDomain", Resource: domain },
    {
      Sid: "ListPackages",
      Effect: "Allow",
      Action: "codeartifact:ListPackages",
      Resource: [repository, store],
    },
    {
      Sid: "ListVersions",
      Effect: "Allow",
      Action: "codeartifact:ListPackageVersions",
      Resource: [packageArn(repository, "*"), packageArn(store, "*")],
    },
    {
      Sid: "LookAtVersions",
      Effect: "Allow",
      Action: ["codeartifact:DescribePackageVersion", "codeartifact:ListPackageVersionAssets"],
      Resource: packageArn(repository, "*"),
    },
  ];
}

function readStatements({ domain, repository }: RegistryArns, tokenLifetime: number): readonly Statement[] {
  return [
    { Sid: "MintRegistryToken", Effect: "Allow", Action: "codeartifact:GetAuthorizationToken", Resource: domain },
    {
      Sid: "CapRegistryToken",
      Effect: "Allow",
      Action: "sts:GetServiceBearerToken",
      // AWS names no resource for this action: nothing narrower than * can be granted.
      Resource: "*",
      Condition: {
        StringEquals: { "sts:AWSServiceName": "codeartifact.amazonaws.com" },
        // A life of 0 means as long as the role's session, and would pass a cap alone.
        NumericGreaterThanEquals: { "sts:DurationSeconds": String(tokenSeconds.shortest) },
        NumericLessThanEquals: { "sts:DurationSeconds": String(tokenLifetime) },
      },
    },
    { Sid: "ReadRepository", Effect: "Allow", Action: readActions, Resource: repository },
  ];
}
