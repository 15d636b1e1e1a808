/** An error of AWS's API, with AWS's own code (`ConflictException`, `NoSuchEntity`, …) and HTTP status. */
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

/** An operation, or one use of an operation, that is not modelled here. */
export function notModelled(message: string): AwsError {
  return new AwsError("NotImplemented", message, 501);
}

/** A function that throws the first of its messages, if there is one, as the given error. */
export function throwFirst(
  error: (message: string) => AwsError,
): (...messages: readonly (string | undefined)[]) => void {
  return (...messages) => {
    const first = messages.find((message) => message !== undefined);
    if (first !== undefined) {
      throw error(first);
    }
  };
}

/** What a person asked for and the sandbox cannot do. It is printed without a stack trace. */
export class SandboxError extends Error {}
