import * as pulumi from "@pulumi/pulumi";
import * as z from "zod";
import { jobLists, type RegistryJobs } from "../github/jobs";
import type { RegistryArns } from "../iam/arns";
import type { OtherAccounts } from "../iam/resourcePolicies";
import { roleSessionSeconds, tokenSeconds } from "../iam/limits";
import { githubIssuer } from "../iam/trust";
import type { Origins } from "../naming/packagePatterns";
import { domainName, domainNameLimit, domainNamePattern, roleName, roleNameLimit } from "../naming/registryNames";
import {
  type Encryption,
  readAdoption,
  readEncryption,
  readOidcProviderArn,
  readOtherAccounts,
  readPermissionsBoundary,
  readTags,
} from "./aws";
import { type AuditSettings, defaultAudit, readAudit } from "./audit";
import { type AwsPlace, readAwsPlace } from "./awsProvider";
import { readConfiguration } from "./configuration";
import { checkDocumentSizes } from "./documentSizes";
import { checkSpellings } from "./environmentSpelling";
import { schemaError, SettingErrors, SettingsError, shown, textOf } from "./errors";
import { readPrivilegedJobs, readPublishers, readReaders } from "./githubJobs";
import { readOrigins, readPackages } from "./origins";
import { settingsWarnings } from "./warnings";

/** What one stack is to be, read from Pulumi.yaml and its stack file and checked as a whole. docs/settings.md describes each setting. */
export interface Settings extends RegistryJobs {
  /** Such as `dev` or `prod-eu`; by default the stack's name. */
  readonly environment: string;
  /** Name of the CodeArtifact domain, `CUSTOMER-PROJECT-ENVIRONMENT`. */
  readonly domain: string;
  /** Normalised names of the private packages, at least one, all under `origins.private`. */
  readonly packages: readonly string[];
  readonly origins: Origins;
  /** Host, and slug where the enterprise has its own, that GitHub's tokens come from. */
  readonly issuer: string;
  /** Whether the registry also serves packages from public PyPI. */
  readonly publicPackages: boolean;
  /** Longest life of a registry token, in seconds, 900 to 43,200. */
  readonly tokenLifetime: number;
  /** Longest session of a role, in seconds, 3,600 to 43,200. */
  readonly sessionDuration: number;
  readonly encryption: Encryption;
  /** Other accounts that may read. */
  readonly otherAccounts?: OtherAccounts;
  /** The account's OIDC provider for GitHub, where it is not to be looked up. */
  readonly oidcProviderArn?: string;
  /** Policy that bounds every role. */
  readonly permissionsBoundary?: string;
  /** Whether domain, repositories, key and package groups are kept from deletion. */
  readonly protect: boolean;
  /** Domain and repository that exist already, to be taken over; absent where the stack makes its own, or has them by now. */
  readonly adopt?: RegistryArns;
  /** How long events are kept; absent where none are. */
  readonly audit?: AuditSettings;
  /** On everything that takes tags: the given ones, and Environment, Project and ManagedBy. */
  readonly tags: Readonly<Record<string, string>>;
  readonly aws: AwsPlace;
}

/**
 * The settings of the stack that is being deployed. What may be wrong in them is logged as a warning.
 *
 * @throws SettingsError that lists every error at once
 */
export function readSettings(): Settings {
  const settings = parseSettings(pulumi.runtime.allConfig(), pulumi.getStack(), pulumi.getRootDirectory());
  for (const warning of settingsWarnings(settings)) {
    void pulumi.log.warn(warning);
  }
  return settings;
}

/**
 * Reads a stack's whole configuration.
 *
 * @param configuration - keys with their namespace; values as Pulumi hands them to a program: text, or the JSON of a list
 *   or object
 * @param directory - of Pulumi.yaml, where the files are that settings name
 * @throws SettingsError that lists every error at once
 */
export function parseSettings(
  configuration: Readonly<Record<string, string>>,
  stack: string,
  directory: string,
): Settings {
  const errors = new SettingErrors();
  const given = readConfiguration(errors, configuration, directory);

  const environment = errors.read("environment", settingSchemas.environment, given.environment ?? stack, "dev");
  const customerId = errors.read("customerId", settingSchemas.namePart, given.customerId, "x");
  const projectId = errors.read("projectId", settingSchemas.namePart, given.projectId, "x");
  const domain = domainName(customerId, projectId, environment);
  const enterprise = errors.readOptional("githubEnterprise", settingSchemas.slug, given.githubEnterprise);
  const issuer = githubIssuer(enterprise);
  // Skip the issuer check if githubEnterprise is invalid, to avoid a second, misleading error.
  const providerArn =
    enterprise === undefined && given.githubEnterprise !== undefined ? undefined : given.oidcProviderArn;
  const publicPackages = errors.read("publicPackages", settingSchemas.boolean, given.publicPackages ?? "true", true);
  const origins = readOrigins(errors, given.origins, publicPackages);
  const packages = readPackages(errors, given.packages, origins);

  const withoutAudit: Settings = {
    environment,
    domain,
    packages,
    origins,
    publishers: readPublishers(errors, given.publishers, environment, packages),
    readers: readReaders(errors, given.readers, environment),
    inspectors: readPrivilegedJobs(errors, "inspectors", given.inspectors, environment),
    maintainers: readPrivilegedJobs(errors, "maintainers", given.maintainers, environment),
    issuer,
    publicPackages,
    tokenLifetime: errors.read(
      "tokenLifetime",
      settingSchemas.tokenLifetime,
      given.tokenLifetime ?? String(defaultSeconds),
      defaultSeconds,
    ),
    sessionDuration: errors.read(
      "sessionDuration",
      settingSchemas.sessionDuration,
      given.sessionDuration ?? String(defaultSeconds),
      defaultSeconds,
    ),
    encryption: readEncryption(errors, given.encryption),
    otherAccounts: readOtherAccounts(errors, given.readerOrganizationId, given.readerAccountIds),
    oidcProviderArn: readOidcProviderArn(errors, providerArn, issuer),
    permissionsBoundary: readPermissionsBoundary(errors, given.permissionsBoundary),
    protect: errors.read("protect", settingSchemas.boolean, given.protect ?? String(environment !== "dev"), true),
    tags: {
      ...readTags(errors, given.tags),
      Environment: environment,
      Project: projectId,
      ManagedBy: "pulumi",
    },
    aws: readAwsPlace(errors, configuration),
  };
  const audit = readAudit(errors, given.audit ?? defaultAudit(environment), withoutAudit.aws.region);
  const declared = { ...withoutAudit, audit };
  const adopts = errors.read("adopt", settingSchemas.boolean, given.adopt ?? "false", false);
  const settings = adopts ? { ...declared, adopt: readAdoption(errors, declared) } : declared;
  checkSpellings(errors, settings);
  checkNameLengths(errors, settings);
  checkDocumentSizes(errors, settings);
  if (errors.lines.length > 0) {
    throw new SettingsError(stack, errors.lines);
  }
  return settings;
}

const seconds = ({ shortest: least, longest }: { readonly shortest: number; readonly longest: number }) => {
  const message = schemaError(
    `is not a number of seconds from ${least} to ${longest}`,
    "Write whole seconds, as in 3600",
  );
  const fits = (text: string) => /^[1-9]\d{2,4}$/.test(text) && Number(text) >= least && Number(text) <= longest;
  return z.string(message).refine(fits, message).transform(Number);
};

const namePattern = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;

/** The life of a session and of a token, in seconds, where a stack gives none. */
export const defaultSeconds = 3_600;

/** The form of each setting of a single value that is read here. */
export const settingSchemas = {
  environment: textOf(
    namePattern,
    "is not an environment's name",
    "Use lower-case letters, digits and single hyphens, as in prod or prod-eu",
  ).refine(
    (name) => name !== "preview" && !name.split("-").includes("codeartifact"),
    schemaError(
      "is taken",
      "Choose another name: the preview role trusts every job of the GitHub environment preview, and roles are named DOMAIN-codeartifact-KIND",
    ),
  ),
  namePart: textOf(
    namePattern,
    "is not a part of a name",
    "Use lower-case letters, digits and single hyphens, as in integration-hub",
  ),
  slug: textOf(
    /^[A-Za-z0-9][A-Za-z0-9-]*$/,
    "is not an enterprise's slug",
    "Write the last part of its address on GitHub",
  ),
  boolean: z
    .enum(["true", "false"], schemaError("is neither true nor false", "Write one of the two"))
    .transform((text) => text === "true"),
  tokenLifetime: seconds(tokenSeconds),
  sessionDuration: seconds(roleSessionSeconds),
};

/**
 * Notes names that are too long for AWS.
 *
 * @param path - the settings that the domain's name is made of
 */
export function checkNameLengths(
  errors: SettingErrors,
  { domain, ...jobs }: RegistryJobs & Pick<Settings, "domain">,
  path = "customerId, projectId",
): void {
  checkDomainLength(errors, domain, path);
  for (const { key, kind, jobs: list } of jobLists(jobs)) {
    list.forEach(({ name }, index) => {
      const role = roleName(domain, kind, name);
      const over = role.length - roleNameLimit;
      if (over > 0) {
        errors.add(
          name === undefined ? path : `${key}[${index}].name`,
          `the role ${shown(role)} has ${role.length} characters, IAM takes ${roleNameLimit}. Shorten it by ${over}`,
        );
      }
    });
  }
}

/** Notes a domain's name that is too long for AWS. */
export function checkDomainLength(errors: SettingErrors, domain: string, path = "customerId, projectId"): void {
  if (!domainNamePattern.test(domain)) {
    errors.add(
      path,
      `the domain ${shown(domain)} has ${domain.length} characters, CodeArtifact takes ${domainNameLimit}. Shorten one of the two`,
    );
  }
}
