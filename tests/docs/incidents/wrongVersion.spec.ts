import { expect } from "chai";
import { makeWheel } from "../../../sandbox/fixtures/distributions";
import { withVersion } from "../../support/clients/tools";
import { describePulumi } from "../../support/describePulumi";
import { sectionOf } from "../../support/docs/document";
import { callsIn, Incident, incidents } from "../../support/docs/incident";

const section = sectionOf(incidents, "A wrong version");

describePulumi(`${incidents}, a wrong version, with ${withVersion("pip")} and ${withVersion("uv")}`, (cli) => {
  let incident: Incident;

  before(async () => {
    incident = await Incident.open(cli, { stack: "prod" });
  });
  after(() => incident.close());

  const uv = async (command: string) => {
    const { token } = await incident.job("reader");
    return incident.person.shell(`uv --project consumer ${command}`, {
      UV_CACHE_DIR: `${incident.person.work}/uv-${Date.now()}`,
      UV_PYTHON: incident.person.tools.python,
      UV_PYTHON_DOWNLOADS: "never",
      UV_INDEX_REGISTRY_USERNAME: "aws",
      UV_INDEX_REGISTRY_PASSWORD: token,
    });
  };
  const locked = () => /name = "orb-common"\nversion = "([^"]+)"/.exec(incident.person.read("consumer/uv.lock"))?.[1];

  it("is what no new client gets, and uv's locks still install, pip's pins not", async () => {
    await incident.publish(await makeWheel({ name: "orb-common", version: "1.3.0" }));
    await incident.publish(await makeWheel({ name: "orb-common", version: "1.4.0" }));
    await incident.prepares();
    incident.person.write(
      "consumer/pyproject.toml",
      '[project]\nname = "consumer"\nversion = "0"\nrequires-python = ">=3.11"\ndependencies = ["orb-common"]\n' +
        `[[tool.uv.index]]\nname = "registry"\nurl = "${incident.endpoint()}simple/"\ndefault = true\n`,
    );
    expect((await uv("lock")).exitCode).to.equal(0);
    expect([locked(), await incident.installs("orb-common==1.4.0")]).to.deep.equal(["1.4.0", "orb-common-1.4.0"]);

    const does = (step: string) => incident.does(section, step);
    await does("Name the version");
    expect(await incident.publish(await makeWheel({ name: "orb-common", version: "1.4.1" }))).to.equal(200);
    const readers = await does("Find who has it");
    const download = " orb-common 1.4.0 orb-integration-hub-prod-codeartifact-reader-lambda-layers ";
    expect(callsIn(readers).filter((line) => !line.includes(download))).to.deep.equal([]);
    expect(readers.text).to.include(download);

    const unlisted = await does("Unlist it");
    const gets = await does("Check what a client gets");
    expect(unlisted.text).to.include('"status": "Unlisted"');
    expect(gets.text)
      .to.match(/Saved \S+orb_common-1\.4\.1-py3-none-any\.whl/)
      .and.to.include("No matching distribution found for orb-common==1.4.0");
    expect(await incident.installs("orb-common")).to.equal("orb-common-1.4.1");

    const formerLock = await uv("sync --locked");
    expect(formerLock.exitCode, formerLock.text).to.equal(0);
    expect(formerLock.text).to.include("orb-common==1.4.0");
    await uv("lock --upgrade");
    expect(locked()).to.equal("1.4.1");
    expect(incident.undone(section)).to.deep.equal([]);
  });
});
