import type { JobDescription } from "../sandbox/github/jobDescription";
import { identityToken, startAdministrator, startJob } from "../sandbox/github/client";
import { audience } from "../iam/trust";
import { runCommand, UsageError } from "./cli";
import { administratorVariables, exports, forgetIdentity, jobVariables } from "./job/identity";
import { defaultAddress } from "./sandbox/instructions";

const asSettings = "as the stack's settings have it";

const words = process.argv.slice(2).join(" ");
if (!/(?:^| )(?:-h|--help|--format[ =]json)(?: |$)/.test(words)) {
  // Also where the rest fails: a shell that stayed the job before would show that job's rights as this one's.
  process.stdout.write(`${forgetIdentity}\n`);
}

void runCommand({
  call: "npm run --silent job",
  summary: `
    Prints the environment that makes this shell a GitHub Actions job at a running sandbox, or the administrator of its
    account: where every AWS client asks, and as whom. The job has an identity token of GitHub's in a file, and asks for
    the role that the sandbox has for it, be it denied or not. The identity that the shell had is unset first.`,
  options: {
    repository: {
      type: "text",
      value: "OWNER/NAME",
      help: "the repository that the job's workflow runs in",
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
    workflow: {
      type: "text",
      value: "FILE",
      help: `.github/workflows/FILE.yml (default: ${asSettings}, or as the publisher has it)`,
    },
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
    role: {
      type: "text",
      value: "ROLE",
      help:
        "the name or ARN of the role to ask for (default: the first whose trust policy admits the job, or else the one " +
        "of the environment's publisher)",
    },
    administrator: { type: "flag", help: "the account's administrator instead of a job" },
    sandbox: { type: "text", value: "URL", help: "where the sandbox serves", default: defaultAddress },
    format: { type: "choice", choices: ["shell", "json"] },
  },
  notes: `
    Examples:

      eval "$(npm run --silent job -- --repository acme/hub --environment dev)"
      eval "$(npm run --silent job -- --administrator)"

    An identity token is good for five minutes, as GitHub's is, and a role's session for an hour: run the line again
    then. Exit code 1 where no sandbox answers, or the job is described wrongly.`,
  run: async ({ format, sandbox, administrator, role, ...job }) => {
    const address = readAddress(sandbox);
    const print = (variables: Readonly<Record<string, string>>, more: object = {}) =>
      format === "json" ? JSON.stringify({ ...variables, ...more }, undefined, 2) : exports(variables);
    if (administrator) {
      checkAdministrator({ role, ...job });
      return { text: print(administratorVariables(address, await startAdministrator(address))), exitCode: 0 };
    }
    const { repository, environment, ref, event, workflow, ...others } = job;
    if (repository === undefined) {
      throw new UsageError("--repository is missing: give the one that the job's workflow runs in, or --administrator");
    }
    // The sandbox itself says what is wrong with a value.
    const running = await startJob(address, {
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
    const { accountId, roleArns } = running;
    const asked = role === undefined ? roleArns[0] : roleArn(role, accountId);
    const token = await identityToken(address, running, audience);
    return {
      text: print(jobVariables(address, running, asked, token), { job: running.job }),
      warnings: roleWarnings(role, roleArns),
      exitCode: 0,
    };
  },
});

function roleWarnings(named: string | undefined, [first, ...others]: readonly string[]): readonly string[] {
  if (named !== undefined) {
    return [];
  }
  if (first === undefined) {
    return ["no role of the account admits this job, so it asks for none: name one with --role"];
  }
  return others.length === 0 ? [] : [`the job asks for ${first}; with --role also for ${others.join(", ")}`];
}

function roleArn(role: string, accountId: string): string {
  return role.startsWith("arn:") ? role : `arn:aws:iam::${accountId}:role/${role}`;
}

function checkAdministrator(options: Readonly<Record<string, string | boolean | undefined>>): void {
  const given = Object.entries(options).flatMap(([name, value]) =>
    value === undefined || value === false ? [] : [`--${name}`],
  );
  if (given.length > 0) {
    throw new UsageError(`--administrator is no job: leave out ${given.join(", ")}`);
  }
}

function readAddress(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.href !== `${url.origin}/`) {
    throw new UsageError(`--sandbox ${text} is not where a sandbox serves: give an address such as ${defaultAddress}`);
  }
  return url.origin;
}
