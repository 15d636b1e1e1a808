import { expect } from "chai";
import { makeWheel } from "../../../sandbox/fixtures/distributions";
import { describePulumi } from "../../support/describePulumi";
import { sectionOf } from "../../support/docs/document";
import { callsIn, Incident, incidents } from "../../support/docs/incident";

const section = sectionOf(incidents, "A lost key");
const gone = sectionOf(incidents, "A key that is gone");
const deletedDomain = sectionOf(incidents, "A deleted domain");
const day = 24 * 60 * 60 * 1000;

describePulumi(`${incidents}, a lost key`, (cli) => {
  let incident: Incident;
  const key = () => /key\/\S+/.exec(keys()[0] ?? "")?.[0]?.slice("key/".length) ?? "";
  const keys = () =>
    incident.sandbox.context.account.kms
      .listKeys()
      .filter(({ keyManager }) => keyManager === "CUSTOMER")
      .map(({ arn }) => arn);
  const does = (step: string, of = section) => incident.does(of, step);

  beforeEach(async () => {
    incident = await Incident.open(cli, { stack: "prod", settings: { encryption: "create" }, others: ["staging"] });
    const wheel = await makeWheel({ name: "orb-common", version: "1.0.0" });
    await incident.publish(wheel, "staging");
    await incident.publish(wheel);
    await incident.prepares();
    expect(await incident.installs("orb-common")).to.equal("orb-common-1.0.0");
  });
  afterEach(() => incident.close());

  it("is kept while it waits for its deletion, and after that the packages install and nothing differs", async () => {
    await incident.shell(`aws kms schedule-key-deletion --key-id ${key()}`);
    const pending = await does("Look at the key");
    expect([pending.text, await incident.installs("orb-common")].join()).to.match(
      /^PendingDeletion .*No matching distribution/,
    );

    const cancelled = await does("Cancel the deletion");
    const disabled = await does("Look at the key");
    expect([cancelled.exitCode, disabled.text, await incident.installs("orb-common")].join()).to.match(
      /^0,Disabled .*No matching distribution/,
    );

    const enabled = await does("Enable the key");
    const checked = await does("Check");
    const [scheduled = "", ...more] = callsIn(await does("Find who did it"));
    expect([enabled.exitCode, checked.exitCode], checked.text).to.deep.equal([0, 0]);
    expect(checked.text).to.include("orb_common-1.0.0-py3-none-any.whl").and.to.include("prod: as declared.");
    expect(await incident.installs("orb-common")).to.equal("orb-common-1.0.0");
    expect([scheduled.split(" ")[1], scheduled.split(" ")[5], more]).to.deep.equal([
      "ScheduleKeyDeletion",
      "Administrator",
      [],
    ]);
    expect(incident.undone(section)).to.deep.equal([]);
  });

  it("counts as deleted in a refresh while it waits for its deletion, and not once it is enabled", async () => {
    const id = key();
    // The CLI takes one of the two.
    const preview = "PULUMI_SKIP_CONFIRMATIONS=false pulumi refresh --preview-only";
    await incident.shell(`aws kms schedule-key-deletion --key-id ${id}`);
    const pending = await incident.shell(preview);
    await incident.shell(`aws kms cancel-key-deletion --key-id ${id}\naws kms enable-key --key-id ${id}`);
    const enabled = await incident.shell(`${preview} --expect-no-changes`);

    expect(pending.text).to.include("aws:kms:Key registry-key delete");
    expect(enabled.exitCode, enabled.text).to.equal(0);
    expect(enabled.text).not.to.include("registry-key delete");
  });

  it("that is gone costs the packages: the domain is deleted, created again and filled", async () => {
    const before = await incident.shell("pulumi stack output clientSettings --json");
    const former = keys();
    // A key is gone when its waiting period is over.
    incident.clock.aheadBy = -8 * day;
    incident.sandbox.context.account.kms.scheduleKeyDeletion({ keyId: key(), pendingWindowInDays: 7 });
    incident.clock.aheadBy = 0;
    const looked = await does("Look at the key");
    expect(looked.text).to.include("(NotFoundException)");
    expect(await incident.installs("orb-common")).to.include("No matching distribution");

    const deleted = await does("Delete the domain", gone);
    const created = await does("Create it again", deletedDomain);
    expect([deleted.exitCode, created.exitCode], deleted.text + created.text).to.deep.equal([0, 0]);
    expect(await incident.installs("orb-common")).to.include("No matching distribution");

    const filled = await does("Without a backup, promote", deletedDomain);
    const checked = await does("Check", deletedDomain);
    expect([filled.exitCode, checked.exitCode], filled.text + checked.text).to.deep.equal([0, 0]);
    expect(checked.text).to.include("orb_common-1.0.0-py3-none-any.whl").and.to.include("prod: as declared.");
    expect(await incident.installs("orb-common")).to.equal("orb-common-1.0.0");
    const after = await incident.shell("pulumi stack output clientSettings --json");
    expect(after).to.deep.equal(before);
    expect(keys()).to.have.length(1).and.not.to.deep.equal(former);
    expect(incident.undone(gone)).to.deep.equal([]);
  });
});
