import type { JobDescription } from "../sandbox/github/jobDescription";
import { type RunningJob, startJob } from "../sandbox/github/client";
import { type CommandOptions, runCommand, UsageError } from "./cli";
import { defaultAddress } from "./sandbox/address";
import { shellText } from "./terminal/shellText";

void runCommand({
  usage: `Usage: eval "$(npm run --silent job -- --repository OWNER/NAME [OPTIONS])"

Has a sandbox take this shell for a GitHub Actions job, and prints what a runner sets in one: where to ask for identity
tokens, and the bearer token to ask with. Exit code 1 where no sandbox answers, or the job is not described well.

  --repository OWNER/NAME  the repository that the job's workflow runs in
  --environment NAME       the environment that the job names (default: none)
  --ref REF                the full ref it runs on (default: as the stack's settings have it, or
                           refs/heads/main; of a pull request refs/pull/1/merge)
  --event EVENT            push, workflow_dispatch, pull_request or pull_request_target (default: push)
  --workflow FILE          .github/workflows/FILE.yml (default: as the stack's settings have it)
  --job-workflow-ref REF   OWNER/NAME/.github/workflows/FILE.yml@REF of the called workflow that holds the job
                           (default: as the stack's settings have it, or the workflow itself)
  --repository-id N        GitHub's number of the repository (default: as the stack's settings have it, or made up)
  --owner-id N             GitHub's number of its owner (default: as the stack's settings have it, or made up)
  --immutable-subject      the token's subject carries both numbers
  --sandbox URL            where the sandbox serves (default: ${defaultAddress})
  --format FORMAT          shell or json (default: shell)`,
  options: {
    repository: { type: "string" },
    environment: { type: "string" },
    ref: { type: "string" },
    event: { type: "string" },
    workflow: { type: "string" },
    "job-workflow-ref": { type: "string" },
    "repository-id": { type: "string" },
    "owner-id": { type: "string" },
    "immutable-subject": { type: "boolean" },
    sandbox: { type: "string", default: defaultAddress },
    format: { type: "string", default: "shell" },
  },
  run: async (options) => {
    const { format } = options;
    if (format !== "shell" && format !== "json") {
      throw new UsageError(`--format ${String(format)} is not known: give shell or json`);
    }
    const job = await startJob(readAddress(options), readDescription(options));
    return { text: format === "json" ? json(job) : shell(job), exitCode: 0 };
  },
});

function shell(job: RunningJob): string {
  return Object.entries(variables(job))
    .map(([name, value]) => `export ${name}=${shellText(value)}`)
    .join("\n");
}

function json(running: RunningJob): string {
  return JSON.stringify({ ...variables(running), job: running.job }, undefined, 2);
}

/** What a runner sets in a job's environment. */
function variables({ url, token }: RunningJob): Readonly<Record<string, string>> {
  return { ACTIONS_ID_TOKEN_REQUEST_URL: url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: token };
}

/** The sandbox itself says what is wrong with a value. */
function readDescription(options: CommandOptions): JobDescription {
  const { repository, environment, ref, event, workflow } = options;
  if (repository === undefined) {
    throw new UsageError("--repository is missing: give OWNER/NAME");
  }
  return {
    ...{ repository, environment, ref, event, workflow },
    jobWorkflowRef: options["job-workflow-ref"],
    repositoryId: options["repository-id"],
    ownerId: options["owner-id"],
    immutableSubject: options["immutable-subject"],
  } as JobDescription;
}

function readAddress({ sandbox }: CommandOptions): string {
  const text = String(sandbox);
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.href !== `${url.origin}/`) {
    throw new UsageError(`--sandbox ${text} is not where a sandbox serves: give an address such as ${defaultAddress}`);
  }
  return url.origin;
}
