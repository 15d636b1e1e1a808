import { AwsError } from "../core/awsError";
import type { AccountInfo } from "../core/identifiers";
import { notFound } from "./errors";
import type { Key, Kms } from "./kms";

/** Another name of a key. */
export interface Alias {
  /** `alias/NAME` */
  readonly aliasName: string;
  readonly aliasArn: string;
  readonly targetKeyId: string;
  readonly creationDate: Date;
  readonly lastUpdatedDate: Date;
}

/** The aliases of an account's keys. An AWS managed key has the one of its service. */
export class Aliases {
  readonly #account: AccountInfo;
  readonly #kms: Pick<Kms, "find" | "listKeys" | "usable">;
  readonly #aliases = new Map<string, Omit<Alias, "aliasArn">>();

  constructor(account: AccountInfo, kms: Pick<Kms, "find" | "listKeys" | "usable">) {
    this.#account = account;
    this.#kms = kms;
  }

  create({ aliasName, targetKeyId }: Pick<Alias, "aliasName" | "targetKeyId">): void {
    const { keyId } = this.#kms.usable(targetKeyId);
    if (this.find(aliasName) !== undefined) {
      throw new AwsError("AlreadyExistsException", `An alias with the name ${this.arn(aliasName)} already exists`);
    }
    const now = this.#account.now();
    this.#aliases.set(aliasName, { aliasName, targetKeyId: keyId, creationDate: now, lastUpdatedDate: now });
  }

  update({ aliasName, targetKeyId }: Pick<Alias, "aliasName" | "targetKeyId">): void {
    const { keyId } = this.#kms.usable(targetKeyId);
    const { creationDate } = this.get(aliasName);
    const changed = { aliasName, targetKeyId: keyId, creationDate, lastUpdatedDate: this.#account.now() };
    this.#aliases.set(aliasName, changed);
  }

  /** The key stays. */
  delete(aliasName: string): void {
    this.get(aliasName);
    this.#aliases.delete(aliasName);
  }

  /** @throws NotFoundException */
  get(aliasName: string): Alias {
    const alias = this.find(aliasName);
    if (alias === undefined) {
      throw notFound(`Alias ${this.arn(aliasName)} is not found.`);
    }
    return alias;
  }

  find(aliasName: string): Alias | undefined {
    return this.list().find((alias) => alias.aliasName === aliasName);
  }

  /** An alias goes with its key. */
  list(): readonly Alias[] {
    const own = [...this.#aliases.values()].filter(({ targetKeyId }) => this.#kms.find(targetKeyId) !== undefined);
    const managed = this.#kms.listKeys().filter(({ keyManager }) => keyManager === "AWS");
    return [...own, ...managed.map(managedAlias)]
      .map((alias) => ({ ...alias, aliasArn: this.arn(alias.aliasName) }))
      .sort((one, other) => (one.aliasName < other.aliasName ? -1 : 1));
  }

  arn(aliasName: string): string {
    const { partition, region, accountId } = this.#account;
    return `arn:${partition}:kms:${region}:${accountId}:${aliasName}`;
  }
}

function managedAlias({ keyId, description, creationDate }: Key): Omit<Alias, "aliasArn"> {
  return {
    aliasName: `alias/${description}`,
    targetKeyId: keyId,
    creationDate,
    lastUpdatedDate: creationDate,
  };
}
