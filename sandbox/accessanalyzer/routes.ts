import { randomUUID } from "node:crypto";
import * as sdk from "@aws-sdk/client-accessanalyzer";
import type { FastifyError, FastifyPluginAsync, FastifyReply, FastifyRequest } from "fastify";
import type { SandboxContext } from "../context";
import { AwsError, notModelled } from "../core/awsError";
import { type OperationModel, operationsOf } from "../core/model";
import { type Operation, perform } from "../core/operation";
import { addSelection, readBodiesAsBytes, signedFor } from "../core/requests";
import { findOperation } from "../core/restPaths";
import { readInput, sendAnswer } from "../core/restJson";
import { beyondLimit, ownLimits } from "../ownLimits";
import { invalidField, validatePolicy } from "./validatePolicy";

/** Every operation of IAM Access Analyzer's API, modelled here or not. */
export const models = operationsOf(sdk);

/** The operations that are modelled here, by their names. */
export const operations: ReadonlyMap<string, Operation<never, object>> = new Map([["ValidatePolicy", validatePolicy]]);

/** IAM Access Analyzer, in the protocol restJson1, for requests that are signed for it: S3 takes any path as a bucket and a key. */
export function accessAnalyzerRoutes(context: SandboxContext): FastifyPluginAsync {
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
    const constraints = addSelection(server, signedFor("access-analyzer"));
    server.route({
      method: ["GET", "PUT", "POST", "DELETE"],
      url: "/*",
      constraints,
      handler: async (request, reply) => {
        const found = findOperation(models, request);
        if (found === undefined) {
          const [path = ""] = request.url.split("?");
          throw new AwsError(
            "UnknownOperationException",
            `IAM Access Analyzer has no operation ${request.method} ${path}.`,
            404,
          );
        }
        return sendAnswer(reply, found.model, await answer(context, found.model, found.labels, request));
      },
    });
  };
}

/** @throws AwsError as AWS does, or 501 for an operation that is not modelled */
function answer(
  context: SandboxContext,
  model: OperationModel,
  labels: Readonly<Record<string, string>>,
  request: FastifyRequest,
): Promise<object> {
  const check = () => {
    const operation = operations.get(model.name);
    if (operation === undefined) {
      throw notModelled(`access-analyzer:${model.name} is not modelled.`);
    }
    const input = readInput(model, request, invalidField, labels);
    return { ...operation(context, input as never), input };
  };
  return perform(context, "access-analyzer", `access-analyzer:${model.name}`, check, request);
}

function sendError(reply: FastifyReply, error: FastifyError | AwsError): void {
  const { code, status, message } = described(error);
  // The model requires a reason of the error that has one.
  const reason = code === "ValidationException" ? { reason: "fieldValidationFailed" } : {};
  void reply
    .code(status)
    .header("x-amzn-errortype", code)
    .type("application/json")
    .send(JSON.stringify({ message, ...reason }));
}

/** An error of HTTP has its own status. An error of the sandbox itself discloses nothing. */
function described(error: FastifyError | AwsError): Pick<AwsError, "code" | "status" | "message"> {
  if (error instanceof AwsError) {
    return error;
  }
  const { statusCode = 500, message } = error;
  if (statusCode === 413) {
    return {
      code: "RequestEntityTooLargeException",
      status: statusCode,
      message: beyondLimit(ownLimits.apiBody, "The request's body has"),
    };
  }
  return statusCode < 500
    ? { code: "ValidationException", status: statusCode, message }
    : {
        code: "InternalServerException",
        status: 500,
        message: "The request processing has failed: this is an error of the sandbox.",
      };
}
