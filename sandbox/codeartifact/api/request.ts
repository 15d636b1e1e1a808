import type { NormalizedSchema } from "@smithy/core/schema";
import type { FastifyRequest } from "fastify";
import { isObject, type JsonObject, parseJson } from "../../../iam/json";
import { AwsError } from "../../core/awsError";
import { missingMembersError, type OperationModel, readText } from "../../core/model";
import { invalidField } from "../errors";

/**
 * Decodes a request by AWS's model of its operation, in the protocol restJson1. Names that the model does not have are
 * skipped. https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html
 *
 * @param request - its body is a Buffer, or absent
 * @throws SerializationException for a body that is not JSON, or has a member of another type
 * @throws ValidationException for what is missing, and for text that is not a number where the model has one
 */
export function readInput(
  operation: OperationModel,
  request: Pick<FastifyRequest, "url" | "headers" | "body">,
): object {
  const members = [...operation.input.structIterator()];
  const query = new URLSearchParams(request.url.split("?").slice(1).join("?"));
  const bytes = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  const body = members.some(([, schema]) => isInBody(schema)) ? readBody(bytes) : {};
  const input = Object.fromEntries(
    members.map(([name, schema]) => {
      const { httpQuery, httpHeader, httpPayload } = schema.getMergedTraits();
      if (httpQuery !== undefined) {
        return [name, readQuery(schema, name, query.getAll(httpQuery), httpQuery)];
      }
      if (httpHeader !== undefined) {
        return [name, request.headers[httpHeader.toLowerCase()]];
      }
      return [name, httpPayload === undefined ? readJson(schema, name, body[name]) : bytes];
    }),
  );
  const error = missingMembersError(operation, input);
  if (error !== undefined) {
    throw invalidField(error);
  }
  return input;
}

function isInBody(schema: NormalizedSchema): boolean {
  const { httpQuery, httpHeader, httpPayload } = schema.getMergedTraits();
  return httpQuery === undefined && httpHeader === undefined && httpPayload === undefined;
}

function readQuery(schema: NormalizedSchema, member: string, [value, ...more]: readonly string[], name: string) {
  if (more.length > 0) {
    throw invalidField(`'${name}' is given ${more.length + 1} times in the query: give it once.`);
  }
  return value === undefined ? undefined : readText(schema, member, value, invalidField);
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
function readJson(schema: NormalizedSchema, name: string, value: unknown): unknown {
  if (value === undefined || value === null) {
    return undefined;
  }
  if (!fits(schema, value)) {
    throw serializationError(`'${name}' must be ${typeName(schema)}, not ${described(value)}.`);
  }
  if (schema.isListSchema()) {
    return (value as readonly unknown[]).map((item) => readJson(schema.getValueSchema(), name, item));
  }
  if (schema.isMapSchema()) {
    const entries = Object.entries(value);
    return Object.fromEntries(entries.map(([key, item]) => [key, readJson(schema.getValueSchema(), key, item)]));
  }
  if (schema.isStructSchema()) {
    const members = [...schema.structIterator()];
    return Object.fromEntries(
      members.map(([member, type]) => [member, readJson(type, member, (value as JsonObject)[member])]),
    );
  }
  return schema.isNumericSchema() ? readText(schema, name, JSON.stringify(value), invalidField) : value;
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
