import type { AccountInfo } from "../core/identifiers";
import { constraintError } from "../core/constraints";
import { invalid, throwIfInvalid } from "./errors";

// Lengths and patterns: https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html ,
// API_PublishLayerVersion.html and API_CreateAlias.html beside it.

/** The version that can be changed. */
export const latest = "$LATEST";

/** A function as a request names it. */
export interface FunctionReference {
  /** Of the function, in this account and region or in others. */
  readonly arn: string;
  readonly name: string;
  /** A version or an alias. */
  readonly qualifier: string | undefined;
}

/**
 * Reads the forms in which a request names a function: its name, its ARN, or `ACCOUNT:function:NAME`, each with or without a
 * version or an alias at its end.
 *
 * @param qualifier - that the request gives beside the name
 * @throws AwsError for a name that is not valid, and for two qualifiers that differ
 */
export function functionReference(account: AccountInfo, functionName: string, qualifier?: string): FunctionReference {
  throwIfInvalid(
    constraintError("functionName", functionName, {
      minLength: 1,
      maxLength: 140,
      pattern:
        "(arn:(aws[a-zA-Z\\-]*)?:lambda:)?([a-z]{2}(-[a-z]+)+-\\d:)?(\\d{12}:)?(function:)?([a-zA-Z0-9\\-_]+)(:(\\$LATEST|[a-zA-Z0-9\\-_]+))?",
    }),
    constraintError("qualifier", qualifier, { minLength: 1, maxLength: 128, pattern: "[a-zA-Z0-9$_\\-]+" }),
  );
  const [, place, named = ""] = /^(?:(.*?):?function:)?(.*)$/.exec(functionName) ?? [];
  const [name = "", inName] = named.split(":");
  throwIfInvalid(constraintError("functionName", name, { minLength: 1, maxLength: 64 }));
  if (inName !== undefined && qualifier !== undefined && inName !== qualifier) {
    throw invalid("The derived qualifier from the function name does not match the specified qualifier.");
  }
  const [region = account.region, accountId = account.accountId] =
    place === undefined || place === ""
      ? []
      : place.startsWith("arn:")
        ? place.split(":").slice(3, 5)
        : [account.region, place.slice(-12)];
  const arn = `arn:${account.partition}:lambda:${region}:${accountId}:function:${name}`;
  return { arn, name, qualifier: qualifier ?? inName };
}

/** The ARN of a function's version or alias; of the function where there is none. */
export function qualifiedArn({ arn, qualifier }: Pick<FunctionReference, "arn" | "qualifier">): string {
  return qualifier === undefined ? arn : `${arn}:${qualifier}`;
}

/** @throws AwsError for a name with a version or an alias, which operations on the whole function do not take */
export function unqualified(account: AccountInfo, functionName: string): FunctionReference {
  const reference = functionReference(account, functionName);
  if (reference.qualifier !== undefined) {
    throw invalid(
      `This operation is on a function, not on a version or an alias: give ${reference.name} without :${reference.qualifier}.`,
    );
  }
  return reference;
}

/** A name that is not a number, so that no alias is taken for a version. */
export function aliasNameError(name: string): string | undefined {
  return constraintError("name", name, {
    minLength: 1,
    maxLength: 128,
    pattern: "(?!^[0-9]+$)([a-zA-Z0-9\\-_]+)",
  });
}

export function versionError(member: string, version: string | undefined): string | undefined {
  return constraintError(member, version, { minLength: 1, maxLength: 1024, pattern: "(\\$LATEST|[0-9]+)" });
}

/** A layer as a request names it. */
export interface LayerReference {
  readonly arn: string;
  readonly name: string;
}

/**
 * Reads the forms in which a request names a layer: its name or its ARN.
 *
 * @throws AwsError for a name that is not valid
 */
export function layerReference(account: AccountInfo, layerName: string): LayerReference {
  throwIfInvalid(
    constraintError("layerName", layerName, {
      minLength: 1,
      maxLength: 2048,
      pattern:
        "(arn:(aws[a-zA-Z\\-]*)?:lambda:[a-z]{2}(-[a-z]+)+-\\d:\\d{12}:layer:[a-zA-Z0-9\\-_]{1,140}|[a-zA-Z0-9\\-_]{1,140})",
    }),
  );
  const { partition, region, accountId } = account;
  return layerName.startsWith("arn:")
    ? { arn: layerName, name: layerName.split(":")[6] ?? "" }
    : { arn: `arn:${partition}:lambda:${region}:${accountId}:layer:${layerName}`, name: layerName };
}

/** The ARN of a layer's version, in its parts. */
const layerVersionArn =
  /^(?<layer>arn:aws[a-zA-Z-]*:lambda:(?<region>[a-z]{2}(?:-[a-z]+)+-\d):\d{12}:layer:[\w-]{1,140}):(?<version>\d+)$/;

/** A version of a layer as a request names it. */
export interface LayerVersionReference {
  /** Of the layer. */
  readonly layer: string;
  readonly region: string;
  readonly version: number;
}

/**
 * @param member - how the request calls it
 * @throws AwsError for text of another form
 */
export function layerVersionReference(member: string, arn: string): LayerVersionReference {
  throwIfInvalid(
    constraintError(member, arn, {
      minLength: 1,
      maxLength: 2048,
      pattern: "arn:[a-zA-Z0-9\\-]+:lambda:[a-zA-Z0-9\\-]+:\\d{12}:layer:[a-zA-Z0-9\\-_]+:[0-9]+",
    }),
  );
  const { layer = "", region = "", version = "" } = layerVersionArn.exec(arn)?.groups ?? {};
  return { layer, region, version: Number(version) };
}
