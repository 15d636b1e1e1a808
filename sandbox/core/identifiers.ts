import { createHash } from "node:crypto";

/** The characters of IAM's unique ids. */
export const base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** An IAM unique id such as `AROA` and 17 characters. AWS draws it; here it follows from the text, so that runs print the same. */
export function uniqueId(prefix: "AROA" | "ANPA", text: string): string {
  const characters = [...sha256(text)].slice(0, 17).map((byte) => base32.charAt(byte % base32.length));
  return prefix + characters.join("");
}

/**
 * The unique ids of one kind of thing. What is made again under the same ARN gets another id, as with AWS:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids
 */
export class UniqueIds {
  /** How often each ARN was made. */
  readonly #made = new Map<string, number>();

  constructor(private readonly prefix: "AROA" | "ANPA") {}

  next(arn: string): string {
    const before = this.#made.get(arn) ?? 0;
    this.#made.set(arn, before + 1);
    return uniqueId(this.prefix, before === 0 ? arn : `${arn} ${before}`);
  }
}

/** An id of the form of a UUID that follows from the text. */
export function uuid(text: string): string {
  const hex = sha256(text).toString("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join("-");
}

/** The revision of a stored document: opaque, another one for every change. */
export function revision(text: string): string {
  return sha256(text).toString("base64");
}

function sha256(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

/** The account and region that resources belong to, and the clock that dates them. */
export interface AccountInfo {
  /** First part of every ARN: `aws`, `aws-cn` or `aws-us-gov`. */
  readonly partition: string;
  readonly region: string;
  /** Twelve digits. */
  readonly accountId: string;
  readonly now: () => Date;
}

/** Tags by key. */
export type Tags = Readonly<Record<string, string>>;
