import { execFileSync } from "node:child_process";
import { decodeJwt } from "jose";
import { expect } from "chai";
import { MemoryPackageStore } from "../../sandbox/codeartifact/packages/store";
import { noPublicIndex } from "../../sandbox/codeartifact/packages/search";
import { deploy } from "../../sandbox/pulumi/deployment";
import { identityToken } from "../../sandbox/github/client";
import { openSandbox, type Sandbox } from "../../sandbox/sandbox";
import { HttpServers } from "../support/httpServers";
import { exampleProject } from "../support/exampleProject";
import { runCommand } from "../support/commands/processes";

const repository = "orb-integration-hub/orb-integration-hub";
const inDev = ["--environment", "dev", "--ref", "refs/heads/develop"];

describe("npm run job", () => {
  let sandbox: Sandbox;

  before(async () => {
    const deployment = await deploy({ directory: exampleProject, stack: "dev" });
    sandbox = await openSandbox({ deployment, store: new MemoryPackageStore(), publicIndex: noPublicIndex });
  });

  after(() => sandbox.close());

  const job = (...options: readonly string[]) => runCommand("job", ["--sandbox", sandbox.address, ...options]);

  /** What a job's token says that was described in this way. */
  async function claims(...options: readonly string[]): Promise<Readonly<Record<string, unknown>>> {
    const { stdout, stderr } = await job("--format", "json", ...options);
    expect(stderr).to.equal("");
    const { ACTIONS_ID_TOKEN_REQUEST_URL: url = "", ACTIONS_ID_TOKEN_REQUEST_TOKEN: token = "" } = JSON.parse(
      stdout,
    ) as Record<string, string>;
    return decodeJwt(await identityToken(sandbox.address, { url, token }, "sts.amazonaws.com"));
  }

  it("prints the two lines that make a shell a job", async () => {
    const { exitCode, stdout, stderr } = await job("--repository", repository, ...inDev);

    expect([exitCode, stderr]).to.deep.equal([0, ""]);
    const [url = "", token = "", ...more] = stdout.trimEnd().split("\n");
    expect(url).to.match(
      /^export ACTIONS_ID_TOKEN_REQUEST_URL='http:\/\/127\.0\.0\.1:\d+\/github\/token\?job=[0-9a-f-]{36}'$/,
    );
    expect(token).to.match(/^export ACTIONS_ID_TOKEN_REQUEST_TOKEN=ghs_[\w-]+$/);
    expect(more).to.deep.equal([]);
    const seen = execFileSync("sh", ["-c", `${stdout}sh -c 'echo "$ACTIONS_ID_TOKEN_REQUEST_URL"'`]).toString();
    expect(url).to.equal(`export ACTIONS_ID_TOKEN_REQUEST_URL='${seen.trimEnd()}'`);
  });

  it("prints the same as JSON, and the job as it was understood", async () => {
    const { exitCode, stdout } = await job("--repository", repository, ...inDev, "--format", "json");
    const {
      ACTIONS_ID_TOKEN_REQUEST_URL: url = "",
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: token = "",
      ...more
    } = JSON.parse(stdout) as Record<string, string>;

    expect(exitCode).to.equal(0);
    expect(url).to.match(/^http:\/\/127\.0\.0\.1:\d+\/github\/token\?job=/);
    expect(token).to.match(/^ghs_/);
    const workflow = `${repository}/.github/workflows/deploy-packages.yml@refs/heads/develop`;
    expect(more).to.deep.equal({
      job: {
        repository,
        repositoryId: "0",
        ownerId: "0",
        environment: "dev",
        event: "push",
        ref: "refs/heads/develop",
        immutableSubject: false,
        jobWorkflowRef: workflow,
      },
    });
  });

  it("hands on every option", async () => {
    const called = "acme/workflows/.github/workflows/publish.yml@refs/tags/v1";
    const described = await claims(
      ...[
        "--repository",
        "acme/app",
        "--environment",
        "staging",
        "--ref",
        "refs/tags/v2",
        "--event",
        "workflow_dispatch",
      ],
      ...["--workflow", ".github/workflows/release.yml", "--job-workflow-ref", called],
      ...["--repository-id", "11", "--owner-id", "22", "--immutable-subject"],
    );
    const { iss, aud, sub, ref, event_name, workflow_ref, job_workflow_ref, repository_id, repository_owner_id } =
      described;
    expect({
      iss,
      aud,
      sub,
      ref,
      event_name,
      workflow_ref,
      job_workflow_ref,
      repository_id,
      repository_owner_id,
    }).to.deep.equal({
      iss: "https://token.actions.githubusercontent.com",
      aud: "sts.amazonaws.com",
      sub: "repo:acme@22/app@11:environment:staging",
      ref: "refs/tags/v2",
      event_name: "workflow_dispatch",
      workflow_ref: "acme/app/.github/workflows/release.yml@refs/tags/v2",
      job_workflow_ref: called,
      repository_id: "11",
      repository_owner_id: "22",
    });
  });

  it("ends with 1 where the description is rejected, and says every error", async () => {
    expect(await job("--repository", "acme", "--event", "schedule", "--repository-id", "x")).to.deep.equal({
      exitCode: 1,
      stdout: "",
      stderr:
        "error: The job is not described well.\n" +
        "  repository: write owner/name\n" +
        "  repositoryId: write GitHub's number\n" +
        "  event: write push, workflow_dispatch, pull_request or pull_request_target\n",
    });
  });

  it("ends with 1 where no sandbox answers, and says how to start one", async () => {
    const servers = new HttpServers();
    const address = await servers.serve(() => undefined);
    await servers.close();
    expect(await runCommand("job", ["--repository", repository, "--sandbox", `${address}/`])).to.deep.equal({
      exitCode: 1,
      stdout: "",
      stderr: `error: No sandbox answers at ${address} (ECONNREFUSED). Start one with: npm run sandbox\n`,
    });
  });

  it("ends with 2 where the call itself is wrong, and says how it is called", async () => {
    const here = "give an address such as http://127.0.0.1:8787";
    const reasons = await Promise.all(
      [
        [],
        ["--repository", repository, "--format", "yaml"],
        ["--repository", repository, "--sandbox", "localhost:8787"],
        ["--repository", repository, "--sandbox", "http://127.0.0.1:8787/github"],
      ].map(async (options) => {
        const { exitCode, stdout, stderr } = await runCommand("job", options);
        expect([exitCode, stdout]).to.deep.equal([2, ""]);
        const [reason, ...more] = stderr.split("\n");
        expect(more).to.deep.equal(["See npm run --silent job -- --help", ""]);
        return reason;
      }),
    );
    expect(reasons).to.deep.equal([
      "error: --repository is missing: the repository that the job's workflow runs in",
      "error: --format yaml is not one of shell, json.",
      `error: --sandbox localhost:8787 is not where a sandbox serves: ${here}`,
      `error: --sandbox http://127.0.0.1:8787/github is not where a sandbox serves: ${here}`,
    ]);
  });

  it("explains itself for --help", async () => {
    const { exitCode, stdout, stderr } = await runCommand("job", ["--help"]);

    expect([exitCode, stderr]).to.deep.equal([0, ""]);
    expect(stdout).to.match(/^Usage: npm run --silent job -- [^]*\(default:\s+http:\/\/127\.0\.0\.1:8787\)\n[^]*$/);
  });
});
