import { isObject, type JsonObject, listOf, parseJson } from "../../iam/json";
import type { Account, Tags } from "../core/account";
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

/** The issuer of GitHub Actions, also in its form for one enterprise: `token.actions.githubusercontent.com/SLUG`. */
const githubProvider = /^arn:[\w-]+:iam::\d{12}:oidc-provider\/(token\.actions\.githubusercontent\.com(?:\/.+)?)$/i;

/** Operators that count; with `IfExists` or `ForAllValues:` a token without the claim would pass. */
const operators = ["stringequals", "stringlike", "stringequalsignorecase"];

/** Claims of which one must be limited: either says whose repository or workflow it is. */
const claims = ["sub", "job_workflow_ref"];

/**
 * Why IAM does not store a trust policy that lets any repository of GitHub in, or nothing: the provider is shared by all of
 * GitHub's users, so each statement that trusts it must look at a claim, and at more than a bare wildcard. IAM reads no
 * further: `repo:*` passes, and so does a list with one value that is not a wildcard.
 * Rule: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_oidc_secure-by-default.html ; `job_workflow_ref`,
 * the words and the two cases as people met them at AWS in 2026.
 *
 * @param document Text that has passed the policy grammar.
 */
export function openTrustError(document: string): string | undefined {
  const policy = parseJson(document)?.value;
  const statements = listOf(isObject(policy) ? policy.Statement : undefined).filter(isObject);

  for (const statement of statements.filter(({ Effect }) => Effect === "Allow")) {
    for (const provider of federatedPrincipals(statement)) {
      const issuer = githubProvider.exec(provider)?.[1];
      if (issuer !== undefined && !limits(statement.Condition, issuer)) {
        const keys = claims.map((claim) => `${issuer}:${claim}`).join(" or ");

        return (
          `Trust policy with trusted principal ${provider} must evaluate, using StringEquals, StringLike or ` +
          `StringEqualsIgnoreCase, ${keys} which is not scoped to all`
        );
      }
    }
  }

  return undefined;
}

function federatedPrincipals({ Principal }: JsonObject): readonly string[] {
  return listOf(isObject(Principal) ? Principal.Federated : undefined).filter((name) => typeof name === "string");
}

function limits(condition: unknown, issuer: string): boolean {
  const keys = claims.map((claim) => `${issuer}:${claim}`.toLowerCase());

  return Object.entries(isObject(condition) ? condition : {})
    .filter(([operator]) => operators.includes(operator.toLowerCase()))
    .flatMap(([, tests]) => Object.entries(isObject(tests) ? tests : {}))
    .filter(([key]) => keys.includes(key.toLowerCase()))
    .some(([, values]) => listOf(values).some((value) => typeof value === "string" && !/^[*?]*$/.test(value)));
}
