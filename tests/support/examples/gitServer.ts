import { spawn } from "node:child_process";
import { type IncomingMessage, type ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { HttpServers } from "../httpServers";

/** Repositories over HTTP, as GitHub serves them to anyone who has the token. */
export interface GitServer {
  /** `http://127.0.0.1:PORT` */
  readonly address: string;
  readonly close: () => Promise<void>;
}

/** Serves the bare repositories below a folder; no one reads or writes without the token. */
export async function serveGit(folder: string, token: string): Promise<GitServer> {
  const expected = `basic ${Buffer.from(`x-access-token:${token}`).toString("base64")}`;
  const servers = new HttpServers();
  const address = await servers.serve((request, response) => {
    if (request.headers.authorization?.toLowerCase() !== expected.toLowerCase()) {
      response.writeHead(401, { "www-authenticate": "Basic" }).end();
      return;
    }
    void runBackend(folder, request, response);
  });
  return {
    address,
    close: () => servers.close(),
  };
}

/** Git's own server is a CGI program: https://git-scm.com/docs/git-http-backend */
async function runBackend(folder: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname, search } = new URL(request.url ?? "/", "http://127.0.0.1");
  const backend = spawn("git", ["http-backend"], {
    env: {
      PATH: process.env.PATH,
      GIT_PROJECT_ROOT: folder,
      GIT_HTTP_EXPORT_ALL: "1",
      REMOTE_USER: "x-access-token",
      PATH_INFO: pathname,
      QUERY_STRING: search.slice(1),
      REQUEST_METHOD: request.method,
      CONTENT_TYPE: request.headers["content-type"] ?? "",
      HTTP_CONTENT_ENCODING: request.headers["content-encoding"] ?? "",
      GIT_PROTOCOL: (request.headers["git-protocol"] ?? "") as string,
    },
    stdio: ["pipe", "pipe", "inherit"],
  });
  request.pipe(backend.stdin);
  const answer = await buffer(backend.stdout);
  const end = answer.indexOf("\r\n\r\n");
  const headers = answer.subarray(0, end).toString().split("\r\n");
  for (const line of headers) {
    const [name = "", value = ""] = line.split(/: (.*)/s);
    if (name.toLowerCase() === "status") {
      response.statusCode = Number(value.slice(0, 3));
    } else {
      response.setHeader(name, value);
    }
  }
  response.end(answer.subarray(end + 4));
}
