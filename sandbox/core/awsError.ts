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

/** A function that throws the first of its faults that is one, as the given error. */
export function throwFirst(
  refusal: (message: string) => AwsError,
): (...faults: readonly (string | undefined)[]) => void {
  return (...faults) => {
    const fault = faults.find((candidate) => candidate !== undefined);
    if (fault !== undefined) {
      throw refusal(fault);
    }
  };
}
