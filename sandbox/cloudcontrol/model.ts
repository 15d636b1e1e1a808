import { isObject, type JsonObject, parseJson } from "../../iam/json";
import { invalidRequest, type ResourceHandler } from "./handler";

/**
 * Reads a resource's properties, named as the type's schema names them, into a handler's model.
 *
 * @throws ValidationException in AWS's words
 */
export function readModel(handler: ResourceHandler, text: string): object {
  const value = parseJson(text)?.value;
  if (!isObject(value)) {
    throw invalidRequest("Desired state is not a JSON object.");
  }
  for (const [name, item] of Object.entries(value)) {
    const type = handler.properties[name];
    if (type === undefined) {
      throw invalidRequest(`Model validation failed (#: extraneous key [${name}] is not permitted)`);
    }
    const found = typeOf(item);
    if (found !== type) {
      throw invalidRequest(`Model validation failed (#/${name}: expected type: ${type}, found: ${found})`);
    }
  }
  for (const name of handler.required) {
    if (value[name] === undefined) {
      throw invalidRequest(`Model validation failed (#: required key [${name}] not found)`);
    }
  }
  return renamed(value, handler.documents, decapitalized) as object;
}

/** Writes a handler's model as the type's schema names its properties. */
export function writeModel(handler: ResourceHandler, model: object): JsonObject {
  return renamed(model, handler.documents.map(decapitalized), capitalized) as JsonObject;
}

function typeOf(value: unknown): string {
  if (Array.isArray(value)) {
    return "JSONArray";
  }
  const names: Readonly<Record<string, string>> = { string: "String", boolean: "Boolean", number: "Integer" };
  return value === null ? "Null" : (names[typeof value] ?? "JSONObject");
}

/** @param documents - properties whose value keeps its names */
function renamed(value: unknown, documents: readonly string[], rename: (name: string) => string): unknown {
  if (Array.isArray(value)) {
    return value.map((item) => renamed(item, [], rename));
  }
  return isObject(value)
    ? Object.fromEntries(
        Object.entries(value).map(([name, item]) => [
          rename(name),
          documents.includes(name) ? item : renamed(item, [], rename),
        ]),
      )
    : value;
}

function capitalized(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

function decapitalized(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}
