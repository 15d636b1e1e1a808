import { randomUUID } from "node:crypto";
import * as sdk from "@aws-sdk/client-codeartifact";
import { packageArn } from "../../../iam/arns";
import type { FastifyError, FastifyPluginAsync, FastifyReply, FastifyRequest } from "fastify";
import type { SandboxContext } from "../../context";
import { AwsError, notModelled } from "../../core/awsError";
import { type OperationModel, operationsOf } from "../../core/model";
import { type Operation, perform } from "../../core/operation";
import { readInput, sendAnswer } from "../../core/restJson";
import { beyondLimit, ownLimits } from "../../ownLimits";
import { CodeArtifactError, invalidField } from "../errors";
import { repositoryArn } from "../names";
import { repositoryOf } from "./checks";
import { copyOperations } from "./copyPackageVersions";
import { domainOperations } from "./domains";
import { packageGroupOperations } from "./packageGroups";
import { packageOperations } from "./packages";
import { packageVersionOperations } from "./packageVersions";
import { repositoryOperations } from "./repositories";
import { tagOperations } from "./tags";

/** Every operation of CodeArtifact's API, modelled here or not. */
export const models = operationsOf(sdk);

/** The operations that are modelled here, by their names. */
export const operations: ReadonlyMap<string, Operation<never, object>> = new Map(
  Object.entries({
    ...domainOperations,
    ...repositoryOperations,
    ...packageGroupOperations,
    ...packageOperations,
    ...packageVersionOperations,
    ...copyOperations,
    ...tagOperations,
  }),
);

/** CodeArtifact's API under `/v1/`, in the protocol restJson1. */
export function codeartifactRoutes(context: SandboxContext): FastifyPluginAsync {
  // eslint-disable-next-line @typescript-eslint/require-await -- a plugin is async, or takes a callback
  return async (server) => {
    server.removeAllContentTypeParsers();
    // The signature covers the bytes, whatever their content type.
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
    for (const model of models.values()) {
      const [method, url] = model.http ?? [];
      server.route({
        method: method ?? [],
        url: url ?? "",
        exposeHeadRoute: false,
        handler: async (request, reply) => sendAnswer(reply, model, await answer(context, model, request)),
      });
    }
    server.all("/v1/*", ({ method, url }) => {
      const [path = ""] = url.split("?");
      throw new AwsError("UnknownOperationException", `CodeArtifact has no operation ${method} ${path}.`, 404);
    });
  };
}

/** @throws AwsError as AWS does, or 501 for an operation that is not modelled */
function answer(context: SandboxContext, model: OperationModel, request: FastifyRequest): Promise<object> {
  const action = `codeartifact:${model.name}`;
  const check = () => {
    const input = readInput(model, request, invalidField);
    const operation = operations.get(model.name) ?? (() => unmodelled(context, action, { ...input }));
    return { ...operation(context, input as never), input };
  };
  return perform(context, "codeartifact", action, check, request);
}

/** An operation that is not modelled: a caller without the permission is denied it all the same. */
function unmodelled({ account }: SandboxContext, action: string, input: Readonly<Record<string, unknown>>) {
  // Each is about a package in a repository.
  const { domain, repository, package: name } = input;
  const place = repositoryOf({ domain: String(domain), repository: String(repository) });
  return {
    resource: packageArn(repositoryArn(account, place), String(name)),
    answer: () => {
      throw notModelled(`${action} is not modelled.`);
    },
  };
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

/** An error of HTTP has its own status. An error of the sandbox itself discloses nothing. */
function described(error: FastifyError | AwsError): Pick<AwsError, "code" | "status" | "message"> {
  if (error instanceof AwsError) {
    return error;
  }
  const { statusCode = 500, message } = error;
  if (statusCode === 413) {
    const code = "RequestEntityTooLargeException";
    return { code, status: statusCode, message: beyondLimit(ownLimits.apiBody, "The request's body has") };
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
