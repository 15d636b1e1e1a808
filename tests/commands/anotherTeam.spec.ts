import { resolve } from "node:path";
import { expect } from "chai";
import { type Ended, runCommand } from "../support/commands/processes";
import { RunningSandbox } from "../support/commands/runningSandbox";

/** Another team's files: other names, region and account, two publishers, and the stacks test, live and live-partners. */
const directory = resolve(__dirname, "../fixtures/acme");

/** A name of the example project, which no output of another team's contains. */
const example = /\borb\b|integration-hub/i;

describe("the commands, with the files of another team", () => {
  /** What a command prints, in the team's folder. */
  async function printed(command: string, options: readonly string[], environment = {}): Promise<string> {
    const ended: Ended = await runCommand(command, options, { directory, environment });
    expect(ended.exitCode, ended.stderr).to.equal(0);
    expect(ended.stdout + ended.stderr).not.to.match(example);
    return ended.stdout;
  }

  it("tour the team's packages: npm start", async () => {
    for (const stack of ["test", "live", "live-partners"]) {
      const tour = await printed("tour", ["--stack", stack], { PATH: "/nowhere" });

      expect(tour).to.match(/ {2}200 +an sdist and a wheel of acme-core 1\.0\.0\n/);
      expect(tour).to.match(/ {2}200 +the publisher's packages \(1\)\n/);
      expect(tour).to.match(/ {2}not found +the poisoned acme-core 99\.0 of the public index\n/);
      expect(tour).to.match(/ {2}acme-core 1\.0\.0, +acme-core, and a public package through/);
      expect(tour).to.include(`arn:aws:codeartifact:eu-central-1:012345678901:domain/acme-shop-${stack}`);
      expect(tour).to.match(/\d+ attempts: all end as expected\./);
    }
  });

  it("decide what the team's roles may do: npm run access", async () => {
    const table = await printed("access", ["--stack", "live"]);

    expect(table).to.match(/^acme-shop-live-codeartifact-publisher-core\n {2}of acme-org\/core, environment:live, /);
    expect(table).to.match(/^ {2}may publish acme-billing; /m);
  });

  it("search what the team's roles can come to: npm run reach", async () => {
    const reach = await printed("reach", ["--stack", "test"]);

    expect(reach).to.match(/^acme-shop-test-codeartifact-publisher-billing \(publisher\)$/m);
    expect(reach.trimEnd()).to.match(/: no role reaches more than it may\.$/);
  });

  it("name the team's account, region and roles: npm run deployment", async () => {
    expect(JSON.parse(await printed("deployment", ["--stack", "live", "--format", "json"]))).to.deep.equal({
      stack: "live",
      account: "012345678901",
      region: "eu-central-1",
      backend: "s3://acme-state?region=eu-central-1",
      previewRole: "arn:aws:iam::012345678901:role/acme-shop-preview",
      deployRole: "arn:aws:iam::012345678901:role/acme-shop-live-deploy",
    });
  });

  it("serve the team's registry, and be its job: npm run sandbox, npm run job", async () => {
    const sandbox = await RunningSandbox.start(["--stack", "live", "--offline"], directory);
    try {
      const options = ["--repository", "acme-org/core", "--environment", "live", "--sandbox", sandbox.address];
      const { job, AWS_ROLE_ARN: role } = JSON.parse(await printed("job", [...options, "--format", "json"])) as {
        readonly job: object;
        readonly AWS_ROLE_ARN: string;
      };

      expect(sandbox.stdout.text).to.include(`${sandbox.address}/pypi/python-packages/simple/`);
      expect(role).to.match(/:role\/acme-shop-live-codeartifact-publisher-core$/);
      expect(sandbox.stdout.text).not.to.match(example);
      expect(job).to.deep.include({ repository: "acme-org/core", ref: "refs/heads/main" });
    } finally {
      await sandbox.end();
    }
  });

  it("say which stacks the team has, where one is asked for that it has not", async () => {
    const { exitCode, stderr } = await runCommand("tour", ["--stack", "staging"], { directory });

    expect([exitCode, stderr]).to.deep.equal([
      1,
      "… deploying stack staging into the sandbox\n" +
        "error: There is no stack staging: no file Pulumi.staging.yaml. There are: live, live-partners, test.\n",
    ]);
  });
});
