import type { RoleCaller } from "../authorization";

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
