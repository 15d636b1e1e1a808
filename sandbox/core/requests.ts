import type { IncomingMessage } from "node:http";
import type { FastifyInstance } from "fastify";

/**
 * Reads every body of a content type as bytes, because a signature covers the bytes.
 *
 * @param limit - the most bytes of a body
 */
export function readBodiesAsBytes(server: FastifyInstance, limit: number, contentType = "*"): void {
  server.removeAllContentTypeParsers();
  server.addContentTypeParser(contentType, { parseAs: "buffer", bodyLimit: limit }, (_request, body, done) => {
    done(null, body);
  });
}

/** What a request is selected by, before a route is found. */
type Selectable = Pick<IncomingMessage, "url" | "headers">;

/** Of the requests that a route would take by method and path, those that it is for. */
export interface Selection {
  /** Unique among those of a server; a name of JavaScript. */
  readonly name: string;
  readonly selects: (request: Selectable) => boolean;
  /** Whether no other route takes a selected request. */
  readonly exclusive: boolean;
}

/** @returns the constraints of the routes that are for the selected requests alone */
export function addSelection(server: FastifyInstance, { name, selects, exclusive }: Selection): Record<string, true> {
  server.addConstraintStrategy({
    name,
    mustMatchWhenDerived: exclusive,
    storage: () => {
      const routes = new Map<unknown, unknown>();
      return {
        get: (value) => (routes.get(value) ?? null) as null,
        set: (value, route) => {
          routes.set(value, route);
        },
      };
    },
    deriveConstraint: (request) => selects(request) || undefined,
  });
  return { [name]: true };
}

/** Selects what is signed for a service. @param service - as a signature names it, such as `s3` */
export function signedFor(service: string): Selection {
  const credential = new RegExp(`Credential=[^,\\s]+/${service}/aws4_request`);
  return {
    name: `signedFor_${service.replaceAll("-", "_")}`,
    selects: ({ headers: { authorization = "" } }) => credential.test(authorization),
    exclusive: true,
  };
}
