import { execFile } from "node:child_process";
import { promisify } from "node:util";
import * as z from "zod";
import { environmentOf, type GithubJob, jobLists, subjects } from "../../github/jobs";
import type { Settings } from "../../settings";
import { parseJson } from "../../iam/json";
import { CommandError } from "../cli";
import { isProduction } from "../stackSettings";
import { couldNotLook } from "../aws/clients";
import type { Difference } from "./difference";

const execute = promisify(execFile);

const repositorySchema = z.object({
  full_name: z.string(),
  id: z.int(),
  owner: z.object({ id: z.int() }),
});

// https://docs.github.com/en/rest/actions/oidc#get-the-customization-template-for-an-oidc-subject-claim-for-a-repository
const subjectSchema = z.object({
  use_default: z.boolean(),
  include_claim_keys: z.array(z.string()).optional(),
  sub_claim_prefix: z.string().optional(),
});

// https://docs.github.com/en/rest/deployments/environments#get-an-environment
const environmentSchema = z.object({
  name: z.string().optional(),
  protection_rules: z.array(z.object({ type: z.string(), reviewers: z.array(z.unknown()).optional() })).optional(),
  deployment_branch_policy: z.object({}).nullish(),
});

/**
 * What GitHub says otherwise of the jobs that a stack's roles admit: the repositories' numbers and how their subjects begin, and
 * whether each environment is there, with a rule for its branches and, in production, reviewers.
 *
 * @throws CommandError with exit code 2 where GitHub does not show it
 */
export async function githubDifferences(settings: Settings): Promise<readonly Difference[]> {
  const needsReviewers = isProduction(settings);
  const jobs = jobLists(settings).flatMap((list) => list.jobs.map(({ job }) => job));
  const found: Difference[] = [];
  for (const repository of new Set(jobs.map((job) => job.repository))) {
    const own = jobs.filter((job) => job.repository === repository);
    found.push(...(await repositoryDifferences(repository, own)));
    for (const context of new Set(own.map(({ subjectContext }) => subjectContext))) {
      const name = environmentOf(context);
      if (name !== undefined) {
        found.push(...(await environmentDifferences(repository, name, needsReviewers)));
      }
    }
  }
  return found;
}

async function repositoryDifferences(repository: string, jobs: readonly GithubJob[]): Promise<readonly Difference[]> {
  const about = await githubApi(`repos/${repository}`, repositorySchema);
  if (about === undefined) {
    throw new CommandError(
      `Could not look: GitHub shows no repository ${repository} to whom gh is logged in as: see gh auth status.`,
      couldNotLook,
    );
  }
  const subject = await githubApi(`repos/${repository}/actions/oidc/customization/sub`, subjectSchema);
  const compared = (what: string, declared: readonly string[], live: string, wayOut: string): readonly Difference[] =>
    declared.every((value) => value === live)
      ? []
      : [
          {
            what: `GitHub repository ${repository}, ${what}`,
            declared: [...new Set(declared)].join(", "),
            live,
            wayOut,
          },
        ];
  const correct = (setting: string) => `Correct ${setting} of its jobs in the settings, and run pulumi up`;
  return [
    ...compared("name", [repository], about.full_name, correct("repository")),
    ...compared("id", ids(jobs, "repositoryId"), String(about.id), correct("repositoryId")),
    ...compared("owner's id", ids(jobs, "ownerId"), String(about.owner.id), correct("ownerId")),
    ...(subject === undefined ? [] : subjectDifferences(about, repository, jobs, subject)),
  ];
}

/** Subjects that the roles admit begin as GitHub's do by default, in one of its two forms. Numbers are compared apart. */
function subjectDifferences(
  { id, owner }: z.infer<typeof repositorySchema>,
  repository: string,
  jobs: readonly GithubJob[],
  { use_default: byDefault, include_claim_keys: keys = [], sub_claim_prefix: prefix }: z.infer<typeof subjectSchema>,
): readonly Difference[] {
  const admitted = jobs.map((job) =>
    subjects({ ...job, repositoryId: String(id), ownerId: String(owner.id) }).map((subject) =>
      subject.slice(0, subject.length - `:${job.subjectContext}`.length),
    ),
  );
  const begins = prefix?.replace(/:$/, "");
  const known = begins === undefined || admitted.every((forms) => forms.includes(begins));
  // A template of its own that consists of the two parts of the default one changes nothing.
  const custom = !byDefault && keys.join() !== "repo,context";
  return known && !custom
    ? []
    : [
        {
          what: `GitHub repository ${repository}, subject of its tokens`,
          declared: `begins with ${[...new Set(admitted.flat())].join(" or ")}`,
          live: custom ? `is made of ${keys.join(", ")}` : `begins with ${String(begins)}`,
          wayOut: custom
            ? `gh api --method PUT repos/${repository}/actions/oidc/customization/sub -F use_default=true`
            : "Correct repository of its jobs in the settings, and run pulumi up",
        },
      ];
}

async function environmentDifferences(
  repository: string,
  environment: string,
  needsReviewers: boolean,
): Promise<readonly Difference[]> {
  const found = await githubApi(
    `repos/${repository}/environments/${encodeURIComponent(environment)}`,
    environmentSchema,
  );
  const what = `GitHub environment ${environment} of ${repository}`;
  const wayOut = `https://github.com/${repository}/settings/environments`;
  if (found === undefined) {
    // GitHub makes a missing environment, without rules, for the first job that names it.
    return [{ what, declared: "there", live: "none: the first job that names it gets it, without rules", wayOut }];
  }
  const { name = environment, protection_rules: rules = [], deployment_branch_policy: branches } = found;
  const isReviewed = rules.some(({ type, reviewers = [] }) => type === "required_reviewers" && reviewers.length > 0);
  return [
    // GitHub finds an environment whatever the case, and IAM compares a subject by case.
    ...(name === environment
      ? []
      : [
          {
            what: `${what}, spelling`,
            declared: environment,
            live: name,
            wayOut: `Write environment: ${name} in the settings`,
          },
        ]),
    ...(branches === null || branches === undefined
      ? [{ what: `${what}, branches`, declared: "a rule", live: "any branch", wayOut }]
      : []),
    ...(needsReviewers && !isReviewed
      ? [{ what: `${what}, reviewers`, declared: "at least one", live: "none", wayOut }]
      : []),
  ];
}

function ids(jobs: readonly GithubJob[], key: "repositoryId" | "ownerId"): readonly string[] {
  return jobs.map((job) => (job[key] === "0" ? "0 (not known yet)" : job[key]));
}

/**
 * What GitHub's REST API answers to a GET, asked through `gh`, which holds the credentials.
 *
 * @param path - without a slash at its beginning
 * @returns nothing where GitHub has no such thing, or does not show it
 * @throws CommandError with exit code 2 where `gh` is missing or fails, or the answer has another form
 */
export async function githubApi<Answer>(path: string, schema: z.ZodType<Answer>): Promise<Answer | undefined> {
  const text = await askGh(path);
  if (text === undefined) {
    return undefined;
  }
  const answer = schema.safeParse(parseJson(text)?.value);
  if (!answer.success) {
    throw couldNotAsk(path, `the answer is not as expected: ${z.prettifyError(answer.error)}`);
  }
  return answer.data;
}

async function askGh(path: string): Promise<string | undefined> {
  try {
    const { stdout } = await execute("gh", ["api", path], { timeout: 60_000, maxBuffer: 8 * 1024 * 1024 });
    return stdout;
  } catch (error) {
    const { code, stderr = "", message } = error as Error & { code?: string | number; stderr?: string };
    if (code === "ENOENT") {
      throw couldNotAsk(
        path,
        "gh is not on PATH: install it from https://cli.github.com and log in with gh auth login",
      );
    }
    if (/\(HTTP 404\)/.test(stderr)) {
      return undefined;
    }
    throw couldNotAsk(path, stderr.trim() === "" ? message : stderr.trim());
  }
}

function couldNotAsk(path: string, why: string): CommandError {
  return new CommandError(`Could not look: gh api ${path}: ${why}`, couldNotLook);
}
