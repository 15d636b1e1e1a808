import type { FastifyError, FastifyPluginAsync, FastifyReply, FastifyRequest } from "fastify";
import { randomUUID } from "node:crypto";
import type { SandboxContext } from "../context";
import { beyond, ownLimits } from "../ownLimits";
import { AwsError } from "./awsError";
import { withoutTokens } from "./redact";

/** A service that speaks the query protocol. */
export interface QueryService {
  /** As actions are named by it: `sts`. */
  readonly prefix: string;
  /** As people name it. */
  readonly title: string;
  /** Of its API, which tells it from the others at the same place. */
  readonly version: string;
  readonly operations: ReadonlyMap<string, QueryOperation>;
}

/** Answers a request with its result. */
export type QueryOperation = (
  context: SandboxContext,
  parameters: URLSearchParams,
  request: FastifyRequest,
) => Promise<XmlElements>;

/** Tells `GET /?Action=…` from the page, which is at the same place. */
const askedByQuery = "askedByQuery";

/** AWS services at `POST /`, in the query protocol: a form goes in, XML comes out. */
export function queryRoutes(
  context: SandboxContext,
  services: readonly [QueryService, ...QueryService[]],
): FastifyPluginAsync {
  const titles = services.map(({ title }) => title);
  // eslint-disable-next-line @typescript-eslint/require-await -- a plugin is async, or takes a callback
  return async (server) => {
    server.removeAllContentTypeParsers();
    server.addContentTypeParser(
      "application/x-www-form-urlencoded",
      // The signature is of the bytes. A web identity token has at most 20,000 characters.
      { parseAs: "buffer", bodyLimit: ownLimits.queryBody.most },
      (_request, body, done) => {
        done(null, body);
      },
    );
    server.setErrorHandler((error: FastifyError | AwsError, request, reply) => {
      sendError(reply, error, serviceOf(services, parametersOf(request)) ?? services[0]);
    });
    // AWS takes GET as well. No client of it asks so, and a token has no place in an address.
    server.addConstraintStrategy({
      name: askedByQuery,
      storage: () => {
        const routes = new Map<unknown, unknown>();
        return {
          get: (asked) => (routes.get(asked) ?? null) as null,
          set: (asked, route) => {
            routes.set(asked, route);
          },
        };
      },
      deriveConstraint: ({ url = "" }) => /[?&]Action=/.test(url),
    });
    server.get("/", { constraints: { [askedByQuery]: true } }, () => {
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
      const { service, operation } = operationOf(context, services, action, parameters);
      const result = await operation(context, parameters, request);
      const requestId = randomUUID();
      return send(reply, 200, requestId, {
        [`${action}Response ${namespace(service)}`]: {
          [`${action}Result`]: result,
          ResponseMetadata: { RequestId: requestId },
        },
      });
    });
  };
}

function parametersOf({ body }: FastifyRequest): URLSearchParams {
  return new URLSearchParams(Buffer.isBuffer(body) ? body.toString() : "");
}

function serviceOf(services: readonly QueryService[], parameters: URLSearchParams): QueryService | undefined {
  return services.find(({ version }) => version === parameters.get("Version"));
}

/** @throws AwsError for an action that is missing, of another version or not modelled */
function operationOf(
  context: SandboxContext,
  services: readonly QueryService[],
  action: string,
  parameters: URLSearchParams,
): { readonly service: QueryService; readonly operation: QueryOperation } {
  if (action === "") {
    throw new AwsError("MissingAction", "The request must contain the parameter Action.", 400);
  }
  const service = serviceOf(services, parameters);
  if (service === undefined || !/^\w{1,128}$/.test(action)) {
    const asked = parameters.get("Version") ?? "NO_VERSION_SPECIFIED";
    throw new AwsError("InvalidAction", `Could not find operation ${action} for version ${asked}`, 400);
  }
  const { prefix, operations } = service;
  const operation = operations.get(action);
  if (operation === undefined) {
    const names = [...operations.keys()];
    const known = [names.slice(0, -1).join(", "), names.at(-1)].join(" and ");
    const message = `${prefix}:${action} is not modelled: ${known} are.`;
    const asking = { who: "nobody (not asked)", action: `${prefix}:${action}`, resource: "*" };
    context.decisions.add(asking, { allowed: false, reason: message });
    throw new AwsError("NotImplemented", message, 501);
  }
  return { service, operation };
}

function namespace({ prefix, version }: QueryService): string {
  return `xmlns="https://${prefix}.amazonaws.com/doc/${version}/"`;
}

function sendError(reply: FastifyReply, error: FastifyError | AwsError, service: QueryService): void {
  const requestId = randomUUID();
  const { code, status, message } = described(error);
  const type = status < 500 ? "Sender" : "Receiver";
  void send(reply, status, requestId, {
    [`ErrorResponse ${namespace(service)}`]: {
      Error: { Type: type, Code: code, Message: withoutTokens(message) },
      RequestId: requestId,
    },
  });
}

/** What is wrong by HTTP has a status of its own; what is wrong here tells nothing. */
function described(error: FastifyError | AwsError): Pick<AwsError, "code" | "status" | "message"> {
  if (error instanceof AwsError) {
    return error;
  }
  const { statusCode = 500, message } = error;
  if (statusCode === 413) {
    const code = "RequestEntityTooLarge";
    return { code, status: statusCode, message: beyond(ownLimits.queryBody, "The request's body has") };
  }
  return statusCode < 500
    ? { code: "MalformedInput", status: statusCode, message }
    : {
        code: "InternalFailure",
        status: 500,
        message: "The request processing has failed: this is the sandbox's fault.",
      };
}

function send(reply: FastifyReply, status: number, requestId: string, elements: XmlElements): FastifyReply {
  return reply
    .code(status)
    .header("x-amzn-requestid", requestId)
    .type("text/xml; charset=utf-8")
    .send(`<?xml version="1.0" encoding="UTF-8"?>\n${renderXml(elements)}\n`);
}

/**
 * The values of parameters that a request must have.
 *
 * @throws ValidationError that names every one which is missing
 */
export function requiredParameters<Names extends readonly string[]>(
  parameters: URLSearchParams,
  names: Names,
): { readonly [Index in keyof Names]: string } {
  const missing = names.filter((name) => !parameters.has(name));
  if (missing.length > 0) {
    const faults = missing.map((name) => `Value null at '${memberName(name)}' failed to satisfy constraint`);
    const errors = missing.length === 1 ? "1 validation error" : `${missing.length} validation errors`;
    const rule = faults.map((fault) => `${fault}: Member must not be null`).join("; ");
    throw new AwsError("ValidationError", `${errors} detected: ${rule}`, 400);
  }
  return names.map((name) => parameters.get(name) ?? "") as { readonly [Index in keyof Names]: string };
}

/** Errors name members as the API's model does. */
function memberName(parameter: string): string {
  return parameter.charAt(0).toLowerCase() + parameter.slice(1);
}

/** Elements by name, in the order in which they are written; several of a name are a list. */
export interface XmlElements {
  readonly [name: string]: XmlContent | readonly XmlContent[];
}

type XmlContent = string | XmlElements;

/** Writes elements, with text that may hold anything. Names are the caller's own. */
function renderXml(elements: XmlElements): string {
  return Object.entries(elements)
    .flatMap(([name, content]) => (isList(content) ? content : [content]).map((each) => element(name, each)))
    .join("");
}

function element(name: string, content: XmlContent): string {
  const inner = typeof content === "string" ? escapeXml(content) : renderXml(content);
  // A name may carry attributes.
  return `<${name}>${inner}</${name.split(" ")[0] ?? name}>`;
}

function isList(content: XmlContent | readonly XmlContent[]): content is readonly XmlContent[] {
  return Array.isArray(content);
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
};

/** Characters that XML 1.0 cannot hold, not even escaped. */
const forbidden = /(?![\t\n\r])[\p{Cc}\p{Cs}\uFFFE\uFFFF]/gu;

function escapeXml(text: string): string {
  return text.replace(forbidden, "\uFFFD").replace(/[&<>"']/g, (character) => entities[character] ?? character);
}
