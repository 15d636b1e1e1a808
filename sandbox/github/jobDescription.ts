import { createHash } from "node:crypto";
import * as z from "zod";
import type { GithubRun } from "../../github/claims";
import { branchContext, environmentContext, type GithubJob, jobForms } from "../../github/jobs";
import type { RegistryRoleKind } from "../../naming/registryNames";

/** A job as a person describes it. A `GithubRun` is one too. */
export interface JobDescription {
  /** `owner/name` */
  readonly repository: string;
  /** @default - the one that the stack's settings hold for the repository, or a made-up one that stays the same */
  readonly repositoryId?: string;
  /** @default - the one that the stack's settings hold for the owner, or a made-up one that stays the same */
  readonly ownerId?: string;
  /** @default - none */
  readonly environment?: string;
  /**
   * @default - the one that the settings hold for the repository and environment, if it is one; of a repository that they
   *   do not name, the one of the environment's publisher; else refs/heads/main. Of a pull request refs/pull/1/merge
   */
  readonly ref?: string;
  /** @default push */
  readonly event?: GithubRun["event"];
  /**
   * File of the workflow, `.github/workflows/FILE.yml`.
   * @default - the one that the settings hold for the repository and environment, or a file of the name that the
   *   environment's publisher has
   */
  readonly workflow?: string;
  /**
   * The called workflow that holds the job, `owner/name/.github/workflows/FILE.yml@REF`.
   * @default - the workflow itself
   */
  readonly jobWorkflowRef?: string;
  /** Whether the repository's subjects carry the ids of owner and repository. @default false */
  readonly immutableSubject?: boolean;
}

/** A job that a setting names. */
export interface KnownJob extends GithubJob {
  /** What the role is for. */
  readonly kind: RegistryRoleKind | "deployer";
  /** Name of the role that is deployed for it. */
  readonly roleName: string;
}

/** A job of a run, and the workflow that the run is of. */
export interface Job {
  readonly run: GithubRun;
  /** `owner/name/.github/workflows/FILE.yml@REF` */
  readonly workflowRef: string;
}

/** Every error of a description. */
export class InvalidJob extends Error {
  constructor(readonly errors: readonly string[]) {
    super(errors.join("\n"));
  }
}

/** @throws InvalidJob */
export function readJob(input: unknown, knownJobs: readonly KnownJob[]): Job {
  const parsed = schema.safeParse(input);
  if (!parsed.success) {
    throw new InvalidJob(
      parsed.error.issues.map(({ path, message }) => (path.length === 0 ? message : `${path.join(".")}: ${message}`)),
    );
  }
  const { repository, environment, event, immutableSubject, jobWorkflowRef, ...given } = parsed.data;
  const known = knownJobs.filter((job) => job.repository === repository);
  const publisher = publisherOf(knownJobs, environment);
  // A repository that the settings do not name imitates the publisher, so that nothing but its name differs.
  const refSource = known.length > 0 || publisher === undefined ? known : [publisher];
  const ref =
    given.ref ??
    (event === "pull_request" ? "refs/pull/1/merge" : (knownRef(refSource, environment) ?? "refs/heads/main"));
  const [owner = ""] = repository.split("/");
  const sameOwner = knownJobs.find((job) => job.repository.startsWith(`${owner}/`));
  const workflow = given.workflow ?? ownWorkflow(repository, jobWorkflowRef);
  const holding = workflow === undefined ? knownWorkflow(known, { repository, environment, ref }) : undefined;
  const file =
    workflow ??
    ownWorkflow(repository, holding) ??
    (holding === undefined ? workflowFile(publisher?.jobWorkflowRef) : undefined) ??
    callingWorkflow;
  const workflowRef = `${repository}/${file}@${ref}`;
  const called = jobWorkflowRef ?? (holding?.startsWith(`${repository}/`) === true ? undefined : holding);
  return {
    run: {
      repository,
      event,
      ref,
      immutableSubject,
      repositoryId: given.repositoryId ?? known[0]?.repositoryId ?? madeUpId(`repository ${repository}`),
      ownerId: given.ownerId ?? known[0]?.ownerId ?? sameOwner?.ownerId ?? madeUpId(`owner ${owner}`),
      jobWorkflowRef: called ?? workflowRef,
      environment,
    },
    workflowRef,
  };
}

/** The file that calls another repository's workflow, where the description names none. */
const callingWorkflow = ".github/workflows/calling.yml";

/** The job that publishes from an environment, or the first one that publishes. */
export function publisherOf(knownJobs: readonly KnownJob[], environment: string | undefined): KnownJob | undefined {
  const publishers = knownJobs.filter(({ kind }) => kind === "publisher");
  const context = environment === undefined ? undefined : environmentContext(environment);
  return publishers.find(({ subjectContext }) => subjectContext === context) ?? publishers[0];
}

/** The file of a workflow, whichever repository has it. */
function workflowFile(workflowRef: string | undefined): string | undefined {
  return /^[^/]+\/[^/]+\/([^@]+)@/.exec(workflowRef ?? "")?.[1];
}

/** The file of a workflow that is the repository's own. */
function ownWorkflow(repository: string, workflowRef: string | undefined): string | undefined {
  return workflowRef?.startsWith(`${repository}/`) === true
    ? workflowRef.slice(repository.length + 1).replace(/@.*$/, "")
    : undefined;
}

/** The ref that the settings hold for every job of the environment, if it is one. */
function knownRef(known: readonly KnownJob[], environment: string | undefined): string | undefined {
  if (environment === undefined) {
    return undefined;
  }
  const context = environmentContext(environment);
  const refs = new Set(known.filter(({ subjectContext }) => subjectContext === context).map((job) => job.ref));
  const [only] = refs;
  return refs.size === 1 ? only : undefined;
}

/**
 * The workflow that the settings hold for the job. Where several jobs share repository and environment, the ref tells them
 * apart, and then what they may: the one that publishes is taken.
 *
 * @returns nothing where the settings hold none
 * @throws InvalidJob where several are left
 */
function knownWorkflow(
  known: readonly KnownJob[],
  { repository, environment, ref }: { repository: string; environment: string | undefined; ref: string },
): string | undefined {
  const context =
    environment === undefined ? branchContext(ref.replace(/^refs\/heads\//, "")) : environmentContext(environment);
  const here = known.filter(({ subjectContext }) => subjectContext === context);
  const narrower = [
    here,
    here.filter((job) => job.ref === ref),
    here.filter((job) => job.ref === ref && job.kind === "publisher"),
  ];
  const workflows = narrower.map((jobs) => [...new Set(jobs.flatMap(({ jobWorkflowRef }) => jobWorkflowRef ?? []))]);
  const [only] = workflows.filter(({ length }) => length === 1).flat();
  const named = workflows[0] ?? [];
  if (only === undefined && named.length > 0) {
    const where = `${repository}, ${environment === undefined ? `no environment, ${ref}` : `environment ${environment}`}`;
    throw new InvalidJob([
      `workflow: give one, as .github/workflows/FILE.yml; for ${where} the settings name several: ${named.join(", ")}`,
    ]);
  }
  return only;
}

const gitRef = `refs/(?:heads|tags|pull)/${jobForms.refName()}`;

const text = (pattern: string, message: string) => z.string(message).regex(new RegExp(`^${pattern}$`, "u"), message);

const id = z
  .union([z.int(), z.string()], "write GitHub's number")
  .transform(String)
  .pipe(text(jobForms.id, "write GitHub's number"));

const schema = z.strictObject(
  {
    repository: text(jobForms.repository, "write owner/name"),
    repositoryId: id.optional(),
    ownerId: id.optional(),
    environment: text(jobForms.environment(), "write the name of an environment").optional(),
    ref: text(gitRef, "write a full ref, as in refs/heads/main").optional(),
    event: z
      .enum(
        ["push", "workflow_dispatch", "pull_request", "pull_request_target"],
        "write push, workflow_dispatch, pull_request or pull_request_target",
      )
      .default("push"),
    workflow: text(jobForms.workflowFile, "write .github/workflows/FILE.yml").optional(),
    jobWorkflowRef: text(
      `${jobForms.repository}/${jobForms.workflowFile}@(?:${gitRef}|${jobForms.commit})`,
      "write OWNER/NAME/.github/workflows/FILE.yml@FULL_REF",
    ).optional(),
    immutableSubject: z.boolean("write true or false").default(false),
  },
  { error: ({ code }) => (code === "unrecognized_keys" ? undefined : "describe a job as a JSON object") },
);

/** A number as GitHub gives them, which follows from the text, so that it stays the same from one run to the next. */
export function madeUpId(text: string): string {
  return String(100_000_000 + (digest(text).readUInt32BE() % 900_000_000));
}

/** A commit that follows from the text: 40 hexadecimal digits. */
export function madeUpCommit(text: string): string {
  return digest(text).toString("hex").slice(0, 40);
}

/** GitHub tells names apart without regard to case. */
function digest(text: string): Buffer {
  return createHash("sha256").update(text.toLowerCase()).digest();
}
