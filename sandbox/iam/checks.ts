import type { PolicyKind } from "../../iam/elements";
import { parsePolicy, type ParsedPolicy, PolicyError } from "../../iam/grammar";
import { iamLimits } from "../../iam/limits";
import { roleNameLimit } from "../../naming/registryNames";
import type { Tags } from "../core/identifiers";
import { constraintError } from "../core/constraints";
import { limitExceeded, malformed, throwIfInvalid } from "./errors";

// Lengths and patterns: https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html and API_CreatePolicy.html

const name = "[\\w+=,.@-]+";

export function roleNameError(roleName: string): string | undefined {
  return constraintError("roleName", roleName, { minLength: 1, maxLength: roleNameLimit, pattern: name });
}

export function policyNameError(policyName: string): string | undefined {
  return constraintError("policyName", policyName, { minLength: 1, maxLength: iamLimits.policyName, pattern: name });
}

/** @param member - how the request calls it */
export function policyArnError(member: string, arn: string | undefined): string | undefined {
  const pattern = "arn:[\\w-]+:iam::(\\d{12}|aws):policy/\\S+";
  return constraintError(member, arn, { minLength: 20, maxLength: 2048, pattern });
}

/** A path is `/` or begins and ends with one. */
export function pathError(path: string): string | undefined {
  return constraintError("path", path, { minLength: 1, maxLength: 512, pattern: "/|/[\\u0021-\\u007e]+/" });
}

export function descriptionError(description: string | undefined): string | undefined {
  return constraintError("description", description, { maxLength: 1000 });
}

/** Names of IAM are unique in an account without regard to case. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
export function sameName(name: string): string {
  return name.toLowerCase();
}

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
 * @param document - text that parses as JSON
 */
export function countedLength(document: string): number {
  return JSON.stringify(JSON.parse(document)).length;
}

/**
 * A role's or a policy's tags after some are added. Keys that differ in case alone are one tag.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html
 *
 * @throws LimitExceeded
 */
export function withTags(tags: Tags, added: Tags): Tags {
  throwIfInvalid(
    ...Object.entries(added).flatMap(([key, value]) => [
      constraintError("tags.key", key, { minLength: 1, maxLength: 128 }),
      constraintError("tags.value", value, { maxLength: 256 }),
    ]),
  );
  const all = { ...withoutTags(tags, Object.keys(added)), ...added };
  if (Object.keys(all).length > iamLimits.tags) {
    throw limitExceeded(`The number of tags has reached the maximum limit: ${iamLimits.tags}.`);
  }
  return all;
}

/** The tags that are left; a key that is not there changes nothing. */
export function withoutTags(tags: Tags, keys: readonly string[]): Tags {
  const removed = keys.map(sameName);
  return Object.fromEntries(Object.entries(tags).filter(([key]) => !removed.includes(sameName(key))));
}
