import { iamLimits } from "../../iam/limits";
import type { AccountInfo, Tags } from "../core/identifiers";
import { constraintError } from "../core/constraints";
import { otherTagKey, withoutTags, withTags } from "./checks";
import { alreadyExists, invalidInput, limitExceeded, noSuchEntity, throwIfInvalid } from "./errors";

/** An issuer of identity tokens that the account trusts. */
export interface OpenIDConnectProvider {
  readonly arn: string;
  /** Without `https://`, as IAM answers it. */
  readonly url: string;
  /** Audiences that tokens may be issued for. */
  readonly clientIDList: readonly string[];
  /** Fingerprints of certificates, 40 hexadecimal digits each. AWS finds one itself if a request gives none. The sandbox does not. */
  readonly thumbprintList: readonly string[];
  readonly createDate: Date;
  readonly tags: Tags;
}

/** What `createOpenIDConnectProvider` takes. */
export interface CreateOpenIDConnectProvider {
  /** Begins with `https://`; at most 255 characters. */
  readonly url: string;
  /** At most 100, of 1 to 255 characters each. */
  readonly clientIDList?: readonly string[];
  /** At most 5. */
  readonly thumbprintList?: readonly string[];
  readonly tags?: Tags;
}

interface OfProvider {
  readonly arn: string;
}

/** The account's OIDC providers. */
export class OidcProviders {
  readonly #account: AccountInfo;
  readonly #providers = new Map<string, OpenIDConnectProvider>();

  constructor(account: AccountInfo) {
    this.#account = account;
  }

  create({
    url,
    clientIDList = [],
    thumbprintList = [],
    tags = {},
  }: CreateOpenIDConnectProvider): OpenIDConnectProvider {
    throwIfInvalid(
      providerUrlError(url),
      ...clientIDList.map((id) => clientIDError(id, "clientIDList")),
      ...thumbprintList.map(thumbprintError),
    );
    const issuer = providerUrl.exec(url)?.[1] ?? "";
    checkThumbprints(thumbprintList);
    checkClientIDs(clientIDList);

    const { partition, accountId, now } = this.#account;
    const arn = `arn:${partition}:iam::${accountId}:oidc-provider/${issuer}`;
    if (this.#providers.has(arn)) {
      throw alreadyExists(`Provider with url https://${issuer} already exists.`);
    }
    const most = iamLimits.providersOfAccount;
    if (this.#providers.size >= most) {
      throw limitExceeded(`Cannot exceed quota for OpenIdConnectProvidersPerAccount: ${most}`);
    }
    const provider = {
      arn,
      url: issuer,
      clientIDList: [...new Set(clientIDList)],
      thumbprintList: [...thumbprintList],
      createDate: now(),
      tags: withTags({}, tags, otherTagKey),
    };
    this.#providers.set(arn, provider);
    return provider;
  }

  /** @throws NoSuchEntity */
  get({ arn }: OfProvider): OpenIDConnectProvider {
    const provider = this.#providers.get(arn);
    if (provider === undefined) {
      throw noSuchEntity(`OpenIDConnect Provider not found for arn ${arn}`);
    }
    return provider;
  }

  /** An audience that is there already stays, and that is no error. */
  addClientID({ arn, clientID }: OfProvider & { readonly clientID: string }): void {
    const { clientIDList } = this.get({ arn });
    throwIfInvalid(clientIDError(clientID));
    if (!clientIDList.includes(clientID)) {
      checkClientIDs([...clientIDList, clientID]);
      this.#change(arn, { clientIDList: [...clientIDList, clientID] });
    }
  }

  /** An audience that is not there is no error. */
  removeClientID({ arn, clientID }: OfProvider & { readonly clientID: string }): void {
    const { clientIDList } = this.get({ arn });
    throwIfInvalid(clientIDError(clientID));
    this.#change(arn, { clientIDList: clientIDList.filter((one) => one !== clientID) });
  }

  /** Replaces the whole list. */
  updateThumbprints({ arn, thumbprintList }: OfProvider & { readonly thumbprintList: readonly string[] }): void {
    this.get({ arn });
    throwIfInvalid(...thumbprintList.map(thumbprintError));
    checkThumbprints(thumbprintList);
    this.#change(arn, { thumbprintList: [...thumbprintList] });
  }

  tag({ arn, tags }: OfProvider & { readonly tags: Tags }): void {
    this.#change(arn, { tags: withTags(this.get({ arn }).tags, tags, otherTagKey) });
  }

  untag({ arn, tagKeys }: OfProvider & { readonly tagKeys: readonly string[] }): void {
    this.#change(arn, { tags: withoutTags(this.get({ arn }).tags, tagKeys, otherTagKey) });
  }

  /** A role may still trust it: https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteOpenIDConnectProvider.html */
  delete({ arn }: OfProvider): void {
    if (!this.#providers.delete(arn)) {
      throw noSuchEntity(`OpenId connect Provider ${arn} cannot be found.`);
    }
  }

  /** The provider with this ARN, where the account has it. */
  find(arn: string): OpenIDConnectProvider | undefined {
    return this.#providers.get(arn);
  }

  list(): readonly OpenIDConnectProvider[] {
    return [...this.#providers.values()];
  }

  #change(arn: string, change: Partial<OpenIDConnectProvider>): void {
    this.#providers.set(arn, { ...this.get({ arn }), ...change });
  }
}

/** Begins with `https://` and names a host; without its last slash, which is not part of the issuer. */
const providerUrl = /^https:\/\/([^\s/?#]+(?:\/[^\s?#]*[^\s/?#])?)\/?$/;

export function providerUrlError(url: string): string | undefined {
  return (
    constraintError("url", url, { minLength: 1, maxLength: 255 }) ??
    (providerUrl.test(url)
      ? undefined
      : `Invalid Open ID Connect Provider URL '${url}': give https:// and a host, with no query.`)
  );
}

function clientIDError(clientID: string, member = "clientID"): string | undefined {
  return constraintError(member, clientID, { minLength: 1, maxLength: 255 });
}

function checkClientIDs(clientIDList: readonly string[]): void {
  const most = iamLimits.clientIdsOfProvider;
  if (clientIDList.length > most) {
    throw limitExceeded(
      `Cannot exceed quota for ClientIdsPerOpenIdConnectProvider: ${most} (${clientIDList.length} given)`,
    );
  }
}

function thumbprintError(thumbprint: string): string | undefined {
  return constraintError("thumbprintList", thumbprint, { minLength: 40, maxLength: 40 });
}

/** IAM's words for more than 5. */
function checkThumbprints(thumbprintList: readonly string[]): void {
  if (thumbprintList.length > 5) {
    throw invalidInput("Thumbprint list must contain fewer than 5 entries.");
  }
}
