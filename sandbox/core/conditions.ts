import type { RequestContext } from "../../iam/evaluate";
import type { Tags } from "./identifiers";

/**
 * What conditions may ask of the tags that a request gives. Without tags there are no keys, as the User Guide says of
 * `aws:TagKeys`: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
 */
export function requestTags(tags: Tags): RequestContext {
  return { ...prefixed("aws:RequestTag", tags), ...requestTagKeys(Object.keys(tags)) };
}

/** What conditions may ask of the keys of tags that a request takes away. */
export function requestTagKeys(tagKeys: readonly string[]): RequestContext {
  return tagKeys.length === 0 ? {} : { "aws:TagKeys": tagKeys };
}

/** Tags as condition keys. Condition keys have no case, so of two that differ by it one counts. */
export function prefixed(prefix: string, tags: Tags): RequestContext {
  const byKey = new Map(Object.entries(tags).map(([key, value]) => [key.toLowerCase(), [key, value] as const]));
  return Object.fromEntries([...byKey.values()].map(([key, value]) => [`${prefix}/${key}`, value]));
}
