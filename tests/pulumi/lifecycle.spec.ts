import { expect } from "chai";
import { describePulumi } from "../support/describePulumi";
import { PulumiProject, stepTexts } from "../support/pulumiProject";
import { exampleCreated } from "../support/settingsChanges";

/** Everything that a stack can have. */
const everything = { encryption: "create", readerAccountIds: ["444455556666"] };

const made = [
  ...exampleCreated,
  ...["create registry-domain-policy", "create registry-key", "create registry-repository-policy"],
].sort();

describePulumi("a stack's life on the real engine", (cli) => {
  describe("in dev", () => {
    let project: PulumiProject;

    before(async () => {
      project = new PulumiProject(cli);
      await project.init("dev", everything);
    });

    after(() => {
      project.close();
    });

    it("begins with a preview that shows all of it, and asks AWS for none", async () => {
      const { exitCode, steps } = await project.preview("dev");

      expect(exitCode).to.equal(0);
      expect(stepTexts(steps)).to.deep.equal(made);
      expect(project.account.codeartifact.domains.list()).to.deep.equal([]);
      expect(project.account.iam.roles.list()).to.deep.equal([]);
      expect(project.account.kms.listKeys()).to.deep.equal([]);
    });

    it("makes with the first update what the preview showed, and knows its outputs then", async () => {
      const { exitCode, steps } = await project.up("dev");
      const outputs = JSON.parse((await project.run("stack", "output", "--stack", "dev", "--json")).stdout) as object;

      expect(exitCode).to.equal(0);
      expect(stepTexts(steps)).to.deep.equal(made);
      expect(outputs).to.deep.include({
        domainName: "orb-integration-hub-dev",
        repositoryEndpoint:
          "https://orb-integration-hub-dev-123456789012.d.codeartifact.us-east-1.amazonaws.com/pypi/python-packages/",
        publisherRoleArns: {
          publisher: "arn:aws:iam::123456789012:role/orb-integration-hub-dev-codeartifact-publisher",
        },
      });
    });

    it("changes nothing with the second update, and a refresh finds nothing", async () => {
      const refreshed = await project.refresh("dev");
      const { exitCode, steps } = await project.up("dev", "--expect-no-changes");

      expect(refreshed.steps).to.deep.equal([]);
      expect(exitCode).to.equal(0);
      expect(steps).to.deep.equal([]);
    });

    it("keeps a key that the domain needs, whatever the settings say now", async () => {
      project.configure("dev", { ...everything, encryption: undefined });
      const { exitCode, messages } = await project.up("dev");
      project.configure("dev", everything);

      expect(exitCode).to.equal(1);
      expect(messages.join("\n")).to.include("and cannot change to another. Set encryption back:");
      expect(project.account.kms.listKeys().map(({ keyState }) => keyState)).to.deep.equal(["Enabled"]);
    });

    it("ends with nothing left but a key that waits for its deletion", async () => {
      const { exitCode, steps } = await project.destroy("dev");

      expect(exitCode).to.equal(0);
      expect(stepTexts(steps)).to.deep.equal(made.map((step) => step.replace("create", "delete")));
      expect(project.account.codeartifact.domains.list()).to.deep.equal([]);
      expect(project.account.iam.roles.list()).to.deep.equal([]);
      expect(project.account.iam.policies.list()).to.deep.equal([]);
      expect(project.account.kms.listKeys().map(({ keyState }) => keyState)).to.deep.equal(["PendingDeletion"]);
    });
  });

  describe("in prod", () => {
    const publishers = ["services", "apps"].map((name) => ({
      name,
      repository: `octo/${name}`,
      repositoryId: 11,
      ownerId: 22,
      ref: "refs/heads/main",
      workflow: ".github/workflows/publish.yml",
      packages: ["orb-common"],
    }));
    const settings = { publishers, origins: { private: ["orb~", "legacy-tool$"] } };
    const domain = "orb-integration-hub-prod";
    let project: PulumiProject;

    before(async () => {
      project = new PulumiProject(cli);
      await project.init("prod", settings);
      expect((await project.up("prod")).exitCode).to.equal(0);
    });

    after(() => {
      project.close();
    });

    it("can lose a publisher and a reader", async () => {
      project.configure("prod", { ...settings, publishers: publishers.slice(0, 1), readers: undefined });
      const { exitCode, steps } = await project.up("prod");

      expect(exitCode).to.equal(0);
      expect(stepTexts(steps)).to.deep.equal([
        "delete registry-publisher-apps-permissions",
        "delete registry-publisher-apps-role",
        "delete registry-reader-lambda-layers-read-attachment",
        "delete registry-reader-lambda-layers-role",
      ]);
    });

    it("keeps a name private that is taken out of the list of packages", async () => {
      const [services] = publishers;
      project.configure("prod", {
        ...settings,
        publishers: [{ ...services, packages: undefined }],
        readers: undefined,
        packages: ["orb-models"],
      });
      const { exitCode, steps } = await project.up("prod");

      expect(exitCode).to.equal(0);
      expect(stepTexts(steps)).to.deep.equal(["update registry-publisher-services-permissions"]);
    });

    it("does not give up an origin, and says how it is done on purpose", async () => {
      project.configure("prod", { ...settings, origins: { private: ["orb~"] } });
      const { exitCode, messages } = await project.preview("prod");

      expect(exitCode).to.equal(1);
      expect(messages.join("\n")).to.match(
        /^Preview failed: resource ".*::registry-origins-legacy-tool\$" cannot be deleted\nbecause it is protected\..*\n`pulumi state unprotect '.*::registry-origins-legacy-tool\$'`$/m,
      );
    });

    it("lets go of an origin that is unprotected, whose group stays until someone deletes it", async () => {
      const { steps } = await project.preview("prod");
      const [letGo] = steps.filter(({ op }) => op === "delete");
      await project.run("state", "unprotect", letGo!.urn, "--stack", "prod", "--yes");
      const { exitCode } = await project.up("prod");
      const groups = project.account.codeartifact.packageGroups.list({ domain }).map(({ pattern }) => pattern);

      expect(exitCode).to.equal(0);
      expect(groups).to.include("/pypi//legacy-tool$");
      expect((await project.preview("prod")).steps).to.deep.equal([]);
    });

    it("is not destroyed, and loses nothing by the attempt", async () => {
      const before = project.account.iam.roles.list();
      const { exitCode, messages } = await project.destroy("prod");
      const repositories = project.account.codeartifact.repositories.list({ domain });

      expect(exitCode).to.equal(1);
      expect(messages.join("\n")).to.match(/cannot be deleted\nbecause it is protected/);
      expect(repositories.map(({ name }) => name)).to.deep.equal(["pypi-store", "python-packages"]);
      expect(project.account.iam.roles.list()).to.deep.equal(before);
      expect(before).to.have.length(3);
    });
  });
});
