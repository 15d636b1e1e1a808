import { parsePolicy, type ParsedPolicy, PolicyError } from "../../iam/grammar";
import { isObject, parseJson } from "../../iam/json";
import { AwsError } from "../core/awsError";
import type { AccountInfo } from "../core/identifiers";

/** The resource policy of a key. Every key has one. */
export interface KeyPolicy {
  /** JSON text, as it was given. */
  readonly document: string;
  readonly policy: ParsedPolicy;
}

// https://docs.aws.amazon.com/kms/latest/APIReference/API_PutKeyPolicy.html
const maximumLength = 32_768;

/** @throws MalformedPolicyDocumentException */
export function parseKeyPolicy(document: string): KeyPolicy {
  if (document.length > maximumLength) {
    throw malformed(`The key policy has ${document.length} characters; at most ${maximumLength} are allowed.`);
  }
  try {
    return { document, policy: parsePolicy(withPlainSids(document), "resource", "key policy") };
  } catch (error) {
    throw error instanceof PolicyError ? malformed(error.reason) : error;
  }
}

/** A key policy's statement id may have spaces: https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-overview.html */
function withPlainSids(document: string): unknown {
  const policy = parseJson(document)?.value;
  if (!isObject(policy)) {
    return document;
  }
  const { Statement: statement } = policy;
  const plain = (one: unknown) =>
    isObject(one) && typeof one.Sid === "string" ? { ...one, Sid: one.Sid.replaceAll(" ", "") } : one;
  return { ...policy, Statement: Array.isArray(statement) ? statement.map(plain) : plain(statement) };
}

export function malformed(message: string): AwsError {
  return new AwsError("MalformedPolicyDocumentException", message);
}

/**
 * The policy of a key that is made without one: the account's IAM policies decide.
 * Source: https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
 */
export function defaultKeyPolicy({ partition, accountId }: AccountInfo): string {
  return write("key-default-1", [
    {
      Sid: "Enable IAM User Permissions",
      Effect: "Allow",
      Principal: { AWS: `arn:${partition}:iam::${accountId}:root` },
      Action: "kms:*",
      Resource: "*",
    },
  ]);
}

/**
 * The policy of an AWS managed key: it is used through its service, and can be looked at.
 * Source: https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-viewing.html
 */
export function managedKeyPolicy({ partition, region, accountId }: AccountInfo, service: string): string {
  return write(`auto-${service}-1`, [
    {
      Sid: `Allow access through ${service} for all principals in the account that are authorized to use it`,
      Effect: "Allow",
      Principal: { AWS: "*" },
      Action: [
        "kms:Encrypt",
        "kms:Decrypt",
        "kms:ReEncrypt*",
        "kms:GenerateDataKey*",
        "kms:CreateGrant",
        "kms:DescribeKey",
      ],
      Resource: "*",
      Condition: {
        StringEquals: { "kms:CallerAccount": accountId, "kms:ViaService": `${service}.${region}.amazonaws.com` },
      },
    },
    {
      Sid: "Allow direct access to key metadata to the account",
      Effect: "Allow",
      Principal: { AWS: `arn:${partition}:iam::${accountId}:root` },
      Action: ["kms:Describe*", "kms:Get*", "kms:List*", "kms:RevokeGrant"],
      Resource: "*",
    },
  ]);
}

function write(id: string, statements: readonly object[]): string {
  return JSON.stringify({ Version: "2012-10-17", Id: id, Statement: statements }, undefined, 2);
}
