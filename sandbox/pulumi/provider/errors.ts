import { AwsError } from "../../core/awsError";
import type { CreatedResource } from "./resourceType";

/** An operation that AWS rejects, in the provider's words; what AWS itself said is the cause. */
export class ProviderError extends Error {
  /** The resource exists, but not as it was asked for: the engine remembers it, and the next update completes it. */
  readonly made?: CreatedResource;

  constructor(message: string, cause: AwsError, made?: CreatedResource) {
    super(message, { cause });
    this.name = "ProviderError";
    this.made = made;
  }

  /** The same of a resource that was made before AWS rejected the rest. */
  after(made: CreatedResource): ProviderError {
    return new ProviderError(this.message, this.cause as AwsError, made);
  }
}

/**
 * Does something at AWS. The provider's words begin with what it was doing; its noise about HTTP is left out.
 *
 * @throws ProviderError
 */
export function withContext<Answer>(doing: string, call: () => Answer): Answer {
  return translateError(call, ({ code, message }) => `${doing}: ${code}: ${message}`);
}

/** Does something at AWS, and words its error. */
export function translateError<Answer>(call: () => Answer, words: (error: AwsError) => string): Answer {
  try {
    return call();
  } catch (error) {
    throw error instanceof AwsError ? new ProviderError(words(error), error) : error;
  }
}

/** Does something more for a resource that is made, and names it in the error where AWS rejects that. */
export function withMade(made: () => CreatedResource, call: () => void): void {
  try {
    call();
  } catch (error) {
    throw error instanceof ProviderError ? error.after(made()) : error;
  }
}

/** What AWS has, or nothing where it has no such thing. */
export function ignoreNotFound<Answer>(describe: () => Answer): Answer | undefined {
  try {
    return describe();
  } catch (error) {
    if (isNotFound(error)) {
      return undefined;
    }
    throw error;
  }
}

/** Deletes what may be gone already. */
export function deleteIfExists(doing: string, remove: () => unknown): void {
  withContext(doing, () => ignoreNotFound(remove));
}

/** How CodeArtifact, IAM and KMS say that there is no such thing. */
function isNotFound(error: unknown): boolean {
  const codes = ["ResourceNotFoundException", "NoSuchEntity", "NotFoundException"];
  return error instanceof AwsError && codes.includes(error.code);
}
