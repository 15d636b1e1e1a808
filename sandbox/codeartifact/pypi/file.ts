import type { FastifyReply, FastifyRequest } from "fastify";
import type { Download } from "../packages/packages";
import { readRange } from "./byteRange";
import { HttpError } from "./httpError";

/** Sends a file, or the part of it that is asked for. @throws HttpError 416 */
export function sendFile(
  { file: { sha256 }, bytes }: Download,
  { method, headers }: FastifyRequest,
  reply: FastifyReply,
): void {
  const etag = `"${sha256}"`;
  const size = bytes.length;
  const conditions = [headers["if-range"] ?? etag].flat();
  // To HEAD a range means nothing, nor does the rest of other bytes to a client.
  const range = method === "GET" && conditions.includes(etag) ? readRange(headers.range, size) : undefined;
  if (range === "unsatisfiable") {
    const message = `The file has ${size} bytes, none of which is among ${headers.range ?? ""}.`;
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
