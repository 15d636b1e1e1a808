import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { stringify, parse } from "yaml";
import type { TourAttempt } from "../../commands/tour/attempts";
import { makeWheel } from "../../sandbox/fixtures/distributions";
import { runCommand } from "../support/commands/processes";
import { describeWorkflows } from "../support/examples/describeWorkflows";
import { projectDirectory } from "../support/deployments";
import { describePulumi } from "../support/describePulumi";
import { exampleProject, stackFiles } from "../support/exampleProject";
import { teamFileErrors } from "../support/teamFiles";
import { copyProject } from "../support/workflows/copyProject";
import { type Start, Team, type TeamRun } from "../support/workflows/team";
import { teamIn } from "../support/workflows/teamProject";

const accountId = "012345678901";

/** Answers that share no word with the example's. */
const answers = [
  ...["--customer", "acme", "--project", "shop", "--region", "eu-central-1"],
  ...["--environments", "test:trunk,live:main,live-partners:main", "--protect", "live,live-partners"],
  ...["--accounts", accountId, "--packages", "acme-core,acme-billing", "--private", "acme~"],
  ...["--publisher", "name=core,repository=acme-org/core,workflow=release.yml,packages=acme-core"],
  ...["--publisher", "name=billing,repository=acme-pay/billing,workflow=ci.yml,packages=acme-billing"],
  ...["--reader", "name=services,repository=acme-org/services,workflow=ci.yml"],
  ...[
    "--registry",
    "acme-org/shop-registry",
    "--ids",
    "acme-org/core=5001:6001",
    "--ids",
    "acme-pay/billing=5002:6002",
  ],
  ...["--ids", "acme-org/services=5003:6001", "--ids", "acme-org/shop-registry=5000:6001"],
];

/** A word of the example team's. */
const example = /\borb\b|integration-hub/i;

describePulumi("a clone that another team has set up by docs/setup.md", (cli) => {
  describeWorkflows("with act", ({ act }) => {
    const directory = mkdtempSync(join(tmpdir(), "registry-clone-"));
    let team: Team;
    const close: (() => Promise<void>)[] = [];

    before(() => {
      copyProject(directory);
      for (const file of stackFiles) {
        cpSync(join(exampleProject, file), join(directory, file));
      }
      symlinkSync(join(projectDirectory, "node_modules"), join(directory, "node_modules"));
    });

    after(async () => {
      await Promise.all(close.map((end) => end()));
      rmSync(directory, { recursive: true });
    });

    const run = async (start: Start): Promise<TeamRun> => {
      const ended = await team.start(start);
      expect(ended, "nothing was run").not.to.equal(undefined);
      expect(ended!.log).not.to.match(example);
      return ended!;
    };

    it("takes the document's call of setup, and another team's answers after it", async () => {
      const page = readFileSync(join(projectDirectory, "docs/setup.md"), "utf8");
      const [, call = ""] = /^\$ npm run setup -- ((?:.*\\\n)*.*)$/m.exec(page) ?? [];
      const words = call.replaceAll("\\\n", " ").split(/\s+/);
      const first = await runCommand("setup", words, { directory });
      const second = await runCommand("setup", ["--yes", ...answers], { directory });

      expect([first.exitCode, second.exitCode], first.stderr + second.stderr).to.deep.equal([0, 0]);
      expect(teamFileErrors(directory)).to.deep.equal([]);
      const files = readdirSync(directory).filter((file) => /^Pulumi\..*yaml$/.test(file));
      expect(files.sort()).to.deep.equal([
        "Pulumi.live-partners.yaml",
        "Pulumi.live.yaml",
        "Pulumi.test.yaml",
        "Pulumi.yaml",
      ]);
    });

    it("publishes the team's own packages, each as its publisher, and installs them: npm start -- --dist", async () => {
      const dist = join(directory, "dist");
      mkdirSync(dist);
      for (const name of ["acme-core", "acme-billing"]) {
        const { filename, bytes } = await makeWheel({ name, version: "1.0.0" });
        writeFileSync(join(dist, filename), bytes);
      }
      const words = ["--stack", "test", "--dist", dist, "--format", "json"];
      const { exitCode, stdout, stderr } = await runCommand("tour", words, { directory });
      rmSync(dist, { recursive: true });

      expect(exitCode, stderr).to.equal(0);
      const { attempts } = JSON.parse(stdout) as { attempts: readonly TourAttempt[] };
      expect(attempts.filter(({ expected, seen }) => expected !== seen)).to.deep.equal([]);
      expect(attempts.map(({ seen }) => seen)).to.include.members(["acme-core 1.0.0", "acme-billing 1.0.0"]);
      expect(stdout).not.to.match(example);
    });

    it("is complete once bootstrap/README's lines are in its files: backend, bucket and boundaries", async () => {
      const edit = (path: string, change: (content: { config: object }) => object) => {
        const content = parse(readFileSync(join(directory, path), "utf8")) as { config: object };
        writeFileSync(join(directory, path), stringify(change(content)));
      };
      const withSetting = (key: string, value: string) => (content: { config: object }) => ({
        ...content,
        config: { ...content.config, [key]: value },
      });
      edit("Pulumi.yaml", (content) => ({ ...content, backend: { url: "s3://acme-state?region=eu-central-1" } }));
      edit("bootstrap/Pulumi.account.yaml", withSetting("package-registry-bootstrap:stateBucket", "acme-state"));
      for (const stack of ["test", "live", "live-partners"]) {
        const boundary = `arn:aws:iam::${accountId}:policy/acme-shop-${stack}-boundary`;
        edit(`Pulumi.${stack}.yaml`, withSetting("package-registry:permissionsBoundary", boundary));
      }
      team = await Team.open(act, cli, await teamIn(directory));
      close.push(() => team.close());
      const { exitCode, stdout } = await runCommand("deployment", ["--stack", "live", "--format", "json"], {
        directory,
      });

      expect([exitCode, JSON.parse(stdout)]).to.deep.equal([
        0,
        {
          stack: "live",
          account: accountId,
          region: "eu-central-1",
          backend: "s3://acme-state?region=eu-central-1",
          previewRole: `arn:aws:iam::${accountId}:role/acme-shop-preview`,
          deployRole: `arn:aws:iam::${accountId}:role/acme-shop-live-deploy`,
        },
      ]);
    });

    it("deploys its stacks from its branches, in their order, as its own roles", async () => {
      const head = await team.head();
      const success = { check: "success", stacks: "success", plan: "success", deploy: "success" };
      const fromTrunk = await run({ workflow: "deploy.yml", head, branch: "trunk" });
      expect(fromTrunk.jobs, fromTrunk.log).to.deep.equal(success);
      expect(fromTrunk.identified).to.deep.equal(["plan in preview", "deploy in test"]);
      expect(team.domains()).to.deep.equal(["acme-shop-test"]);

      // With npm's real access and reach, which the check job asks for each stack.
      const environment = { TEAM_DECIDES: "true" };
      const fromMain = await run({ workflow: "deploy.yml", head, branch: "main", environment });
      expect(fromMain.jobs, fromMain.log).to.deep.equal(success);
      expect(fromMain.log).to.match(/\[check\] .*: no role reaches more than it may\.$/m);
      expect(fromMain.identified.slice(2)).to.deep.equal(["deploy in live", "deploy in live-partners"]);
      expect(fromMain.assumed.slice(2)).to.deep.equal(
        ["live", "live-partners"].map((stack) => `arn:aws:iam::${accountId}:role/acme-shop-${stack}-deploy`),
      );
      expect(await team.start({ workflow: "deploy.yml", head, branch: "develop" })).to.equal(undefined);
    });

    it("previews a pull request", async () => {
      const base = await team.head();
      const head = await team.commit(base, "live", { tokenLifetime: 1800 });
      const { jobs, log } = await run({ workflow: "preview.yml", head, base });

      expect(jobs, log).to.deep.equal({
        check: "success",
        documents: "success",
        stacks: "success",
        plan: "success",
        describe: "success",
        comment: "success",
      });
      const [comment] = team.comments;
      expect(comment?.body.match(/^### .*$/gm)).to.deep.equal(["### `test`", "### `live`", "### `live-partners`"]);
      expect(comment?.body).not.to.match(example);
    });

    it("is compared with AWS and GitHub at night, stack by stack", async () => {
      const asDeclared = { text: "as declared.\n", exitCode: 0 };
      const findings = { test: asDeclared, live: asDeclared, "live-partners": asDeclared };
      const { jobs, log, verified } = await run({ workflow: "verify.yml", head: await team.head(), findings });

      expect(jobs, log).to.deep.equal({ stacks: "success", verify: "success", issue: "success" });
      expect(verified.map((line) => line.split(" as ")[0]).sort()).to.deep.equal([
        "--stack live --github",
        "--stack live-partners --github",
        "--stack test --github",
      ]);
    });

    it("has nothing of the example's in AWS or in its state", () => {
      const { account } = team.project;
      const roles = account.iam.roles.list().map(({ roleName }) => account.iam.roles.get({ roleName }));
      const state = [...team.bucket.objects].map(([key, content]) => `${key}\n${content.toString()}`);
      const deployed = JSON.stringify([
        roles,
        roles.map(({ roleName }) =>
          account.iam.roles
            .listPolicies({ roleName })
            .map((policyName) => account.iam.roles.getPolicy({ roleName, policyName })),
        ),
        account.iam.policies.list(),
        account.codeartifact.domains.list(),
        state,
      ]);

      expect(team.domains()).to.deep.equal(["acme-shop-test", "acme-shop-live", "acme-shop-live-partners"]);
      expect(roles.length).to.be.above(9);
      expect(deployed).to.match(/acme-shop-live-partners-codeartifact-publisher-billing/);
      expect(deployed).not.to.match(example);
    });
  });
});
