import { AwsError } from "../../core/awsError";
import type { Session } from "../../sts/session";
import type { SandboxContext } from "../../context";
import type { RequestInput } from "./request";

/**
 * Reads a request of one operation, and throws ValidationException or SerializationException for what does not fit the
 * API's model. Of what there is in the cloud it learns nothing: whether the caller may is asked next.
 */
export type Operation = (context: SandboxContext, input: RequestInput) => AskedOperation;

/** A request that fits the API's model. */
export interface AskedOperation {
  /** What the operation is done to, as an ARN that the service authorization reference gives, or `*`. */
  readonly resource: string;
  /**
   * Lets a session do it, or throws AccessDeniedException.
   * @default - asks for the right to the operation on the resource
   */
  readonly authorize?: (session: Session) => void;
  /** Does it, for a session that may. */
  readonly answer: (session: Session) => Answer | Promise<Answer>;
}

/** What is sent as JSON, an `AssetAnswer`, or nothing: an empty body. */
export type Answer = object | undefined;

/** An asset, sent as it is. */
export class AssetAnswer {
  constructor(
    readonly bytes: Buffer,
    readonly headers: Readonly<Record<string, string>>,
  ) {}
}

/** Says of an operation, or of a use of one, that it is left out here. */
export function notModelled(message: string): AwsError {
  return new AwsError("NotImplemented", message, 501);
}
