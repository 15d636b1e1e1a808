import { type RegistryArns, registryArns } from "../iam/arns";
import { repositoryName } from "../naming/registryNames";
import type { Encryption } from "./aws";
import type { AwsPlace } from "./awsProvider";
import { type SettingErrors, shown } from "./errors";

/** What the setting `adopt` is about. */
interface Adopted {
  readonly domain: string;
  readonly encryption: Encryption;
  readonly aws: AwsPlace;
}

/**
 * What `adopt: true` takes over: the domain and the repository that clients use, named as AWS names them. That takes the
 * account's id, which nothing but the AWS provider's own list of accounts says before AWS is asked.
 */
export function readAdoption(errors: SettingErrors, { domain, encryption, aws }: Adopted): RegistryArns | undefined {
  if (encryption === "create") {
    errors.add(
      "adopt",
      `the domain that is taken over keeps its key, and encryption: create would make another. Write aws-managed, or the ` +
        `key's ARN; read it with: aws codeartifact describe-domain --domain ${domain} --query domain.encryptionKey`,
    );
  }
  const { region, allowedAccountIds = [] } = aws;
  const [accountId = ""] = allowedAccountIds;
  if (allowedAccountIds.includes("")) {
    // An id that could not be read has its own error.
    return undefined;
  }
  if (allowedAccountIds.length !== 1 || !/^\d{12}$/.test(accountId)) {
    errors.add(
      "adopt",
      `takes over what one account has, and aws:allowedAccountIds is ${shown(allowedAccountIds)}. Write that account there, ` +
        `as in: aws:allowedAccountIds: ["123456789012"]`,
    );
    return undefined;
  }
  return registryArns({ region, accountId }, domain, repositoryName);
}
