import type { FastifyRequest } from "fastify";
import type { RequestContext } from "../../iam/evaluate";
import type { Call } from "../cloudtrail/record";
import { authorize, type SandboxContext } from "../context";
import type { Requester } from "../sts/sts";
import { AwsError } from "./awsError";
import type { Answer, Decoded } from "./model";
import { type HashComparer, type SignedService, verifiedSession } from "./signature";

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
   * What conditions see of the request beside what they see of every request: `requestTags`, `lambda:Layer` and the like.
   * @default - nothing
   */
  readonly conditions?: RequestContext;
  /**
   * Throws AccessDeniedException unless the session has the permission.
   * @default - decides the operation's own action on the resource
   */
  readonly authorize?: (session: Requester) => void;
  /**
   * The request for the account's event history.
   * @default - the decoded request, which the service's wire protocol adds
   */
  readonly input?: object;
  /** Carries it out, for a session that has the permission. */
  readonly answer: (session: Requester) => Answer<Output> | Promise<Answer<Output>>;
}

/**
 * Verifies the signature, decodes and checks the request, decides the sender's permission, and only then looks at what
 * exists. An error at any step before the last is logged, and whatever a known session asks is recorded.
 *
 * @param action - such as `iam:GetRole`
 * @param check - decodes and checks the request
 * @param comparer - of the hash that a request states with its body's
 * @throws AwsError as AWS does
 */
export async function perform<Output>(
  context: SandboxContext,
  service: SignedService,
  action: string,
  check: () => CheckedOperation<Output>,
  request: FastifyRequest,
  comparer: HashComparer = "signature",
): Promise<Answer<Output>> {
  let session: Requester;
  try {
    session = await verifiedSession(context, request, service, comparer);
  } catch (error) {
    logRejection(context, "anonymous (no valid signature)", action, error);
    throw error;
  }
  let checked: CheckedOperation<Output> | undefined;
  const record = (outcome: Pick<Call, "output" | "error">) => {
    context.account.cloudTrail.add({
      service,
      operation: action.slice(action.indexOf(":") + 1),
      caller: session,
      origin: session.origin,
      input: checked?.input,
      resources: checked === undefined ? [] : [checked.resource],
      ...outcome,
    });
  };
  try {
    try {
      checked = check();
    } catch (error) {
      logRejection(context, session.assumedRoleArn, action, error);
      throw error;
    }
    if (checked.authorize === undefined) {
      authorize(context, session, action, checked.resource, checked.conditions);
    } else {
      checked.authorize(session);
    }
    const { answer, input = {} } = checked;
    const output = await (context.keep?.({ action, input, roleArn: session.caller.arn }, () => answer(session)) ??
      answer(session));
    record({ output });
    return output;
  } catch (error) {
    record({ error: error instanceof AwsError ? error : { code: "InternalFailure", message: "" } });
    throw error;
  }
}

/** An error before anything is decided. */
function logRejection(context: SandboxContext, who: string, action: string, error: unknown): void {
  if (error instanceof AwsError) {
    // The message may quote the request at any length.
    const reason = `${error.code}: ${error.message}`.slice(0, 500);
    context.decisions.add({ who, action, resource: "*" }, { allowed: false, reason });
  }
}
