import { AwsError, throwFirst } from "../core/awsError";

// Codes and statuses: https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html and its neighbours.

/** A value outside the API's model. (IAM's code has no `Exception` at its end.) */
export function invalid(message: string): AwsError {
  return new AwsError("ValidationError", message, 400);
}

/** A value that the API's model takes and IAM does not. */
export function invalidInput(message: string): AwsError {
  return new AwsError("InvalidInput", message, 400);
}

export function malformed(message: string): AwsError {
  return new AwsError("MalformedPolicyDocument", message, 400);
}

export function noSuchEntity(message: string): AwsError {
  return new AwsError("NoSuchEntity", message, 404);
}

export function alreadyExists(message: string): AwsError {
  return new AwsError("EntityAlreadyExists", message, 409);
}

export function limitExceeded(message: string): AwsError {
  return new AwsError("LimitExceeded", message, 409);
}

export function deleteConflict(message: string): AwsError {
  return new AwsError("DeleteConflict", message, 409);
}

/** Throws ValidationError with the first of the given reasons, if any. */
export const throwIfInvalid = throwFirst(invalid);
