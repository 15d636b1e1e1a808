import type { AwsError } from "../../core/awsError";
import { worded } from "./errors";

type Operation = "CREATE" | "READ" | "UPDATE" | "DELETE";

/**
 * Does something through Cloud Control, which answers every refusal with a code of its own.
 * Source: throwCfnException of the handlers, and
 * https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-test-contract-errors.html
 *
 * @param identifier - how messages name the resource
 * @throws ProviderError
 */
export function cloudControl<Answer>(operation: Operation, identifier: string, call: () => Answer): Answer {
  return worded(call, (refusal) => `operation ${operation} failed with ${described(refusal, identifier)}`);
}

const handlerCodes: Readonly<Record<string, string>> = {
  AccessDeniedException: "AccessDenied",
  ConflictException: "AlreadyExists",
  ResourceNotFoundException: "NotFound",
  ServiceQuotaExceededException: "ServiceLimitExceeded",
  ValidationException: "InvalidRequest",
  InternalServerException: "ServiceInternalError",
};

function described({ code, message }: AwsError, identifier: string): string {
  const handlerCode = handlerCodes[code] ?? "GeneralServiceException";
  const resource = `Resource of type 'AWS::CodeArtifact::PackageGroup' with identifier '${identifier}'`;
  switch (handlerCode) {
    case "AlreadyExists":
      return `"${handlerCode}": ${resource} already exists.`;
    case "NotFound":
      return `"${handlerCode}": ${resource} was not found. (${message})`;
    default:
      return `"${handlerCode}": ${message}`;
  }
}
