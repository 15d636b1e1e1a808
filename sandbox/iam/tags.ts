import { type Tags } from "../core/account";
import { constraintError } from "../core/constraints";
import { sameName } from "./documents";
import { limitExceeded, throwIfInvalid } from "./errors";

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
const maximumTags = 50;

/**
 * A role's or a policy's tags after some are added. Keys that differ in case alone are one tag.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html
 *
 * @throws LimitExceeded where there would be more than 50
 */
export function withTags(tags: Tags, added: Tags): Tags {
  throwIfInvalid(
    ...Object.entries(added).flatMap(([key, value]) => [
      constraintError("tags.key", key, { minLength: 1, maxLength: 128 }),
      constraintError("tags.value", value, { maxLength: 256 }),
    ]),
  );
  const all = { ...withoutTags(tags, Object.keys(added)), ...added };
  if (Object.keys(all).length > maximumTags) {
    throw limitExceeded(`The number of tags has reached the maximum limit: ${maximumTags}.`);
  }

  return all;
}

/** The tags that are left; a key that is not there changes nothing. */
export function withoutTags(tags: Tags, keys: readonly string[]): Tags {
  const gone = keys.map(sameName);

  return Object.fromEntries(Object.entries(tags).filter(([key]) => !gone.includes(sameName(key))));
}
