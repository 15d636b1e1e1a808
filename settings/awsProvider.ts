import * as z from "zod";
import { isObject } from "../iam/json";
import { parsed } from "./configuration";
import { type Path, type SettingErrors, shown, textOf } from "./errors";

/** What the AWS provider of this stack is set to, for the second provider that makes the package groups. */
export interface AwsPlace {
  readonly region: string;
  readonly profile?: string;
  readonly allowedAccountIds?: string[];
  readonly forbiddenAccountIds?: string[];
}

/** Settings that would give the AWS provider other credentials than the second provider has. */
const credentialKeys = words(
  "accessKey secretKey token assumeRole assumeRoles assumeRoleWithWebIdentity sharedConfigFiles sharedCredentialsFiles",
);

type Form = "text" | "boolean" | "number" | "list" | "object";

/** The AWS provider's settings by the form that each takes. Source: https://www.pulumi.com/registry/packages/aws/api-docs/provider/ */
export const awsProviderKeys: Readonly<Record<Form, readonly string[]>> = {
  text: words(
    "accessKey customCaBundle ec2MetadataServiceEndpoint ec2MetadataServiceEndpointMode httpProxy httpsProxy noProxy profile " +
      "region retryMode s3UsEast1RegionalEndpoint secretKey stsRegion tagPolicyCompliance token",
  ),
  boolean: words(
    "insecure s3UsePathStyle skipCredentialsValidation skipMetadataApiCheck skipRegionValidation skipRequestingAccountId " +
      "useDualstackEndpoint useFipsEndpoint",
  ),
  number: words("maxRetries tokenBucketRateLimiterCapacity"),
  list: words(
    "allowedAccountIds assumeRoles endpoints forbiddenAccountIds sharedConfigFiles sharedCredentialsFiles userAgents",
  ),
  object: words("assumeRoleWithWebIdentity defaultTags ignoreTags"),
};

function words(text: string): readonly string[] {
  return text.split(" ");
}

const region = textOf(
  /^[a-z]{2}(?:-[a-z]+)+-\d$/,
  "is not a region",
  "Write this line below config: in the stack file: aws:region: us-east-1",
);

/** Reads the AWS provider's settings, where the second provider must act in the same place and by the same credentials. */
export function readAwsPlace(errors: SettingErrors, configuration: Readonly<Record<string, string>>): AwsPlace {
  for (const key of credentialKeys.filter((name) => configuration[`aws:${name}`] !== undefined)) {
    errors.add(
      `aws:${key}`,
      "does not reach the provider that makes the package groups. Put it into an AWS profile and name that in aws:profile",
    );
  }
  return readAwsProvider(
    errors,
    Object.fromEntries(
      Object.entries(configuration).filter(([name]) => !credentialKeys.some((key) => name === `aws:${key}`)),
    ),
  );
}

/** Reads the AWS provider's settings, by whatever credentials it acts. */
export function readAwsProvider(errors: SettingErrors, configuration: Readonly<Record<string, string>>): AwsPlace {
  const given = Object.entries(configuration).filter(([key]) => key.startsWith("aws:"));
  for (const [key, text] of given) {
    const form = (Object.keys(awsProviderKeys) as Form[]).find((one) =>
      awsProviderKeys[one].includes(key.slice("aws:".length)),
    );
    if (form === undefined) {
      errors.add(
        key,
        "the AWS provider has no such setting. Correct its name, or remove it: " +
          "https://www.pulumi.com/registry/packages/aws/installation-configuration/",
      );
    } else if (key !== "aws:region" && !ownReaders.includes(key)) {
      readForm(errors, key, form, text);
    }
  }
  const profile = configuration["aws:profile"];
  const lists = Object.fromEntries(
    ownReaders.flatMap((key) => {
      const ids = readProviderAccounts(errors, key, configuration[key]);
      return ids === undefined ? [] : [[key.slice("aws:".length), ids]];
    }),
  ) as Pick<AwsPlace, "allowedAccountIds" | "forbiddenAccountIds">;
  if (lists.allowedAccountIds !== undefined && lists.forbiddenAccountIds !== undefined) {
    errors.add(
      "aws:forbiddenAccountIds",
      "the provider takes either this list or aws:allowedAccountIds. Remove one of the two",
    );
  }
  return {
    region: errors.read("aws:region", region, configuration["aws:region"], ""),
    ...(profile === undefined ? {} : { profile }),
    ...lists,
  };
}

const ownReaders = ["aws:allowedAccountIds", "aws:forbiddenAccountIds"];

function readProviderAccounts(errors: SettingErrors, key: string, text: string | undefined): string[] | undefined {
  if (text === undefined) {
    return undefined;
  }
  const value = parsed(text);
  const ids = readAccountIds(errors, key, value, `Write a list in the stack file: ${key}: ["123456789012"]`);
  if (key === "aws:allowedAccountIds" && Array.isArray(value) && value.length === 0) {
    errors.add(key, "the list is empty, which allows every account. List the stack's account, or remove the line");
  }
  if (!Array.isArray(value)) {
    // A stand-in for a list that could not be read, so that no second error calls it missing.
    return [""];
  }
  return value.length > 0 ? [...ids] : undefined;
}

/** What is not of a form, by the value as a person wrote it. */
const forms: Readonly<Record<Form, { fits: (value: unknown, text: string) => boolean; rule: string; wayOut: string }>> =
  {
    text: {
      fits: (value, text) => text !== "" && (typeof value !== "object" || value === null),
      rule: "is not a text of at least one character",
      wayOut: "Write its value, or remove the line",
    },
    boolean: {
      fits: (_value, text) => text === "true" || text === "false",
      rule: "is neither true nor false",
      wayOut: "Write one of the two",
    },
    number: {
      fits: (_value, text) => /^\d+$/.test(text),
      rule: "is not a whole number",
      wayOut: "Write it in digits, as in 5",
    },
    list: {
      fits: (value) => Array.isArray(value),
      rule: "is not a list",
      wayOut: "Write a list in the stack file, with - before each entry",
    },
    object: {
      fits: isObject,
      rule: "is not an object",
      wayOut: "Write a line for each of its keys in the stack file, as in KEY: value",
    },
  };

function readForm(errors: SettingErrors, key: string, form: Form, text: string): void {
  const value = parsed(text);
  const { fits, rule, wayOut } = forms[form];
  if (!fits(value, text)) {
    errors.add(key, `${isSecret(key) ? "its value" : shown(form === "text" ? text : value)} ${rule}. ${wayOut}`);
  }
}

/** Whether the value of a setting must not be shown. */
function isSecret(key: string): boolean {
  return credentialKeys.some((name) => key === `aws:${name}`);
}

/**
 * An account's id. A number of twelve digits has lost none: `pulumi config set --path` writes an id as a number where it does not
 * begin with 0. A number with fewer may be an id whose zero YAML dropped.
 */
const accountId = z.preprocess(
  (value) => (typeof value === "number" && /^\d{12}$/.test(String(value)) ? String(value) : value),
  textOf(/^\d{12}$/, "is not an account's id", "Write its 12 digits in quotation marks"),
);

/**
 * Reads a list of accounts, each listed once; none where the setting is absent. An id that cannot be read is an empty text, so that
 * the others keep their places.
 */
export function readAccountIds(errors: SettingErrors, path: Path, value: unknown, wayOut: string): readonly string[] {
  const seen: string[] = [];
  return errors.readOptionalList(path, value, wayOut).map((entry, index) => {
    const id = errors.read(`${path}[${index}]`, accountId, entry, "");
    if (id !== "" && seen.includes(id)) {
      errors.add(`${path}[${index}]`, `${shown(id)} is listed twice. Remove one of the two`);
    }
    seen.push(id);
    return id;
  });
}
