import type { FastifyRequest } from "fastify";
import { authorize, type SandboxContext } from "../context";
import type { Session } from "../sts/sts";
import { AwsError } from "./awsError";
import type { Answer, Decoded } from "./model";
import { type SignedService, verifiedSession } from "./signature";

/**
 * Checks a decoded request of one operation: lengths, patterns and choices, which AWS's model does not have. It does not
 * look at what exists: permissions are decided first.
 *
 * @throws AwsError for a request that is not valid
 */
export type Operation<Input, Output> = (context: SandboxContext, input: Decoded<Input>) => CheckedOperation<Output>;

/** A request that is valid. */
interface CheckedOperation<Output> {
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

/**
 * Verifies the signature, decodes and checks the request, decides the sender's permission, and only then looks at what
 * exists. An error at any step before the last is logged.
 *
 * @param action - such as `iam:GetRole`
 * @param check - decodes and checks the request
 * @throws AwsError as AWS does
 */
export async function perform<Output>(
  context: SandboxContext,
  service: SignedService,
  action: string,
  check: () => CheckedOperation<Output>,
  request: FastifyRequest,
): Promise<Answer<Output>> {
  let who = "anonymous (no valid signature)";
  let session: Session;
  let checked: CheckedOperation<Output>;
  try {
    session = await verifiedSession(context, request, service);
    who = session.assumedRoleArn;
    checked = check();
  } catch (error) {
    if (error instanceof AwsError) {
      // The message may quote the request at any length.
      const reason = `${error.code}: ${error.message}`.slice(0, 500);
      context.decisions.add({ who, action, resource: "*" }, { allowed: false, reason });
    }
    throw error;
  }
  if (checked.authorize === undefined) {
    authorize(context, session, action, checked.resource);
  } else {
    checked.authorize(session);
  }
  return checked.answer(session);
}
