import { iamLimits } from "../../iam/limits";
import type { AccountInfo, Tags } from "../core/identifiers";
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

/** The account's OIDC providers. */
export class OidcProviders {
  readonly #account: AccountInfo;
  readonly #providers = new Map<string, OpenIDConnectProvider>();

  constructor(account: AccountInfo) {
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
    if (clientIDList.length > iamLimits.clientIdsOfProvider) {
      throw limitExceeded(
        `Cannot exceed quota for ClientIdsPerOpenIdConnectProvider: ${iamLimits.clientIdsOfProvider} (${clientIDList.length} given)`,
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

  /** @throws NoSuchEntity */
  get({ arn }: { readonly arn: string }): OpenIDConnectProvider {
    const provider = this.#providers.get(arn);
    if (provider === undefined) {
      throw noSuchEntity(`OpenIDConnect Provider not found for arn ${arn}`);
    }
    return provider;
  }

  /** A role may still trust it: https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteOpenIDConnectProvider.html */
  delete({ arn }: { readonly arn: string }): void {
    this.get({ arn });
    this.#providers.delete(arn);
  }

  list(): readonly OpenIDConnectProvider[] {
    return [...this.#providers.values()];
  }
}
