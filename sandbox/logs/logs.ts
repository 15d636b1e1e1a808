import type { Decision } from "../../iam/evaluate";
import { AwsError, notModelled } from "../core/awsError";
import type { AccountInfo, Tags } from "../core/identifiers";
import { invalid, notFound } from "./errors";
import { LogEvents } from "./logEvents";
import { ResourcePolicies } from "./resourcePolicies";

/** Whether the service may use a KMS key for a log group. */
export type KeyDecision = (keyArn: string, groupArn: string) => Decision;

/** A log group, without its events. */
export interface LogGroup {
  readonly logGroupName: string;
  /** Without `:*` at its end. */
  readonly arn: string;
  readonly creationTime: Date;
  readonly logGroupClass: "STANDARD" | "INFREQUENT_ACCESS";
  /** @default - events never expire */
  readonly retentionInDays?: number;
  /** ARN of the key that the events are encrypted with. @default - a key that AWS owns */
  readonly kmsKeyId?: string;
  /** Whether the group can be deleted only after this is taken back. */
  readonly deletionProtectionEnabled: boolean;
  readonly tags: Tags;
}

interface GroupState {
  readonly group: LogGroup;
  readonly events: LogEvents;
}

/** What `createLogGroup` takes. */
export type CreateLogGroup = Pick<LogGroup, "logGroupName"> &
  Partial<Pick<LogGroup, "logGroupClass" | "kmsKeyId" | "deletionProtectionEnabled" | "tags">>;

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
export const retentionDays: readonly number[] = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

const dayMilliseconds = 24 * 60 * 60 * 1000;

/**
 * CloudWatch Logs of one account: log groups, their events, and the policies that let services write.
 * Operations: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_Operations.html
 */
export class Logs {
  readonly resourcePolicies: ResourcePolicies;
  readonly #account: AccountInfo;
  readonly #mayUseKey: KeyDecision;
  readonly #groups = new Map<string, GroupState>();

  constructor(account: AccountInfo, mayUseKey: KeyDecision) {
    this.#account = account;
    this.#mayUseKey = mayUseKey;
    this.resourcePolicies = new ResourcePolicies(account);
  }

  /** The ARN that a group of the name has or would have, without `:*`. */
  arn(logGroupName: string): string {
    const { partition, region, accountId } = this.#account;
    return `arn:${partition}:logs:${region}:${accountId}:log-group:${logGroupName}`;
  }

  createLogGroup({ logGroupName, logGroupClass = "STANDARD", kmsKeyId, ...rest }: CreateLogGroup): LogGroup {
    if (this.#groups.has(logGroupName)) {
      throw new AwsError("ResourceAlreadyExistsException", "The specified log group already exists");
    }
    const { deletionProtectionEnabled = false, tags = {} } = rest;
    const arn = this.arn(logGroupName);
    this.#requireKey(kmsKeyId, arn);
    const creationTime = this.#account.now();
    return this.#set({ logGroupName, arn, creationTime, logGroupClass, kmsKeyId, deletionProtectionEnabled, tags });
  }

  /** @throws ResourceNotFoundException */
  describeLogGroup(logGroupName: string): LogGroup {
    return this.#state(logGroupName).group;
  }

  find(logGroupName: string): LogGroup | undefined {
    return this.#groups.get(logGroupName)?.group;
  }

  /** By name. */
  list(): readonly LogGroup[] {
    const groups = [...this.#groups.values()].map(({ group }) => group);
    return groups.sort((one, other) => (one.logGroupName < other.logGroupName ? -1 : 1));
  }

  deleteLogGroup(logGroupName: string): void {
    const { arn, deletionProtectionEnabled } = this.describeLogGroup(logGroupName);
    if (deletionProtectionEnabled) {
      throw new AwsError(
        "ValidationException",
        `Log group ${arn} has deletion protection: take it back with PutLogGroupDeletionProtection first.`,
      );
    }
    this.#groups.delete(logGroupName);
  }

  putRetentionPolicy(logGroupName: string, retentionInDays: number | undefined): void {
    this.#change(logGroupName, { retentionInDays });
  }

  /** @param kmsKeyId - ARN of a key; nothing for the key that AWS owns */
  associateKmsKey(logGroupName: string, kmsKeyId: string | undefined): void {
    this.#requireKey(kmsKeyId, this.describeLogGroup(logGroupName).arn);
    this.#change(logGroupName, { kmsKeyId });
  }

  putDeletionProtection(logGroupName: string, deletionProtectionEnabled: boolean): void {
    this.#change(logGroupName, { deletionProtectionEnabled });
  }

  putTags(logGroupName: string, tags: Tags): void {
    this.#change(logGroupName, { tags });
  }

  /** The events of a group, without those that are older than its retention. */
  events(logGroupName: string): LogEvents {
    const { group, events } = this.#state(logGroupName);
    events.expire(this.oldestKept(group));
    return events;
  }

  /** From when on a group keeps events. */
  oldestKept({ retentionInDays }: LogGroup): Date {
    return retentionInDays === undefined
      ? new Date(0)
      : new Date(this.#account.now().getTime() - retentionInDays * dayMilliseconds);
  }

  #state(logGroupName: string): GroupState {
    const state = this.#groups.get(logGroupName);
    if (state === undefined) {
      throw notFound("The specified log group does not exist.");
    }
    return state;
  }

  #change(logGroupName: string, changes: Partial<LogGroup>): void {
    this.#set({ ...this.#state(logGroupName).group, ...changes });
  }

  #set(group: LogGroup): LogGroup {
    const events = this.#groups.get(group.logGroupName)?.events ?? new LogEvents();
    this.#groups.set(group.logGroupName, { group, events });
    return group;
  }

  /**
   * CloudWatch Logs uses a key only if the key's own policy lets it:
   * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
   */
  #requireKey(keyArn: string | undefined, groupArn: string): void {
    if (keyArn === undefined) {
      return;
    }
    if (
      !keyArn.startsWith(`arn:${this.#account.partition}:kms:${this.#account.region}:${this.#account.accountId}:key/`)
    ) {
      throw notModelled(`KMS key ${keyArn} of a log group: give the ARN of a key of this account and region.`);
    }
    const decision = this.#mayUseKey(keyArn, groupArn);
    if (decision.outcome !== "allowed") {
      throw invalid(
        `The specified KMS key does not exist or is not allowed to be used with LogGroup '${groupArn}' (${decision.reason})`,
      );
    }
  }
}
