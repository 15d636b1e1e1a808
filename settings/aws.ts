import type { OtherAccounts } from "../iam/sharing";
import { parsed } from "./configuration";
import { Mistakes, shown, textOf } from "./mistakes";

/** Which key encrypts the domain: AWS's own, one that the stack makes, or one that exists. Fixed once the domain is made. */
export type Encryption = "aws-managed" | "create" | { readonly keyArn: string };

/** What the AWS provider of this stack is set to, for the second provider that makes the package groups. */
export interface AwsPlace {
  readonly region: string;
  readonly profile?: string;
  readonly allowedAccountIds?: string[];
}

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
  accountId: textOf(/^\d{12}$/, "is not an account's id", "Write its 12 digits in quotation marks"),
  region: textOf(
    /^[a-z]{2}(?:-[a-z]+)+-\d$/,
    "is not a region",
    "Write this line in the stack file: aws:region: us-east-1",
  ),
};

/** Reads the setting `encryption`. */
export function readEncryption(mistakes: Mistakes, value: unknown): Encryption {
  const encryption = mistakes.read("encryption", schemas.encryption, value ?? "aws-managed", "aws-managed");
  return encryption === "aws-managed" || encryption === "create" ? encryption : { keyArn: encryption };
}

/** Reads the setting `permissionsBoundary`. */
export function readPermissionsBoundary(mistakes: Mistakes, value: unknown): string | undefined {
  return mistakes.readOptional("permissionsBoundary", schemas.permissionsBoundary, value);
}

/** Reads the setting `oidcProviderArn`: the account's provider for this issuer and no other. */
export function readOidcProviderArn(mistakes: Mistakes, value: unknown, issuer: string): string | undefined {
  if (value === undefined) {
    return undefined;
  }
  const arn = typeof value === "string" ? value : "";
  if (/^arn:[a-z-]+:iam::\d{12}:oidc-provider\/(.+)$/.exec(arn)?.[1] !== issuer) {
    mistakes.add(
      "oidcProviderArn",
      `${shown(value)} is not the provider of ${issuer}. Write arn:aws:iam::ACCOUNT:oidc-provider/${issuer}, or leave it out to have it looked up`,
    );
    return undefined;
  }
  return arn;
}

/** Reads the settings `readerOrganizationId` and `readerAccountIds`; undefined where neither is given. */
export function readOtherAccounts(
  mistakes: Mistakes,
  organization: unknown,
  accounts: unknown,
): OtherAccounts | undefined {
  const organizationId = mistakes.readOptional("readerOrganizationId", schemas.organizationId, organization);
  const list = mistakes.readOptionalList("readerAccountIds", accounts, 'List account ids, as in: - "123456789012"');
  const accountIds = list.map((entry, index) => {
    const accountId = mistakes.read(`readerAccountIds[${index}]`, schemas.accountId, entry, "");
    if (accountId !== "" && list.indexOf(accountId) !== index) {
      mistakes.add(`readerAccountIds[${index}]`, `${shown(accountId)} is listed twice. Remove one of the two`);
    }
    return accountId;
  });
  if (organizationId === undefined && accountIds.length === 0) {
    return undefined;
  }
  return { ...(organizationId === undefined ? {} : { organizationId }), accountIds };
}

/** Settings by which the AWS provider would act for somebody else than the second provider does. */
const credentialKeys = [
  ...["accessKey", "secretKey", "token", "assumeRole", "assumeRoles", "assumeRoleWithWebIdentity"],
  ...["sharedConfigFiles", "sharedCredentialsFiles"],
];

/** Reads the AWS provider's own settings; only `aws:region` is required of every stack file here, the rest is checked there. */
export function readAwsPlace(mistakes: Mistakes, configuration: Readonly<Record<string, string>>): AwsPlace {
  for (const key of credentialKeys.filter((name) => configuration[`aws:${name}`] !== undefined)) {
    mistakes.add(
      `aws:${key}`,
      "does not reach the provider that makes the package groups. Put it into an AWS profile and name that in aws:profile",
    );
  }
  const profile = configuration["aws:profile"];
  const accounts = readAccountIds(mistakes, "aws:allowedAccountIds", configuration);
  readAccountIds(mistakes, "aws:forbiddenAccountIds", configuration);
  return {
    region: mistakes.read("aws:region", schemas.region, configuration["aws:region"], ""),
    ...(profile === undefined ? {} : { profile }),
    ...(accounts === undefined ? {} : { allowedAccountIds: [...accounts] }),
  };
}

/**
 * Reads a list of accounts of the AWS provider. `pulumi config set` makes one text of it, and YAML drops the zero at the beginning
 * of a number.
 */
function readAccountIds(
  mistakes: Mistakes,
  key: "aws:allowedAccountIds" | "aws:forbiddenAccountIds",
  configuration: Readonly<Record<string, string>>,
): readonly string[] | undefined {
  const text = configuration[key];
  if (text === undefined) {
    return undefined;
  }
  const value = parsed(text);
  const list = mistakes.readOptionalList(key, value, `Write a list in the stack file: ${key}: ["123456789012"]`);
  if (!Array.isArray(value)) {
    return undefined;
  }
  return list.map((entry, index) => {
    // A number of twelve digits has lost none.
    const id = typeof entry === "number" && entry >= 1e11 ? String(entry) : entry;
    return mistakes.read(`${key}[${index}]`, schemas.accountId, id, "");
  });
}
