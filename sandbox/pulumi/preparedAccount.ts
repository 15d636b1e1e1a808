import { Cloud } from "../account";
import { audience } from "../../iam/trust";
import type { Settings } from "../../settings";

/** The account where no setting names one; AWS's own example. */
const exampleAccount = "123456789012";

/** An audience that other uses of GitHub's tokens in the account ask for, so that only a trust policy tells them apart. */
export const otherAudience = "https://another-use.example";

/**
 * An account as an administrator leaves it before any stack is deployed: GitHub's OIDC provider is there, and the key that a
 * setting names. It has the number that is in the settings.
 */
export function prepareAccount({ oidcProviderArn, permissionsBoundary, encryption, issuer, aws }: Settings): Cloud {
  const keyArn = typeof encryption === "object" ? encryption.keyArn : undefined;
  const [accountId = exampleAccount] = [oidcProviderArn, permissionsBoundary, keyArn]
    .flatMap((arn) => /:(\d{12}):/.exec(arn ?? "")?.[1] ?? [])
    .concat(aws.allowedAccountIds ?? []);
  const cloud = new Cloud({ region: aws.region, accountId });
  cloud.iam.oidcProviders.create({ url: `https://${issuer}`, clientIDList: [audience, otherAudience] });
  const [, keyId] = keyArn?.split(`:kms:${aws.region}:${accountId}:key/`) ?? [];
  if (keyId !== undefined) {
    cloud.kms.createKey({ keyId, description: "Made before the stack." });
  }
  return cloud;
}
