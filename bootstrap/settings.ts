import * as pulumi from "@pulumi/pulumi";
import type { GithubJob } from "../github/jobs";
import { githubIssuer } from "../iam/trust";
import { domainName, previewRoleName } from "../naming/registryNames";
import { checkDomainLength, settingSchemas } from "../settings";
import { readAwsProvider } from "../settings/awsProvider";
import { parsed } from "../settings/configuration";
import { SettingErrors, SettingsError, shown } from "../settings/errors";
import { jobSchemas } from "../settings/githubJobs";
import { domainsPerAccount, regionWarning, tooManyDomains } from "../settings/warnings";
import { bucketSchema, keyArnSchema, refSchema } from "./forms";
import { type LambdaSettings, readLambda } from "./lambdaSettings";

/** What one account is prepared for. bootstrap/README.md describes each setting. */
export interface BootstrapSettings {
  readonly region: string;
  /** The repository whose workflows preview and deploy. */
  readonly source: Pick<GithubJob, "repository" | "repositoryId" | "ownerId">;
  /** The stacks that live in this account, at least one. */
  readonly environments: readonly Environment[];
  readonly previewRoleName: string;
  /** Where GitHub's tokens come from, without `https://`. */
  readonly issuer: string;
  /** The S3 bucket that holds Pulumi's state, where it is one. */
  readonly state?: StateBucket;
  /** A team's job that deploys Lambda layers and functions, where there is one. */
  readonly lambda?: LambdaSettings;
  /** What the registry calls its project in the tags of all it makes. */
  readonly projectId: string;
}

/** One stack of the registry. */
export interface Environment {
  /** The stack's name, and that of the GitHub environment it is deployed through. */
  readonly name: string;
  /** The CodeArtifact domain of the stack. */
  readonly domain: string;
  /** The only ref it is deployed from. */
  readonly ref: string;
  /** Whether its deployments write the policies that let other accounts read. */
  readonly shares: boolean;
  /** Whether its deployments delete package groups; elsewhere an administrator does. */
  readonly deletes: boolean;
}

/** Where Pulumi keeps its state. */
export interface StateBucket {
  readonly bucket: string;
  /**
   * The key that encrypts it.
   * @default - none of the account's own
   */
  readonly keyArn?: string;
}

/** The workflow that deploys, in the repository of this project. */
export const deployWorkflow = ".github/workflows/deploy.yml";

const namespace = "package-registry-bootstrap";

const sharing = "sharedEnvironments";
const deleting = "deletableEnvironments";

/** Every setting of bootstrap. */
export const bootstrapSettingNames = [
  "customerId",
  "projectId",
  "repository",
  "repositoryId",
  "ownerId",
  "environments",
  "githubEnterprise",
  sharing,
  deleting,
  "stateBucket",
  "stateKeyArn",
  "lambda",
] as const;

/**
 * The settings of the account that is being prepared.
 *
 * @throws SettingsError that lists every error at once
 */
export function readSettings(): BootstrapSettings {
  const settings = parseSettings(pulumi.runtime.allConfig(), pulumi.getStack());
  for (const warning of bootstrapWarnings(settings)) {
    void pulumi.log.warn(warning);
  }
  return settings;
}

/**
 * Reads a stack's whole configuration.
 *
 * @param configuration - keys with their namespace; values as Pulumi hands them to a program
 * @throws SettingsError that lists every error at once
 */
export function parseSettings(configuration: Readonly<Record<string, string>>, stack: string): BootstrapSettings {
  const errors = new SettingErrors();
  const given: Readonly<Record<string, string | undefined>> = Object.fromEntries(
    Object.entries(configuration)
      .filter(([key]) => key.startsWith(`${namespace}:`))
      .map(([key, value]) => [key.slice(namespace.length + 1), value]),
  );
  const known: readonly string[] = bootstrapSettingNames;
  Object.keys(given)
    .filter((key) => !known.includes(key))
    .forEach((key) => {
      errors.addUnknownKey(key, known);
    });

  const customerId = errors.read("customerId", settingSchemas.namePart, given.customerId, "x");
  const projectId = errors.read("projectId", settingSchemas.namePart, given.projectId, "x");
  const environments = readEnvironments(errors, given.environments);
  const names = environments.map(({ name }) => name);
  const shared = readNames(errors, sharing, given[sharing] ?? "[]", names);
  const deletable = readNames(errors, deleting, given[deleting] ?? unprotectedByDefault(names), names);
  const stacks = environments.map(({ name, ref }) => ({
    ...{ name, ref },
    domain: domainName(customerId, projectId, name),
    shares: shared.includes(name),
    deletes: deletable.includes(name),
  }));
  const settings: BootstrapSettings = {
    region: readAwsProvider(errors, configuration).region,
    source: {
      repository: errors.read("repository", jobSchemas.repository, given.repository, "owner/name"),
      repositoryId: errors.read("repositoryId", jobSchemas.id, given.repositoryId, "0"),
      ownerId: errors.read("ownerId", jobSchemas.id, given.ownerId, "0"),
    },
    environments: stacks,
    previewRoleName: previewRoleName(customerId, projectId),
    issuer: githubIssuer(errors.readOptional("githubEnterprise", settingSchemas.slug, given.githubEnterprise)),
    state: readState(errors, given.stateBucket, given.stateKeyArn),
    ...(given.lambda === undefined ? {} : { lambda: readLambda(errors, given.lambda, stacks) }),
    projectId,
  };
  for (const { domain } of settings.environments) {
    checkDomainLength(errors, domain);
  }
  if (errors.lines.length > 0) {
    throw new SettingsError(stack, errors.lines);
  }
  return settings;
}

function readEnvironments(
  errors: SettingErrors,
  text: string | undefined,
): readonly Pick<Environment, "name" | "ref">[] {
  const wayOut = "Write a line for each stack of this account, as in prod: refs/heads/main";
  const value = text === undefined ? undefined : parsed(text);
  const anyName = Object.keys(value ?? {});
  const fields = errors.readObject("environments", value, anyName, wayOut);
  const named = Object.entries(fields ?? {});
  if (fields !== undefined && named.length === 0) {
    errors.add("environments", `${shown(value)} names no stack. ${wayOut}`);
  }
  return named.map(([name, ref]) => ({
    name: errors.read("environments", settingSchemas.environment, name, "x"),
    ref: errors.read(`environments.${name}`, refSchema, ref, ""),
  }));
}

/** As in the settings of a stack, where `protect` is false for dev alone. */
function unprotectedByDefault(environments: readonly string[]): string {
  return JSON.stringify(environments.filter((name) => name === "dev"));
}

/** A list of environments, each one of `environments`; of any name where those could not be read. */
function readNames(
  errors: SettingErrors,
  key: string,
  text: string,
  environments: readonly string[],
): readonly string[] {
  const value = parsed(text);
  const isKnown = (name: unknown) =>
    typeof name === "string" && (environments.length === 0 || environments.includes(name));
  const known = Array.isArray(value) && value.every(isKnown);
  if (!known) {
    errors.add(
      key,
      `${shown(value)} is not a list of names out of environments (${environments.join(", ")}). Write one line for each, as in - prod`,
    );
  }
  return known ? (value as readonly string[]) : [];
}

function readState(errors: SettingErrors, bucketName: unknown, key: unknown): StateBucket | undefined {
  const bucket = errors.readOptional("stateBucket", bucketSchema, bucketName);
  const keyArn = errors.readOptional("stateKeyArn", keyArnSchema, key);
  if (bucketName === undefined && key !== undefined) {
    errors.add("stateKeyArn", "encrypts no bucket. Give stateBucket too, or leave it out");
  }
  return bucket === undefined ? undefined : { bucket, ...(keyArn === undefined ? {} : { keyArn }) };
}

/** What may be wrong in the settings of an account, though it need not be. */
export function bootstrapWarnings({
  region,
  environments: { length: count },
}: Pick<BootstrapSettings, "region"> & { readonly environments: readonly unknown[] }): readonly string[] {
  return [
    regionWarning(region) ?? [],
    count > domainsPerAccount ? `environments: ${tooManyDomains(`${count} stacks`)}` : [],
  ].flat();
}

/** The managed policy that bounds every role of one stack; outside the names that its deployment may change. */
export function boundaryName(domain: string): string {
  return `${domain}-boundary`;
}

/** The managed policy with the right to look at one stack, which its deployment and every preview have. */
export function inspectionName(domain: string): string {
  return `${domain}-inspection`;
}
