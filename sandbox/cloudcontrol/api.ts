import type {
  CancelResourceRequestCommandInput,
  CancelResourceRequestCommandOutput,
  CreateResourceCommandInput,
  CreateResourceCommandOutput,
  DeleteResourceCommandInput,
  DeleteResourceCommandOutput,
  GetResourceCommandInput,
  GetResourceCommandOutput,
  GetResourceRequestStatusCommandInput,
  GetResourceRequestStatusCommandOutput,
  HandlerErrorCode,
  ListResourceRequestsCommandInput,
  ListResourceRequestsCommandOutput,
  ListResourcesCommandInput,
  ListResourcesCommandOutput,
  ProgressEvent,
  UpdateResourceCommandInput,
  UpdateResourceCommandOutput,
} from "@aws-sdk/client-cloudcontrol";
import { randomUUID } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { parseJson } from "../../iam/json";
import { authorize, type SandboxContext } from "../context";
import { AwsError } from "../core/awsError";
import type { JsonService } from "../core/awsJson";
import { constraintError, rangeError } from "../core/constraints";
import type { Answer } from "../core/model";
import type { Operation } from "../core/operation";
import { pager } from "../core/pages";
import type { Requester } from "../sts/sts";
import { domainHandler } from "./domain";
import { type Caller, handlerErrorCode, invalidRequest, type ResourceHandler } from "./handler";
import { PatchError, patched } from "./jsonPatch";
import { readModel, writeModel } from "./model";
import { packageGroupHandler } from "./packageGroup";
import { repositoryHandler } from "./repository";
import type { ResourceRequest } from "./requests";

const handlers: ReadonlyMap<string, ResourceHandler> = new Map(
  [domainHandler, repositoryHandler, packageGroupHandler].map((handler) => [
    handler.typeName,
    handler as ResourceHandler,
  ]),
);

const createResource: Operation<CreateResourceCommandInput, CreateResourceCommandOutput> = (context, input) => {
  checkClientToken(input.ClientToken);
  return {
    resource: "*",
    answer: (session) => {
      const handler = handlerOf(input.TypeName);
      const desired = readModel(handler, input.DesiredState);
      const identifier = handler.identify(context.account, desired as never);
      return started(context, handler, "CREATE", identifier, input, () => {
        requireNoReadOnly(handler, desired);
        handler.create(callerOf(context, session), desired as never);
      });
    },
  };
};

const getResource: Operation<GetResourceCommandInput, GetResourceCommandOutput> = (context, input) => {
  const { TypeName: typeName, Identifier: identifier } = input;
  return {
    resource: "*",
    answer: (session) => {
      const properties = read(callerOf(context, session), handlerOf(typeName), identifier);
      return {
        TypeName: typeName,
        ResourceDescription: { Identifier: identifier, Properties: JSON.stringify(properties) },
      };
    },
  };
};

const updateResource: Operation<UpdateResourceCommandInput, UpdateResourceCommandOutput> = (context, input) => {
  checkClientToken(input.ClientToken);
  return {
    resource: "*",
    answer: (session) => {
      const handler = handlerOf(input.TypeName);
      const caller = callerOf(context, session);
      const { Identifier: identifier } = input;
      if (context.account.resourceRequests.known(input.ClientToken, JSON.stringify(input)) !== undefined) {
        return started(context, handler, "UPDATE", identifier, input, () => undefined);
      }
      const current = read(caller, handler, identifier);
      const target = patch(current, input.PatchDocument);
      for (const [kind, names] of [
        ["createOnlyProperties", handler.createOnly],
        ["readOnlyProperties", handler.readOnly],
      ] as const) {
        const changed = names.filter((name) => !isDeepStrictEqual(current[name], target[name]));
        if (changed.length > 0) {
          const paths = changed.map((name) => `/properties/${name}`).join(", ");
          throw new AwsError("NotUpdatableException", `Invalid patch update: ${kind} [${paths}] cannot be updated`);
        }
      }
      const desired = readModel(handler, JSON.stringify(target));
      return started(context, handler, "UPDATE", identifier, input, () => {
        handler.update(caller, identifier, desired as never);
      });
    },
  };
};

const deleteResource: Operation<DeleteResourceCommandInput, DeleteResourceCommandOutput> = (context, input) => {
  checkClientToken(input.ClientToken);
  return {
    resource: "*",
    answer: (session) => {
      const handler = handlerOf(input.TypeName);
      return started(context, handler, "DELETE", input.Identifier, input, () => {
        handler.delete(callerOf(context, session), input.Identifier);
      });
    },
  };
};

const listResources: Operation<ListResourcesCommandInput, ListResourcesCommandOutput> = (context, input) => {
  const page = pageOf("ListResources", input);
  return {
    resource: "*",
    answer: (session) => {
      const handler = handlerOf(input.TypeName);
      const model = parseJson(input.ResourceModel ?? "{}")?.value as { readonly DomainName?: string } | undefined;
      const filter = { domainName: model?.DomainName };
      const all = handled(handler, () => handler.list(callerOf(context, session), filter as never));
      const { items, nextToken } = page(all, (arn) => arn);
      const descriptions = items.map((arn) => ({ Identifier: arn, Properties: JSON.stringify({ Arn: arn }) }));
      return { TypeName: input.TypeName, ResourceDescriptions: descriptions, NextToken: nextToken };
    },
  };
};

const getResourceRequestStatus: Operation<
  GetResourceRequestStatusCommandInput,
  GetResourceRequestStatusCommandOutput
> = ({ account }, { RequestToken: token }) => ({
  resource: "*",
  answer: () => ({ ProgressEvent: progressOf(account.resourceRequests.get(token)) }),
});

/** Every request has ended when it can be cancelled. */
const cancelResourceRequest: Operation<CancelResourceRequestCommandInput, CancelResourceRequestCommandOutput> = (
  { account },
  { RequestToken: token },
) => ({
  resource: "*",
  answer: () => {
    const { status } = account.resourceRequests.get(token);
    throw invalidRequest(`Request ${token} is already in status ${status}`);
  },
});

const listResourceRequests: Operation<ListResourceRequestsCommandInput, ListResourceRequestsCommandOutput> = (
  { account },
  input,
) => {
  const { Operations: operations, OperationStatuses: statuses } = input.ResourceRequestStatusFilter ?? {};
  const page = pageOf("ListResourceRequests", input);
  return {
    resource: "*",
    answer: () => {
      const found = account.resourceRequests
        .list()
        .filter(({ operation }) => operations === undefined || operations.includes(operation))
        .filter(({ status }) => statuses === undefined || statuses.includes(status));
      const { items, nextToken } = page(found, ({ requestToken }) => requestToken);
      return { ResourceRequestStatusSummaries: items.map(progressOf), NextToken: nextToken };
    },
  };
};

/** AWS Cloud Control: domains, repositories and package groups of CodeArtifact as resources of CloudFormation's types. */
export const cloudControl: JsonService = {
  name: "cloudcontrolapi",
  prefix: "cloudformation",
  title: "Cloud Control",
  target: "CloudApiService",
  version: "1.0",
  sdk: () => import("@aws-sdk/client-cloudcontrol"),
  invalid: invalidRequest,
  // Each at https://docs.aws.amazon.com/cloudcontrolapi/latest/APIReference/API_NAME.html
  operations: new Map(
    Object.entries<Operation<never, object>>({
      CreateResource: createResource,
      GetResource: getResource,
      UpdateResource: updateResource,
      DeleteResource: deleteResource,
      ListResources: listResources,
      GetResourceRequestStatus: getResourceRequestStatus,
      CancelResourceRequest: cancelResourceRequest,
      ListResourceRequests: listResourceRequests,
    }),
  ),
};

/** @throws TypeNotFoundException */
function handlerOf(typeName: string): ResourceHandler {
  const handler = handlers.get(typeName);
  if (handler === undefined) {
    throw new AwsError("TypeNotFoundException", `The type '${typeName}' cannot be found.`);
  }
  return handler;
}

/** A handler acts with the permissions of the session that asks for it. */
function callerOf(context: SandboxContext, session: Requester): Caller {
  const via = { "aws:ViaAWSService": "true", "aws:CalledVia": ["cloudformation.amazonaws.com"] };
  return {
    account: context.account,
    allow: (action, resource, conditions = {}) => {
      authorize(context, session, action, resource, { ...conditions, ...via });
    },
    deletePackages: (place) => {
      void context.packages.deleteAll(place);
    },
  };
}

/** Carries a request out, and answers as AWS does while it is under way. */
function started(
  { account }: SandboxContext,
  { typeName }: ResourceHandler,
  operation: ResourceRequest["operation"],
  identifier: string,
  input: { readonly ClientToken?: string },
  carryOut: () => void,
): { readonly ProgressEvent: Answer<ProgressEvent> } {
  const content = JSON.stringify(input);
  const known = account.resourceRequests.known(input.ClientToken, content);
  const request =
    known ??
    account.resourceRequests.add(
      { typeName, operation, identifier, ...outcomeOf(carryOut) },
      input.ClientToken,
      content,
    );
  return {
    ProgressEvent: {
      TypeName: typeName,
      Identifier: identifier,
      RequestToken: request.requestToken,
      Operation: operation,
      OperationStatus: "IN_PROGRESS",
      EventTime: request.eventTime,
    },
  };
}

function outcomeOf(carryOut: () => void): Pick<ResourceRequest, "status" | "errorCode" | "statusMessage"> {
  try {
    carryOut();
    return { status: "SUCCESS" };
  } catch (error) {
    if (error instanceof AwsError) {
      return { status: "FAILED", errorCode: handlerErrorCode(error.code), statusMessage: error.message };
    }
    throw error;
  }
}

function progressOf(request: ResourceRequest): Answer<ProgressEvent> {
  return {
    TypeName: request.typeName,
    Identifier: request.identifier,
    RequestToken: request.requestToken,
    Operation: request.operation,
    OperationStatus: request.status,
    EventTime: request.eventTime,
    StatusMessage: request.statusMessage,
    ErrorCode: request.errorCode as HandlerErrorCode | undefined,
  };
}

function read(caller: Caller, handler: ResourceHandler, identifier: string): Readonly<Record<string, unknown>> {
  return writeModel(
    handler,
    handled(handler, () => handler.read(caller, identifier)),
  );
}

/** What a handler answers, or its error as Cloud Control words it. */
function handled<Result>({ typeName }: ResourceHandler, call: () => Result): Result {
  try {
    return call();
  } catch (error) {
    if (!(error instanceof AwsError)) {
      throw error;
    }
    const code = handlerErrorCode(error.code);
    // https://github.com/localstack/localstack/blob/main/tests/aws/services/cloudcontrol/test_cloudcontrol_api.snapshot.json
    const about = `HandlerErrorCode: ${code}, RequestToken: ${randomUUID()}`;
    const message = `${typeName} Handler returned status FAILED: ${error.message} (${about})`;
    throw new AwsError(exceptions[code] ?? "HandlerFailureException", message);
  }
}

const exceptions: Readonly<Record<string, string>> = {
  AccessDenied: "AccessDeniedException",
  AlreadyExists: "AlreadyExistsException",
  InvalidRequest: "InvalidRequestException",
  NotFound: "ResourceNotFoundException",
  ServiceLimitExceeded: "ServiceLimitExceededException",
  GeneralServiceException: "GeneralServiceException",
};

/** A resource's properties with a patch applied. */
function patch(current: object, text: string): Readonly<Record<string, unknown>> {
  try {
    return patched(current, parseJson(text)?.value) as Readonly<Record<string, unknown>>;
  } catch (error) {
    throw error instanceof PatchError ? invalidRequest(`Invalid patch document: ${error.message}.`) : error;
  }
}

function requireNoReadOnly(handler: ResourceHandler, desired: object): void {
  const properties = writeModel(handler, desired);
  const given = handler.readOnly.filter((name) => name in properties && !handler.createOnly.includes(name));
  if (given.length > 0) {
    throw invalidRequest(`Attempting to set a ReadOnly Property: ${given.join(", ")}.`);
  }
}

function checkClientToken(token: string | undefined): void {
  const error = constraintError("clientToken", token, { minLength: 1, maxLength: 128, pattern: "[-A-Za-z0-9+/=]+" });
  if (error !== undefined) {
    throw invalidRequest(error);
  }
}

function pageOf(operation: string, input: { readonly MaxResults?: number; readonly NextToken?: string }) {
  const { MaxResults: size = 20, NextToken: token, ...list } = input;
  const error = rangeError("maxResults", size, 1, 100);
  const page = pager(JSON.stringify([operation, list]), size, token);
  if (error !== undefined || page === undefined) {
    throw invalidRequest(error ?? "Invalid NextToken: give the one that the page before ended with.");
  }
  return page;
}
