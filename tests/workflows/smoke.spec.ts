import { stripVTControlCharacters } from "node:util";
import { expect } from "chai";
import { describeWorkflows } from "../support/examples/describeWorkflows";
import { describePulumi } from "../support/describePulumi";
import { type Start, Team, type TeamRun } from "../support/workflows/team";

describePulumi("GitHub's half of the smoke test, run unchanged", (cli) => {
  describeWorkflows("with act", ({ act }) => {
    let team: Team;
    let head: string;
    const role = (name: string) => `arn:aws:iam::123456789012:role/orb-integration-hub-${name}`;

    before(async () => {
      team = await Team.open(act, cli);
      const { repository, repositoryId, ownerId } = team.project;
      // The account is prepared for the team's repository, and so are the files of bootstrap once they are filled in.
      head = await team.change(await team.head(), {
        "bootstrap/Pulumi.account.yaml": (text) =>
          text
            .replace(/(:repository:).*/, `$1 ${repository}`)
            .replace(/(:repositoryId:).*/, `$1 ${repositoryId}`)
            .replace(/(:ownerId:).*/, `$1 ${ownerId}`),
      });
    });

    after(() => team.close());

    it("has roles of the stack to be rejected for, once it is deployed", async () => {
      const deployed = await team.start({ workflow: "deploy.yml", head, branch: "develop" });

      expect(deployed?.jobs.deploy, deployed?.log).to.equal("success");
      const names = team.project.account.iam.roles.list().map(({ roleName }) => roleName);
      expect(names).to.include("orb-integration-hub-dev-codeartifact-publisher");
    });

    const smoke = async (given: Partial<Start> = {}): Promise<TeamRun> => {
      const { log, ...ended } = (await team.start({
        workflow: "smoke.yml",
        head,
        inputs: { stack: "dev" },
        ...given,
      }))!;
      return { ...ended, log: stripVTControlCharacters(log) };
    };

    it("takes the preview role with the job's own identity token, and sees every other role of the stack rejected", async () => {
      const { jobs, exitCode, log, identified, assumed } = await smoke();

      expect(jobs, log).to.deep.equal({ roles: "success" });
      expect(exitCode).to.equal(0);
      expect(identified).to.deep.equal(["roles in preview", "roles in preview"]);
      expect([...new Set(assumed)].sort()).to.deep.equal(
        [
          "dev-codeartifact-publisher",
          "dev-codeartifact-reader-lambda-layers",
          "dev-codeartifact-reader-promotion",
          "dev-deploy",
          "preview",
        ].map(role),
      );
      expect(log).to.match(/taken {5}orb-integration-hub-preview/);
      expect(log).to.match(/rejected {2}orb-integration-hub-dev-deploy/);
      expect(log).to.match(/rejected {2}orb-integration-hub-dev-codeartifact-publisher/);
      expect(log).to.include("dev: AWS agrees. 5 roles asked for in account 123456789012.");
      expect(log).to.include("repo:acme/registry:environment:preview");
    });

    it("fails where AWS gives a role that the files keep from the job", async () => {
      const { iam } = team.project.account;
      const roleName = "orb-integration-hub-dev-deploy";
      const { assumeRolePolicyDocument: before } = iam.roles.get({ roleName });
      const { assumeRolePolicyDocument: preview } = iam.roles.get({ roleName: "orb-integration-hub-preview" });
      iam.roles.updateTrust({ roleName, policyDocument: preview });
      try {
        const { jobs, log } = await smoke();

        expect(jobs, log).to.deep.equal({ roles: "failure" });
        expect(log).to.match(/taken, here rejected {2}orb-integration-hub-dev-deploy/);
        expect(log).to.include("dev: AWS differs about 1 role.");
      } finally {
        iam.roles.updateTrust({ roleName, policyDocument: before });
      }
    });

    it("prints no token", async () => {
      const { log } = await smoke();

      expect(log).to.include("taken");
      expect(log).not.to.match(/eyJ[\w-]+\.[\w-]+\./);
    });
  });
});
