import { createHash } from "node:crypto";
import type { AddressInfo } from "node:net";
import fastify, { type FastifyInstance } from "fastify";
import { normalizePackageName } from "../../naming/packagePatterns";
import type { MadeDistribution } from "../fixtures/distributions";
import { html } from "../core/html";

/** A public index on this machine. */
export interface SmallIndex {
  /** Of its simple pages: `http://127.0.0.1:PORT/simple/`. */
  readonly url: string;
  close(): Promise<void>;
}

/** When everything on it was uploaded: long ago, for clients that leave out what is new. */
const uploadTime = "2026-01-01T00:00:00Z";

/** Serves distributions as a public index does, on 127.0.0.1 and a port that is free. */
export async function serveSmallIndex(distributions: readonly MadeDistribution[]): Promise<SmallIndex> {
  const server = smallIndexServer(distributions);
  await server.listen({ host: "127.0.0.1", port: 0 });
  const { port } = server.server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/simple/`, close: () => server.close() };
}

/** The server of a small index, before it listens. */
export function smallIndexServer(distributions: readonly MadeDistribution[]): FastifyInstance {
  // The name of a wheel for several platforms is longer than the 100 characters that a parameter has at most otherwise.
  const server = fastify({ forceCloseConnections: true, routerOptions: { maxParamLength: 500 } });
  server.get<{ Params: { name: string } }>("/simple/:name/", ({ params, headers }, reply) => {
    const files = distributions.filter(({ filename }) => projectOf(filename) === params.name);
    if (files.length === 0) {
      reply.callNotFound();
    } else if (headers.accept?.includes(jsonType) === true) {
      void reply.type(jsonType).send(jsonPage(params.name, files));
    } else {
      void reply.type("text/html; charset=utf-8").send(htmlPage(files));
    }
  });
  server.get<{ Params: { filename: string } }>("/files/:filename", ({ params }, reply) => {
    const file = distributions.find(({ filename }) => filename === params.filename);
    if (file === undefined) {
      reply.callNotFound();
    } else {
      void reply.type("application/octet-stream").send(file.bytes);
    }
  });
  return server;
}

const jsonType = "application/vnd.pypi.simple.v1+json";

function jsonPage(name: string, files: readonly MadeDistribution[]): string {
  return JSON.stringify({
    meta: { "api-version": "1.0" },
    name,
    files: files.map(({ filename, bytes }) => ({
      filename,
      url: `../../files/${filename}`,
      hashes: { sha256: sha256(bytes) },
      size: bytes.length,
      "upload-time": uploadTime,
    })),
  });
}

function htmlPage(files: readonly MadeDistribution[]): string {
  const links = files.map(
    ({ filename, bytes }) => html`<a href="../../files/${filename}#sha256=${sha256(bytes)}">${filename}</a><br />`,
  );
  return html`<!doctype html><meta name="pypi:repository-version" content="1.0" />
    <body>
      ${links}
    </body>`.text;
}

/** Made distributions have no hyphen in their name. */
function projectOf(filename: string): string {
  return normalizePackageName(filename.replace(/-.*$/, ""));
}

function sha256(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}
