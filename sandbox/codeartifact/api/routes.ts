import { randomUUID } from "node:crypto";
import type { FastifyError, FastifyPluginAsync, FastifyReply } from "fastify";
import { CodeArtifactError } from "../errors";
import { AwsError } from "../../core/awsError";
import { beyond, ownLimits } from "../../ownLimits";
import type { SandboxContext } from "../../context";
import { type Answer, AssetAnswer } from "./operation";
import { perform } from "./perform";
import { operationAt } from "./routeTable";

/** CodeArtifact's API under `/v1/`, in the protocol restJson1. */
export function codeartifactRoutes(context: SandboxContext): FastifyPluginAsync {
  // eslint-disable-next-line @typescript-eslint/require-await -- a plugin is async, or takes a callback
  return async (server) => {
    server.removeAllContentTypeParsers();
    // The signature is of the bytes, whatever they are said to be.
    server.addContentTypeParser(
      "*",
      { parseAs: "buffer", bodyLimit: ownLimits.apiBody.most },
      (_request, body, done) => {
        done(null, body);
      },
    );
    server.addHook("onRequest", (_request, reply, done) => {
      void reply.header("x-amzn-requestid", randomUUID());
      done();
    });
    server.setErrorHandler((error: FastifyError | AwsError, _request, reply) => {
      sendError(reply, error);
    });
    server.all("/v1/*", async (request, reply) => {
      const [path = ""] = request.url.split("?");
      const name = operationAt(request.method, path);
      if (name === undefined) {
        throw new AwsError(
          "UnknownOperationException",
          `CodeArtifact has no operation ${request.method} ${path}.`,
          404,
        );
      }
      return sendAnswer(reply, await perform(context, name, request));
    });
  };
}

function sendAnswer(reply: FastifyReply, answer: Answer): FastifyReply {
  if (answer instanceof AssetAnswer) {
    return reply.headers(answer.headers).type("application/octet-stream").send(answer.bytes);
  }
  return answer === undefined ? reply.send() : reply.type("application/json").send(JSON.stringify(answer));
}

function sendError(reply: FastifyReply, error: FastifyError | AwsError): void {
  const { code, status, message } = described(error);
  const members = error instanceof CodeArtifactError ? error.members : {};
  void reply
    .code(status)
    .header("x-amzn-errortype", code)
    .type("application/json")
    .send(JSON.stringify({ message, ...members }));
}

/** What is wrong by HTTP has a status of its own; what is wrong here tells nothing. */
function described(error: FastifyError | AwsError): Pick<AwsError, "code" | "status" | "message"> {
  if (error instanceof AwsError) {
    return error;
  }
  const { statusCode = 500, message } = error;
  if (statusCode === 413) {
    const code = "RequestEntityTooLargeException";
    return { code, status: statusCode, message: beyond(ownLimits.apiBody, "The request's body has") };
  }
  if (statusCode < 500) {
    return { code: "MalformedHttpRequestException", status: statusCode, message };
  }
  return {
    code: "InternalServerException",
    status: 500,
    message: "The request processing has failed: this is the sandbox's fault.",
  };
}
