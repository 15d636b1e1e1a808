import { nameInArn } from "../../iam/arns";
import { decideAssumeRole } from "../../sandbox/authorization";
import { otherAudience } from "../../sandbox/pulumi/deployment";
import { claimsOf, type GithubRun } from "../../github/claims";
import type { GithubJob, Reader } from "../../github/jobs";
import { audience as awsAudience } from "../../iam/trust";
import { assumeRoleAsJob, type AssumeRoleOptions } from "../../sandbox/github/client";
import type { JobDescription } from "../../sandbox/github/jobDescription";
import { isIntended, intendedRuns, impostors } from "../access/impostors";
import type { Outcome } from "./clients";
import type { Credentials } from "./codeartifactApi";
import type { AttemptRecorder } from "./attempts";

/** Code of an attempt to assume a role that AWS allowed, and of one that it did not. */
const assumed = "credentials";
const denied = "AccessDenied";

/** A role of the stack, and the job that may assume it. */
export interface StackRole extends Reader {
  readonly arn: string;
}

/** The job that a setting means, with its subject in both of GitHub's forms. */
export async function becomeJob(recorder: AttemptRecorder, { job, arn }: StackRole): Promise<Credentials | undefined> {
  const [byName, byIds] = intendedRuns(job);
  const { credentials } = await recorder.attempt<WithCredentials>("the job, its subject by name", assumed, () =>
    assume(recorder, byName, arn),
  );
  await recorder.attempt("the job, its subject with GitHub's ids", assumed, () => assume(recorder, byIds, arn));
  return credentials;
}

/** The job that a setting means, with its subject by name alone. */
export async function assumeIntended(
  recorder: AttemptRecorder,
  { job, arn }: StackRole,
): Promise<Credentials | undefined> {
  const [byName] = intendedRuns(job);
  return (await recorder.attempt<WithCredentials>(describeJob(job), assumed, () => assume(recorder, byName, arn)))
    .credentials;
}

/** Everyone who is not that job, one by one. */
export async function rejectImpostors(recorder: AttemptRecorder, { job, arn }: StackRole): Promise<void> {
  await Promise.all(
    others(job).map(({ who, tries }) =>
      recorder.attemptAll(
        who,
        denied,
        tries.map(
          ({ run, options }) =>
            () =>
              assume(recorder, run, arn, options),
        ),
      ),
    ),
  );
}

/** Everyone who is not that job, together. */
export async function rejectAllImpostors(recorder: AttemptRecorder, { job, arn }: StackRole): Promise<void> {
  const parties = others(job);
  await recorder.attemptAll(
    `everyone else (${parties.length} kinds of jobs)`,
    denied,
    parties.flatMap(({ tries }) =>
      tries.map(
        ({ run, options }) =>
          () =>
            assume(recorder, run, arn, options),
      ),
    ),
  );
}

interface Other {
  readonly who: string;
  readonly tries: readonly { readonly run: GithubRun; readonly options?: AssumeRoleOptions }[];
}

function others(job: GithubJob): readonly Other[] {
  const foreign = impostors(job).map(({ who, runs }) => ({
    who,
    tries: runs.filter((run) => !isIntended(job, run)).map((run) => ({ run })),
  }));
  return [
    ...foreign,
    ...(job.ref === undefined || job.jobWorkflowRef === undefined ? [] : [callerOnAnotherBranch(job)]),
    {
      who: "the job itself, with a token for another audience",
      tries: intendedRuns(job).map((run) => ({ run, options: { audience: otherAudience } })),
    },
  ].filter(({ tries }) => tries.length > 0);
}

/** Anyone who may push a branch may call the workflow that is trusted. */
function callerOnAnotherBranch(job: GithubJob): Other {
  return {
    who: "another branch that calls the job's workflow",
    tries: intendedRuns(job).map((run) => ({ run: { ...run, ref: `${run.ref}-too` } })),
  };
}

interface WithCredentials extends Outcome {
  readonly credentials?: Credentials;
}

async function assume(
  recorder: AttemptRecorder,
  run: GithubRun,
  roleArn: string,
  options: AssumeRoleOptions = {},
): Promise<WithCredentials> {
  const answer = await assumeRoleAsJob(recorder.options.address, described(run), roleArn, options);
  return "code" in answer
    ? { code: answer.code, detail: `${whatStops(recorder, run, roleArn, options)}${answer.message}` }
    : { code: assumed, credentials: answer };
}

/** A run of a called workflow does not say which one calls it; no trust policy asks. */
function described(run: GithubRun): JobDescription {
  return run.jobWorkflowRef.startsWith(`${run.repository}/`)
    ? run
    : { ...run, workflow: ".github/workflows/calling.yml" };
}

/** AWS does not say why. */
function whatStops(
  { options }: AttemptRecorder,
  run: GithubRun,
  roleArn: string,
  { audience = awsAudience }: AssumeRoleOptions,
) {
  const { account, settings } = options.deployment;
  const { issuer } = settings;
  const claims = claimsOf(run, audience);
  const { unmet = [] } = decideAssumeRole(account, nameInArn(roleArn), { issuer, claims });
  return unmet.length === 0 ? "" : `stopped by ${unmet.map((key) => key.slice(issuer.length + 1)).join(", ")}: `;
}

/** A job as a heading has it. */
export function describeJob({ repository, subjectContext, ref, jobWorkflowRef }: GithubJob): string {
  const [, workflow] = /\/([^/]+)@/.exec(jobWorkflowRef ?? "") ?? [];
  const parts = [workflow, ref?.replace("refs/heads/", ""), subjectContext.replace(":", " ")];
  return [repository, ...parts.filter((part) => part !== undefined)].join(", ");
}
