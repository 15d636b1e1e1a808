import { randomUUID } from "node:crypto";
import type { FastifyError, FastifyPluginAsync, FastifyReply, FastifyRequest } from "fastify";
import type { SandboxContext } from "../context";
import { withoutTokens } from "../decisionLog";
import { beyondLimit, ownLimits } from "../ownLimits";
import { AwsError, notModelled } from "./awsError";
import { type Invalid, readJson, readJsonBody, writeJson } from "./jsonShapes";
import { missingMembersError, type OperationModel, operationsOf } from "./model";
import { type Operation, perform } from "./operation";
import { addSelection, readBodiesAsBytes, type Selection } from "./requests";
import type { JsonServiceName } from "./signature";

/**
 * A service whose API has the protocol awsJson1.0 or awsJson1.1:
 * https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html
 */
export interface JsonService {
  /** What requests are signed for: `kms`. */
  readonly name: JsonServiceName;
  /**
   * How IAM names the service's actions.
   * @default - the name
   */
  readonly prefix?: string;
  readonly title: string;
  /** What `X-Amz-Target` has before the operation's name: `TrentService`. */
  readonly target: string;
  readonly version: "1.0" | "1.1";
  /** What the service's SDK client exports. It is loaded with the first request. */
  readonly sdk: () => Promise<object>;
  /** Makes the service's error for a request that does not fit AWS's model. */
  readonly invalid: Invalid;
  readonly operations: ReadonlyMap<string, Operation<never, object>>;
  /**
   * The ARN that an operation which is not modelled would act on.
   * @default - `*`
   */
  readonly resourceOf?: (context: SandboxContext, body: Readonly<Record<string, unknown>>) => string;
}

/** AWS services at `POST /`: `X-Amz-Target` names the operation, and request and answer are JSON. */
export function jsonRoutes(context: SandboxContext, services: readonly JsonService[]): FastifyPluginAsync {
  // eslint-disable-next-line @typescript-eslint/require-await -- a plugin is async, or takes a callback
  return async (server) => {
    readBodiesAsBytes(server, ownLimits.jsonBody.most);
    server.setErrorHandler((error: FastifyError | AwsError, request, reply) => {
      sendError(reply, error, versionOf(services, request));
    });
    const constraints = addSelection(server, jsonRequests);
    server.post("/", { constraints }, async (request, reply) => {
      const { service, model } = await operationOf(services, request);
      const result = await answer(context, service, model, request);
      return headed(reply, service.version).send(
        model.output.isUnitSchema() ? "{}" : writeJson(model.output, result, { jsonName: false }),
      );
    });
  };
}

const jsonType = /^application\/x-amz-json-1\.([01])\b/i;

/** The requests of these protocols among those to `POST /`. */
const jsonRequests: Selection = {
  name: "awsJson",
  selects: ({ headers }) => headers["x-amz-target"] !== undefined || jsonType.test(headers["content-type"] ?? ""),
  exclusive: false,
};

/** @throws UnknownOperationException for a target that is missing, or that no service here has */
async function operationOf(
  services: readonly JsonService[],
  request: FastifyRequest,
): Promise<{ readonly service: JsonService; readonly model: OperationModel }> {
  const { target, name } = targetOf(request);
  const service = services.find((one) => one.target === target);
  const model = service && operationsOf(await service.sdk()).get(name);
  if (service === undefined || model === undefined) {
    const targets = services.map((one) => `${one.target}.OPERATION (${one.title})`).join(", ");
    throw new AwsError(
      "UnknownOperationException",
      `X-Amz-Target '${[target, name].join(".")}' names no operation here. Known: ${targets}.`,
      400,
    );
  }
  return { service, model };
}

function targetOf({ headers }: FastifyRequest): { readonly target: string; readonly name: string } {
  const text = String(headers["x-amz-target"] ?? "").slice(0, 256);
  const dot = text.lastIndexOf(".");
  // botocore writes CloudTrail's with a namespace in front, and AWS's other SDKs without.
  const target = text.slice(0, Math.max(dot, 0)).replace(/^com\.amazonaws\.cloudtrail\.v20131101\./, "");
  return { target, name: text.slice(dot + 1) };
}

/** @throws AwsError as AWS does, or 501 for an operation that is not modelled and that the session may ask for */
function answer(
  context: SandboxContext,
  service: JsonService,
  model: OperationModel,
  request: FastifyRequest,
): Promise<object> {
  const { name, prefix = name, operations, invalid } = service;
  const action = `${prefix}:${model.name}`;
  const check = () => {
    const body = readJsonBody(Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0));
    const operation = operations.get(model.name);
    if (operation === undefined) {
      return {
        resource: service.resourceOf?.(context, body) ?? "*",
        answer: () => {
          throw notModelled(`${action} is not modelled.`);
        },
      };
    }
    const input = model.input.isUnitSchema() ? {} : (readJson(model.input, "body", body, invalid) as object);
    const error = missingMembersError(model, input);
    if (error !== undefined) {
      throw invalid(error);
    }
    return { ...operation(context, input as never), input };
  };
  return perform<object>(context, name, action, check, request);
}

/** Of the service that a request is for, or as the request writes it. */
function versionOf(services: readonly JsonService[], request: FastifyRequest): JsonService["version"] {
  const { target } = targetOf(request);
  const [, minor] = jsonType.exec(request.headers["content-type"] ?? "") ?? [];
  return services.find((one) => one.target === target)?.version ?? (minor === "0" ? "1.0" : "1.1");
}

function headed(reply: FastifyReply, version: JsonService["version"]): FastifyReply {
  return reply.header("x-amzn-requestid", randomUUID()).type(`application/x-amz-json-${version}`);
}

function sendError(reply: FastifyReply, error: FastifyError | AwsError, version: JsonService["version"]): void {
  const { code, status, message } = described(error);
  void headed(reply, version)
    .code(status)
    .header("x-amzn-errortype", code)
    .send(JSON.stringify({ __type: code, message: withoutTokens(message) }));
}

/** An error of HTTP has its own status. An error of the sandbox itself discloses nothing. */
function described(error: FastifyError | AwsError): Pick<AwsError, "code" | "status" | "message"> {
  if (error instanceof AwsError) {
    // These protocols answer 400 where others answer 403.
    return error.code === "AccessDeniedException" ? { code: error.code, status: 400, message: error.message } : error;
  }
  const { statusCode = 500, message } = error;
  if (statusCode === 413) {
    const code = "RequestEntityTooLargeException";
    return { code, status: statusCode, message: beyondLimit(ownLimits.jsonBody, "The request's body has") };
  }
  return statusCode < 500
    ? { code: "SerializationException", status: statusCode, message }
    : {
        code: "InternalFailure",
        status: 500,
        message: "The request processing has failed: this is an error of the sandbox.",
      };
}
