import { type IncomingMessage, request as send, type ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { HttpServers } from "../httpServers";

/** One address for what act can give to all jobs of a run alike: GitHub's identity tokens, and AWS. */
export interface StackGateway {
  /** `http://127.0.0.1:PORT` */
  readonly address: string;
  readonly close: () => Promise<void>;
}

/** Who answers at the gateway. */
export interface Behind {
  /** The identity token of a job, of one stack of its matrix, for an audience; rejects where it may have none. */
  readonly identify: (job: string, stack: string, audience: string) => Promise<string>;
  /** Address of the sandbox that holds the role to be assumed. */
  readonly sandboxOf: (roleArn: string) => string;
}

/** A role is assumed where its ARN says; whatever its session asks later goes there too, by the access key that it signs with. */
export async function openStackGateway({ identify, sandboxOf }: Behind): Promise<StackGateway> {
  const sandboxes = new Map<string, string>();

  const forward = async (request: IncomingMessage, response: ServerResponse) => {
    const body = await buffer(request);
    const [, key = ""] = /Credential=(\w+)\//.exec(request.headers.authorization ?? "") ?? [];
    const roleArn = new URLSearchParams(body.toString()).get("RoleArn");
    const sandbox = sandboxes.get(key) ?? sandboxOf(roleArn ?? "");
    // With its headers as they are: the signature is over the host that the caller knows.
    const { method, headers } = request;
    const sent = send(`${sandbox}${request.url ?? ""}`, { method, headers }, (answer) => {
      void buffer(answer).then((bytes) => {
        const text = bytes.toString();
        const [, issued] = /<AccessKeyId>(\w+)</.exec(text) ?? [];
        if (issued !== undefined) {
          sandboxes.set(issued, sandbox);
        }
        const answered = text.replaceAll(sandbox, gateway.address);
        const length = { "content-length": String(Buffer.byteLength(answered)) };
        response.writeHead(answer.statusCode ?? 500, { ...answer.headers, ...length }).end(answered);
      });
    });
    sent.end(body);
  };

  const servers = new HttpServers();
  const address = await servers.serve((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://127.0.0.1");
    if (pathname !== "/identity") {
      void forward(request, response);
      return;
    }
    const parameter = (name: string) => searchParams.get(name) ?? "";
    identify(parameter("job"), parameter("stack"), parameter("audience")).then(
      (value) => response.end(JSON.stringify({ value })),
      (error: unknown) => response.writeHead(403).end(String(error)),
    );
  });
  const gateway: StackGateway = {
    address,
    close: () => servers.close(),
  };
  return gateway;
}
