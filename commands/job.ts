import type { JobDescription } from "../sandbox/github/jobDescription";
import { assumeRole, identityToken, startAdministrator, startJob } from "../sandbox/github/client";
import { audience } from "../iam/trust";
import { sessionSeconds } from "../iam/limits";
import { CommandError, runCommand, UsageError } from "./cli";
import {
  administratorVariables,
  exports,
  forgetIdentity,
  jobVariables,
  newSessionName,
  processCredentials,
} from "./job/identity";
import { defaultAddress } from "./sandbox/instructions";

const asSettings = "as the stack's settings have it";

const words = process.argv.slice(2).join(" ");
if (!/(?:^| )(?:-h|--help|--format[ =](?:json|credentials))(?: |$)/.test(words)) {
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
    format: {
      type: "choice",
      choices: ["shell", "json", "credentials"],
      help: "credentials are for credential_process of an AWS profile, and are those of the role",
    },
  },
  notes: `
    Examples:

      eval "$(npm run --silent job -- --repository acme/hub --environment dev)"

      eval "$(npm run --silent job -- --administrator)"

    The start of a sandbox makes an AWS config file with a profile for each identity, by --format credentials.

    An identity token is good for five minutes, as GitHub's is, and a role's session for an hour: run the line again
    then. Exit code 1 where no sandbox answers, the job is described wrongly, or no credentials are given to it.`,
  run: async ({ format, sandbox, administrator, role, ...job }) => {
    const address = readAddress(sandbox);
    const print = (variables: Readonly<Record<string, string>>, more: object = {}) =>
      format === "json" ? JSON.stringify({ ...variables, ...more }, undefined, 2) : exports(variables);
    if (administrator) {
      checkAdministrator({ role, ...job });
      const session = await startAdministrator(address);
      const text =
        format === "credentials"
          ? JSON.stringify(processCredentials(session))
          : print(administratorVariables(address, session));
      return { text, exitCode: 0 };
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
    const text =
      format === "credentials"
        ? await credentials(address, token, asked)
        : print(jobVariables(address, running, asked, token), { job: running.job });
    return { text, warnings: roleWarnings(role, roleArns), exitCode: 0 };
  },
});

/** @throws CommandError where there is no role to ask for, or STS denies it */
async function credentials(address: string, token: string, roleArn: string | undefined): Promise<string> {
  if (roleArn === undefined) {
    throw new CommandError("no role of the account admits this job: name one with --role");
  }
  const answer = await assumeRole(address, token, roleArn, {
    durationSeconds: sessionSeconds.default,
    roleSessionName: newSessionName(),
  });
  if ("code" in answer) {
    throw new CommandError(`STS does not give ${roleArn} to this job: ${answer.code}: ${answer.message}`);
  }
  return JSON.stringify(processCredentials(answer));
}

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
