import { randomBytes } from "node:crypto";
import { sessionSeconds } from "../../iam/limits";
import type { RoleCaller } from "../authorization";
import { rangeError } from "../core/constraints";
import { base32 } from "../core/identifiers";

/** Temporary credentials of a role, and who holds them. */
export interface Session {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiration: Date;
  /** Whom requests are decided for. */
  readonly caller: RoleCaller;
  /** As AWS names the holder: `arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION`. */
  readonly assumedRoleArn: string;
  /** `ROLEID:SESSION`. */
  readonly assumedRoleId: string;
}

/** What AWS answers to a life outside 15 minutes to 12 hours, or nothing. Sessions and registry tokens have the same limits. */
export function durationError(durationSeconds: number): string | undefined {
  return Number.isInteger(durationSeconds)
    ? rangeError("durationSeconds", durationSeconds, sessionSeconds.shortest, sessionSeconds.longest)
    : `1 validation error detected: Value '${durationSeconds}' at 'durationSeconds' failed to satisfy constraint: ` +
        "Member must be a whole number";
}

/**
 * Text that no one can guess and only its maker can read: URL-safe, so that it fits into a URL's userinfo, and never
 * beginning with a hyphen, which a command line takes for an option.
 *
 * @param prefix - of letters and digits, a multiple of four characters
 * @param bytes - of randomness, a multiple of three
 */
export function opaqueText(prefix: string, bytes: number): string {
  return prefix + randomBytes(bytes).toString("base64url");
}

/** An id such as `ASIA` and 16 characters, of 80 random bits. */
export function accessKeyId(): string {
  return `ASIA${[...randomBytes(16)].map((byte) => base32.charAt(byte % 32)).join("")}`;
}
