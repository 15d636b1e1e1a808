import { AwsError, throwFirst } from "../core/awsError";

export function notFound(message: string): AwsError {
  return new AwsError("ResourceNotFoundException", message);
}

/** The request does not fit the API's model. */
export function invalid(message: string): AwsError {
  return new AwsError("ValidationException", message);
}

/** Throws ValidationException with the first of the errors, if there is one. */
export const throwIfInvalid = throwFirst(invalid);
