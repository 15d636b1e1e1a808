import type { WebIdentityCaller } from "../cloudtrail/record";
import { AwsError, throwFirst } from "../core/awsError";
import type { Decision } from "../../iam/evaluate";

// Codes and statuses: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html

/** The web identity token is not accepted. */
export function invalidIdentityToken(message: string): AwsError {
  return new AwsError("InvalidIdentityToken", message, 400);
}

export function expiredToken(message: string): AwsError {
  return new AwsError("ExpiredTokenException", message, 400);
}

/** A value outside the API's model. */
export function invalid(message: string): AwsError {
  return new AwsError("ValidationError", message, 400);
}

/** Throws ValidationError with the first reason that is defined. */
export const throwIfInvalid = throwFirst(invalid);

/** A role that the bearer of a good token may not assume. To the caller AWS says neither why nor whether the role exists. */
export class AssumeRoleDenied extends AwsError {
  constructor(
    /** Who shows the token. */
    readonly identity: WebIdentityCaller,
    readonly decision: Decision,
  ) {
    super("AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity", 403);
  }

  /** The `sub` of the bearer's token. */
  get subject(): string {
    return this.identity.subject;
  }
}
