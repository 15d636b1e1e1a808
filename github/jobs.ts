import { type RegistryRoleKind, registryRoleKinds } from "../naming/registryNames";

/** A GitHub Actions job, as the claims of its identity token tell it from every other. */
export interface GithubJob {
  /** `owner/name`, in GitHub's spelling: claims are compared with regard to case. */
  readonly repository: string;
  /** Number that stays with the repository when its name is given up and registered again. "0" is not known yet: it admits no job. */
  readonly repositoryId: string;
  /** Number of the repository's owner; "0" is not known yet. */
  readonly ownerId: string;
  /** What the subject ends in: `environment:NAME` or `ref:refs/heads/BRANCH`. */
  readonly subjectContext: string;
  /**
   * Full git ref the workflow runs on.
   * @default - any ref
   */
  readonly ref?: string;
  /**
   * The workflow file the job is written in, `owner/name/.github/workflows/FILE.yml@REF`.
   * @default - any workflow
   */
  readonly jobWorkflowRef?: string;
}

/** A job that may read, and the name its role is found by. */
export interface Reader {
  /**
   * What tells this role from the others of its kind.
   * @default - none, where it is the only one
   */
  readonly name?: string;
  readonly job: GithubJob;
}

/** A job that may publish, and what it may publish. */
export interface Publisher extends Reader {
  /** Names normalised by PEP 503, at least one. */
  readonly packages: readonly string[];
}

/** The jobs that use a registry, by the setting that lists them. */
export interface RegistryJobs {
  /** At least one; of any list with two or more, each job has a name. */
  readonly publishers: readonly Publisher[];
  readonly readers: readonly Reader[];
  /** Jobs that look at packages, versions and events, and read no package. */
  readonly inspectors: readonly Reader[];
  /** Jobs that hide and delete package versions. */
  readonly maintainers: readonly Reader[];
}

/** Every list of jobs, with its setting and with what the roles of its jobs are for. */
export function jobLists(
  jobs: RegistryJobs,
): readonly { readonly key: keyof RegistryJobs; readonly kind: RegistryRoleKind; readonly jobs: readonly Reader[] }[] {
  return registryRoleKinds.map((kind) => ({ key: `${kind}s`, kind, jobs: jobs[`${kind}s`] }));
}

/** The subject's end for a job that names a GitHub environment. GitHub writes a colon within a value as `%3A`. */
export function environmentContext(environment: string): string {
  return `environment:${environment.replaceAll(":", "%3A")}`;
}

/** The environment that a subject's end names, if any. */
export function environmentOf(subjectContext: string): string | undefined {
  return /^environment:(.*)$/s.exec(subjectContext)?.[1]?.replaceAll("%3A", ":");
}

/** The subject's end for a job that runs on a branch and names no environment. */
export function branchContext(branch: string): string {
  return `ref:refs/heads/${branch}`;
}

/**
 * A job's subject in the two forms GitHub uses: by name, and with the ids of owner and repository, the default of every
 * repository created, renamed or transferred after 15 July 2026.
 * Source: https://docs.github.com/en/actions/reference/security/oidc
 */
export function subjects({ repository, repositoryId, ownerId, subjectContext }: GithubJob): readonly [string, string] {
  const [owner, name] = repository.split("/") as [string, string];
  return [`repo:${repository}:${subjectContext}`, `repo:${owner}@${ownerId}/${name}@${repositoryId}:${subjectContext}`];
}

/** Whether GitHub's numbers for this job are still unknown. No token has the id 0, so that until then no job is admitted. */
export function hasUnknownIds({ repositoryId, ownerId }: GithubJob): boolean {
  return repositoryId === "0" || ownerId === "0";
}

const { raw } = String;

/**
 * How GitHub and git write what describes a job: sources of patterns, for a whole value and with the flag `u`. Where `except`
 * is given, a value does not have these characters either.
 */
export const jobForms = {
  /** GitHub's number of a repository or its owner; 0 is not known yet. */
  id: raw`(?:0|[1-9]\d{0,18})`,
  /** `owner/name` */
  repository: raw`[A-Za-z0-9][A-Za-z0-9_-]*/(?!\.{1,2}(?:/|$))[A-Za-z0-9._-]{1,100}`,
  environment: (except = "") => raw`[^\p{C}${except}]{1,255}`,
  /** A branch or tag without `refs/heads/` or `refs/tags/`. Source: https://git-scm.com/docs/git-check-ref-format */
  refName: (except = "") =>
    raw`(?![./])(?!.*(?:\.\.|//|/\.|@\{|\.lock(?:/|$)))[^\p{C}\s~^:?*[\\${except}]*[^\p{C}\s~^:?*[\\/.${except}]`,
  commit: "[0-9a-f]{40}",
  workflowFile: raw`\.github/workflows/[A-Za-z0-9._-]+\.ya?ml`,
} as const;
