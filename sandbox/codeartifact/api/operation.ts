import type { SandboxContext } from "../../context";
import type { Answer, Decoded } from "../../core/model";
import type { Session } from "../../sts/session";

/**
 * Checks a decoded request of one operation: lengths, patterns and choices, which AWS's model does not carry. It does not
 * look at what exists: permissions are decided first.
 *
 * @throws ValidationException
 */
export type Operation<Input, Output> = (context: SandboxContext, input: Decoded<Input>) => CheckedOperation<Output>;

/** A request that is valid. */
export interface CheckedOperation<Output> {
  /** What the operation acts on, as an ARN of the service authorization reference, or `*`. */
  readonly resource: string;
  /**
   * Throws AccessDeniedException unless the session has the permission.
   * @default - decides the operation's own action on the resource
   */
  readonly authorize?: (session: Session) => void;
  /** Carries it out, for a session that has the permission. */
  readonly answer: (session: Session) => Answer<Output> | Promise<Answer<Output>>;
}
