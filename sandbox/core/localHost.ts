import type { FastifyRequest } from "fastify";

/** What was asked of another host than this machine. */
export class MisdirectedRequest extends Error {
  readonly statusCode = 421;
}

/**
 * Rejects a request that calls this machine by a name which is not its own. A web page can have its own name point to
 * 127.0.0.1 (DNS rebinding); its browser then lets it read what answers here, as long as the name is taken for nothing.
 *
 * @throws MisdirectedRequest
 */
export function requireLocalHost({ headers: { host = "" } }: FastifyRequest): void {
  if (!/^(?:127\.0\.0\.1|localhost)(?::\d{1,5})?$/i.test(host)) {
    throw new MisdirectedRequest("This is served to 127.0.0.1 and localhost alone: ask for one of these.");
  }
}
