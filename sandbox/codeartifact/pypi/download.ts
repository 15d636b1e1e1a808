import type { FastifyReply, FastifyRequest } from "fastify";
import type { Download } from "../packages/packages";
import { HttpError } from "./httpError";

/**
 * Sends a file, or the part of it that is asked for.
 *
 * @param version - that the path names
 * @throws HttpError 404 for a file of another version, 416
 */
export function sendFile(
  { file: { filename, version: fileVersion, sha256 }, bytes }: Download,
  version: string,
  { method, headers }: FastifyRequest,
  reply: FastifyReply,
): void {
  if (fileVersion !== version) {
    throw new HttpError(404, `${filename} is of version ${fileVersion}, not of the one that the path names.`);
  }
  const etag = `"${sha256}"`;
  const size = bytes.length;
  const conditions = [headers["if-range"] ?? etag].flat();
  // To HEAD a range means nothing, nor does the rest of other bytes to a client.
  const range = method === "GET" && conditions.includes(etag) ? readRange(headers.range, size) : undefined;
  if (range === "unsatisfiable") {
    const message = `The file has ${size} bytes, none of them in ${headers.range ?? ""}.`;
    throw new HttpError(416, message, { "content-range": `bytes */${size}` });
  }
  void reply.type("application/octet-stream").headers({ etag, "accept-ranges": "bytes" });
  if (headers["if-none-match"] === etag) {
    void reply.code(304).send();
  } else if (range === undefined) {
    void reply.send(bytes);
  } else {
    const { first, last } = range;
    void reply
      .code(206)
      .header("content-range", `bytes ${first}-${last}/${size}`)
      .send(bytes.subarray(first, last + 1));
  }
}

/** Bytes of a file, both ends included. */
interface ByteRange {
  readonly first: number;
  readonly last: number;
}

/**
 * The one range that a Range header names. Undefined where it names no range or several, or is not valid HTTP: a server may
 * send the whole then. Source: RFC 9110, 14.2.
 *
 * @param size - of the file, in bytes
 */
export function readRange(header: string | undefined, size: number): ByteRange | "unsatisfiable" | undefined {
  const [, from, to] = /^bytes=\s*(\d{0,15})-(\d{0,15})\s*$/i.exec(header ?? "") ?? [];
  if (from === undefined || to === undefined || (from === "" && to === "")) {
    return undefined;
  }
  if (from === "") {
    // The last so many bytes, or all where there are not so many.
    const length = Math.min(Number(to), size);
    return length === 0 ? "unsatisfiable" : { first: size - length, last: size - 1 };
  }
  const first = Number(from);
  if (to !== "" && Number(to) < first) {
    return undefined;
  }
  return first >= size ? "unsatisfiable" : { first, last: to === "" ? size - 1 : Math.min(Number(to), size - 1) };
}
