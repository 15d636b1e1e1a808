import { expect } from "chai";
import { makeWheel } from "../../../sandbox/fixtures/distributions";
import { describePulumi } from "../../support/describePulumi";
import { sectionOf } from "../../support/docs/document";
import { callsIn, Incident, incidents } from "../../support/docs/incident";

const section = sectionOf(incidents, "A deleted domain");

describePulumi(`${incidents}, a deleted domain`, (cli) => {
  let incident: Incident;

  before(async () => {
    incident = await Incident.open(cli, { stack: "prod", others: ["staging"] });
    const wheel = await makeWheel({ name: "orb-common", version: "1.0.0" });
    await incident.publish(wheel, "staging");
    await incident.publish(wheel);
    await incident.prepares();
  });
  after(() => incident.close());

  const does = (step: string) => incident.does(section, step);
  const outputs = () => incident.shell("pulumi stack output --json");
  const statuses = async () => {
    const { text } = await incident.shell(
      'aws codeartifact list-package-versions --domain "$DOMAIN" --repository python-packages --format pypi ' +
        `--package orb-common --query "versions[].join('=', [version, status])" --output text`,
    );
    return text.trim().split(" ");
  };
  const repositories = ["python-packages", "pypi-store"];
  const deletes = (repository: string) =>
    `aws codeartifact delete-repository --domain "$DOMAIN" --repository ${repository}`;

  it("is there again under its name with the packages, and the outputs are the same", async () => {
    expect(await incident.installs("orb-common")).to.equal("orb-common-1.0.0");
    const before = await outputs();
    await incident.publish(await makeWheel({ name: "orb-common", version: "1.1.0" }));
    await incident.shell(
      'aws codeartifact update-package-versions-status --domain "$DOMAIN" --repository python-packages --format pypi ' +
        '--package orb-common --versions 1.1.0 --target-status Unlisted\nnpm run export -- --stack "$STACK" --to backup',
    );
    await incident.shell(
      [...repositories.map(deletes), 'aws codeartifact delete-domain --domain "$DOMAIN"'].join("\n"),
    );
    expect(await incident.installs("orb-common")).to.include("No matching distribution");

    const created = await does("Create it again");
    const empty = await incident.installs("orb-common");
    const filled = await does("Import the backup");
    const checked = await does("Check");
    const who = await does("Find who deleted it");

    expect([created.exitCode, filled.exitCode, checked.exitCode], created.text + filled.text).to.deep.equal([0, 0, 0]);
    expect(empty).to.include("No matching distribution");
    expect(checked.text).to.include("prod: as declared.").and.to.include("orb_common-1.0.0-py3-none-any.whl");
    expect(await incident.installs("orb-common")).to.equal("orb-common-1.0.0");
    expect(await outputs()).to.deep.equal(before);
    expect(await statuses()).to.deep.equal(["1.0.0=Published", "1.1.0=Unlisted"]);
    expect(callsIn(who).map((line) => line.split(" ")[1])).to.deep.equal([
      ...["DeleteRepository", "DeleteRepository"],
      "DeleteDomain",
    ]);
  });

  it("takes the same steps where a repository alone was deleted", async () => {
    await incident.shell(deletes("python-packages"));
    expect(await incident.installs("orb-common")).to.include("No matching distribution");

    for (const step of ["Create it again", "Without a backup, promote", "Check"]) {
      const { exitCode, text } = await does(step);
      expect(exitCode, text).to.equal(0);
    }
    expect(await incident.installs("orb-common")).to.equal("orb-common-1.0.0");
    expect(incident.undone(section)).to.deep.equal([]);
  });
});
