import { policyFault, type PolicyKind } from "../../iam/grammar";
import { malformed } from "./errors";

/** @throws MalformedPolicyDocument */
export function checkDocument(document: string, kind: PolicyKind): void {
  const fault = policyFault(document, kind);
  if (fault !== undefined) {
    throw malformed(fault);
  }
}

/**
 * Characters of a document as IAM's quotas count them: without white space. (Of white space inside strings the page says
 * nothing; it is counted here.) https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 *
 * @param document Text that parses as JSON.
 */
export function countedLength(document: string): number {
  return JSON.stringify(JSON.parse(document)).length;
}
