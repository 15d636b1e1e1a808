import { environmentContext } from "./jobs";

/** One job of one workflow run, as GitHub sees it. */
export interface GithubRun {
  /** `owner/name` */
  readonly repository: string;
  readonly repositoryId: string;
  readonly ownerId: string;
  readonly event: "push" | "workflow_dispatch" | "pull_request" | "pull_request_target";
  /** Full ref the workflow runs on; a pull request's is its merge ref, `refs/pull/7/merge`. */
  readonly ref: string;
  /**
   * The workflow that holds the job, `owner/name/.github/workflows/FILE.yml@REF`; for a called workflow, the called one.
   */
  readonly jobWorkflowRef: string;
  /**
   * The environment the job names.
   * @default - none
   */
  readonly environment?: string;
  /** Whether the repository's subjects carry the ids of owner and repository. */
  readonly immutableSubject: boolean;
}

/** Claims of an identity token, without those of its life and its run. */
export type Claims = Readonly<Record<string, string>>;

/**
 * What GitHub's identity token says of a job.
 * Source: https://docs.github.com/en/actions/reference/security/oidc
 *
 * @param audience - whom the job asks the token for
 */
export function claimsOf(run: GithubRun, audience: string): Claims {
  const [owner = ""] = run.repository.split("/");
  return {
    aud: audience,
    sub: `repo:${subjectRepository(run)}:${subjectContext(run)}`,
    repository: run.repository,
    repository_id: run.repositoryId,
    repository_owner: owner,
    repository_owner_id: run.ownerId,
    event_name: run.event,
    ref: run.ref,
    ref_type: run.ref.startsWith("refs/tags/") ? "tag" : "branch",
    job_workflow_ref: run.jobWorkflowRef,
    ...(run.environment === undefined ? {} : { environment: run.environment }),
  };
}

function subjectRepository({ repository, repositoryId, ownerId, immutableSubject }: GithubRun): string {
  const [owner = "", name = ""] = repository.split("/");
  return immutableSubject ? `${owner}@${ownerId}/${name}@${repositoryId}` : repository;
}

/**
 * The environment decides before the event, the event before the ref. GitHub documents `pull_request` for that event alone;
 * `pull_request_target` runs on the base branch, so its subject is read as that branch's, the more dangerous reading.
 */
function subjectContext({ environment, event, ref }: GithubRun): string {
  if (environment !== undefined) {
    return environmentContext(environment);
  }
  return event === "pull_request" ? "pull_request" : `ref:${ref}`;
}
