import type { StoredDocument } from "./documents";
import { deleteConflict, limitExceeded, noSuchEntity } from "./errors";

/** One document of a managed policy, of which one is in force. */
export interface PolicyVersion {
  /** `v1`, `v2`, …; a number is not given twice. */
  readonly versionId: string;
  readonly isDefaultVersion: boolean;
  /** JSON text. */
  readonly document: string;
  readonly createDate: Date;
}

type StoredVersion = StoredDocument & Pick<PolicyVersion, "versionId" | "createDate">;

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
const maximumVersions = 5;

/** The versions of one managed policy. */
export class PolicyVersions {
  readonly #versions = new Map<string, StoredVersion>();
  #created = 0;
  #default = "v1";

  constructor(document: StoredDocument, createDate: Date) {
    this.create(document, createDate);
  }

  create(document: StoredDocument, createDate: Date): PolicyVersion {
    if (this.#versions.size >= maximumVersions) {
      throw limitExceeded(
        `A managed policy can have up to ${maximumVersions} versions. Before you create a new version, you must delete an existing version.`,
      );
    }
    this.#created += 1;
    const versionId = `v${this.#created}`;
    this.#versions.set(versionId, { ...document, versionId, createDate });

    return this.get(versionId);
  }

  /** The version in force. */
  get default(): StoredVersion {
    return this.#stored(this.#default);
  }

  setDefault(versionId: string): void {
    this.#default = this.get(versionId).versionId;
  }

  get(versionId: string): PolicyVersion {
    const { document, createDate } = this.#stored(versionId);
    return { versionId, document, createDate, isDefaultVersion: versionId === this.#default };
  }

  delete(versionId: string): void {
    if (this.get(versionId).isDefaultVersion) {
      throw deleteConflict("Cannot delete the default version of a policy.");
    }
    this.#versions.delete(versionId);
  }

  /** The oldest first. */
  list(): readonly PolicyVersion[] {
    return [...this.#versions.keys()].map((versionId) => this.get(versionId));
  }

  #stored(versionId: string): StoredVersion {
    const version = this.#versions.get(versionId);
    if (version === undefined) {
      throw noSuchEntity(`Policy version ${versionId} does not exist.`);
    }
    return version;
  }
}
