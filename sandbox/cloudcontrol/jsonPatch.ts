import { isDeepStrictEqual } from "node:util";
import { isObject, type JsonObject } from "../../iam/json";

/** Why a patch cannot be applied. */
export class PatchError extends Error {}

/**
 * A document with a JSON Patch applied: https://www.rfc-editor.org/rfc/rfc6902
 *
 * @param operations - the parsed patch document
 * @throws PatchError for a patch that is not valid, or does not fit the document
 */
export function patched(document: object, operations: unknown): unknown {
  if (!Array.isArray(operations)) {
    throw new PatchError("a patch is a list of operations");
  }
  return operations.reduce<unknown>((current, operation: unknown) => {
    if (!isObject(operation)) {
      throw new PatchError("an operation is an object");
    }
    return apply(current, operation);
  }, structuredClone(document));
}

function apply(document: unknown, operation: JsonObject): unknown {
  const path = pointer(operation.path);
  const value = () => {
    if (operation.value === undefined) {
      throw new PatchError(`operation ${String(operation.op)} at ${String(operation.path)} needs a value`);
    }
    return operation.value;
  };
  switch (operation.op) {
    case "add":
      return put(document, path, value(), true);
    case "replace":
      at(document, path);
      return put(document, path, value(), false);
    case "remove":
      return removed(document, path);
    case "move": {
      const moved = at(document, pointer(operation.from));
      return put(removed(document, pointer(operation.from)), path, moved, true);
    }
    case "copy":
      return put(document, path, structuredClone(at(document, pointer(operation.from))), true);
    case "test":
      if (!isDeepStrictEqual(at(document, path), value())) {
        throw new PatchError(`the test at ${String(operation.path)} fails`);
      }
      return document;
    default:
      throw new PatchError(`'${String(operation.op)}' is not an operation`);
  }
}

/** The keys of a JSON Pointer: https://www.rfc-editor.org/rfc/rfc6901 */
function pointer(text: unknown): readonly string[] {
  if (typeof text !== "string" || !/^(?:\/|$)/.test(text)) {
    throw new PatchError(`${JSON.stringify(text)} is not a path, which begins with /`);
  }
  return text
    .split("/")
    .slice(1)
    .map((key) => key.replaceAll("~1", "/").replaceAll("~0", "~"));
}

function at(document: unknown, path: readonly string[]): unknown {
  return path.reduce((parent, key) => {
    const isThere = Array.isArray(parent)
      ? isIndex(key, parent.length - 1)
      : isObject(parent) && Object.hasOwn(parent, key);
    if (!isThere) {
      throw new PatchError(`/${path.join("/")} is not there`);
    }
    return (parent as JsonObject)[key];
  }, document);
}

function put(document: unknown, path: readonly string[], value: unknown, isNew: boolean): unknown {
  const key = path.at(-1);
  if (key === undefined) {
    return value;
  }
  const parent = at(document, path.slice(0, -1));
  if (Array.isArray(parent)) {
    const index = key === "-" ? String(parent.length) : key;
    if (!isIndex(index, isNew ? parent.length : parent.length - 1)) {
      throw new PatchError(`/${path.join("/")} is not there`);
    }
    parent.splice(Number(index), isNew ? 0 : 1, value);
  } else if (isObject(parent) && key !== "__proto__") {
    (parent as Record<string, unknown>)[key] = value;
  } else {
    throw new PatchError(`/${path.join("/")} is in nothing that has members`);
  }
  return document;
}

function removed(document: unknown, path: readonly string[]): unknown {
  at(document, path);
  const key = path.at(-1);
  if (key === undefined) {
    throw new PatchError("the whole document cannot be removed");
  }
  const parent = at(document, path.slice(0, -1));
  if (Array.isArray(parent)) {
    parent.splice(Number(key), 1);
  } else {
    // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- a patch names its members
    delete (parent as Record<string, unknown>)[key];
  }
  return document;
}

function isIndex(key: string, most: number): boolean {
  return /^(?:0|[1-9]\d*)$/.test(key) && Number(key) <= most;
}
