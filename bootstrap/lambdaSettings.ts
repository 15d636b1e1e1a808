import { environmentContext, type GithubJob, jobForms } from "../github/jobs";
import { lambdaDeployerRoleName, roleNameLimit } from "../naming/registryNames";
import { parsed } from "../settings/configuration";
import { isUnquoted, schemaError, type SettingErrors, shown, textOf, unquoted } from "../settings/errors";
import { jobSchemas } from "../settings/githubJobs";
import { bucketSchema } from "./forms";
import { lambdaSizeError, type LambdaTargets } from "./permissions/lambda";

/** The setting `lambda`: a team's job that deploys layers and functions. */
export interface LambdaSettings {
  /** Path of the only workflow that deploys. */
  readonly workflow: string;
  /** Full ref of each environment, as in `refs/heads/develop`. */
  readonly branches: Readonly<Record<string, string>>;
  /**
   * Name of the bucket for zip files over 50 MB; `{environment}` is the environment's name.
   * @default - none
   */
  readonly bucket?: string;
  /** What each environment's job may do. */
  readonly deployers: readonly LambdaDeployer[];
}

/** The role of one environment that deploys layers and functions. */
export interface LambdaDeployer {
  /** Name of the environment. */
  readonly environment: string;
  readonly roleName: string;
  /** The only job that may assume it. */
  readonly job: GithubJob;
  readonly targets: LambdaTargets;
}

/** The workflow that deploys layers and functions, in the team's repository. */
const defaultWorkflow = ".github/workflows/deploy-lambda-layers.yml";

const keys = ["repository", "repositoryId", "ownerId", "workflow", "branches", "layers", "functions", "bucket"];

/** In a name: the environment's name. */
const placeholder = "{environment}";

const workflowSchema = textOf(
  new RegExp(`^${jobForms.workflowFile}$`),
  "is not one workflow of the repository",
  "Write .github/workflows/FILE.yml",
);

const branchSchema = jobSchemas.ref.refine(
  (ref) => ref.startsWith("refs/heads/"),
  schemaError("is not the full ref of one branch", "Write refs/heads/BRANCH"),
);

/** Names of layers and functions: https://docs.aws.amazon.com/lambda/latest/api/API_PublishLayerVersion.html and API_CreateFunction.html */
const nameLimits = { layers: 140, functions: 64 } as const;

/**
 * Reads the setting `lambda`.
 *
 * @param text - as Pulumi hands it on
 * @param environments - of the account, none where they could not be read
 * @returns nothing where the account has no such job
 */
export function readLambda(
  errors: SettingErrors,
  text: string | undefined,
  environments: readonly { readonly name: string; readonly domain: string }[],
): LambdaSettings | undefined {
  if (text === undefined) {
    return undefined;
  }
  const fields = errors.readObject(
    "lambda",
    parsed(text),
    keys,
    "Describe the job that deploys: see Lambda in bootstrap/README.md",
  );
  if (fields === undefined) {
    return undefined;
  }
  const repository = errors.read("lambda.repository", jobSchemas.repository, fields.repository, "owner/name");
  const repositoryId = errors.read("lambda.repositoryId", jobSchemas.id, fields.repositoryId, "0");
  const ownerId = errors.read("lambda.ownerId", jobSchemas.id, fields.ownerId, "0");
  const workflow = errors.readOptional("lambda.workflow", workflowSchema, fields.workflow) ?? defaultWorkflow;
  const refs = readBranches(
    errors,
    fields.branches,
    environments.map(({ name }) => name),
  );
  const deployed = environments.filter(({ name }) => refs.has(name));
  const names = deployed.map(({ name }) => name);
  const layers = readNames(errors, "layers", fields.layers, names);
  const functions = readNames(errors, "functions", fields.functions, names);
  if (isEmpty(fields.layers) && isEmpty(fields.functions)) {
    errors.add("lambda", "names no layer and no function. Write at least one under layers or functions");
  }
  const bucket = readBucket(errors, fields.bucket, names);
  const deployers = deployed.map(({ name, domain }): LambdaDeployer => {
    const ref = refs.get(name) ?? "";
    const roleName = lambdaDeployerRoleName(domain);
    if (roleName.length > roleNameLimit) {
      errors.add(
        "lambda",
        `the role ${roleName} would have ${roleName.length} characters, IAM takes ${roleNameLimit}. Shorten customerId or projectId`,
      );
    }
    const of = (template: string) => template.replaceAll(placeholder, name);
    const targets = {
      layers: layers.map(of),
      functions: functions.map(of),
      ...(bucket === undefined ? {} : { bucket: of(bucket) }),
    };
    const tooLong = lambdaSizeError(targets);
    if (tooLong !== undefined) {
      errors.add("lambda", tooLong);
    }
    const job = {
      ...{ repository, repositoryId, ownerId, ref },
      subjectContext: environmentContext(name),
      jobWorkflowRef: `${repository}/${workflow}@${ref}`,
    };
    return { environment: name, roleName, job, targets };
  });
  return { workflow, branches: Object.fromEntries(refs), deployers, ...(bucket === undefined ? {} : { bucket }) };
}

/** The ref of each environment. */
function readBranches(
  errors: SettingErrors,
  value: unknown,
  environments: readonly string[],
): ReadonlyMap<string, string> {
  const wayOut = "Write a line for each environment, as in dev: refs/heads/develop";
  const fields = errors.readObject("lambda.branches", value, Object.keys(value ?? {}), wayOut);
  const named = Object.entries(fields ?? {});
  if (fields !== undefined && named.length === 0) {
    errors.add("lambda.branches", `${shown(value)} names no environment. ${wayOut}`);
  }
  return new Map(
    named.map(([name, ref]) => {
      if (environments.length > 0 && !environments.includes(name)) {
        errors.add(
          `lambda.branches.${name}`,
          `${shown(name)} is not one of environments (${environments.join(", ")}). Add it there, or remove it here`,
        );
      }
      return [name, errors.read(`lambda.branches.${name}`, branchSchema, ref, "")];
    }),
  );
}

/** Templates of names, each valid in every environment. */
function readNames(
  errors: SettingErrors,
  key: keyof typeof nameLimits,
  value: unknown,
  environments: readonly string[],
): readonly string[] {
  const path = `lambda.${key}`;
  const list = errors.readOptionalList(path, value ?? undefined, `List the names of ${key}, or leave the setting out`);
  const most = nameLimits[key];
  return list.flatMap((entry, index) => {
    const error =
      nameError(key.slice(0, -1), most, entry, environments) ??
      (list.indexOf(entry) === index ? undefined : twice(entry));
    if (error === undefined) {
      return [entry as string];
    }
    errors.add(`${path}[${index}]`, error);
    return [];
  });
}

function nameError(kind: string, most: number, entry: unknown, names: readonly string[]): string | undefined {
  if (isUnquoted(entry)) {
    return unquoted(entry);
  }
  const longest = [...names].sort((one, other) => other.length - one.length)[0] ?? "";
  const form = new RegExp(`^[A-Za-z0-9_-]{1,${most}}$`);
  if (typeof entry !== "string" || !form.test(entry.replaceAll(placeholder, longest))) {
    return (
      `${shown(entry)} is not the name of one ${kind}. Write letters, digits, _ and - without a wildcard, ` +
      `at most ${most} with the environment's name in place of ${placeholder}`
    );
  }
  return sharedError(kind, entry, names);
}

/** A name that several environments share would let a push for one of them change what another one runs. */
function sharedError(kind: string, template: string, environments: readonly string[]): string | undefined {
  return environments.length > 1 && !template.includes(placeholder)
    ? `${shown(template)} is one ${kind} of ${environments.join(" and ")}. Write ${placeholder} into it, so that each has its own`
    : undefined;
}

function twice(entry: unknown): string {
  return `${shown(entry)} is listed twice. Remove one of the two`;
}

function readBucket(errors: SettingErrors, value: unknown, names: readonly string[]): string | undefined {
  const template = typeof value === "string" ? value : undefined;
  if (template === undefined) {
    return errors.readOptional("lambda.bucket", bucketSchema, value);
  }
  const wrong = (names.length === 0 ? ["x"] : names).find(
    (name) => !bucketSchema.safeParse(template.replaceAll(placeholder, name)).success,
  );
  const error =
    wrong === undefined
      ? sharedError("bucket", template, names)
      : `${shown(template)} is not an S3 bucket's name. Write its name alone, without s3://`;
  if (error !== undefined) {
    errors.add("lambda.bucket", error);
  }
  return template;
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || (Array.isArray(value) && value.length === 0);
}
