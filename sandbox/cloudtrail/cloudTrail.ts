import type { AccountInfo } from "../core/identifiers";
import { ownLimits } from "../ownLimits";
import { type Call, type CloudTrailRecord, recordOf } from "./record";

/** Whom a record names, for look-ups. */
export interface RecordedCall {
  readonly record: CloudTrailRecord;
  /** The session's name, or the subject of an identity token. */
  readonly userName: string;
  readonly accessKeyId?: string;
}

/**
 * The account's event history: every call that an identity of the account made, the newest last. A request whose signature or
 * token names no identity leaves no record, as at AWS.
 */
export class CloudTrail {
  readonly #account: AccountInfo;
  readonly #calls: RecordedCall[] = [];
  readonly #listeners: ((record: CloudTrailRecord) => void)[] = [];

  constructor(account: AccountInfo) {
    this.#account = account;
  }

  add(call: Call): void {
    const { caller } = call;
    const record = recordOf(this.#account, call);
    this.#calls.push({
      record,
      userName: "provider" in caller ? caller.subject : (caller.caller.sessionName ?? caller.assumedRoleArn),
      accessKeyId: "provider" in caller ? undefined : caller.accessKeyId,
    });
    if (this.#calls.length > ownLimits.cloudTrailRecords.most) {
      this.#calls.shift();
    }
    for (const listener of this.#listeners) {
      listener(record);
    }
  }

  /** The last ten thousand, the newest last. */
  calls(): readonly RecordedCall[] {
    return this.#calls;
  }

  /** Calls the listener for every record from now on. */
  listen(listener: (record: CloudTrailRecord) => void): void {
    this.#listeners.push(listener);
  }
}
