import {
  getOpenIdConnectProviderOutput,
  type GetOpenIdConnectProviderResult,
} from "@pulumi/aws/iam/getOpenIdConnectProvider";
import * as pulumi from "@pulumi/pulumi";
import { audience } from "../iam/trust";
import { programError } from "./programError";

/**
 * The ARN of the account's OIDC provider for GitHub, looked up by its URL. An account has one for each URL, so it belongs
 * to no stack.
 *
 * @param issuer - host, and path where an enterprise has one, without `https://`
 * @throws RunError where the provider does not know the audience that this project's roles ask for
 */
export function findGithubOidcProvider(issuer: string): pulumi.Output<string> {
  return getOpenIdConnectProviderOutput({ url: `https://${issuer}` }).apply(arnOfUsable);
}

/**
 * The ARN of an OIDC provider that this project's roles can trust.
 *
 * @throws RunError where it does not know the audience that they ask for
 */
export function arnOfUsable({ arn, clientIdLists }: KnownProvider): string {
  if (!clientIdLists.includes(audience)) {
    throw programError(
      `The OIDC provider ${arn} has the audiences ${JSON.stringify(clientIdLists)}, without "${audience}". Add it with: ` +
        `aws iam add-client-id-to-open-id-connect-provider --open-id-connect-provider-arn ${arn} --client-id ${audience}`,
    );
  }
  return arn;
}

type KnownProvider = Pick<GetOpenIdConnectProviderResult, "arn" | "clientIdLists">;
