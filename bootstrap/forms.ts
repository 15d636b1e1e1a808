import { schemaError, textOf } from "../settings/errors";
import { jobSchemas } from "../settings/githubJobs";

/** The name of an S3 bucket: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
export const bucketSchema = textOf(
  /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
  "is not an S3 bucket's name",
  "Write its name alone, without s3://",
);

/** The ARN of a KMS key. */
export const keyArnSchema = textOf(
  /^arn:[a-z-]+:kms:[a-z0-9-]+:\d{12}:key\/[A-Za-z0-9-]+$/,
  "is not a KMS key's ARN",
  "Write arn:aws:kms:REGION:ACCOUNT:key/ID",
);

/** The only ref that something is deployed from. */
export const refSchema = jobSchemas.ref.refine(
  (ref) => ref !== "any",
  schemaError("is not one ref", "Write refs/heads/BRANCH"),
);
