import type { FastifyInstance } from "fastify";

/**
 * Has a server that closes end as soon as the requests that are under way have their answers. Clients keep their connections
 * for a request to come, and browsers open some for none: left alone these would hold it up for a minute and more.
 */
export function endWithLastAnswer(server: FastifyInstance): void {
  let underWay = 0;
  let isClosing = false;
  const endIfLast = () => {
    if (isClosing && underWay === 0) {
      server.server.closeAllConnections();
    }
  };
  server.addHook("onRequest", (_request, _reply, done) => {
    underWay++;
    done();
  });
  server.addHook("onResponse", (_request, _reply, done) => {
    underWay--;
    endIfLast();
    done();
  });
  server.addHook("preClose", (done) => {
    isClosing = true;
    endIfLast();
    done();
  });
}
