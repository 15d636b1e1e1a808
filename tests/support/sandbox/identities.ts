import { request as httpRequest } from "node:http";
import type { AddressInfo } from "node:net";
import fastify, { type FastifyPluginAsync } from "fastify";
import { SandboxAccount } from "../../../sandbox/account";
import { Packages } from "../../../sandbox/codeartifact/packages/packages";
import { MemoryPackageStore } from "../../../sandbox/codeartifact/packages/store";
import { noPublicIndex } from "../../../sandbox/codeartifact/packages/search";
import { AuthorizationTokens } from "../../../sandbox/sts/authorizationTokens";
import { Sts } from "../../../sandbox/sts/sts";
import { DecisionLog } from "../../../sandbox/decisionLog";
import type { StackContext } from "../../../sandbox/context";

/**
 * A context of an account that holds one domain and nothing else, and a clock that a test sets.
 *
 * @param given - another account instead, which has a clock of its own
 */
export function bareSandbox(domain = "orb-dev", given?: SandboxAccount) {
  const clock = { now: new Date("2026-05-06T07:08:09Z") };
  const account = given ?? new SandboxAccount({ now: () => clock.now, region: "eu-central-1" });
  account.codeartifact.domains.create({ domain });
  let address = "";
  const context: StackContext = {
    ...{
      account,
      domain,
      sts: new Sts(account),
      tokens: new AuthorizationTokens(account),
      decisions: new DecisionLog(),
    },
    packages: new Packages(account, account.codeartifact, new MemoryPackageStore(), noPublicIndex),
    address: () => address,
  };
  return {
    context,
    clock,
    /** Serves routes on a free port. */
    async serve(...routes: readonly FastifyPluginAsync[]): Promise<Served> {
      const server = fastify({ forceCloseConnections: true });
      for (const plugin of routes) {
        await server.register(plugin);
      }
      await server.listen({ host: "127.0.0.1", port: 0 });
      const { port } = server.server.address() as AddressInfo;
      address = `http://127.0.0.1:${port}`;
      return { address, host: `127.0.0.1:${port}`, close: () => server.close() };
    },
  };
}

export interface Served {
  readonly address: string;
  /** As a client's Host header names it. */
  readonly host: string;
  close(): Promise<void>;
}

/** A request, down to what fetch would not send. */
export interface RawRequest {
  readonly method?: string;
  /** Path and query, or a whole address. @default / */
  readonly target?: string;
  /** Sent as they are, and no others but content-length. */
  readonly headers?: Readonly<Record<string, string | string[]>>;
  readonly body?: string | Buffer;
}

/** What came back. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

export function send({ host }: Served, { method = "GET", target = "/", headers = {}, body = "" }: RawRequest) {
  const [hostname, port] = host.split(":");
  return new Promise<RawAnswer>((resolve, reject) => {
    const options = { hostname, port, method, path: target, headers, setHost: false, agent: false } as const;
    const sending = httpRequest(options, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => {
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text: Buffer.concat(chunks).toString(),
        });
      });
    });
    sending.on("error", reject);
    sending.end(body);
  });
}
