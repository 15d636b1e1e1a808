import { AwsError, refuser } from "../errors";

// Statuses as the service's model gives them: @aws-sdk/client-codeartifact, schemas.

/** The request itself is wrong. */
export function invalid(message: string): AwsError {
  return new AwsError("ValidationException", message, 400);
}

/** The request does not fit what is there. */
export function conflict(message: string): AwsError {
  return new AwsError("ConflictException", message, 409);
}

export function notFound(message: string): AwsError {
  return new AwsError("ResourceNotFoundException", message, 404);
}

export function quotaExceeded(message: string): AwsError {
  return new AwsError("ServiceQuotaExceededException", message, 402);
}

/** Throws ValidationException with the first of its faults that is one. */
export const refuseIf = refuser(invalid);
