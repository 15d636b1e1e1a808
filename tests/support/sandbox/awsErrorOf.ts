import { AwsError } from "../../../sandbox/core/awsError";

/** What AWS answers to an operation that it rejects, as `CODE STATUS: message`. */
export function awsErrorOf(operation: () => unknown): string {
  try {
    operation();
  } catch (error) {
    if (error instanceof AwsError) {
      return `${error.code} ${error.status}: ${error.message}`;
    }
    throw error;
  }

  throw new Error("nothing was rejected");
}
