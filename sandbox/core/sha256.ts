import { createHash, createHmac } from "node:crypto";

type Bytes = string | ArrayBuffer | ArrayBufferView;
type Hashing = ReturnType<typeof createHash | typeof createHmac>;

/** SHA-256, with a secret its HMAC, in the shape that @smithy/signature-v4 asks for. */
export class Sha256 {
  readonly #secret: Buffer | undefined;
  #hash: Hashing;

  constructor(secret?: Bytes) {
    this.#secret = secret === undefined ? undefined : toBuffer(secret);
    this.#hash = this.#begin();
  }

  update(data: Bytes): void {
    this.#hash.update(toBuffer(data));
  }

  digest(): Promise<Uint8Array> {
    return Promise.resolve(this.#hash.digest());
  }

  reset(): void {
    this.#hash = this.#begin();
  }

  #begin(): Hashing {
    return this.#secret === undefined ? createHash("sha256") : createHmac("sha256", this.#secret);
  }
}

function toBuffer(data: Bytes): Buffer {
  if (typeof data === "string") {
    return Buffer.from(data);
  }
  return ArrayBuffer.isView(data) ? Buffer.from(data.buffer, data.byteOffset, data.byteLength) : Buffer.from(data);
}
