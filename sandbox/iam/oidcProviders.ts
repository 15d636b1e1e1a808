import { type Account, type Tags } from "../core/account";
import { constraintError } from "../core/constraints";
import { alreadyExists, invalid, limitExceeded, noSuchEntity, throwIfInvalid } from "./errors";

/** An issuer of identity tokens that the account trusts. */
export interface OpenIDConnectProvider {
  readonly arn: string;
  /** Without `https://`, as IAM answers it. */
  readonly url: string;
  /** Audiences that tokens may be issued for. */
  readonly clientIDList: readonly string[];
  readonly createDate: Date;
  readonly tags: Tags;
}

/** What `createOpenIDConnectProvider` takes. */
export interface CreateOpenIDConnectProvider {
  /** Begins with `https://`; at most 255 characters. */
  readonly url: string;
  /** At most 100, of 1 to 255 characters each. */
  readonly clientIDList?: readonly string[];
  readonly tags?: Tags;
}

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
const maximumClientIds = 100;

/** The account's OIDC providers. */
export class OpenIDConnectProviders {
  readonly #account: Account;
  readonly #providers = new Map<string, OpenIDConnectProvider>();

  constructor(account: Account) {
    this.#account = account;
  }

  create({ url, clientIDList = [], tags = {} }: CreateOpenIDConnectProvider): OpenIDConnectProvider {
    throwIfInvalid(
      constraintError("url", url, { minLength: 1, maxLength: 255 }),
      ...clientIDList.map((id) => constraintError("clientIDList", id, { minLength: 1, maxLength: 255 })),
    );
    const issuer = /^https:\/\/([^\s/?#]+(?:\/[^\s?#]*[^\s/?#])?)\/?$/.exec(url)?.[1];
    if (issuer === undefined) {
      throw invalid(`Invalid Open ID Connect Provider URL '${url}': give https:// and a host, with no query.`);
    }
    if (clientIDList.length > maximumClientIds) {
      throw limitExceeded(
        `Cannot exceed quota for ClientIdsPerOpenIdConnectProvider: ${maximumClientIds} (${clientIDList.length} given)`,
      );
    }

    const { partition, accountId, now } = this.#account;
    const arn = `arn:${partition}:iam::${accountId}:oidc-provider/${issuer}`;
    if (this.#providers.has(arn)) {
      throw alreadyExists(`Provider with url https://${issuer} already exists.`);
    }
    const provider = { arn, url: issuer, clientIDList: [...clientIDList], createDate: now(), tags };
    this.#providers.set(arn, provider);

    return provider;
  }

  get(arn: string): OpenIDConnectProvider {
    const provider = this.#providers.get(arn);
    if (!provider) {
      throw noSuchEntity(`OpenIDConnect Provider not found for arn ${arn}`);
    }

    return provider;
  }

  /** Nothing is refused where a role still trusts it: https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteOpenIDConnectProvider.html */
  delete(arn: string): void {
    this.get(arn);
    this.#providers.delete(arn);
  }

  list(): readonly OpenIDConnectProvider[] {
    return [...this.#providers.values()];
  }
}
