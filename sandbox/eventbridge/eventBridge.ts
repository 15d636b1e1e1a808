import { randomUUID } from "node:crypto";
import { coordinateOf, keyedPackageArn, type PackageFormat } from "../codeartifact/names";
import type { VersionChange } from "../codeartifact/packages/watchedStore";
import type { AccountInfo } from "../core/identifiers";
import { ownLimits } from "../ownLimits";

/**
 * An event of CodeArtifact.
 * Source: https://docs.aws.amazon.com/codeartifact/latest/ug/service-event-format-example.html
 */
export interface PackageVersionEvent {
  readonly version: "0";
  readonly id: string;
  readonly "detail-type": "CodeArtifact Package Version State Change";
  readonly source: "aws.codeartifact";
  readonly account: string;
  /** ISO 8601, to the second. */
  readonly time: string;
  readonly region: string;
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

/** The account's default event bus, as far as CodeArtifact writes to it. The newest event is the last. */
export class EventBridge {
  readonly #account: AccountInfo;
  readonly #events: PackageVersionEvent[] = [];
  readonly #listeners: ((event: PackageVersionEvent) => void)[] = [];
  /** By ARN of the package. */
  readonly #sequence = new Map<string, number>();

  constructor(account: AccountInfo) {
    this.#account = account;
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
  }

  /** The last ten thousand. */
  events(): readonly PackageVersionEvent[] {
    return this.#events;
  }

  /** Calls the listener for every event from now on. */
  listen(listener: (event: PackageVersionEvent) => void): void {
    this.#listeners.push(listener);
  }
}
