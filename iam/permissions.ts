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
