import { expect } from "chai";
import { makeWheel } from "../../../sandbox/fixtures/distributions";
import { describePulumi } from "../../support/describePulumi";
import { sectionOf } from "../../support/docs/document";
import { callsIn, Incident, incidents } from "../../support/docs/incident";

const section = sectionOf(incidents, "A private name from outside");

describePulumi(`${incidents}, a private name from outside`, (cli) => {
  let incident: Incident;

  before(async () => {
    incident = await Incident.open(cli, {
      stack: "prod",
      offered: [await makeWheel({ name: "orb-models", version: "99.0" })],
    });
  });
  after(() => incident.close());

  it("leaves both repositories, the groups are as declared, and the publisher's version installs", async () => {
    await incident.prepares();
    expect(await incident.installs("orb-models")).to.include("No matching distribution");
    await incident.shell(
      "aws codeartifact update-package-group-origin-configuration --domain \"$DOMAIN\" --package-group '/pypi//orb~' " +
        "--restrictions EXTERNAL_UPSTREAM=ALLOW,INTERNAL_UPSTREAM=ALLOW",
    );
    expect(await incident.installs("orb-models")).to.equal("orb-models-99.0");

    const closed = await incident.does(section, "Close the groups");
    const listed = await incident.does(section, "List what came in");
    expect(closed.exitCode, closed.text).to.equal(0);
    expect(listed.exitCode).to.equal(1);
    expect(listed.text)
      .to.include("package orb-models in pypi-store, versions")
      .and.to.include("package orb-models in python-packages, versions")
      .and.to.include("prod: 2 differences.");
    expect(await incident.installs("orb-models")).to.equal("orb-models-99.0");

    await incident.does(section, "Name the version");
    const who = await incident.does(section, "Find who opened the group, and who installed the version");
    const [opened = "", ...installed] = callsIn(who);
    expect(opened).to.include(" UpdatePackageGroupOriginConfiguration orb-integration-hub-prod - - Administrator ");
    expect(installed.map((line) => line.split(" ").slice(1, 7).join(" "))).to.deep.equal(
      Array(2).fill(
        "ReadFromRepository orb-integration-hub-prod orb-models 99.0 orb-integration-hub-prod-codeartifact-reader-lambda-layers GitHubActions",
      ),
    );

    const deleted = await incident.does(section, "Delete it from both repositories");
    expect(deleted.exitCode, deleted.text).to.equal(0);
    expect(await incident.installs("orb-models")).to.include("No matching distribution");
    expect(await incident.publish(await makeWheel({ name: "orb-models", version: "1.0.0" }))).to.equal(200);
    const checked = await incident.does(section, "Check");
    expect(checked.exitCode, checked.text).to.equal(0);
    expect(checked.text).to.include("prod: as declared.").and.to.include("orb_models-1.0.0-py3-none-any.whl");
    expect(await incident.installs("orb-models")).to.equal("orb-models-1.0.0");
    expect(incident.undone(section)).to.deep.equal([]);
  });
});
