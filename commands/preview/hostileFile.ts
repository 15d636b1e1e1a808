import { closeSync, constants, fstatSync, lstatSync, openSync, readSync } from "node:fs";

/** What a file holds, or why it is not read. */
export type HostileText = { readonly text: string } | { readonly problem: string };

/** The deepest nesting of JSON that is read. A plan of Pulumi has about ten levels. */
const depthLimit = 64;

/**
 * Reads a file that anyone may have written.
 *
 * @param limit - the most bytes that are read
 * @returns a problem where it is not a regular file or too long; undefined where there is no file
 */
export function readHostileText(path: string, limit: number): HostileText | undefined {
  const file = lstatSync(path, { throwIfNoEntry: false });
  if (file === undefined) {
    return undefined;
  }
  if (!file.isFile()) {
    return { problem: "not a regular file" };
  }
  return file.size > limit
    ? { problem: `${file.size} bytes long, and ${limit} are the most that is read` }
    : { text: readStart(path, limit) };
}

/** The last bytes of such a file, at most `limit`; undefined where there is no regular file. */
export function readHostileEnd(path: string, limit: number): string | undefined {
  const file = lstatSync(path, { throwIfNoEntry: false });
  return file?.isFile() === true ? readStart(path, limit, Math.max(0, file.size - limit)) : undefined;
}

/** The value of such a file as JSON. */
export function readHostileJson(
  path: string,
  limit: number,
): { readonly value: unknown } | { readonly problem: string } | undefined {
  const read = readHostileText(path, limit);
  if (read === undefined || "problem" in read) {
    return read;
  }
  if (depthOf(read.text) > depthLimit) {
    return { problem: `nested deeper than ${depthLimit} levels` };
  }
  try {
    return { value: JSON.parse(read.text) };
  } catch {
    return { problem: "not JSON" };
  }
}

function readStart(path: string, limit: number, position = 0): string {
  const file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    const bytes = Buffer.alloc(Math.min(limit, fstatSync(file).size));
    return bytes.toString("utf8", 0, readSync(file, bytes, 0, bytes.length, position));
  } finally {
    closeSync(file);
  }
}

/** How many brackets are open at once, at most. Parsers and walkers call themselves once for each. */
function depthOf(json: string): number {
  let depth = 0;
  let deepest = 0;
  let quoted = false;
  // A pattern that reads whole strings would start again at every quotation mark of a string without an end.
  for (let place = 0; place < json.length; place++) {
    const character = json[place];
    if (character === '"') {
      quoted = !quoted;
    } else if (quoted) {
      place += character === "\\" ? 1 : 0;
    } else if (character === "[" || character === "{") {
      deepest = Math.max(deepest, ++depth);
    } else if (character === "]" || character === "}") {
      depth--;
    }
  }
  return deepest;
}
