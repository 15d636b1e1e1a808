import type { FastifyRequest } from "fastify";

/** Where a request comes from, as its conditions and its record have it. */
export interface RequestOrigin {
  readonly sourceIp: string;
  readonly userAgent?: string;
  readonly referer?: string;
}

/** @returns the address of the connection itself: what a proxy says of it is not believed */
export function originOf({ headers, socket }: FastifyRequest): RequestOrigin {
  return {
    sourceIp: socket.remoteAddress?.replace(/^::ffff:/, "") ?? "127.0.0.1",
    userAgent: headers["user-agent"],
    referer: headers.referer,
  };
}
