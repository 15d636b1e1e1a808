import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { decodeJwt } from "jose";
import { expect } from "chai";
import { SandboxAccount } from "../../sandbox/account";
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
const roles = "arn:aws:iam::123456789012:role/orb-integration-hub-dev-codeartifact";
const unset = /^unset AWS_PROFILE .*\n/;

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
    const { stdout } = await job("--format", "json", ...options);
    const { ACTIONS_ID_TOKEN_REQUEST_URL: url = "", ACTIONS_ID_TOKEN_REQUEST_TOKEN: token = "" } = JSON.parse(
      stdout,
    ) as Record<string, string>;
    return decodeJwt(await identityToken(sandbox.address, { url, token }, "sts.amazonaws.com"));
  }

  /** What a shell has in its environment once it has run these lines. */
  const environmentAfter = (lines: string, before: Readonly<Record<string, string>> = {}) => {
    const print = "console.log(JSON.stringify(process.env))";
    const { PATH = "" } = process.env;
    const shown = execFileSync("sh", ["-c", `${lines}\nexec "$0" -e '${print}'`, process.execPath], {
      env: { PATH, ...before },
    });
    return JSON.parse(shown.toString()) as Readonly<Record<string, string | undefined>>;
  };

  it("prints the lines that make a shell a job, with its identity token in a file that its user alone reads", async () => {
    const { exitCode, stdout, stderr } = await job("--repository", repository, ...inDev);
    const environment = environmentAfter(stdout, { AWS_PROFILE: "mine", NO_PROXY: "internal.example" });
    const file = environment.AWS_WEB_IDENTITY_TOKEN_FILE ?? "";

    expect([exitCode, stderr]).to.deep.equal([0, ""]);
    expect(environment).to.deep.include({
      AWS_ENDPOINT_URL: sandbox.address,
      AWS_REGION: "us-east-1",
      AWS_CONFIG_FILE: "/dev/null",
      AWS_ROLE_ARN: `${roles}-publisher`,
      NO_PROXY: "127.0.0.1,internal.example",
    });
    expect(environment.AWS_PROFILE).to.equal(undefined);
    expect(environment.AWS_ROLE_SESSION_NAME).to.match(/^GitHubActions-\d+$/);
    expect(environment.ACTIONS_ID_TOKEN_REQUEST_URL).to.match(
      /^http:\/\/127\.0\.0\.1:\d+\/github\/token\?job=[0-9a-f-]{36}$/,
    );
    expect(decodeJwt(readFileSync(file, "utf8")).sub).to.equal(`repo:${repository}:environment:dev`);
    expect([statSync(file).mode & 0o777, statSync(dirname(file)).mode & 0o777]).to.deep.equal([0o600, 0o700]);
    expect(stdout).not.to.include(readFileSync(file, "utf8"));
  });

  it("removes the identity token that the shell had before", async () => {
    const before = environmentAfter((await job("--repository", repository, ...inDev)).stdout);
    const file = before.AWS_WEB_IDENTITY_TOKEN_FILE ?? "";
    expect(existsSync(file)).to.equal(true);
    const { stdout } = await runCommand("job", ["--sandbox", sandbox.address, "--repository", repository, ...inDev], {
      environment: { ...process.env, AWS_WEB_IDENTITY_TOKEN_FILE: file },
    });

    expect(environmentAfter(stdout).AWS_WEB_IDENTITY_TOKEN_FILE).not.to.equal(file);
    expect(existsSync(file)).to.equal(false);
  });

  it("asks, for a look-alike repository, for the publisher's role, from the publisher's ref and workflow", async () => {
    const { stdout } = await job(
      "--format",
      "json",
      "--repository",
      "orb-integration-hub/look-alike",
      "--environment",
      "dev",
    );
    const { AWS_ROLE_ARN, job: described } = JSON.parse(stdout) as Record<string, unknown>;

    expect(AWS_ROLE_ARN).to.equal(`${roles}-publisher`);
    expect(described).to.deep.include({
      ref: "refs/heads/develop",
      jobWorkflowRef: "orb-integration-hub/look-alike/.github/workflows/deploy-packages.yml@refs/heads/develop",
    });
  });

  it("asks for the role that is named, by its name or its ARN", async () => {
    const roleOf = async (role: string) => {
      const { stdout } = await job("--format", "json", "--repository", "acme/app", "--role", role);
      return (JSON.parse(stdout) as Record<string, unknown>).AWS_ROLE_ARN;
    };

    expect(await roleOf("deployer")).to.equal("arn:aws:iam::123456789012:role/deployer");
    expect(await roleOf("arn:aws:iam::210987654321:role/a/b")).to.equal("arn:aws:iam::210987654321:role/a/b");
  });

  it("makes a shell the account's administrator, and rejects what only a job has", async () => {
    const { exitCode, stdout, stderr } = await job("--administrator");
    const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_ROLE_ARN } = environmentAfter(stdout, {
      AWS_ROLE_ARN: "arn:aws:iam::123456789012:role/mine",
    });
    const client = new STSClient({
      region: "us-east-1",
      endpoint: sandbox.address,
      credentials: {
        accessKeyId: AWS_ACCESS_KEY_ID ?? "",
        secretAccessKey: AWS_SECRET_ACCESS_KEY ?? "",
        sessionToken: AWS_SESSION_TOKEN,
      },
    });

    expect([exitCode, stderr, AWS_ROLE_ARN]).to.deep.equal([0, "", undefined]);
    expect((await client.send(new GetCallerIdentityCommand({}))).Arn).to.equal(
      "arn:aws:sts::123456789012:assumed-role/Administrator/administrator",
    );
    expect(await job("--administrator", "--environment", "dev", "--immutable-subject")).to.deep.include({
      exitCode: 2,
      stderr:
        "error: --administrator is no job: leave out --environment, --immutable-subject\n" +
        "See npm run --silent job -- --help\n",
    });
  });

  it("drops the identity that the shell had, also where it fails", async () => {
    const publisher = environmentAfter((await job("--repository", repository, ...inDev)).stdout) as Record<
      string,
      string
    >;
    const before = { ...publisher, CODEARTIFACT_AUTH_TOKEN: "token", AWS_PROFILE: "mine" };
    const calls = [
      ["--repository", "acme"],
      ["--repository", repository, "--sandbox", "http://127.0.0.1:1"],
      ["--typo"],
    ];
    for (const call of calls) {
      const { exitCode, stdout } = await job(...call);
      const after = environmentAfter(stdout, before);

      expect(exitCode).to.be.greaterThan(0);
      expect(
        Object.keys(after).filter((name) =>
          /^(?:AWS_(?!ENDPOINT|REGION|DEFAULT|CONFIG|SHARED)|ACTIONS|CODEARTIFACT)/.test(name),
        ),
      ).to.deep.equal([]);
    }
  });

  it("prints the same as JSON, and the job as it was understood", async () => {
    const { exitCode, stdout } = await job("--repository", repository, ...inDev, "--format", "json");
    const {
      ACTIONS_ID_TOKEN_REQUEST_URL: url = "",
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: token = "",
      job: understood,
    } = JSON.parse(stdout) as Record<string, string>;

    expect(exitCode).to.equal(0);
    expect(url).to.match(/^http:\/\/127\.0\.0\.1:\d+\/github\/token\?job=/);
    expect(token).to.match(/^ghs_/);
    const workflow = `${repository}/.github/workflows/deploy-packages.yml@refs/heads/develop`;
    expect(understood).to.deep.equal({
      repository,
      repositoryId: "0",
      ownerId: "0",
      environment: "dev",
      event: "push",
      ref: "refs/heads/develop",
      immutableSubject: false,
      jobWorkflowRef: workflow,
    });
  });

  it("prints the credentials of the job's role, or of the administrator, for credential_process of an AWS profile", async () => {
    const ended = await Promise.all([
      job("--format", "credentials", "--repository", repository, ...inDev),
      job("--format=credentials", "--administrator"),
    ]);
    const arns = await Promise.all(
      ended.map(async ({ stdout }) => {
        const { Version, AccessKeyId, SecretAccessKey, SessionToken, Expiration, ...more } = JSON.parse(
          stdout,
        ) as Record<string, string>;
        expect([Version, more]).to.deep.equal([1, {}]);
        expect(Expiration).to.match(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
        const client = new STSClient({
          region: "us-east-1",
          endpoint: sandbox.address,
          credentials: {
            accessKeyId: AccessKeyId ?? "",
            secretAccessKey: SecretAccessKey ?? "",
            sessionToken: SessionToken,
          },
        });
        return (await client.send(new GetCallerIdentityCommand({}))).Arn?.replace(/\d+$/, "");
      }),
    );

    expect(ended.map(({ exitCode, stderr }) => [exitCode, stderr])).to.deep.equal([
      [0, ""],
      [0, ""],
    ]);
    expect(arns).to.deep.equal([
      "arn:aws:sts::123456789012:assumed-role/orb-integration-hub-dev-codeartifact-publisher/GitHubActions-",
      "arn:aws:sts::123456789012:assumed-role/Administrator/administrator",
    ]);
  });

  it("prints no credentials, and why, where STS denies the job, or it has no role to ask for", async () => {
    const lookAlike = ["--repository", "orb-integration-hub/look-alike", ...inDev];

    expect(await job("--format", "credentials", ...lookAlike)).to.deep.equal({
      exitCode: 1,
      stdout: "",
      stderr:
        `error: STS does not give ${roles}-publisher to this job: AccessDenied: ` +
        "Not authorized to perform sts:AssumeRoleWithWebIdentity\n",
    });
    const store = new MemoryPackageStore();
    const empty = await openSandbox({ account: new SandboxAccount(), store, publicIndex: noPublicIndex });
    const options = ["--format", "credentials", "--repository", "acme/app", "--sandbox", empty.address];
    expect(await runCommand("job", options)).to.deep.equal({
      exitCode: 1,
      stdout: "",
      stderr: "error: no role of the account admits this job: name one with --role\n",
    });
    await empty.close();
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
    const { stdout, ...ended } = await job("--repository", "acme", "--event", "schedule", "--repository-id", "x");
    expect(stdout.replace(unset, "")).to.equal("");
    expect(ended).to.deep.equal({
      exitCode: 1,
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
    const { stdout, ...ended } = await runCommand("job", ["--repository", repository, "--sandbox", `${address}/`]);
    expect(stdout.replace(unset, "")).to.equal("");
    expect(ended).to.deep.equal({
      exitCode: 1,
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
        expect([exitCode, stdout.replace(unset, "")]).to.deep.equal([2, ""]);
        const [reason, ...more] = stderr.split("\n");
        expect(more).to.deep.equal(["See npm run --silent job -- --help", ""]);
        return reason;
      }),
    );
    expect(reasons).to.deep.equal([
      "error: --repository is missing: give the one that the job's workflow runs in, or --administrator",
      "error: --format yaml is not one of shell, json, credentials.",
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
