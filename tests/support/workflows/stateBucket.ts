import { type IncomingMessage } from "node:http";
import { buffer } from "node:stream/consumers";
import { HttpServers } from "../httpServers";

/** An S3 bucket that Pulumi keeps its state in: as much of S3 as the CLI asks for, to every caller. */
export interface StateBucket {
  /** `http://127.0.0.1:PORT` */
  readonly address: string;
  /** Contents by key; a test may change them. */
  readonly objects: Map<string, Buffer>;
  readonly close: () => Promise<void>;
}

export async function openStateBucket(bucket: string): Promise<StateBucket> {
  const objects = new Map<string, Buffer>();

  const answer = async (request: IncomingMessage): Promise<{ status: number; body?: Buffer | string }> => {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://127.0.0.1");
    const [, named, ...rest] = pathname.split("/");
    const key = decodeURIComponent(rest.join("/"));
    if (named !== bucket) {
      return { status: 404, body: errorText("NoSuchBucket") };
    }
    if (key === "") {
      return { status: 200, body: listing(objects, searchParams) };
    }
    const content = objects.get(key);
    switch (request.method) {
      case "PUT": {
        const source = request.headers["x-amz-copy-source"];
        const body = await bodyOf(request);
        if (source === undefined) {
          objects.set(key, body);
          return { status: 200 };
        }
        const copied = objects.get(decodeURIComponent(String(source)).replace(`${bucket}/`, "").replace(/^\//, ""));
        if (copied === undefined) {
          return { status: 404, body: errorText("NoSuchKey") };
        }
        objects.set(key, copied);
        return { status: 200, body: '<CopyObjectResult><ETag>"1"</ETag></CopyObjectResult>' };
      }
      case "DELETE":
        objects.delete(key);
        return { status: 204 };
      default:
        return content === undefined ? { status: 404, body: errorText("NoSuchKey") } : { status: 200, body: content };
    }
  };

  const servers = new HttpServers();
  const address = await servers.serve((request, response) => {
    void answer(request).then(({ status, body = "" }) => {
      const length = Buffer.byteLength(body);
      const headers = { "content-length": length, etag: '"1"', "last-modified": new Date().toUTCString() };
      response.writeHead(status, status === 204 ? {} : headers).end(request.method === "HEAD" ? undefined : body);
    });
  });
  return {
    address,
    objects,
    close: () => servers.close(),
  };
}

/** What was sent, out of the chunks that the SDKs send it in: `SIZE;signature…`, the bytes, and at the end checksums. */
async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  let rest = await buffer(request);
  if (request.headers["x-amz-decoded-content-length"] === undefined) {
    return rest;
  }
  const chunks: Buffer[] = [];
  for (;;) {
    const end = rest.indexOf("\r\n");
    const size = Number.parseInt(rest.subarray(0, end).toString(), 16);
    if (!(size > 0)) {
      return Buffer.concat(chunks);
    }
    chunks.push(rest.subarray(end + 2, end + 2 + size));
    rest = rest.subarray(end + 2 + size + 2);
  }
}

function listing(objects: ReadonlyMap<string, Buffer>, query: URLSearchParams): string {
  const [prefix, delimiter] = [query.get("prefix") ?? "", query.get("delimiter") ?? ""];
  const found = [...objects].filter(([key]) => key.startsWith(prefix)).sort(([a], [b]) => (a < b ? -1 : 1));
  const folders = new Set<string>();
  const contents = found.filter(([key]) => {
    const end = delimiter === "" ? -1 : key.indexOf(delimiter, prefix.length);
    if (end >= 0) {
      folders.add(key.slice(0, end + 1));
    }
    return end < 0;
  });
  const modified = new Date().toISOString();
  return [
    "<ListBucketResult><IsTruncated>false</IsTruncated>",
    ...contents.map(
      ([key, { length }]) =>
        `<Contents><Key>${key}</Key><LastModified>${modified}</LastModified><ETag>"1"</ETag><Size>${length}</Size></Contents>`,
    ),
    ...[...folders].map((folder) => `<CommonPrefixes><Prefix>${folder}</Prefix></CommonPrefixes>`),
    "</ListBucketResult>",
  ].join("");
}

function errorText(code: string): string {
  return `<Error><Code>${code}</Code><Message>${code}</Message></Error>`;
}
