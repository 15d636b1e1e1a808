import { JsonShapeSerializer2 } from "@smithy/core/protocols";
import type { NormalizedSchema } from "@smithy/core/schema";
import { isObject, type JsonObject, parseJson } from "../../iam/json";
import { AwsError } from "./awsError";
import { readText } from "./model";

/** Makes the service's error for a value that does not fit the model. */
export type Invalid = (message: string) => Error;

/**
 * The members of a request's body. A request without a body has none.
 *
 * @throws SerializationException for a body that is not a JSON object
 */
export function readJsonBody(bytes: Buffer): JsonObject {
  if (bytes.length === 0) {
    return {};
  }
  const value = parseJson(bytes.toString())?.value;
  if (!isObject(value)) {
    throw serializationError("The request's body must be a JSON object.");
  }
  return value;
}

/**
 * Decodes a value by its schema. Members that the model does not have are skipped.
 *
 * @param name - as the request writes it: a member, or the key of a map
 * @throws SerializationException for a value of another type
 */
export function readJson(schema: NormalizedSchema, name: string, value: unknown, invalid: Invalid): unknown {
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
  if (schema.isTimestampSchema()) {
    return new Date((value as number) * 1000);
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
  return typeof value === (isNumber(schema) ? "number" : schema.isBooleanSchema() ? "boolean" : "string");
}

/** JSON has a time as the seconds since 1970. */
function isNumber(schema: NormalizedSchema): boolean {
  return schema.isNumericSchema() || schema.isTimestampSchema();
}

function typeName(schema: NormalizedSchema): string {
  if (schema.isListSchema()) {
    return `a list of ${schema.getValueSchema().isStructSchema() ? "objects" : "text"}`;
  }
  if (schema.isMapSchema() || schema.isStructSchema()) {
    return "an object";
  }
  return isNumber(schema) ? "a number" : schema.isBooleanSchema() ? "a boolean" : "text";
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

/** A result as JSON, written by its schema. Times are seconds since 1970. */
export function writeJson(
  schema: NormalizedSchema,
  result: object,
  { jsonName }: { readonly jsonName: boolean },
): Buffer {
  const serializer = new JsonShapeSerializer2({ jsonName, timestampFormat: { useTrait: true, default: 7 } });
  serializer.write(schema, result);
  // `Buffer.from` calls `valueOf`, and the serializer then prints a warning to standard error.
  return Buffer.concat([serializer.flush()]);
}
