import { createHash } from "node:crypto";
import type { AccountInfo } from "../core/identifiers";
import { notFound } from "./errors";
import type { Kms } from "./kms";

/** Lets a principal, such as a service, use a key for some operations. */
export interface Grant {
  readonly grantId: string;
  readonly grantToken: string;
  readonly keyArn: string;
  readonly name?: string;
  readonly granteePrincipal: string;
  readonly retiringPrincipal?: string;
  readonly issuingAccount: string;
  readonly operations: readonly string[];
  readonly creationDate: Date;
}

/** What `create` takes. */
export interface CreateGrant extends Pick<Grant, "name" | "granteePrincipal" | "retiringPrincipal" | "operations"> {
  readonly keyId: string;
}

/** The grants on an account's keys. They are kept and listed; no request is allowed by one. */
export class Grants {
  readonly #account: AccountInfo;
  readonly #kms: Pick<Kms, "describeKey" | "enabled" | "find">;
  readonly #grants = new Map<string, Grant>();
  #made = 0;

  constructor(account: AccountInfo, kms: Pick<Kms, "describeKey" | "enabled" | "find">) {
    this.#account = account;
    this.#kms = kms;
  }

  /** The same grant with the same name is answered again, and not made twice. */
  create({ keyId, ...grant }: CreateGrant): Grant {
    const { arn: keyArn } = this.#kms.enabled(keyId);
    const same = (one: Grant) =>
      one.keyArn === keyArn &&
      one.name === grant.name &&
      one.granteePrincipal === grant.granteePrincipal &&
      one.retiringPrincipal === grant.retiringPrincipal &&
      one.operations.join() === grant.operations.join();
    const known = grant.name === undefined ? undefined : [...this.#grants.values()].find(same);
    if (known !== undefined) {
      return known;
    }
    this.#made += 1;
    const seed = `${keyArn} grant ${this.#made}`;
    const made: Grant = {
      ...grant,
      keyArn,
      grantId: createHash("sha256").update(seed).digest("hex"),
      grantToken: createHash("sha512").update(seed).digest("base64url"),
      issuingAccount: `arn:${this.#account.partition}:iam::${this.#account.accountId}:root`,
      creationDate: this.#account.now(),
    };
    this.#grants.set(made.grantId, made);
    return made;
  }

  /** @throws NotFoundException for a key that does not exist */
  list(keyId: string): readonly Grant[] {
    const { arn } = this.#kms.describeKey({ keyId });
    return [...this.#grants.values()].filter(({ keyArn }) => keyArn === arn);
  }

  /** @throws NotFoundException */
  revoke({ keyId, grantId }: { readonly keyId: string; readonly grantId: string }): void {
    const { arn } = this.#kms.describeKey({ keyId });
    const grant = this.#grants.get(grantId);
    if (grant?.keyArn !== arn) {
      throw notFound(`Grant ID ${grantId} not found`);
    }
    this.#grants.delete(grantId);
  }

  /** The grant of an id or a token, if its key is there. */
  find({ grantId, grantToken }: Partial<Pick<Grant, "grantId" | "grantToken">>): Grant | undefined {
    return [...this.#grants.values()].find(
      (grant) =>
        this.#kms.find(grant.keyArn) !== undefined && (grant.grantId === grantId || grant.grantToken === grantToken),
    );
  }
}
