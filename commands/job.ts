import type { JobDescription } from "../sandbox/github/jobDescription";
import { type RunningJob, startJob } from "../sandbox/github/client";
import { runCommand, UsageError } from "./cli";
import { defaultAddress } from "./sandbox/instructions";
import { shellText } from "./terminal/wrap";

const asSettings = "as the stack's settings have it";

void runCommand({
  call: "npm run --silent job",
  summary: `
    Prints the environment that makes this shell act as a GitHub Actions job at a running sandbox: where to ask for
    identity tokens, and the bearer token to ask with, as a runner sets them. Exit code 1 where no sandbox answers, or the
    job is described wrongly.`,
  options: {
    repository: {
      type: "text",
      value: "OWNER/NAME",
      help: "the repository that the job's workflow runs in",
      required: true,
    },
    environment: { type: "text", value: "NAME", help: "the environment that the job names (default: none)" },
    ref: {
      type: "text",
      value: "REF",
      help: `the full ref it runs on (default: ${asSettings}, or refs/heads/main; of a pull request refs/pull/1/merge)`,
    },
    event: {
      type: "text",
      value: "EVENT",
      help: "push, workflow_dispatch, pull_request or pull_request_target (default: push)",
    },
    workflow: { type: "text", value: "FILE", help: `.github/workflows/FILE.yml (default: ${asSettings})` },
    "job-workflow-ref": {
      type: "text",
      value: "REF",
      help:
        "OWNER/NAME/.github/workflows/FILE.yml@REF of the called workflow that holds the job " +
        `(default: ${asSettings}, or the workflow itself)`,
    },
    "repository-id": {
      type: "text",
      value: "N",
      help: `GitHub's number of the repository (default: ${asSettings}, or an example)`,
    },
    "owner-id": {
      type: "text",
      value: "N",
      help: `GitHub's number of its owner (default: ${asSettings}, or an example)`,
    },
    "immutable-subject": { type: "flag", help: "the token's subject carries both numbers" },
    sandbox: { type: "text", value: "URL", help: "where the sandbox serves", default: defaultAddress },
    format: { type: "choice", choices: ["shell", "json"] },
  },
  notes: `
    Example:

      eval "$(npm run --silent job -- --repository acme/hub --environment dev)"`,
  run: async ({ format, sandbox, repository, environment, ref, event, workflow, ...others }) => {
    // The sandbox itself says what is wrong with a value.
    const job = await startJob(readAddress(sandbox), {
      repository,
      environment,
      ref,
      event,
      workflow,
      jobWorkflowRef: others["job-workflow-ref"],
      repositoryId: others["repository-id"],
      ownerId: others["owner-id"],
      immutableSubject: others["immutable-subject"],
    } as JobDescription);
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

function readAddress(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.href !== `${url.origin}/`) {
    throw new UsageError(`--sandbox ${text} is not where a sandbox serves: give an address such as ${defaultAddress}`);
  }
  return url.origin;
}
