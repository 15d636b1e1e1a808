import type { NormalizedSchema } from "@smithy/core/schema";
import type { FastifyReply, FastifyRequest } from "fastify";
import { type Invalid, readJson, readJsonBody, writeJson } from "./jsonShapes";
import { missingMembersError, type OperationModel, readText } from "./model";

/**
 * Decodes a request by AWS's model of its operation, in the protocol restJson1. Names that the model does not have are
 * skipped. https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html
 *
 * @param request - its body is a Buffer, or absent
 * @param labels - the parts of the path that are members, by their names
 * @throws SerializationException for a body that is not JSON, or has a member of another type
 * @throws the service's own error for what is missing, and for text that is not a number where the model has one
 */
export function readInput(
  operation: OperationModel,
  request: Pick<FastifyRequest, "url" | "headers" | "body">,
  invalid: Invalid,
  labels: Readonly<Record<string, string>> = {},
): object {
  const members = [...operation.input.structIterator()];
  const query = new URLSearchParams(request.url.split("?").slice(1).join("?"));
  const bytes = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  const body = members.some(([, schema]) => isInBody(schema)) ? readJsonBody(bytes) : {};
  const input = Object.fromEntries(
    members.map(([name, schema]) => {
      const { httpLabel, httpQuery, httpHeader, httpPayload } = schema.getMergedTraits();
      if (httpLabel !== undefined) {
        const label = labels[name];
        return [name, label === undefined ? undefined : readText(schema, name, label, invalid)];
      }
      if (httpQuery !== undefined) {
        return [name, readQuery(schema, name, query.getAll(httpQuery), httpQuery, invalid)];
      }
      if (httpHeader !== undefined) {
        return [name, request.headers[httpHeader.toLowerCase()]];
      }
      return [name, httpPayload === undefined ? readJson(schema, name, body[name], invalid) : bytes];
    }),
  );
  const error = missingMembersError(operation, input);
  if (error !== undefined) {
    throw invalid(error);
  }
  return input;
}

function isInBody(schema: NormalizedSchema): boolean {
  const { httpLabel, httpQuery, httpHeader, httpPayload } = schema.getMergedTraits();
  return [httpLabel, httpQuery, httpHeader, httpPayload].every((trait) => trait === undefined);
}

function readQuery(
  schema: NormalizedSchema,
  member: string,
  [value, ...more]: readonly string[],
  name: string,
  invalid: Invalid,
) {
  if (more.length > 0) {
    throw invalid(`'${name}' is given ${more.length + 1} times in the query: give it once.`);
  }
  return value === undefined ? undefined : readText(schema, member, value, invalid);
}

/** Answers with the members where the model says: in headers, or in the body, as JSON or as bytes. */
export function sendAnswer(reply: FastifyReply, { output, status }: OperationModel, result: object): FastifyReply {
  void reply.code(status);
  const values = result as Readonly<Record<string, unknown>>;
  const members = [...output.structIterator()];
  for (const [name, schema] of members) {
    const { httpHeader } = schema.getMergedTraits();
    if (httpHeader !== undefined) {
      const value = values[name];
      // Node writes a header's characters as bytes: those of a name beyond Latin-1 go out as UTF-8.
      void reply.header(httpHeader, typeof value === "string" ? Buffer.from(value).toString("latin1") : value);
    }
  }
  const payload = members.find(([, schema]) => schema.getMergedTraits().httpPayload !== undefined);
  if (payload !== undefined) {
    return reply.type("application/octet-stream").send(values[payload[0]]);
  }
  if (members.length === 0) {
    return reply.send();
  }
  return reply.type("application/json").send(writeJson(output, result, { jsonName: true }));
}
