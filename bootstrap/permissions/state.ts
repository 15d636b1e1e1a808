import { arnParts } from "../../iam/arns";
import type { Statement } from "../../iam/documents";
import type { StateBucket } from "../settings";
import type { Account } from "../targets";
import { allow } from "./reading";

/** The Pulumi project whose state is kept. */
const project = "package-registry";

/**
 * Reads the state of one stack, and of no other project in the same bucket.
 * Source of the paths: pkg/backend/diy of pulumi/pulumi, version 1 of its layout
 */
export function readStateStatements(
  account: Account,
  state: StateBucket | undefined,
  stack: string,
): readonly Statement[] {
  if (state === undefined) {
    return [];
  }
  return [
    allow("ListState", bucketArn(account, state), "s3:ListBucket"),
    allow("ReadState", [`${folder(account, state)}/meta.yaml`, ...ofStack(account, state, stack)], "s3:GetObject"),
    ...keyStatements(account, state, "DecryptState", "kms:Decrypt"),
  ];
}

/** Writes the state of one stack. */
export function writeStateStatements(
  account: Account,
  state: StateBucket | undefined,
  stack: string,
): readonly Statement[] {
  if (state === undefined) {
    return [];
  }
  return [
    allow("WriteState", ofStack(account, state, stack), ["s3:DeleteObject", "s3:PutObject"]),
    ...keyStatements(account, state, "EncryptState", "kms:GenerateDataKey"),
  ];
}

/**
 * Uses the key of the state only as S3 does on the caller's behalf, for this bucket: with a bucket key S3 names the bucket, else the
 * object. Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
 */
function keyStatements(account: Account, state: StateBucket, sid: string, action: string): readonly Statement[] {
  if (state.keyArn === undefined) {
    return [];
  }
  const { region = "" } = arnParts(state.keyArn);
  const bucket = bucketArn(account, state);
  return [
    {
      ...allow(sid, state.keyArn, action),
      Condition: {
        StringEquals: { "kms:ViaService": `s3.${region}.amazonaws.com` },
        StringLike: { "kms:EncryptionContext:aws:s3:arn": [bucket, `${bucket}/*`] },
      },
    },
  ];
}

/** The stack's file, beside it its backup and either of them compressed; what happened to it; and who is at it. */
function ofStack(account: Account, state: StateBucket, stack: string): readonly string[] {
  return [
    `stacks/${project}/${stack}.*`,
    `history/${project}/${stack}/*`,
    `backups/${project}/${stack}/*`,
    `locks/organization/${project}/${stack}/*`,
  ].map((path) => `${folder(account, state)}/${path}`);
}

function folder(account: Account, state: StateBucket): string {
  return `${bucketArn(account, state)}/.pulumi`;
}

function bucketArn({ partition }: Account, { bucket }: StateBucket): string {
  return `arn:${partition}:s3:::${bucket}`;
}
