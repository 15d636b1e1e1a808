import { expect } from "chai";
import { sha256Of } from "../../../sandbox/codeartifact/packages/records";
import { makeWheel } from "../../../sandbox/fixtures/distributions";
import { describePulumi } from "../../support/describePulumi";
import { sectionOf } from "../../support/docs/document";
import { callsIn, Incident, incidents } from "../../support/docs/incident";

const section = sectionOf(incidents, "A poisoned package");

const maintainer = {
  ...{ repository: "orb-integration-hub/orb-integration-hub", repositoryId: 0, ownerId: 0, environment: "prod" },
  ...{ ref: "refs/heads/main", workflow: ".github/workflows/maintain.yml" },
};

describePulumi(`${incidents}, a poisoned package`, (cli) => {
  let incident: Incident;

  before(async () => {
    incident = await Incident.open(cli, { stack: "prod", settings: { maintainers: [maintainer] } });
  });
  after(() => incident.close());

  it("installs nowhere, a higher version does, and its number stays taken", async () => {
    const poisoned = await makeWheel({ name: "orb-common", version: "1.4.0" });
    await incident.publish(await makeWheel({ name: "orb-common", version: "1.3.0" }));
    await incident.publish(poisoned);
    await incident.prepares();
    expect(await incident.installs("orb-common")).to.equal("orb-common-1.4.0");

    const does = async (step: string) => incident.does(section, step);
    await does("Name the version");
    const { session } = await incident.job("maintainer");
    const asPublisher = await incident.does(section, "Archive it", { session: (await incident.job()).session });
    const archived = await incident.does(section, "Archive it", { session });
    expect(asPublisher.text).to.include("AccessDeniedException");
    expect(archived.text).to.include('"status": "Archived"');
    expect(await incident.installs("orb-common==1.4.0")).to.include("No matching distribution");

    const publisher = await does("Find who published it");
    const more = await does("Find what else they published");
    const readers = await does("Find who installed it");
    const columns = "orb-integration-hub-prod orb-common";
    const role = "orb-integration-hub-prod-codeartifact";
    expect(publisher.text).to.include(` PublishPackageVersion ${columns} 1.4.0 ${role}-publisher GitHubActions `);
    expect(publisher.text).to.include(`${poisoned.filename} ${await sha256Of(poisoned.bytes)}`);
    expect(callsIn(more).map((line) => line.split(" ")[4])).to.deep.equal(["1.4.0", "1.3.0"]);
    expect(callsIn(readers)).to.have.length(1);
    expect(readers.text).to.include(` ReadFromRepository ${columns} 1.4.0 ${role}-reader-lambda-layers GitHubActions `);

    expect(await incident.publish(await makeWheel({ name: "orb-common", version: "1.4.1" }))).to.equal(200);
    const gets = await does("Check what a client gets");
    expect(gets.text)
      .to.match(/Saved \S+orb_common-1\.4\.1-py3-none-any\.whl/)
      .and.to.include("No matching distribution found for orb-common==1.4.0");

    const disposed = await does("Dispose of it");
    expect(disposed.exitCode, disposed.text).to.equal(0);
    expect(disposed.text).to.include('"status": "Disposed"').and.to.include("prod: as declared.");
    const other = await makeWheel({ name: "orb-common", version: "1.4.0", summary: "Other bytes." });
    expect([await incident.publish(other), await incident.installs("orb-common")]).to.deep.equal([
      409,
      "orb-common-1.4.1",
    ]);
    expect(incident.undone(section)).to.deep.equal([]);
  });
});
