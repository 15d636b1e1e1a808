import { randomUUID } from "node:crypto";
import { coordinateOf, keyedPackageArn, type PackageFormat } from "../codeartifact/names";
import type { VersionChange } from "../codeartifact/packages/watchedStore";
import type { Call, CloudTrailRecord } from "../cloudtrail/record";
import { ownLimits } from "../ownLimits";
import { apiCallEvent, type BusEvent, isChange } from "./busEvent";
import { deliver, type DeliveryAccount, type FailedInvocation, type ServiceDecision } from "./delivery";
import { Rules } from "./rules";

/**
 * An event of CodeArtifact.
 * Source: https://docs.aws.amazon.com/codeartifact/latest/ug/service-event-format-example.html
 */
export interface PackageVersionEvent extends BusEvent {
  readonly "detail-type": "CodeArtifact Package Version State Change";
  readonly source: "aws.codeartifact";
  /** ARN of the package. */
  readonly resources: readonly [string];
  readonly detail: {
    readonly domainName: string;
    readonly domainOwner: string;
    readonly repositoryName: string;
    readonly repositoryAdministrator: string;
    readonly packageFormat: PackageFormat;
    /** Python packages have none. */
    readonly packageNamespace: string | null;
    readonly packageName: string;
    readonly packageVersion: string;
    readonly packageVersionState: string;
    readonly packageVersionRevision: string;
    readonly changes: VersionChange["changes"];
    readonly operationType: VersionChange["operationType"];
    /** Higher for each event of a package. */
    readonly sequenceNumber: number;
    readonly eventDeduplicationId: string;
  };
}

/** The account's default event bus: the events of CodeArtifact and of CloudTrail, and the rules that send them on. */
export class EventBridge {
  readonly rules: Rules;
  readonly #account: DeliveryAccount;
  readonly #decide: ServiceDecision;
  readonly #failureListeners: ((failed: FailedInvocation) => void)[] = [];
  readonly #events: PackageVersionEvent[] = [];
  readonly #listeners: ((event: PackageVersionEvent) => void)[] = [];
  /** By ARN of the package. */
  readonly #sequence = new Map<string, number>();

  /** @param decide - whether the policy of a target lets EventBridge write to it */
  constructor(account: DeliveryAccount, decide: ServiceDecision) {
    this.rules = new Rules(account);
    this.#account = account;
    this.#decide = decide;
  }

  add({ place, key, version, operationType, changes }: VersionChange): void {
    const { accountId, region, now } = this.#account;
    const { format: packageFormat, namespace: packageNamespace = null, package: packageName } = coordinateOf(key);
    const arn = keyedPackageArn(this.#account, place, key);
    const sequenceNumber = (this.#sequence.get(arn) ?? 0) + 1;
    this.#sequence.set(arn, sequenceNumber);
    const event: PackageVersionEvent = {
      version: "0",
      id: randomUUID(),
      "detail-type": "CodeArtifact Package Version State Change",
      source: "aws.codeartifact",
      account: accountId,
      time: `${now().toISOString().slice(0, 19)}Z`,
      region,
      resources: [arn],
      detail: {
        domainName: place.domain,
        domainOwner: accountId,
        repositoryName: place.repository,
        repositoryAdministrator: accountId,
        packageFormat,
        packageNamespace,
        packageName,
        packageVersion: version.version,
        packageVersionState: version.status,
        packageVersionRevision: version.revision,
        changes,
        operationType,
        sequenceNumber,
        eventDeduplicationId: randomUUID(),
      },
    };
    this.#events.push(event);
    if (this.#events.length > ownLimits.versionEvents.most) {
      this.#events.shift();
    }
    for (const listener of this.#listeners) {
      listener(event);
    }
    this.#send(() => event, "change");
  }

  /**
   * Sends what CloudTrail records of a call to the rules that match it. IAM's calls are recorded in us-east-1 alone:
   * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-concepts.html#cloudtrail-concepts-global-service-events
   *
   * @param record - writes the record; it is called only where there is a rule that may match
   */
  addCall({ service, operation }: Pick<Call, "service" | "operation">, record: () => CloudTrailRecord): void {
    if (service === "iam" && this.#account.region !== "us-east-1") {
      return;
    }
    this.#send(() => apiCallEvent(record()), isChange(service, operation) ? "change" : "read");
  }

  #send(make: () => BusEvent, kind: "change" | "read"): void {
    const rules = this.rules
      .active()
      .filter(({ rule: { state } }) => kind === "change" || state === "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS");
    if (rules.length === 0) {
      return;
    }
    const event = make();
    for (const { rule, pattern, targets } of rules) {
      if (!pattern.matches(event)) {
        continue;
      }
      for (const target of targets.values()) {
        const failed = deliver(this.#account, this.#decide, event, rule, target);
        if (failed !== undefined) {
          this.#fail(failed);
        }
      }
    }
  }

  #fail(failed: FailedInvocation): void {
    for (const listener of this.#failureListeners) {
      listener(failed);
    }
  }

  /** Calls the listener from now on for every event that does not reach a target: AWS drops it too, and counts it in a metric. */
  listenFailures(listener: (failed: FailedInvocation) => void): void {
    this.#failureListeners.push(listener);
  }

  /** The events of package versions, the newest last: the last ten thousand. */
  events(): readonly PackageVersionEvent[] {
    return this.#events;
  }

  /** Calls the listener for every event from now on. */
  listen(listener: (event: PackageVersionEvent) => void): void {
    this.#listeners.push(listener);
  }
}
