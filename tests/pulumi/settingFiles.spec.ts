import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { stringify } from "yaml";
import { configurationLimit } from "../../settings/configuration";
import { describePulumi } from "../support/describePulumi";
import { PulumiProject } from "../support/pulumiProject";

/** Repositories in ten teams, each with ten packages of its own. */
const repositories = Array.from({ length: 200 }, (_, index) => ({
  name: `service-${index}`,
  packages: Array.from({ length: 10 }, (_package, part) => `orb-service-${index}-part-${part}`),
}));
const teams = Array.from({ length: 10 }, (_, team) => repositories.filter((_repository, index) => index % 10 === team));

const publishersOf = (team: typeof repositories) =>
  team.map(({ name, packages }, index) => ({
    name,
    repository: `acme/${name}`,
    repositoryId: 700_000_001 + index,
    ownerId: 700_000_000,
    environment: "dev",
    ref: "refs/heads/develop",
    workflow: ".github/workflows/publish.yml",
    packages,
  }));

describePulumi("a stack whose settings are in files", (cli) => {
  let project: PulumiProject;

  beforeEach(() => {
    project = new PulumiProject(cli);
  });

  afterEach(() => {
    project.close();
  });

  function write(file: string, value: unknown): void {
    const path = join(project.directory, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, stringify(value));
  }

  it("is deployed with 200 repositories and 2,000 packages", async function () {
    this.timeout(900_000);
    teams.forEach((team, index) => {
      write(`registry/publishers/team-${index}.yaml`, publishersOf(team));
    });
    write(
      "registry/packages.yaml",
      repositories.flatMap(({ packages }) => packages),
    );
    await project.init("dev", {
      packages: { file: "registry/packages.yaml" },
      publishers: { file: teams.map((_team, index) => `registry/publishers/team-${index}.yaml`) },
    });
    const up = await project.up("dev");

    expect(up.exitCode, up.messages.join("\n")).to.equal(0);
    const publishers = project.account.iam.roles.list().filter(({ roleName }) => roleName.includes("-publisher-"));
    expect(publishers).to.have.length(200);
    const { policyDocument } = project.account.iam.roles.getPolicy({
      roleName: "orb-integration-hub-dev-codeartifact-publisher-service-199",
      policyName: "permissions",
    });
    expect([...policyDocument.matchAll(/orb-service-199-part-\d/g)]).to.have.length(10);
  });

  it("ends before anything is made where a file is missing", async () => {
    await project.init("dev", { publishers: { file: "registry/publishers.yaml" } });
    const { exitCode, messages, steps } = await project.preview("dev");

    expect(exitCode).not.to.equal(0);
    expect(messages.join("\n")).to.include('publishers.file: "registry/publishers.yaml" is not read: ENOENT');
    expect(steps).to.deep.equal([]);
  });

  it("may have a configuration of as many bytes as the settings accept, and no more", async () => {
    // Lengthens the configuration to the limit with a setting of the AWS provider.
    await project.init("dev");
    const values = JSON.parse((await project.run("config", "--json", "--stack", "dev")).stdout) as Record<
      string,
      { value: string }
    >;
    const bytes = JSON.stringify(
      Object.fromEntries(
        Object.entries({ ...values, "aws:httpProxy": { value: "" } }).map(([key, { value }]) => [key, value]),
      ),
    ).length;
    const fitting = configurationLimit - bytes;
    project.configure("dev", { "aws:httpProxy": "x".repeat(fitting) });
    const accepted = await project.preview("dev");
    project.configure("dev", { "aws:httpProxy": "x".repeat(fitting + 1) });
    const rejected = await project.preview("dev");

    expect(accepted.exitCode, accepted.messages.join("\n")).to.equal(0);
    expect(rejected.exitCode).not.to.equal(0);
    expect(rejected.steps).to.deep.equal([]);
  });
});
