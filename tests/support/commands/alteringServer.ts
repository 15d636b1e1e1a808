import { request as send } from "node:http";
import { buffer } from "node:stream/consumers";
import { HttpServers } from "../httpServers";

/** A request as it came. */
export interface PassedRequest {
  /** Method and path. */
  readonly line: string;
  readonly body: string;
}

/** An answer as it goes out. */
export interface PassedAnswer {
  readonly status: number;
  readonly body: string;
}

/**
 * Passes every request on to a sandbox as it is, signature included, and lets a test change the answers: for what the sandbox, which
 * decides by the project's own rules, does not say.
 */
export async function alteringServer(
  sandbox: string,
  alter: (request: PassedRequest, answer: PassedAnswer) => PassedAnswer,
): Promise<{
  readonly address: string;
  readonly requests: readonly PassedRequest[];
  readonly close: () => Promise<void>;
}> {
  const servers = new HttpServers();
  const requests: PassedRequest[] = [];
  const address = await servers.serve((incoming, response) => {
    void buffer(incoming).then((bytes) => {
      const request = { line: `${incoming.method ?? ""} ${incoming.url ?? ""}`, body: bytes.toString() };
      requests.push(request);
      const { method, headers } = incoming;
      const sent = send(`${sandbox}${incoming.url ?? ""}`, { method, headers }, (answer) => {
        void buffer(answer).then((answered) => {
          const { status, body } = alter(request, { status: answer.statusCode ?? 500, body: answered.toString() });
          const length = { "content-length": String(Buffer.byteLength(body)) };
          response.writeHead(status, { ...answer.headers, ...length }).end(body);
        });
      });
      sent.end(bytes);
    });
  });
  return { address, requests, close: () => servers.close() };
}
