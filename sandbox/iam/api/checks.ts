import type { Tag } from "@aws-sdk/client-iam";
import type { RequestContext } from "../../../iam/evaluate";
import type { SandboxContext } from "../../context";
import { constraintError, rangeError } from "../../core/constraints";
import type { Tags } from "../../core/identifiers";
import { pager } from "../../core/pages";
import { iamLimits } from "../../../iam/limits";
import {
  otherTagKey,
  policyArnError,
  roleNameError,
  roleTagKey,
  sameName,
  tagKeyError,
  type TagKeyForm,
  tagValueError,
} from "../checks";
import { invalid, invalidInput, throwIfInvalid } from "../errors";
import { prefixed } from "../../core/conditions";

/** What a request acts on: the ARN that it has or would have, and what conditions may ask of it. */
export interface Target {
  readonly resource: string;
  readonly conditions: RequestContext;
}

/** The role of a name. */
export function roleTarget(
  { account: { iam, partition, accountId } }: SandboxContext,
  roleName: string,
): Target & { readonly boundary: RequestContext } {
  throwIfInvalid(roleNameError(roleName));
  const role = iam.roles.list().find((known) => sameName(known.roleName) === sameName(roleName));
  const boundary = role?.permissionsBoundary;
  const ofTags = resourceTags(role?.tags);
  return {
    resource: role?.arn ?? `arn:${partition}:iam::${accountId}:role/${roleName}`,
    conditions: ofTags,
    boundary: boundary === undefined ? ofTags : { ...ofTags, "iam:PermissionsBoundary": boundary },
  };
}

/** The managed policy of an ARN. */
export function policyTarget({ account: { iam } }: SandboxContext, policyArn: string): Target {
  throwIfInvalid(policyArnError("policyArn", policyArn));
  const policy = iam.policies.list().find(({ arn }) => arn === policyArn);
  return { resource: policyArn, conditions: resourceTags(policy?.tags) };
}

/** The OIDC provider of an ARN. */
export function providerTarget({ account: { iam } }: SandboxContext, arn: string): Target {
  const pattern = "arn:[\\w-]+:iam::\\d{12}:oidc-provider/\\S+";
  throwIfInvalid(constraintError("openIDConnectProviderArn", arn, { minLength: 20, maxLength: 2048, pattern }));
  return { resource: arn, conditions: resourceTags(iam.oidcProviders.find(arn)?.tags) };
}

function resourceTags(tags: Tags = {}): RequestContext {
  return { ...prefixed("aws:ResourceTag", tags), ...prefixed("iam:ResourceTag", tags) };
}

/** The tags that a request gives to a role. */
export function roleTags(tags: readonly Tag[] | undefined): Tags {
  return tagsOf(tags, roleTagKey, " Please note that Tag keys are case insensitive.");
}

/** The tags that a request gives to another resource than a role. */
export function otherTags(tags: readonly Tag[] | undefined): Tags {
  return tagsOf(tags, otherTagKey, "");
}

function tagsOf(tags: readonly Tag[] = [], form: TagKeyForm, note: string): Tags {
  throwIfInvalid(
    countError("tags", tags.length),
    ...tags.flatMap(({ Key = "", Value = "" }, index) => [
      tagKeyError(`tags.${index + 1}.member.key`, Key),
      tagValueError(`tags.${index + 1}.member.value`, Value),
    ]),
  );
  if (new Set(tags.map(({ Key = "" }) => form(Key))).size < tags.length) {
    throw invalidInput(`Duplicate tag keys found.${note}`);
  }
  return Object.fromEntries(tags.map(({ Key = "", Value = "" }) => [Key, Value]));
}

export function checkTagKeys(tagKeys: readonly string[]): void {
  throwIfInvalid(countError("tagKeys", tagKeys.length), ...tagKeys.map((key) => tagKeyError("tagKeys", key)));
}

function countError(member: string, count: number): string | undefined {
  return count <= iamLimits.tags
    ? undefined
    : `1 validation error detected: Value at '${member}' failed to satisfy constraint: ` +
        `Member must have length less than or equal to ${iamLimits.tags}`;
}

interface ListPage<Item> {
  readonly items: readonly Item[];
  readonly IsTruncated: boolean;
  readonly Marker: string | undefined;
}

/** Cuts the page that a request names out of a list. */
export function pageOf(operation: string, input: { readonly MaxItems?: number; readonly Marker?: string }) {
  const { MaxItems: maxItems = 100, Marker: marker, ...list } = input;
  throwIfInvalid(rangeError("maxItems", maxItems, 1, 1000));
  const page = pager(JSON.stringify([operation, list]), maxItems, marker);
  if (page === undefined) {
    throw invalid("Invalid Marker: give the one that the page before ended with.");
  }
  return <Item>(all: readonly Item[], nameOf: (item: Item) => string): ListPage<Item> => {
    const { items, nextToken } = page(all, nameOf);
    return { items, IsTruncated: nextToken !== undefined, Marker: nextToken };
  };
}
