import { AwsError } from "./awsError";
import { type Operation, perform } from "./operation";
import type { QueryOperation } from "./queryProtocol";
import type { SignedService } from "./signature";

/** An operation of the query protocol that only a signed request with the permission of the same name can ask for. */
export function signedQuery(
  service: SignedService,
  name: string,
  operation: Operation<never, object>,
): QueryOperation<never, object> {
  return async (context, read, request) => {
    const check = () => {
      const input = read();
      return { ...operation(context, input), input };
    };
    try {
      return await perform(context, service, `${service}:${name}`, check, request);
    } catch (error) {
      // The query protocol's name for it: https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html
      throw error instanceof AwsError && error.code === "AccessDeniedException"
        ? new AwsError("AccessDenied", error.message, error.status)
        : error;
    }
  };
}
