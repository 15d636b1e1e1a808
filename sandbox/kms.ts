import { AwsError } from "./core/awsError";
import { rangeError } from "./core/constraints";
import { type AccountInfo, type Tags, uuid } from "./core/identifiers";

/** A symmetric encryption key. */
export interface Key {
  readonly keyId: string;
  readonly arn: string;
  readonly description: string;
  readonly enableKeyRotation: boolean;
  readonly keyManager: "AWS" | "CUSTOMER";
  readonly keyState: "Enabled" | "Disabled" | "PendingDeletion";
  readonly creationDate: Date;
  readonly tags: Tags;
}

/** What `createKey` takes. */
export interface CreateKey {
  /**
   * The id of a key, known before the key is made. AWS chooses its own.
   * @default - chosen
   */
  readonly keyId?: string;
  readonly description?: string;
  /** @default false */
  readonly enableKeyRotation?: boolean;
  readonly tags?: Tags;
}

/** The account's keys. */
export class Kms {
  readonly #account: AccountInfo;
  readonly #keys = new Map<string, Key>();

  constructor(account: AccountInfo) {
    this.#account = account;
  }

  createKey({ keyId, description = "", enableKeyRotation = false, tags = {} }: CreateKey = {}): Key {
    return this.#add(keyId ?? this.#newId(`key ${this.#keys.size}`), {
      description,
      enableKeyRotation,
      keyManager: "CUSTOMER",
      keyState: "Enabled",
      tags,
    });
  }

  /** @param request.keyId The key's id or ARN. */
  describeKey({ keyId }: { readonly keyId: string }): Key {
    const key = this.find(keyId);
    if (!key) {
      throw new AwsError("NotFoundException", `Key '${this.#arn(keyId)}' does not exist`);
    }
    return key;
  }

  /** @param request.pendingWindowInDays 7 to 30; a key can be kept from deletion as long as it waits. */
  scheduleKeyDeletion({ keyId, pendingWindowInDays = 30 }: { keyId: string; pendingWindowInDays?: number }): Key {
    const arn = this.#usable(keyId);
    const invalid = rangeError("pendingWindowInDays", pendingWindowInDays, 7, 30);
    if (invalid !== undefined) {
      throw new AwsError("ValidationException", invalid);
    }
    return this.#change(arn, { keyState: "PendingDeletion" });
  }

  /** A key is disabled once its deletion is called off. https://docs.aws.amazon.com/kms/latest/APIReference/API_CancelKeyDeletion.html */
  cancelKeyDeletion({ keyId }: { readonly keyId: string }): Key {
    const { arn, keyState } = this.describeKey({ keyId });
    if (keyState !== "PendingDeletion") {
      throw new AwsError("KMSInvalidStateException", `${arn} is not pending deletion.`);
    }
    return this.#change(arn, { keyState: "Disabled" });
  }

  enableKey({ keyId }: { readonly keyId: string }): void {
    this.#change(this.#usable(keyId), { keyState: "Enabled" });
  }

  updateKeyDescription({ keyId, description }: { readonly keyId: string; readonly description: string }): void {
    this.#change(this.#usable(keyId), { description });
  }

  enableKeyRotation({ keyId }: { readonly keyId: string }): void {
    this.#change(this.#usable(keyId), { enableKeyRotation: true });
  }

  disableKeyRotation({ keyId }: { readonly keyId: string }): void {
    this.#change(this.#usable(keyId), { enableKeyRotation: false });
  }

  /** A tag of a key that is there gets the new value. */
  tagResource({ keyId, tags }: { readonly keyId: string; readonly tags: Tags }): void {
    const arn = this.#usable(keyId);
    this.#change(arn, { tags: { ...this.describeKey({ keyId: arn }).tags, ...tags } });
  }

  untagResource({ keyId, tagKeys }: { readonly keyId: string; readonly tagKeys: readonly string[] }): void {
    const arn = this.#usable(keyId);
    const tags = Object.entries(this.describeKey({ keyId: arn }).tags).filter(([key]) => !tagKeys.includes(key));
    this.#change(arn, { tags: Object.fromEntries(tags) });
  }

  /** The key of this id or ARN, if there is one. */
  find(keyId: string): Key | undefined {
    return this.#keys.get(this.#arn(keyId));
  }

  listKeys(): readonly Key[] {
    return [...this.#keys.values()];
  }

  /** The key that AWS makes for a service on first use, such as `aws/codeartifact`. */
  awsManagedKey(alias: string): Key {
    return (
      [...this.#keys.values()].find((key) => key.keyManager === "AWS" && key.description === alias) ??
      this.#add(this.#newId(alias), {
        description: alias,
        enableKeyRotation: true,
        keyManager: "AWS",
        keyState: "Enabled",
        tags: {},
      })
    );
  }

  #newId(seed: string): string {
    const { region, accountId } = this.#account;
    return uuid(`${accountId} ${region} ${seed}`);
  }

  #add(keyId: string, key: Omit<Key, "keyId" | "arn" | "creationDate">): Key {
    const arn = this.#arn(keyId);
    this.#keys.set(arn, { ...key, keyId, arn, creationDate: this.#account.now() });
    return this.describeKey({ keyId });
  }

  #change(arn: string, change: Partial<Key>): Key {
    const key = { ...this.describeKey({ keyId: arn }), ...change };
    this.#keys.set(arn, key);
    return key;
  }

  /**
   * The ARN of a key that may still be changed.
   * @throws NotFoundException or KMSInvalidStateException
   */
  #usable(keyId: string): string {
    const { arn, keyState } = this.describeKey({ keyId });
    if (keyState === "PendingDeletion") {
      throw new AwsError("KMSInvalidStateException", `${arn} is pending deletion.`);
    }
    return arn;
  }

  #arn(keyId: string): string {
    const { partition, region, accountId } = this.#account;
    return keyId.startsWith("arn:") ? keyId : `arn:${partition}:kms:${region}:${accountId}:key/${keyId}`;
  }
}
