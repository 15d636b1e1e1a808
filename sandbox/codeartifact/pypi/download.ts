import type { FastifyReply, FastifyRequest } from "fastify";
import type { SandboxContext } from "../../context";
import type { Download } from "../packages/packages";
import type { Address } from "./address";
import { HttpError } from "./httpError";
import type { RegistryRequest } from "./request";
import { sendSimplePage } from "./simplePage";

/** Sends a page, a file, or the way to one. */
export async function read(
  { packages, domain }: SandboxContext,
  registryRequest: RegistryRequest,
  address: Exclude<Address, { kind: "nowhere" | "upload" }>,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  const { repository } = address;
  registryRequest.authorize();
  const place = { domain, repository };
  switch (address.kind) {
    case "index":
      // https://docs.aws.amazon.com/codeartifact/latest/ug/python-compatibility.html
      throw new HttpError(
        404,
        `CodeArtifact lists no packages here: a package's files are at /pypi/${repository}/simple/NAME/.`,
      );
    case "moved":
      void reply.redirect(address.to, 301);
      break;
    case "project": {
      const { name } = address;
      await sendSimplePage({ repository, name, files: await packages.files(place, name) }, request, reply);
      break;
    }
    case "file": {
      const { name, version, filename } = address;
      const download = await packages.download(place, name, filename);
      if (download.file.version !== version) {
        throw new HttpError(
          404,
          `${filename} is of version ${download.file.version}, not of the one that the path names.`,
        );
      }
      sendFile(download, request, reply);
    }
  }
  registryRequest.end();
}

/** Bytes of a file, both ends included. */
interface ByteRange {
  readonly first: number;
  readonly last: number;
}

/**
 * The one range that a Range header names. Undefined where it names no range or several, or is not valid HTTP: a server may
 * send the whole then. Source: RFC 9110, 14.2.
 *
 * @param size - of the file, in bytes
 */
export function readRange(header: string | undefined, size: number): ByteRange | "unsatisfiable" | undefined {
  const [, from, to] = /^bytes=\s*(\d{0,15})-(\d{0,15})\s*$/i.exec(header ?? "") ?? [];
  if (from === undefined || to === undefined || (from === "" && to === "")) {
    return undefined;
  }
  if (from === "") {
    // The last so many bytes, or all where there are not so many.
    const length = Math.min(Number(to), size);
    return length === 0 ? "unsatisfiable" : { first: size - length, last: size - 1 };
  }
  const first = Number(from);
  if (to !== "" && Number(to) < first) {
    return undefined;
  }
  return first >= size ? "unsatisfiable" : { first, last: to === "" ? size - 1 : Math.min(Number(to), size - 1) };
}

/** Sends a file, or the part of it that is asked for. @throws HttpError 416 */
function sendFile(
  { file: { sha256 }, bytes }: Download,
  { method, headers }: FastifyRequest,
  reply: FastifyReply,
): void {
  const etag = `"${sha256}"`;
  const size = bytes.length;
  const conditions = [headers["if-range"] ?? etag].flat();
  // To HEAD a range means nothing, nor does the rest of other bytes to a client.
  const range = method === "GET" && conditions.includes(etag) ? readRange(headers.range, size) : undefined;
  if (range === "unsatisfiable") {
    const message = `The file has ${size} bytes, none of them in ${headers.range ?? ""}.`;
    throw new HttpError(416, message, { "content-range": `bytes */${size}` });
  }
  void reply.type("application/octet-stream").headers({ etag, "accept-ranges": "bytes" });
  if (headers["if-none-match"] === etag) {
    void reply.code(304).send();
  } else if (range === undefined) {
    void reply.send(bytes);
  } else {
    const { first, last } = range;
    void reply
      .code(206)
      .header("content-range", `bytes ${first}-${last}/${size}`)
      .send(bytes.subarray(first, last + 1));
  }
}
