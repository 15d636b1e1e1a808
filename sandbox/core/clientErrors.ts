import type { FastifyServerOptions } from "fastify";
import { beyondLimit, ownLimits } from "../ownLimits";

type ClientErrorHandler = NonNullable<FastifyServerOptions["clientErrorHandler"]>;

/** Answers a request that Node cannot read as HTTP, or that does not arrive in time, and ends its connection. */
export const answerClientError: ClientErrorHandler = ({ code }, socket) => {
  // The client may have left already, or may still be sending a request that has its answer.
  if (code === "ECONNRESET" || socket.destroyed || socket.writableEnded) {
    return;
  }
  if (socket.writable) {
    const [status, message] =
      clientErrorAnswers.get(code) ?? (["400 Bad Request", "The request is not one of HTTP."] as const);
    const body = `${message}\n`;
    const headers = [
      `HTTP/1.1 ${status}`,
      `content-length: ${Buffer.byteLength(body)}`,
      "content-type: text/plain; charset=utf-8",
      "connection: close",
    ];
    socket.end(`${headers.join("\r\n")}\r\n\r\n${body}`);
    awaitEnd(socket);
  } else {
    socket.destroy();
  }
};

/**
 * Leaves the end of a connection to the client, for a time. Until then Node reads what the client still sends, and drops it. A
 * connection that is closed while data arrives is reset, and the client may lose the answer. Source: RFC 9112, section 9.6.
 */
function awaitEnd(socket: Parameters<ClientErrorHandler>[1]): void {
  const over = setTimeout(() => socket.destroy(), 10_000).unref();
  socket.once("close", () => {
    clearTimeout(over);
  });
}

const clientErrorAnswers: ReadonlyMap<string, readonly [status: string, message: string]> = new Map([
  [
    "HPE_HEADER_OVERFLOW",
    [
      "431 Request Header Fields Too Large",
      beyondLimit(ownLimits.requestHeaders, "The request line and the headers have"),
    ],
  ],
  ["ERR_HTTP_REQUEST_TIMEOUT", ["408 Request Timeout", beyondLimit(ownLimits.requestTime, "The request takes")]],
]);
