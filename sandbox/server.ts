import fastify, { type FastifyInstance } from "fastify";
import { codeartifactRoutes } from "./codeartifact/api/routes";
import { iam } from "./iam/routes";
import { queryRoutes } from "./core/queryProtocol";
import { sts } from "./sts/routes";
import { answerClientError } from "./clientErrors";
import { endWithLastAnswer } from "./endWithLastAnswer";
import { githubRoutes } from "./github/routes";
import type { Issuer } from "./github/issuer";
import { ownLimits } from "./ownLimits";
import { pageRoutes } from "./page/page";
import { pypiRoutes } from "./codeartifact/pypi/routes";
import type { SandboxContext } from "./context";

/** All doors on one port. Which one a request means, its path says, whatever host it names. */
export function createServer(context: SandboxContext, issuer: Issuer): FastifyInstance {
  const server = fastify({
    // A proxy's client names the whole address, as in GET http://host/path.
    rewriteUrl: ({ url = "/" }) => url.replace(/^https?:\/\/[^/]*(?=\/|$)/i, "") || "/",
    forceCloseConnections: "idle",
    // Long enough for a slow client, short enough that one which stalls holds nothing for long.
    requestTimeout: ownLimits.requestTime.most * 1000,
    http: { maxHeaderSize: ownLimits.requestHeaders.most, headersTimeout: ownLimits.requestTime.most * 1000 },
    clientErrorHandler: answerClientError,
  });
  endWithLastAnswer(server);
  void server.register(queryRoutes(context, [sts, iam]));
  void server.register(codeartifactRoutes(context));
  void server.register(pypiRoutes(context));
  void server.register(githubRoutes(context, issuer));
  void server.register(pageRoutes(context));
  server.setNotFoundHandler((request, reply) => {
    void reply
      .code(404)
      .type("text/plain; charset=utf-8")
      .send(
        `Nothing is at ${request.method} ${request.url.split("?")[0] ?? ""}. Here are: / (page, STS and IAM), ` +
          "/v1/ (CodeArtifact), /pypi/REPOSITORY/ (packages), /github/ (identity tokens).\n",
      );
  });
  return server;
}
