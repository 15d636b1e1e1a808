import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { parse, stringify } from "yaml";
import { startJob } from "../../../sandbox/github/client";
import type { JobDescription } from "../../../sandbox/github/jobDescription";
import { alteringServer } from "../../support/commands/alteringServer";
import { accountId, asked, type Standing, withStanding } from "../../support/commands/deployedRegistry";
import { type Ended, runCommand } from "../../support/commands/processes";
import { exampleFile, exampleProject } from "../../support/exampleProject";

const prefix = "orb-integration-hub-dev-codeartifact";
const publisher: JobDescription = {
  repository: "orb-integration-hub/orb-integration-hub",
  environment: "dev",
  ref: "refs/heads/develop",
  workflow: ".github/workflows/deploy-packages.yml",
};

/** A deployed stack whose files say where it is deployed, as GitHub's jobs need them. */
function withDeployed(use: (standing: Standing) => Promise<void>): Promise<void> {
  return withStanding({ settings: { "aws:allowedAccountIds": [accountId] } }, async (standing) => {
    const project = parse(exampleFile("Pulumi.yaml")) as object;
    const backend = { url: "s3://acme-pulumi-state?region=us-east-1" };
    writeFileSync(join(standing.directory, "Pulumi.yaml"), stringify({ ...project, backend }));
    mkdirSync(join(standing.directory, "bootstrap"));
    for (const file of ["bootstrap/Pulumi.yaml", "bootstrap/Pulumi.account.yaml"]) {
      cpSync(join(exampleProject, file), join(standing.directory, file));
    }
    await use(standing);
  });
}

async function ask(
  { sandbox, directory }: Standing,
  job: JobDescription | undefined,
  options: readonly string[] = [],
  address = sandbox.address,
): Promise<Ended> {
  const running = job === undefined ? undefined : await startJob(sandbox.address, job);
  return runCommand("smoke", ["--job", ...options], {
    directory,
    environment: {
      AWS_ENDPOINT_URL: address,
      AWS_EC2_METADATA_DISABLED: "true",
      ...(running && { ACTIONS_ID_TOKEN_REQUEST_URL: running.url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: running.token }),
    },
  });
}

describe("smoke --job", () => {
  it("takes the role that is for the job, is rejected for every other one, and asks for nothing else", () =>
    withDeployed(async (standing) => {
      const { exitCode, stdout, stderr } = await ask(standing, publisher);

      expect(exitCode, stderr).to.equal(0);
      expect(stdout.trimEnd().split("\n").slice(-6)).to.deep.equal([
        `  taken     ${prefix}-publisher`,
        `  rejected  ${prefix}-reader-lambda-layers`,
        `  rejected  ${prefix}-reader-promotion`,
        "  rejected  orb-integration-hub-preview",
        "  rejected  orb-integration-hub-dev-deploy",
        `dev: AWS agrees. 5 roles asked for in account ${accountId}.`,
      ]);
      expect(stdout).to.include("  sub = repo:orb-integration-hub/orb-integration-hub:environment:dev\n");
      expect([...new Set(asked(standing))]).to.deep.equal(["sts:AssumeRoleWithWebIdentity"]);
    }));

  it("ends with 1 where AWS gives a role that the trust policy keeps from the job, or keeps one that is for it", () =>
    withDeployed(async (standing) => {
      const { iam } = standing.account;
      const trustOf = (name: string) => iam.roles.get({ roleName: `${prefix}-${name}` }).assumeRolePolicyDocument;
      const [own, others] = [trustOf("publisher"), trustOf("reader-promotion")];
      iam.roles.updateTrust({ roleName: `${prefix}-publisher`, policyDocument: others });
      iam.roles.updateTrust({ roleName: `${prefix}-reader-promotion`, policyDocument: own });
      const { exitCode, stdout, stderr } = await ask(standing, publisher);

      expect(exitCode, stderr).to.equal(1);
      expect(stdout).to.include(`  rejected, here taken  ${prefix}-publisher\n`);
      expect(stdout).to.include(`  taken, here rejected  ${prefix}-reader-promotion\n`);
      expect(stdout).to.include("dev: AWS differs about 2 roles.");
    }));

  it("prints JSON without the token and without a session", () =>
    withDeployed(async (standing) => {
      const { exitCode, stdout, stderr } = await ask(standing, publisher, ["--format", "json"]);

      expect(exitCode, stderr).to.equal(0);
      const report = JSON.parse(stdout) as { roles: readonly object[] };
      expect(Object.keys(report)).to.deep.equal(["stack", "account", "claims", "roles"]);
      expect(report.roles[0]).to.deep.equal({ role: `${prefix}-publisher`, evaluator: "taken", aws: "taken" });
      expect(stdout + stderr).not.to.match(/eyJ|ASIA|SecretAccessKey/);
    }));

  it("could not ask, and ends with 2, outside of a job, for a job that no role is for, and where AWS does not know the issuer", () =>
    withDeployed(async (standing) => {
      const outside = await ask(standing, undefined);
      const unexpected = await ask(standing, { ...publisher, repository: "someone/else" });
      const [provider] = standing.account.iam.oidcProviders.list();
      standing.account.iam.oidcProviders.delete({ arn: provider?.arn ?? "" });
      const unknown = await ask(standing, publisher);

      expect([outside, unexpected, unknown].map(({ exitCode, stdout }) => [exitCode, stdout])).to.deep.equal([
        [2, ""],
        [2, ""],
        [2, ""],
      ]);
      expect(outside.stderr).to.include("ACTIONS_ID_TOKEN_REQUEST_TOKEN are not set");
      expect(unexpected.stderr).to.include("no role of stack dev is for this job, repo:someone/else:environment:dev");
      expect(unknown.stderr).to.match(/Could not look: role .*: InvalidIdentityToken/);
    }));

  it("could not ask where GitHub gives no token", () =>
    withDeployed(async (standing) => {
      const server = await alteringServer(standing.sandbox.address, (_request, answer) => ({ ...answer, status: 403 }));
      try {
        const { exitCode, stderr } = await runCommand("smoke", ["--job"], {
          directory: standing.directory,
          environment: {
            ACTIONS_ID_TOKEN_REQUEST_URL: `${server.address}/github/token?version=1`,
            ACTIONS_ID_TOKEN_REQUEST_TOKEN: "of-the-runner",
          },
        });
        expect(exitCode).to.equal(2);
        expect(stderr).to.include("GitHub gives no identity token: 403");
      } finally {
        await server.close();
      }
    }));

  it("takes no option of the other half", async () => {
    const { exitCode, stderr } = await runCommand("smoke", ["--job", "--publish"]);

    expect(exitCode).to.equal(2);
    expect(stderr).to.include("leave out --publish and --profile");
  });
});
