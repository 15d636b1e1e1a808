import type { FastifyPluginAsync } from "fastify";
import { refuseOtherHosts } from "../core/localHost";
import type { Twin } from "../context";
import { page } from "./page";

/** `GET /`: what the registry holds and what was decided, as a plain page. Nothing on it is secret. */
export function pageDoor(twin: Twin): FastifyPluginAsync {
  return (server) => {
    server.get("/", async (request, reply) => {
      refuseOtherHosts(request);
      await reply
        .headers({
          "content-security-policy":
            "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
          "x-content-type-options": "nosniff",
          "cache-control": "no-store",
        })
        .type("text/html; charset=utf-8")
        .send(page(twin));
    });
    return Promise.resolve();
  };
}
