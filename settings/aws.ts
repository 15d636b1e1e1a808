import { registryArns, type RegistryArns } from "../iam/arns";
import { isObject } from "../iam/json";
import type { OtherAccounts } from "../iam/resourcePolicies";
import { repositoryName } from "../naming/registryNames";
import { type AwsPlace, readAccountIds } from "./awsProvider";
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
  const [accountId, ...others] = allowedAccountIds;
  if (allowedAccountIds.includes("")) {
    // An id that could not be read has its own error.
    return undefined;
  }
  if (accountId === undefined || others.length > 0) {
    errors.add(
      "adopt",
      `takes over what one account has, and aws:allowedAccountIds is ${shown(allowedAccountIds)}. Write that account there, ` +
        `as in: aws:allowedAccountIds: ["123456789012"]`,
    );
    return undefined;
  }
  return registryArns({ region, accountId }, domain, repositoryName);
}

/** Tags that the program sets itself. IAM takes keys that differ in case alone for one. */
const reserved = ["Environment", "Project", "ManagedBy"];

/** AWS takes 50 tags on a resource. Source: https://docs.aws.amazon.com/tag-editor/latest/userguide/tagging.html */
const limit = 50;

const characters = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/** Reads the setting `tags`. */
export function readTags(errors: SettingErrors, value: unknown): Readonly<Record<string, string>> {
  if (value === undefined) {
    return {};
  }
  if (!isObject(value)) {
    errors.add("tags", `${shown(value)} is not an object. Write a line for each tag, as in: CostCentre: platform`);
    return {};
  }
  const tags = Object.entries(value);
  if (tags.length + reserved.length > limit) {
    errors.add(
      "tags",
      `there are ${tags.length}, AWS takes ${limit} on a resource and ${reserved.length} are set already. Remove ${tags.length + reserved.length - limit}`,
    );
  }
  const folded = tags.map(([key]) => key.toLowerCase());
  tags.forEach(([key, text], index) => {
    const path = `tags.${key}`;
    const first = folded.indexOf(key.toLowerCase());
    if (reserved.some((name) => name.toLowerCase() === folded[index])) {
      errors.add(path, "is set by the program. Remove it");
    } else if (first !== index) {
      errors.add(path, `is the same key as ${tags[first]?.[0] ?? ""} but for its case. Remove one of the two`);
    } else if (key === "" || key.length > 128 || !characters.test(key) || /^aws:/i.test(key)) {
      errors.add(
        path,
        "is not a tag's key. Use 1 to 128 letters, digits, spaces and _ . : / = + - @, and do not begin with aws:",
      );
    }
    if (typeof text !== "string" || text.length > 256 || !characters.test(text)) {
      errors.add(
        path,
        `${shown(text)} is not a tag's value. Use at most 256 letters, digits, spaces and _ . : / = + - @, in quotation marks`,
      );
    }
  });
  return value as Record<string, string>;
}
