import { randomUUID } from "node:crypto";
import { XmlShapeSerializer } from "@aws-sdk/core/protocols";
import type { NormalizedSchema } from "@smithy/core/schema";
import type { FastifyError, FastifyPluginAsync, FastifyReply, FastifyRequest } from "fastify";
import type { SandboxContext } from "../context";
import { beyondLimit, ownLimits } from "../ownLimits";
import { AwsError } from "./awsError";
import { type Answer, type Decoded, missingMembersError, type OperationModel, operationsOf, readText } from "./model";
import { addSelection, readBodiesAsBytes } from "./requests";
import { withoutTokens } from "../decisionLog";

/** A service whose API has the protocol awsQuery: https://smithy.io/2.0/aws/protocols/aws-query-protocol.html */
export interface QueryService {
  /** How IAM names the service's actions: `sts`. */
  readonly prefix: string;
  readonly title: string;
  /** Of the service's API. It distinguishes the services that share one address. */
  readonly version: string;
  /** What the service's SDK client exports. It is loaded with the first request. */
  readonly sdk: () => Promise<object>;
  readonly operations: ReadonlyMap<string, QueryOperation<never, object>>;
  /** What an operation of the service's model does that `operations` does not have. */
  readonly other: (name: string) => QueryOperation<never, object>;
}

/**
 * Answers a request with its result.
 *
 * @param read - decodes the request, and throws ValidationError for one that does not fit AWS's model
 */
export type QueryOperation<Input, Output> = (
  context: SandboxContext,
  read: () => Decoded<Input>,
  request: FastifyRequest,
) => Promise<Answer<Output>>;

/** AWS services at `POST /`: the request is a form, the answer is XML. */
export function queryRoutes(
  context: SandboxContext,
  services: readonly [QueryService, ...QueryService[]],
): FastifyPluginAsync {
  const titles = services.map(({ title }) => title);
  // eslint-disable-next-line @typescript-eslint/require-await -- a plugin is async, or takes a callback
  return async (server) => {
    // A web identity token has at most 20,000 characters.
    readBodiesAsBytes(server, ownLimits.queryBody.most, "application/x-www-form-urlencoded");
    server.setErrorHandler((error: FastifyError | AwsError, request, reply) => {
      sendError(reply, error, serviceOf(services, parametersOf(request)) ?? services[0]);
    });
    // AWS takes GET as well. No client uses it, and a token does not belong in an address. The page has the same path.
    const constraints = addSelection(server, {
      name: "actionInQuery",
      selects: ({ url = "" }) => /[?&]Action=/.test(url),
      exclusive: false,
    });
    server.get("/", { constraints }, () => {
      const are = titles.length === 1 ? "is" : "are";
      throw new AwsError(
        "NotImplemented",
        `${titles.join(" and ")} ${are} asked by POST here: GET is not modelled.`,
        501,
      );
    });
    server.post("/", async (request, reply) => {
      const parameters = parametersOf(request);
      const action = parameters.get("Action") ?? "";
      const { service, model } = await modelOf(services, action, parameters);
      const operation = service.operations.get(action) ?? service.other(action);
      const result = await operation(context, () => readQueryInput(model, parameters) as never, request);
      const requestId = randomUUID();
      const metadata = { ResponseMetadata: { RequestId: requestId } };
      // An operation without an answer has no result in its response.
      const document = model.output.isUnitSchema()
        ? { members: ["ResponseMetadata"], types: [metadataSchema], value: metadata }
        : {
            members: [`${action}Result`, "ResponseMetadata"],
            types: [model.output.getSchema(), metadataSchema],
            value: { [`${action}Result`]: result, ...metadata },
          };
      return send(reply, 200, requestId, service, { name: `${action}Response`, ...document });
    });
  };
}

/**
 * Decodes a form by AWS's model of its operation.
 *
 * @throws ValidationError for what is missing, and for text that is not a number where the model has one
 */
export function readQueryInput(model: OperationModel, parameters: URLSearchParams): object {
  const input = Object.fromEntries(
    [...model.input.structIterator()].map(([name, schema]) => [name, readMember(schema, name, name, parameters)]),
  );
  const error = missingMembersError(model, input);
  if (error !== undefined) {
    throw invalid(error);
  }
  return input;
}

/** @param key - in the form, such as `Tags.member.1.Key` */
function readMember(schema: NormalizedSchema, name: string, key: string, parameters: URLSearchParams): unknown {
  const isGiven = (prefix: string) =>
    [...parameters.keys()].some((given) => given === prefix || given.startsWith(`${prefix}.`));
  if (!isGiven(key)) {
    return undefined;
  }
  if (schema.isStructSchema()) {
    return Object.fromEntries(
      [...schema.structIterator()].map(([member, type]) => [
        member,
        readMember(type, member, `${key}.${member}`, parameters),
      ]),
    );
  }
  const numbered = (prefix: string) => {
    const keys: string[] = [];
    while (isGiven(`${prefix}.${keys.length + 1}`)) {
      keys.push(`${prefix}.${keys.length + 1}`);
    }
    return keys;
  };
  if (schema.isListSchema()) {
    return numbered(`${key}.member`).map((item) => readMember(schema.getValueSchema(), name, item, parameters));
  }
  if (schema.isMapSchema()) {
    return Object.fromEntries(
      numbered(`${key}.entry`).map((entry) => [
        parameters.get(`${entry}.key`) ?? "",
        readMember(schema.getValueSchema(), name, `${entry}.value`, parameters),
      ]),
    );
  }
  const member = name.charAt(0).toLowerCase() + name.slice(1);
  return readText(schema, member, parameters.get(key) ?? "", invalid);
}

/** IAM and STS give times to the second. */
export function toSecond(time: Date): Date {
  return new Date(Math.floor(time.getTime() / 1000) * 1000);
}

function invalid(message: string): AwsError {
  return new AwsError("ValidationError", message, 400);
}

function parametersOf({ body }: FastifyRequest): URLSearchParams {
  return new URLSearchParams(Buffer.isBuffer(body) ? body.toString() : "");
}

function serviceOf(services: readonly QueryService[], parameters: URLSearchParams): QueryService | undefined {
  return services.find(({ version }) => version === parameters.get("Version"));
}

/** @throws AwsError for an action that is missing, or that no service has in this version */
async function modelOf(
  services: readonly QueryService[],
  action: string,
  parameters: URLSearchParams,
): Promise<{ readonly service: QueryService; readonly model: OperationModel }> {
  if (action === "") {
    throw new AwsError("MissingAction", "The request must contain the parameter Action.", 400);
  }
  const service = serviceOf(services, parameters);
  const model = service && operationsOf(await service.sdk()).get(action);
  if (service === undefined || model === undefined) {
    const version = parameters.get("Version") ?? "NO_VERSION_SPECIFIED";
    const name = action.slice(0, 128);
    throw new AwsError("InvalidAction", `Could not find operation ${name} for version ${version}`, 400);
  }
  return { service, model };
}

function sendError(reply: FastifyReply, error: FastifyError | AwsError, service: QueryService): void {
  const requestId = randomUUID();
  const { code, status, message } = described(error);
  const type = status < 500 ? "Sender" : "Receiver";
  void send(reply, status, requestId, service, {
    name: "ErrorResponse",
    members: ["Error", "RequestId"],
    types: [errorSchema, 0],
    value: { Error: { Type: type, Code: code, Message: withoutTokens(message) }, RequestId: requestId },
  });
}

/** An error of HTTP has its own status. An error of the sandbox itself discloses nothing. */
function described(error: FastifyError | AwsError): Pick<AwsError, "code" | "status" | "message"> {
  if (error instanceof AwsError) {
    return error;
  }
  const { statusCode = 500, message } = error;
  if (statusCode === 413) {
    const code = "RequestEntityTooLarge";
    return { code, status: statusCode, message: beyondLimit(ownLimits.queryBody, "The request's body has") };
  }
  return statusCode < 500
    ? { code: "MalformedInput", status: statusCode, message }
    : {
        code: "InternalFailure",
        status: 500,
        message: "The request processing has failed: this is an error of the sandbox.",
      };
}

type SchemaRef = Parameters<XmlShapeSerializer["write"]>[0];

/** An XML document, with the schemas of its members. */
interface XmlDocument {
  readonly name: string;
  readonly members: string[];
  readonly types: unknown[];
  readonly value: object;
}

const metadataSchema: SchemaRef = [3, "awsQuery", "ResponseMetadata", 0, ["RequestId"], [0]];

const errorSchema: SchemaRef = [3, "awsQuery", "Error", 0, ["Type", "Code", "Message"], [0, 0, 0]];

/** Characters that XML 1.0 cannot have, not even escaped. */
const forbidden = /(?![\t\n\r])[\p{Cc}\p{Cs}\uFFFE\uFFFF]/gu;

function send(
  reply: FastifyReply,
  status: number,
  requestId: string,
  { prefix, version }: QueryService,
  { name, members, types, value }: XmlDocument,
): FastifyReply {
  const serializer = new XmlShapeSerializer({
    xmlNamespace: `https://${prefix}.amazonaws.com/doc/${version}/`,
    serviceNamespace: prefix,
    timestampFormat: { useTrait: true, default: 5 },
  });
  serializer.write([3, "awsQuery", name, 0, members, types as never[]], value);
  const xml = String(serializer.flush()).replace(forbidden, "\uFFFD");
  return reply
    .code(status)
    .header("x-amzn-requestid", requestId)
    .type("text/xml; charset=utf-8")
    .send(`<?xml version="1.0" encoding="UTF-8"?>\n${xml}\n`);
}
