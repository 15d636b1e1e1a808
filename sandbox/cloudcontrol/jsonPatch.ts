import { applyPatch, JsonPatchError, type Operation } from "fast-json-patch";

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
  try {
    return applyPatch<unknown>(document, operations as Operation[], true, false).newDocument;
  } catch (error) {
    // Its message goes on with the whole document.
    throw error instanceof JsonPatchError ? new PatchError(error.name) : error;
  }
}
