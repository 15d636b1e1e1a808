import type { FastifyRequest } from "fastify";
import { AwsError } from "../core/awsError";
import type { Session } from "../sts/session";
import { authorize, type SandboxContext } from "../context";
import { type IamOperation, iamOperations } from "./api";
import type { QueryOperation, QueryService } from "../core/queryProtocol";
import { verifiedSession } from "../core/signature";
import type { XmlElements } from "../core/xml";

/** AWS IAM, as far as somebody looks at roles, policies and identity providers: nothing is changed here. */
export const iam: QueryService = {
  ...{ prefix: "iam", title: "IAM", version: "2010-05-08" },
  operations: new Map([...iamOperations].map(([name, operation]) => [name, performing(name, operation)] as const)),
};

/** Verifies a request's signature, then reads what it says, then asks for its sender's right, and only then answers. */
function performing(name: string, operation: IamOperation): QueryOperation {
  const action = `iam:${name}`;
  return async (context, parameters, request) => {
    const { session, resource, answer } = await readRequest(context, action, operation, parameters, request);
    try {
      authorize(context, session, action, resource);
    } catch (error) {
      // The query protocol's name for it: https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html
      throw error instanceof AwsError ? new AwsError("AccessDenied", error.message, error.status) : error;
    }
    return answer();
  };
}

interface AskedByCaller {
  readonly session: Session;
  readonly resource: string;
  readonly answer: () => XmlElements;
}

/** A refusal before the sender's right is asked for is logged as well. */
async function readRequest(
  context: SandboxContext,
  action: string,
  operation: IamOperation,
  parameters: URLSearchParams,
  request: FastifyRequest,
): Promise<AskedByCaller> {
  let who = "nobody (no valid signature)";
  try {
    const session = await verifiedSession(context, request, "iam");
    who = session.assumedRoleArn;
    return { session, ...operation(context.cloud, parameters) };
  } catch (error) {
    if (error instanceof AwsError) {
      // Whatever the request said may stand in the message, at any length.
      const reason = `${error.code}: ${error.message}`.slice(0, 500);
      context.decisions.add({ who, action, resource: "*" }, { allowed: false, reason });
    }
    throw error;
  }
}
