import { readFileSync } from "node:fs";
import { parse } from "yaml";

/** What a workflow file says about who its jobs are and what they may; act looks at none of it. */
export interface WorkflowFile {
  readonly on: Readonly<Record<string, { readonly branches?: readonly string[] } | null>>;
  readonly permissions?: Permissions;
  readonly defaults?: unknown;
  readonly env?: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, WorkflowJob>>;
}

export interface WorkflowJob {
  readonly if?: string;
  readonly environment?: string | { readonly name: string };
  readonly permissions?: Permissions;
  readonly steps: readonly WorkflowStep[];
  readonly "timeout-minutes"?: number;
}

export interface WorkflowStep {
  readonly uses?: string;
  readonly with?: Readonly<Record<string, string>>;
  readonly run?: string;
  readonly "working-directory"?: string;
  readonly env?: Readonly<Record<string, string>>;
}

type Permissions = Readonly<Record<string, "read" | "write" | "none">>;

export function readWorkflow(path: string): WorkflowFile {
  return parse(readFileSync(path, "utf8")) as WorkflowFile;
}

/** Whether a push to the branch, or a pull request into it, starts the workflow. Branches are written there without patterns. */
export function isStartedBy({ on }: WorkflowFile, event: string, branch: string): boolean {
  const trigger = on[event];
  return trigger !== undefined && (trigger?.branches ?? [branch]).includes(branch);
}

/** Whether GitHub lets the job ask for an identity token. */
export function mayIdentify(workflow: WorkflowFile, job: string): boolean {
  return (workflow.jobs[job]?.permissions ?? workflow.permissions)?.["id-token"] === "write";
}

/** @param stack - of the job's matrix */
export function environmentOf(workflow: WorkflowFile, job: string, stack?: string): string | undefined {
  const environment = workflow.jobs[job]?.environment;
  const name = typeof environment === "object" ? environment.name : environment;
  return stack === undefined ? name : name?.replace("${{ matrix.stack }}", stack);
}
