import { longestArns, type RegistryArns } from "./arns";
import type { PolicyDocument } from "./documents";
import { publisherPolicy, publishPolicy } from "./permissions";

/**
 * The most characters AWS takes in a document; IAM does not count white space.
 * Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html and
 * https://docs.aws.amazon.com/codeartifact/latest/APIReference/API_ResourcePolicy.html
 */
export const documentLimits = {
  "trust policy": 2_048,
  "inline policy": 10_240,
  "managed policy": 6_144,
  "resource policy": 7_168,
} as const;

/** The most managed policies IAM attaches to a role. */
export const managedPoliciesPerRole = 10;

/** The document's text as AWS counts it, without white space between its parts. */
export function documentText(document: PolicyDocument): string {
  return JSON.stringify(document);
}

/** What is too long about a document, as `2,310 characters, AWS takes 2,048`; undefined where it fits. */
export function excess(kind: keyof typeof documentLimits, document: PolicyDocument): string | undefined {
  const { length } = documentText(document);
  const limit = documentLimits[kind];
  return length <= limit ? undefined : `${counted(length)} characters, AWS takes ${counted(limit)}`;
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

/** A count as people write it, `10,240`. */
export function counted(characters: number): string {
  return characters.toLocaleString("en-US");
}
