import { createAccountRoles } from "./accountRoles";
import { githubOidcProvider } from "./githubOidcProvider";
import { readSettings } from "./settings";

// A function, because whether the account has its provider must be known before anything is made.
export = async () => {
  const settings = readSettings();
  const provider = await githubOidcProvider(settings.issuer);
  return { oidcProviderArn: provider.arn, ...createAccountRoles(settings, provider.arn) };
};
