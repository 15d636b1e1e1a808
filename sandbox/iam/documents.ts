import { type ParsedPolicy, parsePolicy, PolicyError, type PolicyKind } from "../../iam/grammar";
import { constraintError } from "../core/constraints";
import { malformed } from "./errors";

/** A policy as it was given, and as requests are decided by it. */
export interface StoredDocument {
  /** JSON text. */
  readonly document: string;
  readonly policy: ParsedPolicy;
}

/** @throws MalformedPolicyDocument */
export function readDocument(document: string, kind: PolicyKind): StoredDocument {
  try {
    return { document, policy: parsePolicy(document, kind, kind) };
  } catch (error) {
    throw error instanceof PolicyError ? malformed(error.reason) : error;
  }
}

/**
 * Characters of a document as IAM's quotas count them: without white space. (The page does not mention white space inside
 * strings; it is counted here.) https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 *
 * @param document Text that parses as JSON.
 */
export function countedLength(document: string): number {
  return JSON.stringify(JSON.parse(document)).length;
}

const characters = "[\\w+=,.@-]+";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html */
export function roleNameError(roleName: string): string | undefined {
  return constraintError("roleName", roleName, { minLength: 1, maxLength: 64, pattern: characters });
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicy.html */
export function policyNameError(policyName: string): string | undefined {
  return constraintError("policyName", policyName, { minLength: 1, maxLength: 128, pattern: characters });
}

/** A path is `/` or begins and ends with one. https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html */
export function pathError(path: string): string | undefined {
  return constraintError("path", path, { minLength: 1, maxLength: 512, pattern: "/|/[\\u0021-\\u007e]+/" });
}

export function descriptionError(description: string | undefined): string | undefined {
  return description === undefined ? undefined : constraintError("description", description, { maxLength: 1000 });
}

/** Names of IAM are unique in an account without regard to case. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
export function sameName(name: string): string {
  return name.toLowerCase();
}
