import { randomUUID } from "node:crypto";
import type { FastifyError, FastifyPluginAsync, FastifyReply, FastifyRequest } from "fastify";
import { readRange } from "../codeartifact/pypi/download";
import type { SandboxContext } from "../context";
import { AwsError, notModelled } from "../core/awsError";
// Under its own name the formatter writes the elements of a template as HTML's.
import { html as xml } from "../core/html";
import { type Operation, perform } from "../core/operation";
import { addSelection, readBodiesAsBytes, signedFor } from "../core/requests";
import { withoutTokens } from "../decisionLog";
import { beyondLimit, ownLimits } from "../ownLimits";
import { objectArn, readObject } from "./access";
import { readObjectBody } from "./body";
import type { StoredObject } from "./s3";

/** S3 at `/BUCKET/KEY`, for requests that are signed for it: any path may be a bucket and a key. */
export function s3Routes(context: SandboxContext): FastifyPluginAsync {
  // eslint-disable-next-line @typescript-eslint/require-await -- a plugin is async, or takes a callback
  return async (server) => {
    readBodiesAsBytes(server, ownLimits.objectBody.most);
    server.addHook("onRequest", (_request, reply, done) => {
      void reply.header("x-amz-request-id", randomUUID());
      done();
    });
    server.setErrorHandler((error: FastifyError | AwsError, _request, reply) => {
      sendError(reply, error);
    });
    const constraints = addSelection(server, signedFor("s3"));
    server.route({
      method: ["GET", "HEAD", "PUT", "POST", "DELETE"],
      url: "/*",
      constraints,
      handler: (request, reply) => answer(context, request, reply),
    });
  };
}

/** What a request is for. */
interface Place {
  readonly bucket: string;
  readonly key: string;
}

async function answer(context: SandboxContext, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const { method, headers } = request;
  const place = placeOf(request.url);
  const what = unmodelled(request, place);
  const operation = method === "PUT" ? "PutObject" : method === "HEAD" ? "HeadObject" : "GetObject";
  const action = method === "PUT" ? "s3:PutObject" : "s3:GetObject";
  const check = (): ReturnType<Operation<unknown, StoredObject>> => {
    if (what !== undefined) {
      throw notModelled(`S3 with ${what} is not modelled: PutObject, HeadObject and GetObject are.`);
    }
    checkOwner(context, headers["x-amz-expected-bucket-owner"]);
    return operation === "PutObject"
      ? { resource: objectArn(context, place.bucket, place.key), answer: () => putObject(context, request, place) }
      : {
          resource: objectArn(context, place.bucket, place.key),
          authorize: () => undefined,
          answer: (session) => readObject(context, session, place.bucket, place.key),
        };
  };
  const stored = await perform<StoredObject>(context, "s3", action, check, request);
  void reply.headers({ etag: stored.etag, ...shownHeaders(request, stored) });
  if (operation === "PutObject") {
    return reply.send();
  }
  return sendObject(request, reply, stored);
}

async function putObject(context: SandboxContext, request: FastifyRequest, { bucket, key }: Place) {
  const { headers, body } = request;
  const { s3 } = context.account;
  const { bytes, checksums } = await readObjectBody(headers, Buffer.isBuffer(body) ? body : Buffer.alloc(0));
  if (headers["if-none-match"] === "*" && s3.findObject(bucket, key) !== undefined) {
    throw new AwsError("PreconditionFailed", "At least one of the pre-conditions you specified did not hold", 412);
  }
  const kept = Object.entries(headers).flatMap(([name, value]) =>
    typeof value === "string" && (name === "content-type" || name.startsWith("x-amz-meta-"))
      ? [[name, value] as const]
      : [],
  );
  return s3.putObject(bucket, key, bytes, { ...Object.fromEntries(kept), ...checksums });
}

function sendObject({ method, headers }: FastifyRequest, reply: FastifyReply, { bytes, lastModified }: StoredObject) {
  void reply.headers({ "last-modified": lastModified.toUTCString(), "accept-ranges": "bytes" });
  const range = readRange(headers.range, bytes.length);
  if (range === "unsatisfiable") {
    throw new AwsError("InvalidRange", "The requested range is not satisfiable", 416);
  }
  const { first, last } = range ?? { first: 0, last: bytes.length - 1 };
  if (range !== undefined) {
    void reply.code(206).header("content-range", `bytes ${first}-${last}/${bytes.length}`);
  }
  const part = bytes.subarray(first, last + 1);
  return method === "HEAD" ? reply.header("content-length", part.length).send() : reply.send(part);
}

/** A checksum is of the whole object, and is sent to a client that asks for it. */
function shownHeaders({ method, headers }: FastifyRequest, { headers: kept }: StoredObject) {
  const isAsked = method === "PUT" || (headers["x-amz-checksum-mode"] !== undefined && headers.range === undefined);
  return Object.fromEntries(
    Object.entries(kept).filter(([name]) => (name.startsWith("x-amz-checksum-") ? isAsked : method !== "PUT")),
  );
}

/** A bucket's name may belong to another account: this header guards a client against that. */
function checkOwner({ account }: SandboxContext, owner: string | readonly string[] | undefined): void {
  if (owner !== undefined && owner !== account.accountId) {
    throw new AwsError("AccessDenied", "Access Denied", 403);
  }
}

/** In the path, as bucket and key: `/BUCKET/KEY`. */
function placeOf(url: string): Place {
  const [path = ""] = url.split("?");
  const [, bucket = "", key = ""] = /^\/([^/]*)\/?(.*)$/s.exec(path) ?? [];
  try {
    return { bucket: decodeURIComponent(bucket), key: decodeURIComponent(key) };
  } catch {
    throw new AwsError("InvalidURI", "Couldn't parse the specified URI.");
  }
}

const modelledHeaders =
  /^x-amz-(?:date|content-sha256|security-token|sdk-checksum-algorithm|checksum-\w+|decoded-content-length|trailer|user-agent|expected-bucket-owner|meta-.+)$/;

/** What a request asks for that is not modelled: another operation, or something of an operation. Nothing where all is. */
function unmodelled({ method, url, headers }: FastifyRequest, { key }: Place): string | undefined {
  const query = [...new URLSearchParams(url.split("?").slice(1).join("?")).keys()].filter((name) => name !== "x-id");
  const others = Object.keys(headers).filter((name) => name.startsWith("x-amz-") && !modelledHeaders.test(name));
  if (key === "" || method === "POST" || method === "DELETE") {
    return `${method} ${key === "" ? "of a bucket" : "of an object"}`;
  }
  const more = [...query.map((name) => `?${name}`), ...others];
  return more.length === 0 ? undefined : more.join(", ");
}

function sendError(reply: FastifyReply, error: FastifyError | AwsError): void {
  const { code, status, message } = described(error);
  const document = xml`<Error><Code>${code}</Code><Message>${withoutTokens(message)}</Message></Error>`;
  void reply.code(status).type("application/xml").send(`<?xml version="1.0" encoding="UTF-8"?>\n${document.text}\n`);
}

/** An error of HTTP has its own status. An error of the sandbox itself discloses nothing. */
function described(error: FastifyError | AwsError): Pick<AwsError, "code" | "status" | "message"> {
  if (error instanceof AwsError) {
    const { code, status, message } = error;
    return { code: code.replace(/^AccessDeniedException$/, "AccessDenied"), status, message };
  }
  const { statusCode = 500, message } = error;
  if (statusCode === 413) {
    const rule = beyondLimit(ownLimits.objectBody, "The request's body has");
    return { code: "EntityTooLarge", status: 400, message: rule };
  }
  return statusCode < 500
    ? { code: "InvalidRequest", status: statusCode, message }
    : { code: "InternalError", status: 500, message: "We encountered an error of the sandbox." };
}
