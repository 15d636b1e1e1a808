import { createHash } from "node:crypto";
import { blake2b } from "hash-wasm";
import { Refusal, shown } from "./refusal";
import type { UploadForm } from "./uploadForm";

const node = (algorithm: string) => (bytes: Buffer) => createHash(algorithm).update(bytes).digest("hex");

/** What each field of the form digests the file with. Node's own BLAKE2b knows no length but 512 bits. */
const digests: Readonly<Record<string, (bytes: Buffer) => string | Promise<string>>> = {
  sha256_digest: node("sha256"),
  md5_digest: node("md5"),
  blake2_256_digest: (bytes) => blake2b(bytes, 256),
};

/** @throws Refusal 400 where a digest that the form gives is not the file's */
export async function checkDigests({ fields, filename, bytes }: UploadForm): Promise<void> {
  for (const [field, digest] of Object.entries(digests)) {
    for (const sent of fields.get(field) ?? []) {
      const own = await digest(bytes);
      if (sent.toLowerCase() !== own) {
        throw new Refusal(
          400,
          `${filename} arrived with other bytes: ${field} says ${shown(sent)}, the file has ${own}.`,
        );
      }
    }
  }
}
