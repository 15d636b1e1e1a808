import { request } from "node:http";
import { HttpServers } from "../httpServers";

/**
 * One address for the API of several sandboxes, as AWS has one for all domains of a region: the domain that a request names
 * says which of them answers.
 *
 * @param addresses - by domain
 */
export async function serveByDomain(addresses: ReadonlyMap<string, string>) {
  const servers = new HttpServers();
  const address = await servers.serve((incoming, answer) => {
    const { url = "", method, headers } = incoming;
    const target = addresses.get(new URL(url, "http://any").searchParams.get("domain") ?? "");
    const forwarded = request(`${target ?? ""}${url}`, { method, headers }, (response) => {
      answer.writeHead(response.statusCode ?? 500, response.headers);
      response.pipe(answer);
    });
    forwarded.on("error", () => answer.destroy());
    incoming.pipe(forwarded);
  });
  return { address, close: () => servers.close() };
}
