import type { AddressInfo } from "node:net";
import type { MadeDistribution } from "../../../sandbox/fixtures/distributions";
import { type SmallIndex, smallIndexServer } from "../../../sandbox/publicIndex/smallIndex";

/** A small index that notes what it is asked for, and that a test can take down. */
export interface WatchedIndex extends SmallIndex {
  /** Paths in the order in which they were asked for: `/simple/NAME/` and `/files/FILENAME`. */
  readonly asked: readonly string[];
  /** While it is, connections break off without an answer. */
  down: boolean;
}

export async function serveWatchedIndex(distributions: readonly MadeDistribution[]): Promise<WatchedIndex> {
  const server = smallIndexServer(distributions);
  const asked: string[] = [];
  const index = { url: "", asked, down: false, close: () => server.close() };
  server.addHook("onRequest", (request, reply, done) => {
    asked.push(request.url);
    if (index.down) {
      reply.hijack();
      request.raw.destroy();
    } else {
      done();
    }
  });
  await server.listen({ host: "127.0.0.1", port: 0 });
  index.url = `http://127.0.0.1:${(server.server.address() as AddressInfo).port}/simple/`;
  return index;
}
