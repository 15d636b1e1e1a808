import type { RequestContext } from "../../iam/evaluate";
import type { AccountInfo } from "../core/identifiers";
import type { Kms } from "../kms/kms";
import { accessDenied, invalid } from "./errors";

/** What a domain's key is looked up in. */
export interface KeysOfAccount extends AccountInfo {
  readonly kms: Kms;
}

/**
 * What `encryptionKey` names: "a key ID, a key Amazon Resource Name (ARN), a key alias, or a key alias ARN".
 * Source: https://docs.aws.amazon.com/codeartifact/latest/APIReference/API_CreateDomain.html
 *
 * @returns the ARN of the key, which exists or not; of an alias without a key, its own
 * @throws ValidationException for another form, and for a key of another region
 */
export function encryptionKeyArn({ partition, region, accountId, kms }: KeysOfAccount, named: string): string {
  const ofRegion = `arn:${partition}:kms:${region}:`;
  const ofAccount = `${ofRegion}${accountId}:`;
  const name = named.startsWith(ofAccount) ? named.slice(ofAccount.length) : named;
  if (/^alias\/[\w/-]+$/.test(name)) {
    const alias = kms.aliases.find(name);
    return alias === undefined ? kms.aliases.arn(name) : `${ofAccount}key/${alias.targetKeyId}`;
  }
  if (/^[\w-]+$/.test(named)) {
    return `${ofAccount}key/${named}`;
  }
  if (!named.startsWith(ofRegion) || !/^\d{12}:key\/[\w-]+$/.test(named.slice(ofRegion.length))) {
    throw invalid(
      `Invalid encryption key '${named}': give the id, the ARN or the alias of a symmetric KMS key of the domain's ` +
        `region, such as ${ofRegion}ACCOUNT:key/ID.`,
    );
  }
  return named;
}

/**
 * The ARN of the key that a new domain is encrypted with. A key of another account is not looked up: the sandbox has one account.
 *
 * @throws ValidationException for a key that does not exist or is not enabled
 */
export function enabledKeyArn(account: KeysOfAccount, named: string): string {
  const arn = encryptionKeyArn(account, named);
  const state = keyState(account, arn);
  if (state === "deleted") {
    // AWS's text begins so, and its provider for Terraform tries again: https://github.com/hashicorp/terraform-provider-aws/pull/30523
    throw invalid(`KMS key not found: ${named}`);
  }
  if (state !== "Enabled") {
    throw invalid(`Invalid encryption key '${named}': its state is ${state}. Give a key that is enabled.`);
  }
  return arn;
}

/**
 * What is in a domain is out of reach while its key is: "you cannot access the repositories in the domain or the packages
 * stored in them".
 * Source: https://docs.aws.amazon.com/codeartifact/latest/ug/delete-domain.html
 */
export function isKeyUsable(account: KeysOfAccount, arn: string): boolean {
  return keyState(account, arn) === "Enabled";
}

/** @throws AccessDeniedException unless the domain's key can be used. The page above does not say which error AWS answers. */
export function requireKey(account: KeysOfAccount, domain: string, arn: string): void {
  const state = keyState(account, arn);
  if (state !== "Enabled") {
    const wayOut =
      state === "deleted"
        ? "What is in the domain is lost. The domain can be deleted."
        : "Enable the key, after you cancel its deletion.";
    throw accessDenied(
      `CodeArtifact cannot use KMS key ${arn} of domain '${domain}': its state is ${state}. ${wayOut}`,
    );
  }
}

/**
 * What a caller needs on a key of its own that CodeArtifact is to encrypt a domain with: "your IAM role must have
 * kms:DescribeKey and kms:CreateGrant permissions on the encryption key". CodeArtifact asks for both on the caller's behalf, as
 * the conditions of the example key policy say.
 * Source: https://docs.aws.amazon.com/codeartifact/latest/APIReference/API_CreateDomain.html and
 * https://docs.aws.amazon.com/codeartifact/latest/ug/domain-create.html#create-domain-kms-key-policy-example
 *
 * @param named - as the request names the key; nothing is needed for the key that AWS makes
 * @param allow - throws AccessDeniedException unless the caller may do this
 */
export function authorizeKeyUse(
  account: KeysOfAccount,
  named: string | undefined,
  allow: (action: string, resource: string, conditions: RequestContext) => void,
): void {
  if (named === undefined) {
    return;
  }
  const resource = encryptionKeyArn(account, named);
  const viaService = {
    "aws:ViaAWSService": "true",
    "kms:ViaService": `codeartifact.${account.region}.amazonaws.com`,
    "kms:CallerAccount": account.accountId,
  };
  allow("kms:DescribeKey", resource, viaService);
  // https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-grant-is-for-aws-resource
  allow("kms:CreateGrant", resource, { ...viaService, "kms:GrantIsForAWSResource": "true" });
}

function keyState({ accountId, kms }: KeysOfAccount, arn: string) {
  return arn.includes(`:${accountId}:`) ? (kms.find(arn)?.keyState ?? "deleted") : "Enabled";
}
