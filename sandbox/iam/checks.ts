import type { PolicyKind } from "../../iam/elements";
import { parsePolicy, type ParsedPolicy, PolicyError } from "../../iam/grammar";
import { iamLimits } from "../../iam/limits";
import { roleNameLimit } from "../../naming/registryNames";
import type { Tags } from "../core/identifiers";
import { constraintError } from "../core/constraints";
import { invalidInput, limitExceeded, malformed, throwIfInvalid } from "./errors";

// Lengths and patterns: https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html and API_CreatePolicy.html

const name = "[\\w+=,.@-]+";

export function roleNameError(roleName: string): string | undefined {
  return constraintError("roleName", roleName, { minLength: 1, maxLength: roleNameLimit, pattern: name });
}

export function policyNameError(policyName: string): string | undefined {
  return constraintError("policyName", policyName, { minLength: 1, maxLength: iamLimits.policyName, pattern: name });
}

/** @param member - how the request calls it */
export function policyArnError(member: string, arn: string): string | undefined {
  return (
    constraintError(member, arn, { minLength: 20, maxLength: 2048 }) ??
    (isPolicyArn(arn) ? undefined : `ARN ${arn} is not valid.`)
  );
}

/** @throws InvalidInput for a boundary that is not the ARN of a managed policy */
export function checkBoundaryArn(arn: string | undefined): void {
  throwIfInvalid(constraintError("permissionsBoundary", arn, { minLength: 20, maxLength: 2048 }));
  if (arn !== undefined && !isPolicyArn(arn)) {
    throw invalidInput(`ARN ${arn} is not valid.`);
  }
}

function isPolicyArn(arn: string): boolean {
  return /^arn:[\w-]+:iam::(?:\d{12}|aws):policy\/\S+$/.test(arn);
}

/** A path is `/` or begins and ends with one. */
export function pathError(path: string): string | undefined {
  return constraintError("path", path, { minLength: 1, maxLength: 512, pattern: "/|/[\\u0021-\\u007e]+/" });
}

export function descriptionError(description: string | undefined, pattern?: string): string | undefined {
  return constraintError("description", description, { maxLength: 1000, pattern });
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

/** Tells whether two tag keys are the same: those that this gives the same text for. */
export type TagKeyForm = (key: string) => string;

/** Keys of a role's tags that differ in case alone are one key. Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html */
export const roleTagKey: TagKeyForm = sameName;

/** Keys of other resources' tags differ also by case (same page). */
export const otherTagKey: TagKeyForm = (key) => key;

/**
 * The tags after some are added. A new value takes the place of the old one.
 *
 * @throws LimitExceeded
 */
export function withTags(tags: Tags, added: Tags, form: TagKeyForm): Tags {
  throwIfInvalid(
    ...Object.entries(added).flatMap(([key, value]) => [
      tagKeyError("tags.key", key),
      tagValueError("tags.value", value),
    ]),
  );
  const all = new Map(Object.entries(tags).map(([key, value]) => [form(key), [key, value] as const]));
  for (const [key, value] of Object.entries(added)) {
    all.set(form(key), [key, value]);
  }
  if (all.size > iamLimits.tags) {
    throw limitExceeded("The number of tags has reached the maximum limit.");
  }
  return Object.fromEntries(all.values());
}

/** The tags that are left; a key that is not there changes nothing. */
export function withoutTags(tags: Tags, keys: readonly string[], form: TagKeyForm): Tags {
  const removed = keys.map(form);
  return Object.fromEntries(Object.entries(tags).filter(([key]) => !removed.includes(form(key))));
}

const tagCharacters = "[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]";

/** @param member - how the request calls it */
export function tagKeyError(member: string, key: string): string | undefined {
  return constraintError(member, key, { minLength: 1, maxLength: 128, pattern: `${tagCharacters}+` });
}

/** @param member - how the request calls it */
export function tagValueError(member: string, value: string): string | undefined {
  return constraintError(member, value, { maxLength: 256, pattern: `${tagCharacters}*` });
}
