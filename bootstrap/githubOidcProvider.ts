import {
  getOpenIdConnectProvider,
  type GetOpenIdConnectProviderResult,
} from "@pulumi/aws/iam/getOpenIdConnectProvider";
import { OpenIdConnectProvider } from "@pulumi/aws/iam/openIdConnectProvider";
import { arnOfUsable } from "../components/githubOidcProvider";
import { audience } from "../iam/trust";

/**
 * The account's OIDC provider for GitHub: taken over where it exists, else made. An account has one for each URL, which
 * others may use as well: it is never deleted from here, and what they added to it stays.
 *
 * @param issuer - host, and path where an enterprise has one, without `https://`
 * @throws RunError where the provider exists without the audience that this project's roles ask for
 */
export async function githubOidcProvider(issuer: string): Promise<OpenIdConnectProvider> {
  const url = `https://${issuer}`;
  const existing = await findProvider(url);
  return new OpenIdConnectProvider(
    "github",
    { url, clientIdLists: existing?.clientIdLists ?? [audience] },
    {
      protect: true,
      retainOnDelete: true,
      ignoreChanges: ["clientIdLists", "tags", "thumbprintLists"],
      // Pulumi leaves this alone once the provider is in its state.
      ...(existing === undefined ? {} : { import: arnOfUsable(existing) }),
    },
  );
}

async function findProvider(url: string): Promise<GetOpenIdConnectProviderResult | undefined> {
  try {
    return await getOpenIdConnectProvider({ url });
  } catch (error) {
    // There is no function that lists providers, and the one that looks one up has said it in both ways.
    if (error instanceof Error && /not found|couldn't find resource/.test(error.message)) {
      return undefined;
    }
    throw error;
  }
}
