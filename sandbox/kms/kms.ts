import { AwsError } from "../core/awsError";
import { rangeError } from "../core/constraints";
import { type AccountInfo, type Tags, uuid } from "../core/identifiers";
import { Aliases } from "./aliases";
import { notFound } from "./errors";
import { Grants } from "./grants";
import { defaultKeyPolicy, type KeyPolicy, managedKeyPolicy, parseKeyPolicy } from "./keyPolicy";

/** A symmetric encryption key. */
export interface Key {
  readonly keyId: string;
  readonly arn: string;
  readonly description: string;
  readonly enableKeyRotation: boolean;
  /** 90 to 2560; what counts while the key is rotated. */
  readonly rotationPeriodInDays: number;
  /** From when the period counts. */
  readonly rotatedSince: Date;
  readonly keyManager: "AWS" | "CUSTOMER";
  readonly keyState: "Enabled" | "Disabled" | "PendingDeletion";
  readonly creationDate: Date;
  /** Of a key that waits for its deletion. */
  readonly deletionDate?: Date;
  readonly tags: Tags;
}

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_EnableKeyRotation.html, RotationPeriodInDays */
const usualRotationDays = 365;

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
  /**
   * JSON text of the key policy.
   * @default - the account's IAM policies decide
   */
  readonly policy?: string;
}

/**
 * The account's keys.
 * Operations: https://docs.aws.amazon.com/kms/latest/APIReference/API_Operations.html
 */
export class Kms {
  readonly aliases: Aliases;
  readonly grants: Grants;
  readonly #account: AccountInfo;
  readonly #keys = new Map<string, Key>();
  readonly #policies = new Map<string, KeyPolicy>();

  constructor(account: AccountInfo) {
    this.#account = account;
    this.aliases = new Aliases(account, this);
    this.grants = new Grants(account, this);
  }

  createKey({ keyId, description = "", enableKeyRotation = false, tags = {}, policy }: CreateKey = {}): Key {
    const parsed = parseKeyPolicy(policy ?? defaultKeyPolicy(this.#account));
    const about = { description, enableKeyRotation, keyManager: "CUSTOMER", keyState: "Enabled", tags } as const;
    return this.#add(keyId ?? this.#newId(`key ${this.#keys.size}`), about, parsed);
  }

  /** @param request.keyId The key's id or ARN. */
  describeKey({ keyId }: { readonly keyId: string }): Key {
    const key = this.find(keyId);
    if (!key) {
      throw notFound(`Key '${this.#arn(keyId)}' does not exist`);
    }
    return key;
  }

  /** @param request.pendingWindowInDays 7 to 30; a key can be kept from deletion as long as it waits. */
  scheduleKeyDeletion({ keyId, pendingWindowInDays = 30 }: { keyId: string; pendingWindowInDays?: number }): Key {
    const { arn } = this.usable(keyId);
    const invalid = rangeError("pendingWindowInDays", pendingWindowInDays, 7, 30);
    if (invalid !== undefined) {
      throw new AwsError("ValidationException", invalid);
    }
    const deletionDate = new Date(this.#account.now().getTime() + pendingWindowInDays * 24 * 60 * 60 * 1000);
    return this.#change(arn, { keyState: "PendingDeletion", deletionDate });
  }

  /** A key is disabled once its deletion is called off. https://docs.aws.amazon.com/kms/latest/APIReference/API_CancelKeyDeletion.html */
  cancelKeyDeletion({ keyId }: { readonly keyId: string }): Key {
    const { arn, keyState } = this.describeKey({ keyId });
    if (keyState !== "PendingDeletion") {
      throw new AwsError("KMSInvalidStateException", `${arn} is not pending deletion.`);
    }
    return this.#change(arn, { keyState: "Disabled", deletionDate: undefined });
  }

  enableKey({ keyId }: { readonly keyId: string }): void {
    this.#change(this.usable(keyId).arn, { keyState: "Enabled" });
  }

  /** A service that uses the key cannot until it is enabled again. */
  disableKey({ keyId }: { readonly keyId: string }): void {
    this.#change(this.usable(keyId).arn, { keyState: "Disabled" });
  }

  updateKeyDescription({ keyId, description }: { readonly keyId: string; readonly description: string }): void {
    this.#change(this.usable(keyId).arn, { description });
  }

  /**
   * A period of its own counts from now on.
   *
   * @param request.rotationPeriodInDays 90 to 2560 @default 365
   */
  enableKeyRotation({
    keyId,
    rotationPeriodInDays = usualRotationDays,
  }: {
    readonly keyId: string;
    readonly rotationPeriodInDays?: number;
  }): void {
    const rotatedSince = this.#account.now();
    this.#change(this.enabled(keyId).arn, { enableKeyRotation: true, rotationPeriodInDays, rotatedSince });
  }

  disableKeyRotation({ keyId }: { readonly keyId: string }): void {
    this.#change(this.enabled(keyId).arn, { enableKeyRotation: false });
  }

  /** A tag of a key that is there gets the new value. */
  tagResource({ keyId, tags }: { readonly keyId: string; readonly tags: Tags }): void {
    const key = this.usable(keyId);
    this.#change(key.arn, { tags: { ...key.tags, ...tags } });
  }

  untagResource({ keyId, tagKeys }: { readonly keyId: string; readonly tagKeys: readonly string[] }): void {
    const key = this.usable(keyId);
    const tags = Object.entries(key.tags).filter(([name]) => !tagKeys.includes(name));
    this.#change(key.arn, { tags: Object.fromEntries(tags) });
  }

  getKeyPolicy({ keyId }: { readonly keyId: string }): KeyPolicy {
    const { arn } = this.describeKey({ keyId });
    const policy = this.findKeyPolicy(arn);
    if (policy === undefined) {
      throw new Error(`${arn} has no policy`);
    }
    return policy;
  }

  /**
   * A key that waits for its deletion takes a policy too: https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html
   *
   * @throws MalformedPolicyDocumentException
   */
  putKeyPolicy({ keyId, policy }: { readonly keyId: string; readonly policy: string }): void {
    const parsed = parseKeyPolicy(policy);
    this.#policies.set(this.describeKey({ keyId }).arn, parsed);
  }

  /** The policy of the key with this ARN, if there is one. It decides who may use the key. */
  findKeyPolicy(arn: string): KeyPolicy | undefined {
    return this.find(arn) && this.#policies.get(arn);
  }

  /** The key of this id or ARN, if there is one. A key is gone when its waiting period is over. */
  find(keyId: string): Key | undefined {
    const key = this.#keys.get(this.#arn(keyId));
    return key?.deletionDate !== undefined && key.deletionDate <= this.#account.now() ? undefined : key;
  }

  listKeys(): readonly Key[] {
    return [...this.#keys.keys()].flatMap((arn) => this.find(arn) ?? []);
  }

  /** The key that AWS makes for a service on first use, such as `aws/codeartifact`. */
  awsManagedKey(alias: string): Key {
    const known = this.listKeys().find((key) => key.keyManager === "AWS" && key.description === alias);
    if (known !== undefined) {
      return known;
    }
    const about = {
      description: alias,
      enableKeyRotation: true,
      keyManager: "AWS",
      keyState: "Enabled",
      tags: {},
    } as const;
    const service = alias.replace("aws/", "");
    return this.#add(this.#newId(alias), about, parseKeyPolicy(managedKeyPolicy(this.#account, service)));
  }

  /**
   * A key that may still be changed.
   * @throws NotFoundException or KMSInvalidStateException
   */
  usable(keyId: string): Key {
    const key = this.describeKey({ keyId });
    if (key.keyState === "PendingDeletion") {
      throw new AwsError("KMSInvalidStateException", `${key.arn} is pending deletion.`);
    }
    return key;
  }

  /**
   * A key that may be used.
   * @throws NotFoundException, KMSInvalidStateException or DisabledException
   */
  enabled(keyId: string): Key {
    const key = this.usable(keyId);
    if (key.keyState === "Disabled") {
      throw new AwsError("DisabledException", `${key.arn} is disabled.`);
    }
    return key;
  }

  #newId(seed: string): string {
    const { region, accountId } = this.#account;
    return uuid(`${accountId} ${region} ${seed}`);
  }

  #add(
    keyId: string,
    key: Omit<Key, "keyId" | "arn" | "creationDate" | "rotationPeriodInDays" | "rotatedSince">,
    policy: KeyPolicy,
  ): Key {
    const arn = this.#arn(keyId);
    const now = this.#account.now();
    const rotation = { rotationPeriodInDays: usualRotationDays, rotatedSince: now };
    this.#keys.set(arn, { ...key, ...rotation, keyId, arn, creationDate: now });
    this.#policies.set(arn, policy);
    return this.describeKey({ keyId });
  }

  #change(arn: string, change: Partial<Key>): Key {
    const key = { ...this.describeKey({ keyId: arn }), ...change };
    this.#keys.set(arn, key);
    return key;
  }

  #arn(keyId: string): string {
    const { partition, region, accountId } = this.#account;
    return keyId.startsWith("arn:") ? keyId : `arn:${partition}:kms:${region}:${accountId}:key/${keyId}`;
  }
}
