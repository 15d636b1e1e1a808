import type { OpenIDConnectProvider } from "../../iam/oidcProviders";
import { bridged, foundAs, type Inputs, tags, tagsState } from "./bridged";
import { withContext, ignoreNotFound, deleteIfExists } from "./errors";
import type { Properties, ResourceType, Tags } from "./resourceType";

interface OpenIdConnectProviderInputs {
  readonly url: string;
  readonly clientIdLists: readonly string[];
  readonly tags?: Tags;
}

const inputs: Inputs = {
  url: { required: true, replaces: true },
  clientIdLists: { required: true },
  thumbprintLists: { computed: true },
  ...tags,
};

const { check, diff, ...declared } = bridged(inputs);

/**
 * `aws:iam/openIdConnectProvider:OpenIdConnectProvider`. AWS answers its URL without `https://`, and the provider takes both for the same.
 * Source: internal/service/iam/openid_connect_provider.go of terraform-provider-aws
 */
export const openIdConnectProviderType: ResourceType<OpenIdConnectProviderInputs> = {
  ...declared,
  check,
  diff: (state, news) => diff(state, { ...news, url: issuerOf(news.url) }),
  computed: ["arn"],
  create: ({ iam }, { url, clientIdLists, tags }) => {
    const provider = withContext("creating IAM OIDC Provider", () =>
      iam.oidcProviders.create({ url, clientIDList: clientIdLists, tags }),
    );
    return { id: provider.arn, state: stateOf(provider) };
  },
  read: ({ iam }, arn) => {
    const provider = withContext(`reading IAM OIDC Provider (${arn})`, () =>
      ignoreNotFound(() => iam.oidcProviders.get({ arn })),
    );
    return provider && foundAs(inputs, stateOf(provider));
  },
  update: () => {
    throw new Error("Changing an OIDC provider is not modelled.");
  },
  delete: ({ iam }, arn) => {
    deleteIfExists(`deleting IAM OIDC Provider (${arn})`, () => {
      iam.oidcProviders.delete({ arn });
    });
  },
};

function stateOf({ arn, url, clientIDList, tags }: OpenIDConnectProvider): Properties {
  return { url, clientIdLists: clientIDList, thumbprintLists: [], arn, ...tagsState(tags) };
}

function issuerOf(url: unknown): unknown {
  return typeof url === "string" ? url.replace(/^https:\/\//, "") : url;
}
