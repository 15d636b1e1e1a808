import { once } from "node:events";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";

/**
 * One address for the API of several sandboxes, as AWS has one for all domains of a region: the domain that a request names
 * says which of them answers.
 *
 * @param addresses - by domain
 */
export async function serveByDomain(addresses: ReadonlyMap<string, string>) {
  const server = createServer((incoming, answer) => {
    const { url = "", method, headers } = incoming;
    const target = addresses.get(new URL(url, "http://any").searchParams.get("domain") ?? "");
    const forwarded = request(`${target ?? ""}${url}`, { method, headers }, (response) => {
      answer.writeHead(response.statusCode ?? 500, response.headers);
      response.pipe(answer);
    });
    forwarded.on("error", () => answer.destroy());
    incoming.pipe(forwarded);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
