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

/** A page of another site that asks. */
export class ForeignPage extends Error {
  readonly statusCode = 403;
}

/**
 * Rejects what a page in a browser on this machine sends: a person may describe jobs and ask for sessions, a page may not.
 *
 * @throws ForeignPage
 */
export function requireSameSite({ headers: { host = "", origin, "sec-fetch-site": site } }: FastifyRequest): void {
  const foreign = origin !== undefined && origin !== `http://${host}`;
  if (foreign || (site !== undefined && site !== "same-origin" && site !== "none")) {
    throw new ForeignPage("A page of another site asks: jobs and sessions are given to this machine alone.");
  }
}
