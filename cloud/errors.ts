/** An operation that AWS refuses, with AWS's own error code (`ConflictException`, `NoSuchEntity`, …) and HTTP status. */
export class AwsError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly status = 400,
  ) {
    super(message);
    this.name = code;
  }
}
