import { createHash } from "node:crypto";
import { setImmediate } from "node:timers/promises";

/** So many bytes are digested at once, which takes some milliseconds. */
const slice = 4 * 1024 ** 2;

/** What takes bytes in part by part. */
export interface Digest {
  update(part: Uint8Array): unknown;
  digest(encoding: "hex"): string;
}

/** The digest of some bytes, in hexadecimal. Other work runs in between: a file may have hundreds of megabytes. */
export async function digestOf(bytes: Buffer, digest: Digest): Promise<string> {
  for (let start = 0; start < bytes.length; start += slice) {
    if (start > 0) {
      await setImmediate();
    }
    digest.update(bytes.subarray(start, start + slice));
  }
  return digest.digest("hex");
}

/** The SHA-256 of some bytes, in hexadecimal. */
export function sha256Of(bytes: Buffer): Promise<string> {
  return digestOf(bytes, createHash("sha256"));
}
