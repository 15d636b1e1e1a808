import type { FunctionConfiguration } from "@aws-sdk/client-lambda";
import type { SeenVersion } from "../functions";
import { lambdaTime } from "./layers";

/** A function's version as answers describe it: https://docs.aws.amazon.com/lambda/latest/api/API_FunctionConfiguration.html */
export function configurationOf({ settings, code, ...version }: SeenVersion): FunctionConfiguration {
  const { environment, layers, ...own } = settings;
  return {
    FunctionName: version.reference.name,
    FunctionArn: version.arn,
    Version: version.version,
    RevisionId: version.revisionId,
    LastModified: lambdaTime(version.lastModified),
    Runtime: own.runtime,
    Role: own.role,
    Handler: own.handler,
    Description: own.description,
    Timeout: own.timeout,
    MemorySize: own.memorySize,
    Architectures: [own.architecture],
    PackageType: "Zip",
    CodeSha256: code.sha256,
    CodeSize: code.bytes.length,
    ...(environment === undefined ? {} : { Environment: { Variables: { ...environment } } }),
    ...(layers.length === 0
      ? {}
      : { Layers: layers.map(({ arn, code }) => ({ Arn: arn, CodeSize: code.bytes.length })) }),
    ...stateOf(version.progress),
  };
}

/** Source: https://docs.aws.amazon.com/lambda/latest/dg/functions-states.html */
function stateOf(progress: SeenVersion["progress"]) {
  switch (progress) {
    case "creating":
      return {
        State: "Pending",
        StateReason: "The function is being created.",
        StateReasonCode: "Creating",
      } as const;
    case "updating":
      return {
        State: "Active",
        LastUpdateStatus: "InProgress",
        LastUpdateStatusReason: "The function is being updated.",
      } as const;
    case "ready":
      return { State: "Active", LastUpdateStatus: "Successful" } as const;
  }
}
