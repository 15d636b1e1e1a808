import { randomUUID } from "node:crypto";
import * as sdk from "@aws-sdk/client-codeartifact";
import { JsonShapeSerializer2 } from "@smithy/core/protocols";
import type { FastifyError, FastifyPluginAsync, FastifyReply, FastifyRequest } from "fastify";
import { authorize, type SandboxContext } from "../../context";
import { AwsError } from "../../core/awsError";
import { type OperationModel, operationsOf } from "../../core/model";
import { verifiedSession } from "../../core/signature";
import { beyond, ownLimits } from "../../ownLimits";
import type { Session } from "../../sts/session";
import { CodeArtifactError, notModelled } from "../errors";
import { domainOperations } from "./domains";
import type { CheckedOperation, Operation } from "./operation";
import { packageGroupOperations } from "./packageGroups";
import { packageOperations } from "./packages";
import { packageVersionOperations } from "./packageVersions";
import { repositoryOperations } from "./repositories";
import { readInput } from "./request";
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
        handler: async (request, reply) => sendAnswer(reply, model, await perform(context, model, request)),
      });
    }
    server.all("/v1/*", ({ method, url }) => {
      const [path = ""] = url.split("?");
      throw new AwsError("UnknownOperationException", `CodeArtifact has no operation ${method} ${path}.`, 404);
    });
  };
}

/**
 * Verifies the signature, decodes and checks the request, decides the sender's permission, and only then looks at what
 * exists. An error at any step before the last is logged.
 *
 * @throws AwsError as AWS does, or 501 for an operation that is not modelled
 */
async function perform(context: SandboxContext, model: OperationModel, request: FastifyRequest): Promise<object> {
  const action = `codeartifact:${model.name}`;
  const { session, checked } = await readRequest(context, model, action, request);
  if (checked.authorize === undefined) {
    authorize(context, session, action, checked.resource);
  } else {
    checked.authorize(session);
  }
  return checked.answer(session);
}

async function readRequest(
  context: SandboxContext,
  model: OperationModel,
  action: string,
  request: FastifyRequest,
): Promise<{ readonly session: Session; readonly checked: CheckedOperation<object> }> {
  let who = "nobody (no valid signature)";
  try {
    const session = await verifiedSession(context, request);
    who = session.assumedRoleArn;
    const operation = operations.get(model.name);
    if (operation === undefined) {
      throw notModelled(`${action} is not modelled.`);
    }
    return { session, checked: operation(context, readInput(model, request) as never) };
  } catch (error) {
    if (error instanceof AwsError) {
      // The message may quote the request at any length.
      const reason = `${error.code}: ${error.message}`.slice(0, 500);
      context.decisions.add({ who, action, resource: "*" }, { allowed: false, reason });
    }
    throw error;
  }
}

/** The members go where the model says: into headers, or into the body, as JSON or as bytes. */
function sendAnswer(reply: FastifyReply, { output }: OperationModel, answer: object): FastifyReply {
  const values = answer as Readonly<Record<string, unknown>>;
  const members = [...output.structIterator()];
  for (const [name, schema] of members) {
    const { httpHeader } = schema.getMergedTraits();
    if (httpHeader !== undefined) {
      void reply.header(httpHeader, values[name]);
    }
  }
  const payload = members.find(([, schema]) => schema.getMergedTraits().httpPayload !== undefined);
  if (payload !== undefined) {
    return reply.type("application/octet-stream").send(values[payload[0]]);
  }
  if (members.length === 0) {
    return reply.send();
  }
  const serializer = new JsonShapeSerializer2({ jsonName: true, timestampFormat: { useTrait: true, default: 7 } });
  serializer.write(output, answer);
  return reply.type("application/json").send(Buffer.from(serializer.flush()));
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
