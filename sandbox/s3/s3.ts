import { createHash } from "node:crypto";
import { AwsError } from "../core/awsError";
import type { AccountInfo } from "../core/identifiers";

/** What is kept of a file beside its bytes: headers that a client gave, and that it gets back. */
export type ObjectHeaders = Readonly<Record<string, string>>;

/** A file in a bucket. */
export interface StoredObject {
  readonly bytes: Buffer;
  readonly etag: string;
  readonly lastModified: Date;
  readonly headers: ObjectHeaders;
}

/** The buckets of an account, as far as deployments of layers and functions need them. Buckets are made by `createBucket` alone. */
export class S3 {
  readonly #account: AccountInfo;
  readonly #buckets = new Map<string, Map<string, StoredObject>>();

  constructor(account: AccountInfo) {
    this.#account = account;
  }

  createBucket(bucket: string): void {
    this.#buckets.set(bucket, this.#buckets.get(bucket) ?? new Map<string, StoredObject>());
  }

  /** @throws NoSuchBucket */
  putObject(bucket: string, key: string, bytes: Buffer, headers: ObjectHeaders = {}): StoredObject {
    const etag = `"${createHash("md5").update(bytes).digest("hex")}"`;
    const stored = { bytes, etag, headers, lastModified: this.#account.now() };
    this.#objects(bucket).set(key, stored);
    return stored;
  }

  /** @throws NoSuchBucket */
  findObject(bucket: string, key: string): StoredObject | undefined {
    return this.#objects(bucket).get(key);
  }

  #objects(bucket: string): Map<string, StoredObject> {
    const objects = this.#buckets.get(bucket);
    if (objects === undefined) {
      throw new AwsError("NoSuchBucket", "The specified bucket does not exist", 404);
    }
    return objects;
  }
}
