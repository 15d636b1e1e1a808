import type { FastifyServerOptions } from "fastify";
import { beyond, ownLimits } from "./ownLimits";

type ClientErrorHandler = NonNullable<FastifyServerOptions["clientErrorHandler"]>;

/** Answers a request that Node cannot read as HTTP, or that does not arrive in time, and ends its connection. */
export const answerClientError: ClientErrorHandler = ({ code }, socket) => {
  // The client may have left already.
  if (code === "ECONNRESET" || socket.destroyed) {
    return;
  }
  if (socket.writable) {
    const [status, message] = answers.get(code) ?? (["400 Bad Request", "The request is not one of HTTP."] as const);
    const body = `${message}\n`;
    const headers = [
      `HTTP/1.1 ${status}`,
      `content-length: ${Buffer.byteLength(body)}`,
      "content-type: text/plain; charset=utf-8",
      "connection: close",
    ];
    socket.write(`${headers.join("\r\n")}\r\n\r\n${body}`);
  }
  socket.destroy();
};

const answers: ReadonlyMap<string, readonly [status: string, message: string]> = new Map([
  [
    "HPE_HEADER_OVERFLOW",
    ["431 Request Header Fields Too Large", beyond(ownLimits.requestHeaders, "The request line and the headers have")],
  ],
  ["ERR_HTTP_REQUEST_TIMEOUT", ["408 Request Timeout", beyond(ownLimits.requestTime, "The request takes")]],
]);
