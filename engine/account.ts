import { Cloud } from "../cloud/cloud";
import type { Settings } from "../settings";

/** The account that stands in where no setting names one; AWS's own example. */
const exampleAccount = "123456789012";

/** What AWS takes as the caller of GitHub's tokens. */
const audience = "sts.amazonaws.com";

/**
 * An account as an administrator leaves it before any stack is deployed: GitHub's OIDC provider is there, and the policy
 * that bounds roles where a setting names one. What that policy allows is not this program's to know: here, everything.
 */
export function prepareAccount(settings: Settings): Cloud {
  const { oidcProviderArn, permissionsBoundary, aws } = settings;
  const accountId = oidcProviderArn?.split(":")[4] ?? aws.allowedAccountIds?.[0] ?? exampleAccount;
  const cloud = new Cloud({ region: aws.region, accountId });
  cloud.iam.createOpenIDConnectProvider({ url: `https://${settings.issuer}`, clientIDList: [audience] });
  if (permissionsBoundary?.includes(`::${accountId}:policy/`) === true) {
    const [, path, policyName] = /:policy(\/(?:.*\/)?)([^/]+)$/.exec(permissionsBoundary) as unknown as [
      string,
      string,
      string,
    ];
    cloud.iam.createPolicy({
      policyName,
      path,
      description: "Stands in for the account's own boundary.",
      policyDocument: JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
      }),
    });
  }
  return cloud;
}
