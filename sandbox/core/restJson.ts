import { JsonShapeSerializer2 } from "@smithy/core/protocols";
import type { NormalizedSchema } from "@smithy/core/schema";
import type { FastifyReply, FastifyRequest } from "fastify";
import { isObject, type JsonObject, parseJson } from "../../iam/json";
import { AwsError } from "./awsError";
import { missingMembersError, type OperationModel, readText } from "./model";

/** Makes the service's error for a value that does not fit the model. */
type Invalid = (message: string) => Error;

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
  const body = members.some(([, schema]) => isInBody(schema)) ? readBody(bytes) : {};
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

/** The body's members. A request without a body has none. */
function readBody(bytes: Buffer): JsonObject {
  if (bytes.length === 0) {
    return {};
  }
  const value = parseJson(bytes.toString())?.value;
  if (!isObject(value)) {
    throw serializationError("The request's body must be a JSON object.");
  }
  return value;
}

/** @param name - as the request writes it: a member, or the key of a map */
function readJson(schema: NormalizedSchema, name: string, value: unknown, invalid: Invalid): unknown {
  if (value === undefined || value === null) {
    return undefined;
  }
  if (!fits(schema, value)) {
    throw serializationError(`'${name}' must be ${typeName(schema)}, not ${described(value)}.`);
  }
  if (schema.isListSchema()) {
    return (value as readonly unknown[]).map((item) => readJson(schema.getValueSchema(), name, item, invalid));
  }
  if (schema.isMapSchema()) {
    const entries = Object.entries(value);
    return Object.fromEntries(
      entries.map(([key, item]) => [key, readJson(schema.getValueSchema(), key, item, invalid)]),
    );
  }
  if (schema.isStructSchema()) {
    const members = [...schema.structIterator()];
    return Object.fromEntries(
      members.map(([member, type]) => [member, readJson(type, member, (value as JsonObject)[member], invalid)]),
    );
  }
  if (schema.isBlobSchema()) {
    return readBase64(name, value as string);
  }
  return schema.isNumericSchema() ? readText(schema, name, JSON.stringify(value), invalid) : value;
}

/** JSON has bytes as base64. `Buffer.from` alone would skip what is not. */
function readBase64(name: string, text: string): Buffer {
  const bytes = Buffer.from(text, "base64");
  if (bytes.toString("base64") !== text) {
    throw serializationError(`'${name}' must be bytes in base64.`);
  }
  return bytes;
}

/** Whether a value has the type that the model gives, the items of a list included. */
function fits(schema: NormalizedSchema, value: unknown): boolean {
  if (schema.isListSchema()) {
    return Array.isArray(value) && value.every((item) => fits(schema.getValueSchema(), item));
  }
  if (schema.isMapSchema() || schema.isStructSchema()) {
    return isObject(value);
  }
  return typeof value === (schema.isNumericSchema() ? "number" : schema.isBooleanSchema() ? "boolean" : "string");
}

function typeName(schema: NormalizedSchema): string {
  if (schema.isListSchema()) {
    return `a list of ${schema.getValueSchema().isStructSchema() ? "objects" : "text"}`;
  }
  if (schema.isMapSchema() || schema.isStructSchema()) {
    return "an object";
  }
  return schema.isNumericSchema() ? "a number" : schema.isBooleanSchema() ? "a boolean" : "text";
}

function described(value: unknown): string {
  if (Array.isArray(value)) {
    return "such a list";
  }
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}

function serializationError(message: string): AwsError {
  return new AwsError("SerializationException", message, 400);
}

/** Answers with the members where the model says: in headers, or in the body, as JSON or as bytes. */
export function sendAnswer(reply: FastifyReply, { output, status }: OperationModel, result: object): FastifyReply {
  void reply.code(status);
  const values = result as Readonly<Record<string, unknown>>;
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
  serializer.write(output, result);
  // `Buffer.from` calls `valueOf`, and the serializer then prints a warning to standard error.
  return reply.type("application/json").send(Buffer.concat([serializer.flush()]));
}
