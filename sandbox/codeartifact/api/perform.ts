import type { FastifyRequest } from "fastify";
import { AwsError } from "../../core/awsError";
import type { Session } from "../../sts/session";
import { authorize, type SandboxContext } from "../../context";
import { verifiedSession } from "../../core/signature";
import { type Answer, type AskedOperation, notModelled } from "./operation";
import { operations } from "./operations";
import { RequestInput } from "./request";

/**
 * Answers a request of an operation: its signature is verified, then what it says is read, then its sender's right is
 * asked for, and only then what there is. A refusal at any step before the last is logged.
 *
 * @throws AwsError as AWS does, or 501 for an operation that is not modelled
 */
export async function perform(context: SandboxContext, name: string, request: FastifyRequest): Promise<Answer> {
  const action = `codeartifact:${name}`;
  const { session, asked } = await readRequest(context, name, action, request);
  if (asked.authorize === undefined) {
    authorize(context, session, action, asked.resource);
  } else {
    asked.authorize(session);
  }
  return asked.answer(session);
}

async function readRequest(
  context: SandboxContext,
  name: string,
  action: string,
  request: FastifyRequest,
): Promise<{ readonly session: Session; readonly asked: AskedOperation }> {
  let who = "nobody (no valid signature)";
  try {
    const session = await verifiedSession(context, request);
    who = session.assumedRoleArn;
    const operation = operations.get(name);
    if (operation === undefined) {
      throw notModelled(`${action} is not modelled.`);
    }
    return { session, asked: operation(context, new RequestInput(request)) };
  } catch (error) {
    if (error instanceof AwsError) {
      // Whatever the request said may stand in the message, at any length.
      const reason = `${error.code}: ${error.message}`.slice(0, 500);
      context.decisions.add({ who, action, resource: "*" }, { allowed: false, reason });
    }
    throw error;
  }
}
