import { AwsError, throwFirst } from "../core/awsError";

// Codes and statuses as the service's model gives them: @aws-sdk/client-lambda, schemas.

/** A member of the request does not fit the API's model. */
export function invalidField(message: string): AwsError {
  return new AwsError("ValidationException", message, 400);
}

/** The request fits the model, and not the service's rules. */
export function invalid(message: string): AwsError {
  return new AwsError("InvalidParameterValueException", message, 400);
}

/** The request does not fit what is there. */
export function conflict(message: string): AwsError {
  return new AwsError("ResourceConflictException", message, 409);
}

export function notFound(message: string): AwsError {
  return new AwsError("ResourceNotFoundException", message, 404);
}

/** The function or the alias has changed since the caller read it. */
export function revisionMismatch(): AwsError {
  const message =
    "The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to retrieve the " +
    "latest Revision Id";
  return new AwsError("PreconditionFailedException", message, 412);
}

/** Throws ValidationException with the first of the errors, if there is one. */
export const throwIfInvalid = throwFirst(invalidField);
