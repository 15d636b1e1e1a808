import { Architecture, Runtime } from "@aws-sdk/client-lambda";
import type { SandboxContext } from "../../context";
import { AwsError, notModelled } from "../../core/awsError";
import { choiceError, constraintError, rangeError } from "../../core/constraints";
import { pager, type Pager } from "../../core/pages";
import { readObject } from "../../s3/access";
import type { Requester } from "../../sts/sts";
import { type Code, readCode } from "../code";
import { invalid, throwIfInvalid } from "../errors";

// Checks of what many requests have in common. AWS's model, as the SDK exports it, has no lengths, patterns or choices.
// Source: https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionCode.html and the pages beside it

/** Lists have at most so many items on a page, whatever number the request gives. */
const pageSize = 50;

/**
 * Cuts the page that a request names out of a list.
 *
 * @param operation - whose list it is
 * @param most - that the request may ask for
 */
export function pageOf(
  operation: string,
  { MaxItems = pageSize, Marker, ...list }: { readonly MaxItems?: number; readonly Marker?: string },
  most = 10_000,
): Pager {
  throwIfInvalid(rangeError("maxItems", MaxItems, 1, most));
  const page = pager(JSON.stringify([operation, list]), Math.min(MaxItems, pageSize), Marker);
  if (page === undefined) {
    throw invalid("Invalid Marker: give the NextMarker of the page before, and ask for the same list.");
  }
  return page;
}

export function descriptionError(description: string | undefined): string | undefined {
  return constraintError("description", description, { maxLength: 256 });
}

export function runtimeError(member: string, runtime: string | undefined): string | undefined {
  return choiceError(member, runtime, Object.values(Runtime));
}

export function architectureError(member: string, architecture: string | undefined): string | undefined {
  return choiceError(member, architecture, Object.values(Architecture));
}

/**
 * Rejects what AWS knows and the sandbox does not have: to skip it would be to answer for something that was not done.
 *
 * @param given - members of a request beside those that are modelled
 */
export function rejectOthers(operation: string, given: object): void {
  const others = Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [name]));
  if (others.length > 0) {
    throw notModelled(`lambda:${operation} with ${others.join(", ")} is not modelled.`);
  }
}

/** Where a request says that its zip file is. */
export interface CodeSource {
  readonly ZipFile?: Uint8Array;
  readonly S3Bucket?: string;
  readonly S3Key?: string;
}

/** @throws AwsError unless there is a zip file, or a bucket and a key, and not both */
export function checkSource({ ZipFile, S3Bucket, S3Key }: CodeSource): void {
  throwIfInvalid(
    constraintError("s3Bucket", S3Bucket, { minLength: 3, maxLength: 63, pattern: "[0-9A-Za-z.\\-_]*(?<!\\.)" }),
    constraintError("s3Key", S3Key, { minLength: 1, maxLength: 1024 }),
  );
  if (ZipFile !== undefined && (S3Bucket !== undefined || S3Key !== undefined)) {
    throw invalid("Please do not provide other FunctionCode parameters when providing a ZipFile.");
  }
  if (ZipFile === undefined && (S3Bucket === undefined || S3Key === undefined)) {
    throw invalid("Please provide a source for function code.");
  }
}

/**
 * The zip file that a request gives, or names in S3. From S3 it is read with the caller's own permissions.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/configuration-function-zip.html
 *
 * @throws AwsError where the caller may not read the object, or there is none, or it is not a zip file that Lambda takes
 */
export async function codeOf(context: SandboxContext, session: Requester, source: CodeSource): Promise<Code> {
  const { ZipFile, S3Bucket = "", S3Key = "" } = source;
  if (ZipFile !== undefined) {
    return readCode(Buffer.from(ZipFile.buffer, ZipFile.byteOffset, ZipFile.byteLength));
  }
  try {
    return await readCode(readObject(context, session, S3Bucket, S3Key).bytes);
  } catch (error) {
    throw error instanceof AwsError ? errorOfS3(error, `${S3Bucket}/${S3Key}`) : error;
  }
}

/** An error of S3 in Lambda's words; others stay. */
function errorOfS3(error: AwsError, object: string): AwsError {
  if (error.code === "AccessDeniedException") {
    const rule = `please make sure your request credentials have permission to GetObject for ${object}`;
    const inner = `S3 Error Code: AccessDenied. S3 Error Message: ${error.message}`;
    return new AwsError("AccessDeniedException", `Your access has been denied by S3, ${rule}. ${inner}`, 403);
  }
  return error.code.startsWith("NoSuch")
    ? invalid(`Error occurred while GetObject. S3 Error Code: ${error.code}. S3 Error Message: ${error.message}`)
    : error;
}
