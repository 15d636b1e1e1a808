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
  readonly #listeners: CallListener[] = [];
  /**
   * Whether the account has a trail that logs management events. Only with one does EventBridge hear of calls:
   * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event.html
   */
  hasTrail = true;

  constructor(account: AccountInfo) {
    this.#account = account;
  }

  add(call: Call): void {
    const recorded = new Recorded(this.#account, call, this.#account.now());
    this.#calls.push(recorded);
    if (this.#calls.length > ownLimits.cloudTrailRecords.most) {
      this.#calls.shift();
    }
    if (this.hasTrail) {
      for (const listener of this.#listeners) {
        listener(call, () => recorded.record);
      }
    }
  }

  /** The last ten thousand, the newest last. */
  calls(): readonly RecordedCall[] {
    return this.#calls;
  }

  /** Calls the listener for every call that a trail has, from now on. */
  listen(listener: CallListener): void {
    this.#listeners.push(listener);
  }
}

/** Is called with a call, and with what writes its record. */
type CallListener = (call: Call, record: () => CloudTrailRecord) => void;

/** A call whose record is written when it is first read: most never are, and a registry answers thousands a second. */
class Recorded implements RecordedCall {
  readonly #account: AccountInfo;
  readonly #call: Call;
  readonly #time: Date;
  #record: CloudTrailRecord | undefined;

  constructor(account: AccountInfo, call: Call, time: Date) {
    this.#account = account;
    this.#call = call;
    this.#time = time;
  }

  get record(): CloudTrailRecord {
    return (this.#record ??= recordOf(this.#account, this.#call, this.#time));
  }

  get userName(): string {
    const { caller } = this.#call;
    return "provider" in caller ? caller.subject : (caller.caller.sessionName ?? caller.assumedRoleArn);
  }

  get accessKeyId(): string | undefined {
    const { caller } = this.#call;
    return "provider" in caller ? undefined : caller.accessKeyId;
  }
}
