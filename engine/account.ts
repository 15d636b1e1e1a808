import { Cloud } from "../cloud/cloud";
import type { Settings } from "../settings";

/** The account that stands in where no setting names one; AWS's own example. */
const exampleAccount = "123456789012";

/** What AWS takes as the caller of GitHub's tokens. */
const audience = "sts.amazonaws.com";

/** An account as an administrator leaves it before any stack is deployed: GitHub's OIDC provider is there. */
export function prepareAccount({ oidcProviderArn, issuer, aws }: Settings): Cloud {
  const accountId = oidcProviderArn?.split(":")[4] ?? aws.allowedAccountIds?.[0] ?? exampleAccount;
  const cloud = new Cloud({ region: aws.region, accountId });
  cloud.iam.createOpenIDConnectProvider({ url: `https://${issuer}`, clientIDList: [audience] });
  return cloud;
}
