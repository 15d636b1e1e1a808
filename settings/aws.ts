import type { OtherAccounts } from "../iam/resourcePolicies";
import { readAccountIds } from "./accountIds";
import { SettingErrors, shown, textOf } from "./errors";

/** Which key encrypts the domain: AWS's own, one that the stack makes, or one that exists. Fixed once the domain is made. */
export type Encryption = "aws-managed" | "create" | { readonly keyArn: string };

const schemas = {
  encryption: textOf(
    /^(?:aws-managed|create|arn:[a-z-]+:kms:[a-z0-9-]+:\d{12}:key\/[A-Za-z0-9-]+)$/,
    "is not a choice of key",
    "Write aws-managed, create, or the ARN of a KMS key, arn:aws:kms:REGION:ACCOUNT:key/ID",
  ),
  permissionsBoundary: textOf(
    /^arn:[a-z-]+:iam::(?:\d{12}|aws):policy\/[\w+=,.@/-]+$/,
    "is not a policy's ARN",
    "Write arn:aws:iam::ACCOUNT:policy/NAME",
  ),
  organizationId: textOf(
    /^o-[a-z0-9]{10,32}$/,
    "is not an organization's id",
    "Read it with: aws organizations describe-organization --query Organization.Id",
  ),
};

/** Reads the setting `encryption`. */
export function readEncryption(errors: SettingErrors, value: unknown): Encryption {
  const encryption = errors.read("encryption", schemas.encryption, value ?? "aws-managed", "aws-managed");
  return encryption === "aws-managed" || encryption === "create" ? encryption : { keyArn: encryption };
}

/** Reads the setting `permissionsBoundary`. */
export function readPermissionsBoundary(errors: SettingErrors, value: unknown): string | undefined {
  return errors.readOptional("permissionsBoundary", schemas.permissionsBoundary, value);
}

/** Reads the setting `oidcProviderArn`: the account's provider for this issuer and no other. */
export function readOidcProviderArn(errors: SettingErrors, value: unknown, issuer: string): string | undefined {
  if (value === undefined) {
    return undefined;
  }
  const arn = typeof value === "string" ? value : "";
  if (/^arn:[a-z-]+:iam::\d{12}:oidc-provider\/(.+)$/.exec(arn)?.[1] !== issuer) {
    errors.add(
      "oidcProviderArn",
      `${shown(value)} is not the provider of ${issuer}. Write arn:aws:iam::ACCOUNT:oidc-provider/${issuer}, or leave it out to have it looked up`,
    );
    return undefined;
  }
  return arn;
}

/** Reads the settings `readerOrganizationId` and `readerAccountIds`; undefined where neither is given. */
export function readOtherAccounts(
  errors: SettingErrors,
  organization: unknown,
  accounts: unknown,
): OtherAccounts | undefined {
  const organizationId = errors.readOptional("readerOrganizationId", schemas.organizationId, organization);
  const accountIds = readAccountIds(errors, "readerAccountIds", accounts, 'List account ids, as in: - "123456789012"');
  if (organizationId === undefined && accountIds.length === 0) {
    return undefined;
  }
  return { ...(organizationId === undefined ? {} : { organizationId }), accountIds };
}
