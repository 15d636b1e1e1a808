import type * as aws from "@aws-sdk/client-iam";
import { toSecond } from "../../core/queryProtocol";
import type { Operation } from "../../core/operation";
import { throwIfInvalid } from "../errors";
import { providerUrlError } from "../oidcProviders";
import { checkTagKeys, otherTags, pageOf, providerTarget } from "./checks";
import { requestTagKeys, requestTags } from "../../core/conditions";
import { tagsOutput } from "./outputs";

export const createOpenIDConnectProvider: Operation<
  aws.CreateOpenIDConnectProviderCommandInput,
  aws.CreateOpenIDConnectProviderCommandOutput
> = ({ account: { iam, partition, accountId } }, input) => {
  const { Url: url, ClientIDList: clientIDList, ThumbprintList: thumbprintList } = input;
  throwIfInvalid(providerUrlError(url));
  const tags = otherTags(input.Tags);
  return {
    resource: `arn:${partition}:iam::${accountId}:oidc-provider/${url.replace(/^https:\/\//, "").replace(/\/$/, "")}`,
    conditions: requestTags(tags),
    answer: () => {
      const { arn } = iam.oidcProviders.create({ url, clientIDList, thumbprintList, tags });
      return { OpenIDConnectProviderArn: arn, Tags: input.Tags?.length ? tagsOutput(tags) : undefined };
    },
  };
};

export const getOpenIDConnectProvider: Operation<
  aws.GetOpenIDConnectProviderCommandInput,
  aws.GetOpenIDConnectProviderCommandOutput
> = (context, { OpenIDConnectProviderArn: arn }) => ({
  ...providerTarget(context, arn),
  answer: () => {
    const { url, clientIDList, thumbprintList, createDate, tags } = context.account.iam.oidcProviders.get({ arn });
    return {
      Url: url,
      ClientIDList: clientIDList,
      ThumbprintList: thumbprintList,
      CreateDate: toSecond(createDate),
      Tags: tagsOutput(tags),
    };
  },
});

export const listOpenIDConnectProviders: Operation<
  aws.ListOpenIDConnectProvidersCommandInput,
  aws.ListOpenIDConnectProvidersCommandOutput
> = ({ account: { iam } }) => ({
  resource: "*",
  answer: () => ({ OpenIDConnectProviderList: iam.oidcProviders.list().map(({ arn }) => ({ Arn: arn })) }),
});

export const deleteOpenIDConnectProvider: Operation<
  aws.DeleteOpenIDConnectProviderCommandInput,
  aws.DeleteOpenIDConnectProviderCommandOutput
> = (context, { OpenIDConnectProviderArn: arn }) => ({
  ...providerTarget(context, arn),
  answer: () => {
    context.account.iam.oidcProviders.delete({ arn });
    return {};
  },
});

export const addClientIDToOpenIDConnectProvider: Operation<
  aws.AddClientIDToOpenIDConnectProviderCommandInput,
  aws.AddClientIDToOpenIDConnectProviderCommandOutput
> = (context, { OpenIDConnectProviderArn: arn, ClientID: clientID }) => ({
  ...providerTarget(context, arn),
  answer: () => {
    context.account.iam.oidcProviders.addClientID({ arn, clientID });
    return {};
  },
});

export const removeClientIDFromOpenIDConnectProvider: Operation<
  aws.RemoveClientIDFromOpenIDConnectProviderCommandInput,
  aws.RemoveClientIDFromOpenIDConnectProviderCommandOutput
> = (context, { OpenIDConnectProviderArn: arn, ClientID: clientID }) => ({
  ...providerTarget(context, arn),
  answer: () => {
    context.account.iam.oidcProviders.removeClientID({ arn, clientID });
    return {};
  },
});

export const updateOpenIDConnectProviderThumbprint: Operation<
  aws.UpdateOpenIDConnectProviderThumbprintCommandInput,
  aws.UpdateOpenIDConnectProviderThumbprintCommandOutput
> = (context, { OpenIDConnectProviderArn: arn, ThumbprintList: thumbprintList }) => ({
  ...providerTarget(context, arn),
  answer: () => {
    context.account.iam.oidcProviders.updateThumbprints({ arn, thumbprintList });
    return {};
  },
});

export const tagOpenIDConnectProvider: Operation<
  aws.TagOpenIDConnectProviderCommandInput,
  aws.TagOpenIDConnectProviderCommandOutput
> = (context, { OpenIDConnectProviderArn: arn, Tags }) => {
  const { resource, conditions } = providerTarget(context, arn);
  const tags = otherTags(Tags);
  return {
    resource,
    conditions: { ...conditions, ...requestTags(tags) },
    answer: () => {
      context.account.iam.oidcProviders.tag({ arn, tags });
      return {};
    },
  };
};

export const untagOpenIDConnectProvider: Operation<
  aws.UntagOpenIDConnectProviderCommandInput,
  aws.UntagOpenIDConnectProviderCommandOutput
> = (context, { OpenIDConnectProviderArn: arn, TagKeys: tagKeys }) => {
  const { resource, conditions } = providerTarget(context, arn);
  checkTagKeys(tagKeys);
  return {
    resource,
    conditions: { ...conditions, ...requestTagKeys(tagKeys) },
    answer: () => {
      context.account.iam.oidcProviders.untag({ arn, tagKeys });
      return {};
    },
  };
};

export const listOpenIDConnectProviderTags: Operation<
  aws.ListOpenIDConnectProviderTagsCommandInput,
  aws.ListOpenIDConnectProviderTagsCommandOutput
> = (context, input) => {
  const { OpenIDConnectProviderArn: arn } = input;
  const page = pageOf("ListOpenIDConnectProviderTags", input);
  return {
    ...providerTarget(context, arn),
    answer: () => {
      const { items, ...rest } = page(
        tagsOutput(context.account.iam.oidcProviders.get({ arn }).tags),
        ({ Key = "" }) => Key,
      );
      return { Tags: items, ...rest };
    },
  };
};
