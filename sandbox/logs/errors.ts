import { AwsError, throwFirst } from "../core/awsError";

export function notFound(message: string): AwsError {
  return new AwsError("ResourceNotFoundException", message);
}

/** A parameter has a value that the operation does not take. */
export function invalid(message: string): AwsError {
  return new AwsError("InvalidParameterException", message);
}

/** Throws InvalidParameterException with the first of the errors, if there is one. */
export const throwIfInvalid = throwFirst(invalid);
