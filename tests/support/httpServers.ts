import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { once } from "node:events";

/** Servers that a test makes, each on 127.0.0.1 and a port that is free. */
export class HttpServers {
  readonly #servers: Server[] = [];

  /** @returns the address, without a slash at its end */
  async serve(answer: RequestListener): Promise<string> {
    const server = createServer(answer);
    this.#servers.push(server);
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  /** Breaks off whatever is under way. */
  async close(): Promise<void> {
    const closed = this.#servers.splice(0).map(async (server) => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    });
    await Promise.all(closed);
  }
}
