import { parsePolicy, type ParsedPolicy, PolicyError, type PolicyKind } from "../../iam/grammar";
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
