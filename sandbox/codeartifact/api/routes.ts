import { randomUUID } from "node:crypto";
import * as sdk from "@aws-sdk/client-codeartifact";
import type { FastifyError, FastifyPluginAsync, FastifyReply, FastifyRequest } from "fastify";
import type { SandboxContext } from "../../context";
import { AwsError } from "../../core/awsError";
import { type OperationModel, operationsOf } from "../../core/model";
import { type Operation, perform } from "../../core/operation";
import { readBodiesAsBytes } from "../../core/requests";
import { readInput, sendAnswer } from "../../core/restJson";
import { beyondLimit, type OwnLimit, ownLimits } from "../../ownLimits";
import { CodeArtifactError, invalidField } from "../errors";
import { copyOperations } from "./copyPackageVersions";
import { domainOperations } from "./domains";
import { packageGroupOperations } from "./packageGroups";
import { packageOperations } from "./packages";
import { packageVersionOperations } from "./packageVersions";
import { publishOperations } from "./publishPackageVersion";
import { repositoryOperations } from "./repositories";
import { tagOperations } from "./tags";

/** Every operation of CodeArtifact's API. */
export const models = operationsOf(sdk);

/** What each operation does, by its name. */
export const operations: ReadonlyMap<string, Operation<never, object>> = new Map(
  Object.entries({
    ...domainOperations,
    ...repositoryOperations,
    ...packageGroupOperations,
    ...packageOperations,
    ...packageVersionOperations,
    ...publishOperations,
    ...copyOperations,
    ...tagOperations,
  }),
);

/** CodeArtifact's API under `/v1/`, in the protocol restJson1. */
export function codeartifactRoutes(context: SandboxContext): FastifyPluginAsync {
  // eslint-disable-next-line @typescript-eslint/require-await -- a plugin is async, or takes a callback
  return async (server) => {
    readBodiesAsBytes(server, ownLimits.apiBody.most);
    server.addHook("onRequest", (_request, reply, done) => {
      void reply.header("x-amzn-requestid", randomUUID());
      done();
    });
    server.setErrorHandler((error: FastifyError | AwsError, _request, reply) => {
      sendError(reply, error);
    });
    for (const [name, operation] of operations) {
      const model = models.get(name);
      const [method, url] = model?.http ?? [];
      if (model !== undefined) {
        server.route({
          method: method ?? [],
          url: url ?? "",
          exposeHeadRoute: false,
          bodyLimit: bodyLimitOf(model).most,
          errorHandler: (error, _request, reply) => {
            sendError(reply, error, bodyLimitOf(model));
          },
          handler: async (request, reply) => sendAnswer(reply, model, await answer(context, model, operation, request)),
        });
      }
    }
    server.all("/v1/*", ({ method, url }) => {
      const [path = ""] = url.split("?");
      throw new AwsError("UnknownOperationException", `CodeArtifact has no operation ${method} ${path}.`, 404);
    });
  };
}

/** @throws AwsError as AWS does */
function answer(
  context: SandboxContext,
  model: OperationModel,
  operation: Operation<never, object>,
  request: FastifyRequest,
): Promise<object> {
  const check = () => {
    const input = readInput(model, request, invalidField);
    return { input, ...operation(context, input as never) };
  };
  const comparer = takesAsset(model) ? "operation" : "signature";
  return perform(context, "codeartifact", `codeartifact:${model.name}`, check, request, comparer);
}

function bodyLimitOf(model: OperationModel): OwnLimit {
  return takesAsset(model) ? ownLimits.publishedAsset : ownLimits.apiBody;
}

/** Whether the body is an asset, whose SHA-256 is a member of the request: `x-amz-content-sha256`. */
function takesAsset({ input }: OperationModel): boolean {
  return [...input.structIterator()].some(([, schema]) => schema.getMergedTraits().httpPayload !== undefined);
}

function sendError(reply: FastifyReply, error: FastifyError | AwsError, bodyLimit?: OwnLimit): void {
  const { code, status, message } = described(error, bodyLimit);
  const members = error instanceof CodeArtifactError ? error.members : {};
  void reply
    .code(status)
    .header("x-amzn-errortype", code)
    .type("application/json")
    .send(JSON.stringify({ message, ...members }));
}

/** An error of HTTP has its own status. An error of the sandbox itself discloses nothing. */
function described(
  error: FastifyError | AwsError,
  bodyLimit: OwnLimit = ownLimits.apiBody,
): Pick<AwsError, "code" | "status" | "message"> {
  if (error instanceof AwsError) {
    return error;
  }
  const { statusCode = 500, message } = error;
  if (statusCode === 413) {
    const code = "RequestEntityTooLargeException";
    return { code, status: statusCode, message: beyondLimit(bodyLimit, "The request's body has") };
  }
  if (statusCode < 500) {
    return { code: "MalformedHttpRequestException", status: statusCode, message };
  }
  return {
    code: "InternalServerException",
    status: 500,
    message: "The request processing has failed: this is an error of the sandbox.",
  };
}
