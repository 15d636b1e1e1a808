import type { Cloud } from "../../account";
import type { Properties } from "./resourceType";

interface EndpointArgs {
  readonly domain: string;
  readonly repository: string;
  readonly format: string;
}

/** `aws:codeartifact/getRepositoryEndpoint:getRepositoryEndpoint` */
export function getRepositoryEndpoint(cloud: Cloud, args: EndpointArgs): Properties {
  const repositoryEndpoint = cloud.codeartifact.getRepositoryEndpoint(args);
  return { ...args, id: repositoryEndpoint, repositoryEndpoint };
}

/** `aws:kms/getKey:getKey` */
export function getKey(cloud: Cloud, { keyId }: { readonly keyId: string }): Properties {
  const { arn, keyManager, keyState, description } = cloud.kms.describeKey({ keyId });
  return { keyId, id: arn, arn, keyManager, keyState, description, enabled: keyState === "Enabled" };
}

/** `aws:iam/getOpenIdConnectProvider:getOpenIdConnectProvider` */
export function getOpenIdConnectProvider(cloud: Cloud, { url = "" }: { readonly url?: string }): Properties {
  const issuer = url.replace(/^https:\/\//, "");
  const provider = cloud.iam.listOpenIDConnectProviders().find(({ arn }) => arn.endsWith(`:oidc-provider/${issuer}`));
  if (provider === undefined) {
    throw new Error(
      `finding IAM OIDC Provider by url (${url}): not found. An administrator makes it once for the account: aws iam ` +
        `create-open-id-connect-provider --url ${url} --client-id-list sts.amazonaws.com`,
    );
  }
  const { arn, clientIDList, tags } = provider;
  return { id: arn, arn, url: issuer, clientIdLists: clientIDList, thumbprintLists: [], tags };
}
