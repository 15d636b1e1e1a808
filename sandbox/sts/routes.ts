import type { FastifyPluginAsync } from "fastify";
import type { SandboxContext } from "../context";
import { requireLocalHost, requireSameSite } from "../core/localHost";

/** `POST /administrator`: a session of the account's administrator, for anyone on this machine. */
export function administratorRoute(context: SandboxContext): FastifyPluginAsync {
  return (server) => {
    server.post("/administrator", (request, reply) => {
      requireLocalHost(request);
      requireSameSite(request);
      const { accessKeyId, secretAccessKey, sessionToken, expiration } = context.sts.administrator();
      return reply
        .code(201)
        .header("cache-control", "no-store")
        .send({ accessKeyId, secretAccessKey, sessionToken, expiration, region: context.account.region });
    });
    return Promise.resolve();
  };
}
