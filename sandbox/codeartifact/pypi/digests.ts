import { createHash } from "node:crypto";
import { createBLAKE2b } from "hash-wasm";
import { type Digest, digestOf } from "../packages/digests";
import { HttpError, shown } from "./httpError";
import type { UploadForm } from "./uploadForm";

/** What each field of the form digests the file with. Node's own BLAKE2b knows no length but 512 bits. */
const digests: Readonly<Record<string, () => Digest | Promise<Digest>>> = {
  sha256_digest: () => createHash("sha256"),
  md5_digest: () => createHash("md5"),
  blake2_256_digest: () => createBLAKE2b(256),
};

/** @throws HttpError 400 where a digest that the form gives is not the file's */
export async function checkDigests({ fields, filename, bytes }: UploadForm): Promise<void> {
  for (const [field, digest] of Object.entries(digests)) {
    // PyPI takes an empty digest for one that is not given.
    const sent = (fields.get(field) ?? []).filter((one) => one !== "");
    // A form may give thousands: the file is digested once.
    const own = sent.length === 0 ? "" : await digestOf(bytes, await digest());
    const other = sent.find((one) => one.toLowerCase() !== own);
    if (other !== undefined) {
      throw new HttpError(
        400,
        `${filename} arrived with other bytes: ${field} says ${shown(other)}, the file has ${own}.`,
      );
    }
  }
}
