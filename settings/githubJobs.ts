import * as z from "zod";
import { normalizePackageName } from "../naming/packagePatterns";
import { branchContext, environmentContext, jobForms, type Publisher, type Reader } from "../github/jobs";
import { isUnquoted, SettingErrors, type Path, schemaError, shown, textOf, unquoted } from "./errors";

const jobKeys = ["name", "repository", "repositoryId", "ownerId", "environment", "branch", "ref", "workflow"];

type Fields = Readonly<Record<string, unknown>>;

const idMessage = schemaError(
  "is not a number that GitHub gives",
  "Read both with: gh api repos/OWNER/NAME --jq '.id, .owner.id'; 0 says not known yet",
);

/** GitHub's number of a repository or its owner, written as a number or as text. */
const id = z
  .union([z.int(idMessage), z.string()], idMessage)
  .transform(String)
  .refine((text) => whole(jobForms.id).test(text), idMessage);

/** IAM's documents have no character beyond ÿ, and `$` begins a policy variable. */
const notInDocuments = String.raw`\u0100-\u{10FFFF}$`;

const refName = jobForms.refName(notInDocuments);

const fullRef = `refs/(?:heads|tags)/${refName}`;

const workflow = `(?:${jobForms.repository}/)?${jobForms.workflowFile}`;

/** The form of each single value that describes a job. */
export const jobSchemas = {
  id,
  name: textOf(
    /^[a-z](?:-?[a-z0-9])*$/,
    "is not a part of a role's name",
    "Use lower-case letters, digits and single hyphens, as in lambda-layers",
  ),
  repository: textOf(
    whole(jobForms.repository),
    "is not one GitHub repository",
    "Write owner/name in GitHub's own spelling, without a wildcard",
  ),
  // A percent sign would make two names one: GitHub writes `a:b` as `a%3Ab` in a job's subject.
  environment: textOf(
    whole(jobForms.environment(`${notInDocuments}*?/%`)),
    "is not the name of one GitHub environment",
    "Write 1 to 255 characters up to ÿ, without *, ?, $, / or %",
  ),
  branch: textOf(
    whole(`(?!refs/)${refName}`),
    "is not the name of one branch",
    "Write it without refs/heads/ and without a wildcard, as in main",
  ),
  ref: textOf(
    whole(`(?:any|${fullRef})`),
    "is not one full ref",
    "Write refs/heads/BRANCH or refs/tags/TAG without a wildcard, or the word any",
  ),
  workflow: textOf(
    whole(`(?:any|${workflow}(?:@(?:${fullRef}|${jobForms.commit}))?)`),
    "is not one workflow",
    "Write .github/workflows/FILE.yml, for a called workflow OWNER/NAME/.github/workflows/FILE.yml@FULL_REF, or the word any",
  ),
};

function whole(form: string): RegExp {
  return new RegExp(`^${form}$`, "u");
}

/**
 * Reads the setting `publishers`, a list of at least one job.
 *
 * @param environment - the stack's own, which a job runs in unless it says otherwise
 * @param packages - the stack's packages, none where they could not be read
 */
export function readPublishers(
  errors: SettingErrors,
  value: unknown,
  environment: string,
  packages: readonly string[],
): readonly Publisher[] {
  const list = errors.readList("publishers", value, "Add the job that publishes: see docs/settings.md");
  const several = list.length > 1;
  const fallback = { ...unreadable, packages: [] };
  return readJobs(errors, "publishers", list, [...jobKeys, "packages"], fallback, (path, fields) => ({
    ...readReader(errors, path, fields, { environment, several, exact: true }),
    packages: readPublishedPackages(errors, `${path}.packages`, fields.packages, packages, several),
  }));
}

/** Reads the setting `readers`, a list of jobs. */
export function readReaders(
  errors: SettingErrors,
  value: unknown,
  environment: string,
  key = "readers",
): readonly Reader[] {
  const list = errors.readOptionalList(key, value, "List the jobs that read, or leave the setting out");
  return readPlainJobs(errors, key, list, { environment, exact: false });
}

/** Reads the settings `inspectors` and `maintainers`, lists of jobs whose ref and workflow must be given. */
export function readPrivilegedJobs(
  errors: SettingErrors,
  key: "inspectors" | "maintainers",
  value: unknown,
  environment: string,
): readonly Reader[] {
  const list = errors.readOptionalList(key, value, "List jobs as publishers are listed, or leave the setting out");
  return readPlainJobs(errors, key, list, { environment, exact: true });
}

function readPlainJobs(
  errors: SettingErrors,
  key: string,
  list: readonly unknown[],
  rules: Omit<JobRules, "several">,
): readonly Reader[] {
  const several = list.length > 1;
  return readJobs(errors, key, list, jobKeys, unreadable, (path, fields) =>
    readReader(errors, path, fields, { ...rules, several }),
  );
}

/** Replaces a job that is no object, so that the others keep their places in the list. */
const unreadable: Reader = {
  job: { repository: "owner/name", repositoryId: "0", ownerId: "0", subjectContext: "" },
};

function readJobs<Job extends Reader>(
  errors: SettingErrors,
  key: string,
  list: readonly unknown[],
  keys: readonly string[],
  fallback: Job,
  read: (path: Path, fields: Fields) => Job,
): readonly Job[] {
  const jobs = list.map((entry, index) => {
    const path = `${key}[${index}]`;
    const fields = errors.readObject(path, entry, keys, "Describe a job: see docs/settings.md");
    return fields === undefined ? fallback : read(path, fields);
  });
  const names = jobs.map(({ name }) => name);
  names.forEach((name, index) => {
    const first = names.indexOf(name);
    if (name !== undefined && first !== index) {
      errors.add(`${key}[${index}].name`, `${shown(name)} is the name of ${key}[${first}] too. Give each its own`);
    }
  });
  return jobs;
}

interface JobRules {
  /** The GitHub environment of a job that names neither environment nor branch. */
  readonly environment: string;
  /** Whether the list holds other jobs, so that this one needs a name. */
  readonly several: boolean;
  /** Whether ref and workflow must be given, if only as the word any. */
  readonly exact: boolean;
}

function readReader(errors: SettingErrors, path: Path, fields: Fields, rules: JobRules): Reader {
  const optional = (key: keyof typeof jobSchemas) =>
    errors.readOptional(`${path}.${key}`, jobSchemas[key], fields[key]);
  const field = (key: keyof typeof jobSchemas, isRequired: boolean) =>
    isRequired
      ? errors.read(`${path}.${key}`, jobSchemas[key].optional(), fields[key] ?? null, undefined)
      : optional(key);

  const name = field("name", rules.several);
  const repository = errors.read(`${path}.repository`, jobSchemas.repository, fields.repository, "owner/name");
  const repositoryId = errors.read(`${path}.repositoryId`, jobSchemas.id, fields.repositoryId, "0");
  const ownerId = errors.read(`${path}.ownerId`, jobSchemas.id, fields.ownerId, "0");
  const environment = optional("environment") ?? rules.environment;
  const branch = optional("branch");
  const ref = field("ref", rules.exact);
  const workflow = field("workflow", rules.exact);
  if (isGiven(fields.environment) && isGiven(fields.branch)) {
    errors.add(`${path}.branch`, "a subject names an environment or a branch, not both. Remove one of the two");
  } else if (branch !== undefined && ref !== undefined && ref !== "any" && ref !== `refs/heads/${branch}`) {
    errors.add(
      `${path}.ref`,
      `${shown(ref)} is never the ref of a job on branch ${shown(branch)}. Write refs/heads/${branch} or any`,
    );
  }
  // Where ref could not be read, the workflow is not checked against it.
  const refIsRead = ref !== undefined || (!isGiven(fields.ref) && !rules.exact);
  const jobWorkflowRef =
    workflow === undefined || workflow === "any" || !refIsRead
      ? undefined
      : readJobWorkflowRef(errors, `${path}.workflow`, { workflow, repository, ref });
  return {
    ...(name === undefined ? {} : { name }),
    job: {
      repository,
      repositoryId,
      ownerId,
      subjectContext: branch === undefined ? environmentContext(environment) : branchContext(branch),
      ...(ref === undefined || ref === "any" ? {} : { ref }),
      ...(jobWorkflowRef === undefined ? {} : { jobWorkflowRef }),
    },
  };
}

/** Whether a key holds anything: one that is left empty in YAML holds null. */
function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}

/** The job_workflow_ref that a setting `workflow` means: a file of the job's own repository has the job's ref. */
function readJobWorkflowRef(
  errors: SettingErrors,
  path: Path,
  { workflow, repository, ref }: { workflow: string; repository: string; ref: string | undefined },
): string | undefined {
  const ofSameRepository = workflow.startsWith(".github/");
  if (ofSameRepository && workflow.includes("@")) {
    errors.add(
      path,
      `${shown(workflow)} names a ref but no repository. Leave the part from @ out, or write OWNER/NAME/ before it`,
    );
  } else if (!ofSameRepository && !workflow.includes("@")) {
    errors.add(path, `${shown(workflow)} names a repository but no ref. Write @REF behind it, as in @refs/heads/main`);
  } else if (ofSameRepository && (ref === undefined || ref === "any")) {
    errors.add(
      path,
      `${shown(workflow)} is one workflow only at one ref. Give ref as refs/heads/BRANCH, or write any for workflow`,
    );
  }
  return ofSameRepository ? `${repository}/${workflow}@${ref ?? "any"}` : workflow;
}

function readPublishedPackages(
  errors: SettingErrors,
  path: Path,
  value: unknown,
  packages: readonly string[],
  several: boolean,
): readonly string[] {
  if (value === undefined && !several) {
    return packages;
  }
  const list = errors.readList(path, value, "List the packages this job publishes");
  const names = list.map((entry) => (typeof entry === "string" ? normalizePackageName(entry) : ""));
  names.forEach((name, index) => {
    const entry = list[index];
    if (isUnquoted(entry)) {
      errors.add(`${path}[${index}]`, unquoted(entry));
    } else if (name === "") {
      errors.add(`${path}[${index}]`, `${shown(entry)} is not a package's name. Write one of the setting packages`);
    } else if (packages.length > 0 && !packages.includes(name)) {
      errors.add(
        `${path}[${index}]`,
        `${shown(list[index])} is not in the setting packages. Add it there, or remove it here`,
      );
    } else if (names.indexOf(name) !== index) {
      errors.add(`${path}[${index}]`, `${shown(list[index])} is listed twice. Remove one of the two`);
    }
  });
  return names;
}
