import { randomBytes } from "node:crypto";

/**
 * Text that nobody can guess and only its maker can read: URL-safe, so that it fits into a URL's userinfo, and never
 * beginning with a hyphen, which a command line takes for an option.
 *
 * @param prefix - of letters and digits, a multiple of four characters
 * @param bytes - of randomness, a multiple of three
 */
export function opaqueText(prefix: string, bytes: number): string {
  return prefix + randomBytes(bytes).toString("base64url");
}

const capitalsAndDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** An id such as `ASIA` and 16 characters, of 80 random bits. */
export function accessKeyId(): string {
  return `ASIA${[...randomBytes(16)].map((byte) => capitalsAndDigits.charAt(byte % 32)).join("")}`;
}
