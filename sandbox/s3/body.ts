import { createHash } from "node:crypto";
import { createCRC32, createCRC64 } from "hash-wasm";
import { AwsError } from "../core/awsError";

/** Headers of a request by their lower-case names. */
type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

/** The bytes of an object, and the checksum that its request states. */
interface ReadBody {
  readonly bytes: Buffer;
  /** By its header's name. */
  readonly checksums: Readonly<Record<string, string>>;
}

/**
 * Takes an object out of a request: from its body as it is, or in chunks with trailers. It compares every checksum that the
 * request states. https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html
 *
 * @throws BadDigest, IncompleteBody, InvalidRequest
 */
export async function readObjectBody(headers: Headers, body: Buffer): Promise<ReadBody> {
  const stated = (all: Headers) =>
    Object.fromEntries(
      Object.keys(checksums).flatMap((name) => {
        const value = all[name];
        return typeof value === "string" ? [[name, value] as const] : [];
      }),
    );
  const isChunked = headers["x-amz-content-sha256"] === chunkedPayload;
  const { bytes, trailers } = isChunked ? readChunks(body) : { bytes: body, trailers: {} };
  const length = headers["x-amz-decoded-content-length"];
  if (length !== undefined && length !== String(bytes.length)) {
    throw new AwsError(
      "IncompleteBody",
      "You did not provide the number of bytes specified by the Content-Length HTTP header",
    );
  }
  const given = { ...stated(headers), ...stated(trailers) };
  for (const [name, value] of Object.entries(given)) {
    if ((await checksums[name]?.(bytes)) !== value) {
      const algorithm = name.replace(/^x-amz-checksum-/, "").toUpperCase();
      throw new AwsError("BadDigest", `The ${algorithm} you specified did not match the calculated checksum.`);
    }
  }
  const md5 = headers["content-md5"];
  if (md5 !== undefined && md5 !== createHash("md5").update(bytes).digest("base64")) {
    throw new AwsError("BadDigest", "The Content-MD5 you specified did not match what we received.");
  }
  return { bytes, checksums: given };
}

/** Chunks that are not signed one by one, with a trailer. */
const chunkedPayload = "STREAMING-UNSIGNED-PAYLOAD-TRAILER";

/** Each is in base64. */
const checksums: Readonly<Record<string, (bytes: Buffer) => string | Promise<string>>> = {
  "x-amz-checksum-sha1": (bytes) => createHash("sha1").update(bytes).digest("base64"),
  "x-amz-checksum-sha256": (bytes) => createHash("sha256").update(bytes).digest("base64"),
  "x-amz-checksum-crc32": async (bytes) => base64(await createCRC32(), bytes),
  "x-amz-checksum-crc32c": async (bytes) => base64(await createCRC32(0x82f63b78), bytes),
  // The polynomial of the NVM Express specification, with its bits reversed.
  "x-amz-checksum-crc64nvme": async (bytes) => base64(await createCRC64("9a6c9329ac4bc9b5"), bytes),
};

function base64(hash: Awaited<ReturnType<typeof createCRC32>>, bytes: Buffer): string {
  return Buffer.from(hash.init().update(bytes).digest("hex"), "hex").toString("base64");
}

/**
 * Reads a body in chunks: `LENGTH\r\nBYTES\r\n` until a length of 0, then trailers as header lines.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
 */
function readChunks(body: Buffer): { readonly bytes: Buffer; readonly trailers: Headers } {
  const chunks: Buffer[] = [];
  let position = 0;
  const line = (): string => {
    const end = body.indexOf("\r\n", position);
    if (end === -1) {
      throw malformedChunks();
    }
    const text = body.toString("latin1", position, end);
    position = end + 2;
    return text;
  };
  for (;;) {
    const size = line();
    if (!/^[0-9a-f]{1,8}$/i.test(size)) {
      throw malformedChunks();
    }
    const length = Number.parseInt(size, 16);
    if (length === 0) {
      break;
    }
    const chunk = body.subarray(position, position + length);
    position += length;
    if (chunk.length < length || line() !== "") {
      throw malformedChunks();
    }
    chunks.push(chunk);
  }
  const trailers = body
    .toString("latin1", position)
    .split("\r\n")
    .flatMap((text) => {
      const [, name = "", value = ""] = /^([^:]+):\s*(.*)$/.exec(text) ?? [];
      return name === "" ? [] : [[name.toLowerCase(), value] as const];
    });
  return { bytes: Buffer.concat(chunks), trailers: Object.fromEntries(trailers) };
}

function malformedChunks(): AwsError {
  return new AwsError("InvalidRequest", "The body is not in chunks as x-amz-content-sha256 says.");
}
