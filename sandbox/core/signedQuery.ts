import type { RequestContext } from "../../iam/evaluate";
import { authorize, type SandboxContext } from "../context";
import { AwsError } from "./awsError";
import type { Decoded } from "./model";
import { type Operation, perform } from "./operation";
import type { QueryOperation } from "./queryProtocol";
import type { SignedService } from "./signature";

/** An operation, with the condition keys that its permission is decided with beside those of every request. */
export type ConditionedOperation<Input, Output> = (
  context: SandboxContext,
  input: Decoded<Input>,
) => ReturnType<Operation<Input, Output>> & {
  /** @default - none */
  readonly conditions?: RequestContext;
};

/** An operation of the query protocol that only a signed request with the permission of the same name can ask for. */
export function signedQuery(
  service: SignedService,
  name: string,
  operation: ConditionedOperation<never, object>,
): QueryOperation<never, object> {
  const action = `${service}:${name}`;
  return async (context, read, request) => {
    try {
      return await perform(
        context,
        service,
        action,
        () => {
          const input = read();
          const { conditions, ...checked } = operation(context, input);
          return {
            input,
            authorize: (session) => {
              authorize(context, session, action, checked.resource, conditions);
            },
            ...checked,
          };
        },
        request,
      );
    } catch (error) {
      // The query protocol's name for it: https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html
      throw error instanceof AwsError && error.code === "AccessDeniedException"
        ? new AwsError("AccessDenied", error.message, error.status)
        : error;
    }
  };
}
