import { randomUUID } from "node:crypto";
import * as sdk from "@aws-sdk/client-lambda";
import type { FastifyError, FastifyPluginAsync, FastifyReply, FastifyRequest } from "fastify";
import type { SandboxContext } from "../../context";
import { AwsError, notModelled } from "../../core/awsError";
import { type OperationModel, operationsOf } from "../../core/model";
import { type Operation, perform } from "../../core/operation";
import { readBodiesAsBytes } from "../../core/requests";
import { findOperation } from "../../core/restPaths";
import { readInput, sendAnswer } from "../../core/restJson";
import { withoutTokens } from "../../decisionLog";
import { invalidField } from "../errors";
import { aliasOperations } from "./aliases";
import { codeDownloads } from "./downloads";
import { functionOperations } from "./functions";
import { layerOperations } from "./layers";
import { versionOperations } from "./versions";

/** Every operation of Lambda's API, modelled here or not. */
export const models = operationsOf(sdk);

/** The operations that are modelled here, by their names. */
export const operations: ReadonlyMap<string, Operation<never, object>> = new Map(
  Object.entries({ ...layerOperations, ...functionOperations, ...versionOperations, ...aliasOperations }),
);

/**
 * Most bytes of a request: 50 MB of zip file in base64. The text of AWS's error names the number.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
export const mostRequestBytes = 69_905_067;

/** The dates that the paths of Lambda's API begin with. */
const dates = [...new Set([...models.values()].map(({ http }) => http?.[1].split("/")[1] ?? ""))];

/** Lambda's API under `/DATE/…`, in the protocol restJson1. */
export function lambdaRoutes(context: SandboxContext): FastifyPluginAsync {
  // eslint-disable-next-line @typescript-eslint/require-await -- a plugin is async, or takes a callback
  return async (server) => {
    readBodiesAsBytes(server, mostRequestBytes);
    server.addHook("onRequest", (_request, reply, done) => {
      void reply.header("x-amzn-requestid", randomUUID());
      done();
    });
    server.setErrorHandler((error: FastifyError | AwsError, request, reply) => {
      sendError(reply, error, findOperation(models, request)?.model.name ?? "requested");
    });
    for (const date of dates) {
      server.all(`/${date}/*`, async (request, reply) => {
        const found = findOperation(models, request);
        if (found === undefined) {
          const [path = ""] = request.url.split("?");
          throw new AwsError("UnknownOperationException", `Lambda has no operation ${request.method} ${path}.`, 404);
        }
        return sendAnswer(reply, found.model, await answer(context, found.model, found.labels, request));
      });
    }
    codeDownloads(context, server);
  };
}

/** @throws AwsError as AWS does, or 501 for an operation that is not modelled */
function answer(
  context: SandboxContext,
  model: OperationModel,
  labels: Readonly<Record<string, string>>,
  request: FastifyRequest,
): Promise<object> {
  const action = actionOf(model.name);
  const check = () => {
    const operation = operations.get(model.name);
    if (operation === undefined) {
      throw notModelled(`lambda:${model.name} is not modelled.`);
    }
    const input = readInput(model, request, invalidField, labels);
    return { ...operation(context, input as never), input };
  };
  return perform(context, "lambda", action, check, request);
}

/** One action of IAM is of two operations. */
function actionOf(operation: string): string {
  return `lambda:${operation === "GetLayerVersionByArn" ? "GetLayerVersion" : operation}`;
}

/** The members of an error are named as its schema names them: `Message` or `message`. */
function sendError(reply: FastifyReply, error: FastifyError | AwsError, operation: string): void {
  const { code, status, message } = described(error, operation);
  const schema = (sdk as Readonly<Record<string, unknown>>)[`${code}$`];
  const members = Array.isArray(schema) ? (schema[4] as readonly string[]) : ["message"];
  const name = members.includes("Message") ? "Message" : "message";
  void reply
    .code(status)
    .header("x-amzn-errortype", code)
    .type("application/json")
    .send(JSON.stringify({ Type: status < 500 ? "User" : "Service", [name]: withoutTokens(message) }));
}

/** An error of HTTP has its own status. An error of the sandbox itself discloses nothing. */
function described(error: FastifyError | AwsError, operation: string): Pick<AwsError, "code" | "status" | "message"> {
  if (error instanceof AwsError) {
    return error;
  }
  const { statusCode = 500, message } = error;
  if (statusCode === 413) {
    const rule = `Request must be smaller than ${mostRequestBytes} bytes for the ${operation} operation`;
    return { code: "RequestEntityTooLargeException", status: statusCode, message: rule };
  }
  if (statusCode < 500) {
    return { code: "InvalidRequestContentException", status: statusCode, message };
  }
  return {
    code: "ServiceException",
    status: 500,
    message: "The request processing has failed: this is an error of the sandbox.",
  };
}
