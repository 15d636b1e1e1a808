import { expect } from "chai";
import { marker } from "../../commands/preview/render";
import { describeWorkflows } from "../support/examples/describeWorkflows";
import { describePulumi } from "../support/describePulumi";
import { type Start, Team, type TeamRun } from "../support/workflows/team";

describePulumi("the workflows of this repository, run unchanged", (cli) => {
  describeWorkflows("with act", ({ act }) => {
    let team: Team;
    /** What is deployed first. */
    let base: string;
    const origins = { private: ["orb~", "legacy-tool$"] };
    const ofPreview = {
      check: "success",
      documents: "success",
      stacks: "success",
      plan: "success",
      describe: "success",
      comment: "success",
    };

    const ofDeployment = { check: "success", stacks: "success", plan: "success", deploy: "success" };

    before(async () => {
      team = await Team.open(act, cli);
      base = await team.commit(await team.head(), "prod", { origins });
    });

    after(() => team.close());

    const run = async (start: Start): Promise<TeamRun> => {
      const ended = await team.start(start);
      expect(ended, "nothing was run").not.to.equal(undefined);
      return ended!;
    };

    it("deploys dev on a push to develop, once it is checked and its plan is shown, and verifies it", async () => {
      const { jobs, exitCode, log, ...ended } = await run({ workflow: "deploy.yml", head: base, branch: "develop" });

      expect(jobs, log).to.deep.equal(ofDeployment);
      expect(exitCode).to.equal(0);
      expect(ended.identified).to.deep.equal(["plan in preview", "deploy in dev"]);
      expect(ended.summary).to.match(
        /^## Plan of dev\n\n```diff\n[\s\S]*\+ aws:codeartifact\/domain:Domain: \(create\)/,
      );
      expect(ended.verified.map((line) => line.replace(/ASIA\w+$/, "KEY"))).to.deep.equal([
        "--stack dev --boundaries as KEY",
        "--stack dev as KEY",
      ]);
      expect(team.domains()).to.deep.equal(["orb-integration-hub-dev"]);
    });

    it("deploys nothing on a push to another branch, and previews nothing on one to any", async () => {
      expect(await team.start({ workflow: "deploy.yml", head: base, branch: "feature" })).to.equal(undefined);
      expect(await team.start({ workflow: "preview.yml", head: base, branch: "main" })).to.equal(undefined);
    });

    it("deploys staging and not prod on a push to main while prod is not approved, though its plan is shown before", async () => {
      const { jobs, exitCode, log, ...ended } = await run({
        workflow: "deploy.yml",
        head: base,
        branch: "main",
        approve: (environment) => environment !== "prod",
      });

      expect(jobs, log).to.deep.equal({ ...ofDeployment, deploy: "failure" });
      expect(exitCode).not.to.equal(0);
      expect(ended.identified).to.deep.equal(["plan in preview", "plan in preview", "deploy in staging"]);
      expect(ended.summary).to.include("## Plan of staging").and.include("## Plan of prod");
      expect(ended.verified.map((line) => line.split(" as ")[0])).to.deep.equal([
        "--stack staging --boundaries",
        "--stack staging",
      ]);
      expect(team.domains()).to.deep.equal(["orb-integration-hub-dev", "orb-integration-hub-staging"]);
    });

    it("deploys prod once it is approved, after staging, and changes nothing in staging the second time", async () => {
      const standing: (readonly string[])[] = [];
      const { jobs, log, ...ended } = await run({
        workflow: "deploy.yml",
        head: base,
        branch: "main",
        approve: () => {
          standing.push(team.domains());
          return true;
        },
      });

      expect(jobs, log).to.deep.equal(ofDeployment);
      expect(ended.identified.slice(2)).to.deep.equal(["deploy in staging", "deploy in prod"]);
      expect(standing.at(-1)).to.deep.equal(["orb-integration-hub-dev", "orb-integration-hub-staging"]);
      expect(team.domains()).to.have.length(3).and.include("orb-integration-hub-prod");
      expect(log).to.match(/\[deploy\] .*\n(?:.*\n)*.*28 unchanged/);
    });

    it("tells on a pull request what it would do: first what must not be overlooked, of every stack the plan", async () => {
      team.comments = [{ id: 1, user: { login: "someone" }, body: `${marker}\nnot of this workflow` }];
      const head = await team.commit(base, "prod", { origins: { private: ["orb~"] } });
      const { jobs, exitCode, log, ...ended } = await run({ workflow: "preview.yml", head, base });
      const [theirs, comment, ...others] = team.comments;

      // Pulumi does not delete what is protected. The comment still names it, for anyone who reads the pull request.
      expect(jobs, log).to.deep.equal({ ...ofPreview, plan: "failure" });
      expect(exitCode).not.to.equal(0);
      expect(ended.identified).to.deep.equal(["plan in preview", "plan in preview", "plan in preview"]);
      expect([theirs?.body, others]).to.deep.equal([`${marker}\nnot of this workflow`, []]);
      expect(comment?.body.split("\n").slice(0, 6)).to.deep.equal([
        marker,
        "",
        `## What \`${head}\` does to the registry`,
        "",
        "> [!CAUTION]",
        "> - `prod`: **a private name opens**: `legacy-tool` may come from elsewhere than this registry's publishers, by the package group `/pypi/*`",
      ]);
      expect(comment?.body).to.match(
        /> - `prod`: \*\*it cannot be deployed\*\*: `.*registry-origins-legacy-tool\$.*protected.*`/,
      );
      expect(comment?.body).to.match(
        /### `dev`\n\n\*\*Plan:\*\* no changes\.\n[^#]*\*\*Access:\*\* as on the base branch\./,
      );
      expect(ended.summary).to.include(comment?.body.split("\n\n### ")[0]);
    });

    it("edits its comment on the next push, and repeats none", async () => {
      const [, former] = team.comments;
      const head = await team.commit(base, "prod", { origins, protect: false });
      const { jobs, exitCode, log } = await run({ workflow: "preview.yml", head, base });
      const [, comment, ...others] = team.comments;

      expect(jobs, log).to.deep.equal(ofPreview);
      expect(exitCode).to.equal(0);
      expect([comment?.id, others]).to.deep.equal([former?.id, []]);
      expect(comment?.body.match(/^> .*$/gm)).to.have.members([
        "> [!CAUTION]",
        ...[
          ...["domain", "pypi-store", "python-packages"],
          ...["origins-legacy-tool$", "origins-orb~", "origins-*"],
          "audit-log",
        ].map((name) => `> - \`prod\`: **no longer protects** \`registry-${name}\` from deletion`),
      ]);
    });

    it("gives a fork's pull request its access tables, no identity, and no comment that it could not make", async () => {
      const before = team.comments;
      const head = await team.commit(base, "dev", { packages: ["orb-common", "orb-models", "orb-new"] });
      const { jobs, exitCode, log, ...ended } = await run({
        workflow: "preview.yml",
        head,
        base,
        from: "someone/registry",
      });

      expect(jobs, log).to.deep.equal({ check: "success", documents: "success", describe: "success" });
      expect(exitCode).to.equal(0);
      expect(ended.identified).to.deep.equal([]);
      expect(team.comments).to.deep.equal(before);
      expect(ended.summary).to.include("### `dev`\n\n**Plan:** none. A pull request from a fork");
      expect(ended.summary).to.include("> - `dev`: `orb-integration-hub-dev-codeartifact-publisher` **may now**");
      expect(ended.summary).to.match(/\d+ attempts on `orb-integration-hub-prod`: all end as the settings mean them\./);
    });
  });
});
