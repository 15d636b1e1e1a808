import { authorize, decideRequest, type SandboxContext } from "../context";
import { AwsError } from "../core/awsError";
import type { Requester } from "../sts/sts";
import type { StoredObject } from "./s3";

/** The ARN of a file; of a bucket where no key is given. */
export function objectArn({ account }: SandboxContext, bucket: string, key?: string): string {
  return `arn:${account.partition}:s3:::${bucket}${key === undefined ? "" : `/${key}`}`;
}

/**
 * Reads a file for a session. What is not there is denied to a session that may not list the bucket.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
 *
 * @throws AccessDeniedException, NoSuchBucket or NoSuchKey
 */
export function readObject(context: SandboxContext, session: Requester, bucket: string, key: string): StoredObject {
  authorize(context, session, "s3:GetObject", objectArn(context, bucket, key));
  const found = context.account.s3.findObject(bucket, key);
  if (found !== undefined) {
    return found;
  }
  const listing = decideRequest(context, session, "s3:ListBucket", objectArn(context, bucket));
  throw listing.outcome === "allowed"
    ? new AwsError("NoSuchKey", "The specified key does not exist.", 404)
    : new AwsError("AccessDeniedException", "Access Denied", 403);
}
