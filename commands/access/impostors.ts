import type { GithubRun } from "../../github/claims";
import { environmentContext, environmentOf, type GithubJob } from "../../github/jobs";

/** Runs that ask for a role in one manner. */
export interface JobAttempt {
  readonly who: string;
  readonly runs: readonly GithubRun[];
}

/**
 * The job that a setting means, as GitHub runs it, with its subject in both forms. What the setting leaves open is filled
 * with an example.
 */
export function intendedRuns({
  repository,
  repositoryId,
  ownerId,
  subjectContext,
  ...job
}: GithubJob): readonly [GithubRun, GithubRun] {
  const [, branch] = /^ref:refs\/heads\/(.*)$/.exec(subjectContext) ?? [];
  const ref = job.ref ?? `refs/heads/${branch ?? "main"}`;
  const run: GithubRun = {
    repository,
    repositoryId,
    ownerId,
    ref,
    event: "push",
    jobWorkflowRef: job.jobWorkflowRef ?? `${repository}/.github/workflows/example.yml@${ref}`,
    ...(branch === undefined ? { environment: environmentOf(subjectContext) } : {}),
    immutableSubject: false,
  };
  return [run, { ...run, immutableSubject: true }];
}

/** Whether a setting names this run. The trust policy's decision is compared with the answer. */
export function isIntended(job: GithubJob, run: GithubRun): boolean {
  const context = run.environment === undefined ? `ref:${run.ref}` : environmentContext(run.environment);
  return (
    run.repository === job.repository &&
    run.repositoryId === job.repositoryId &&
    run.ownerId === job.ownerId &&
    context === job.subjectContext &&
    (run.environment !== undefined || run.event !== "pull_request") &&
    (job.ref === undefined || run.ref === job.ref) &&
    (job.jobWorkflowRef === undefined || run.jobWorkflowRef === job.jobWorkflowRef)
  );
}

/** Everyone who is not the job, from the nearest to the farthest, each with its subject in both forms. */
export function impostors(job: GithubJob): readonly JobAttempt[] {
  return others(job).map(({ who, change }) => ({ who, runs: intendedRuns(job).flatMap((run) => change(run)) }));
}

interface Other {
  readonly who: string;
  readonly change: (run: GithubRun) => GithubRun | readonly GithubRun[];
}

/** Ids that no setting holds. */
const otherRepositoryId = "990000001";
const otherOwnerId = "990000002";

function others({ repository }: GithubJob): readonly Other[] {
  const [owner, name] = repository.split("/") as [string, string];
  const elsewhere = (run: GithubRun, other: string, ids: Partial<GithubRun>): GithubRun => ({
    ...moved(run, other),
    ...ids,
  });
  const foreign = { repositoryId: otherRepositoryId, ownerId: otherOwnerId };
  return [
    {
      who: "another environment",
      change: (run) => ({ ...run, environment: otherThan(run.environment, "another") }),
    },
    { who: "another branch", change: (run) => onRef(run, otherThan(run.ref, "refs/heads/another")) },
    { who: "a tag", change: (run) => onRef(run, otherThan(run.ref, "refs/tags/v1.0.0")) },
    {
      who: "another workflow of the repository",
      change: (run) => ({
        ...run,
        jobWorkflowRef: otherThan(run.jobWorkflowRef, `${repository}/.github/workflows/another.yml@${run.ref}`),
      }),
    },
    { who: "a pull request", change: (run) => withoutEnvironment(pullRequest(run)) },
    {
      who: "a pull request whose job names an environment",
      change: (run) => ({ ...pullRequest(run), environment: run.environment ?? "another" }),
    },
    {
      who: "pull_request_target",
      change: (run) => ({
        ...run,
        event: "pull_request_target",
        jobWorkflowRef: otherThan(run.jobWorkflowRef, `${repository}/.github/workflows/on-target.yml@${run.ref}`),
      }),
    },
    { who: "a fork", change: (run) => elsewhere(run, `${otherThan(owner, "someone")}/${name}`, foreign) },
    {
      who: "another repository of the owner",
      change: (run) => elsewhere(run, `${owner}/${otherThan(name, "another")}`, { repositoryId: otherRepositoryId }),
    },
    {
      who: "look-alike owners and repositories",
      change: (run) =>
        [`${owner}-evil/${name}`, `${owner}/${name}-evil`, `evil-${owner}/${name}`, `${owner}/evil-${name}`].map(
          (other) => elsewhere(run, other, foreign),
        ),
    },
    {
      who: "the same name with other ids (deleted and registered again)",
      change: (run) => [
        { ...run, ...foreign },
        { ...run, repositoryId: otherRepositoryId },
        { ...run, ownerId: otherOwnerId },
      ],
    },
    { who: "another case of the name", change: (run) => moved(run, otherCase(repository)) },
  ];
}

/** The example, unless a setting names just that. */
function otherThan(named: string | undefined, example: string): string {
  return named === example ? `${example}-too` : example;
}

function otherCase(repository: string): string {
  const upper = repository.toUpperCase();
  return upper === repository ? repository.toLowerCase() : upper;
}

/** The run in another repository; a workflow of its own moves with it, a called one stays. */
function moved(run: GithubRun, repository: string): GithubRun {
  const jobWorkflowRef = run.jobWorkflowRef.startsWith(`${run.repository}/`)
    ? repository + run.jobWorkflowRef.slice(run.repository.length)
    : run.jobWorkflowRef;
  return { ...run, repository, jobWorkflowRef };
}

/** The run on another ref; a workflow of the repository is then read at that ref, a called one where it was. */
function onRef(run: GithubRun, ref: string): GithubRun {
  const jobWorkflowRef = run.jobWorkflowRef.startsWith(`${run.repository}/`)
    ? run.jobWorkflowRef.replace(/@.*$/, `@${ref}`)
    : run.jobWorkflowRef;
  return { ...run, ref, jobWorkflowRef };
}

function pullRequest(run: GithubRun): GithubRun {
  return { ...onRef(run, "refs/pull/7/merge"), event: "pull_request" };
}

function withoutEnvironment(run: GithubRun): GithubRun {
  return { ...run, environment: undefined };
}
