import { AwsError, throwFirst } from "../core/awsError";

// Statuses and members as the service's model gives them: @aws-sdk/client-codeartifact, schemas.

/** The resource that an error is about. Package groups have no type of their own in the API. */
export interface ErrorResource {
  readonly resourceType: "domain" | "repository" | "package" | "package-version" | "asset";
  /** Its name, or a version's number. */
  readonly resourceId: string;
}

/** What an error has beside its message. */
export type ErrorMembers = Partial<ErrorResource> & { readonly reason?: "FIELD_VALIDATION_FAILED" | "OTHER" };

/** An error of CodeArtifact's API. */
export class CodeArtifactError extends AwsError {
  constructor(
    code: string,
    message: string,
    status: number,
    readonly members: ErrorMembers = {},
  ) {
    super(code, message, status);
  }
}

/** The request itself is wrong. */
export function invalid(message: string): AwsError {
  return new CodeArtifactError("ValidationException", message, 400, { reason: "OTHER" });
}

/** The request does not fit what is there. */
export function conflict(message: string, resource?: ErrorResource): AwsError {
  return new CodeArtifactError("ConflictException", message, 409, resource);
}

export function notFound(message: string, resource?: ErrorResource): AwsError {
  return new CodeArtifactError("ResourceNotFoundException", message, 404, resource);
}

export function accessDenied(message: string): AwsError {
  return new CodeArtifactError("AccessDeniedException", message, 403);
}

export function quotaExceeded(message: string, resource?: ErrorResource): AwsError {
  return new CodeArtifactError("ServiceQuotaExceededException", message, 402, resource);
}

/** A member of the request does not fit the API's model. */
export function invalidField(message: string): AwsError {
  return new CodeArtifactError("ValidationException", message, 400, { reason: "FIELD_VALIDATION_FAILED" });
}

/** Throws ValidationException with the first of the errors, if there is one. */
export const throwIfInvalid = throwFirst(invalidField);
