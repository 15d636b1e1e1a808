import type { SandboxContext } from "../../context";
import { constraintError, rangeError } from "../../core/constraints";
import type { Tags } from "../../core/identifiers";
import { AwsError } from "../../core/awsError";
import { type Pager, pager } from "../../core/pages";
import { notFound, throwIfInvalid } from "../errors";
import type { Key } from "../kms";

/**
 * What a request's KeyId names: a key's id or ARN.
 *
 * @returns the key's ARN, of one that exists or not
 */
export function keyArnOf({ account }: SandboxContext, keyId: string): string {
  throwIfInvalid(constraintError("keyId", keyId, { minLength: 1, maxLength: 2048 }));
  const { partition, region, accountId } = account;
  const ofRegion = `arn:${partition}:kms:${region}:`;
  if (keyId.startsWith("arn:")) {
    const [, , service, elsewhere = ""] = keyId.split(":");
    if (service === "kms" && elsewhere !== region && elsewhere !== "") {
      throw notFound(`Invalid arn ${elsewhere}`);
    }
    // A key of another account is no error here: no policy of this account lets anyone use it.
    if (!keyId.startsWith(ofRegion) || !/^\d{12}:key\/[\w-]+$/.test(keyId.slice(ofRegion.length))) {
      throw new AwsError("InvalidArnException", `Invalid arn ${keyId}: keys here are ${ofRegion}${accountId}:key/ID.`);
    }
    return keyId;
  }
  if (!keyIdForm.test(keyId)) {
    throw notFound(`Invalid keyId '${keyId}'`);
  }
  return `${ofRegion}${accountId}:key/${keyId}`;
}

/** A UUID, or the id of a key of several regions. https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#key-id */
const keyIdForm = /^(?:[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}|mrk-[\da-f]{32})$/i;

/**
 * What a request's KeyId names where the API takes an alias too: a key's id or ARN, `alias/NAME` or the ARN of an alias.
 *
 * @returns the ARN of the key, or of an alias that has none
 */
export function keyOrAliasArnOf(context: SandboxContext, keyId: string): string {
  const { aliases } = context.account.kms;
  const aliasName = keyId.startsWith(aliases.arn("alias/")) ? keyId.slice(aliases.arn("").length) : keyId;
  if (!aliasName.startsWith("alias/")) {
    return keyArnOf(context, keyId);
  }
  throwIfInvalid(aliasNameError(aliasName));
  const alias = aliases.find(aliasName);
  return alias === undefined ? aliases.arn(aliasName) : keyArnOf(context, alias.targetKeyId);
}

/** @throws NotFoundException for the ARN of an alias that has no key */
export function describedKey({ account: { kms } }: SandboxContext, arn: string): Key {
  const [, aliasName] = /:(alias\/.*)$/.exec(arn) ?? [];
  return kms.describeKey({ keyId: aliasName === undefined ? arn : kms.aliases.get(aliasName).targetKeyId });
}

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateAlias.html */
export function aliasNameError(aliasName: string): string | undefined {
  return aliasName.startsWith("alias/")
    ? constraintError("aliasName", aliasName, { maxLength: 256, pattern: "alias/[a-zA-Z0-9/_-]+" })
    : 'Alias must start with the prefix "alias/". Please see ' +
        "https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html";
}

// https://docs.aws.amazon.com/kms/latest/developerguide/tagging-keys.html
const maximumTags = 50;

/** @throws TagException */
export function readTags(list: readonly { readonly TagKey?: string; readonly TagValue?: string }[] = []): Tags {
  const entries = list.map(({ TagKey: key = "", TagValue: value = "" }) => [key, value] as const);
  throwIfInvalid(
    ...entries.flatMap(([key, value], index) => [
      constraintError(`tags.${index + 1}.member.tagKey`, key, { minLength: 1, maxLength: 128 }),
      constraintError(`tags.${index + 1}.member.tagValue`, value, { maxLength: 256 }),
    ]),
  );
  if (new Set(entries.map(([key]) => key)).size < entries.length) {
    throw new AwsError("TagException", "Duplicate tag keys");
  }
  if (entries.some(([key]) => /^aws:/i.test(key))) {
    throw new AwsError("TagException", "Tags beginning with aws: are reserved");
  }
  return Object.fromEntries(entries);
}

/** @throws TagException where a key would have more than 50 */
export function checkTagCount(tags: Tags): void {
  if (Object.keys(tags).length > maximumTags) {
    throw new AwsError("TagException", "Too many tags");
  }
}

interface ListPage<Item> {
  readonly items: readonly Item[];
  readonly Truncated: boolean;
  readonly NextMarker: string | undefined;
}

/** Cuts the page that a request names out of a list. */
export function pageOf(
  operation: string,
  input: { readonly Limit?: number; readonly Marker?: string },
  most = 1000,
  usual = 100,
): <Item>(items: readonly Item[], nameOf: (item: Item) => string) => ListPage<Item> {
  const { Limit: limit = usual, Marker: marker, ...list } = input;
  throwIfInvalid(rangeError("limit", limit, 1, most));
  const page: Pager | undefined = pager(JSON.stringify([operation, list]), limit, marker);
  if (page === undefined) {
    throw new AwsError("InvalidMarkerException", `Could not deserialize marker '${marker ?? ""}'`);
  }
  return (items, nameOf) => {
    const { items: some, nextToken } = page(items, nameOf);
    return { items: some, Truncated: nextToken !== undefined, NextMarker: nextToken };
  };
}

export function policyNameError(name: string | undefined): string | undefined {
  return constraintError("policyName", name, { minLength: 1, maxLength: 128, pattern: "\\w+" });
}
