import { appendFileSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { repositoryName } from "../../naming/registryNames";
import { makeWheel } from "../../sandbox/fixtures/distributions";
import { fill, statuses } from "../support/commands/backups";
import { endedWhen, saying } from "../support/commands/killedCommand";
import { runCommand } from "../support/commands/processes";
import { openRegistries, type PromotionRegistries } from "../support/commands/promoteRegistries";

describe("import", () => {
  let registries: PromotionRegistries;
  let folder: string;

  beforeEach(async () => {
    registries = await openRegistries();
    folder = join(mkdtempSync(join(tmpdir(), "import-")), "backup");
  });

  afterEach(async () => {
    rmSync(join(folder, ".."), { recursive: true });
    await registries.close();
  });

  const exportDev = async () => {
    const words = ["--stack", "dev", "--to", folder, "--profile", "dev-maintainer", "--unlist-archived"];
    const ended = await runCommand("export", words, { environment: registries.environment });
    expect(ended.exitCode, ended.stderr + ended.stdout).to.equal(0);
  };
  const words = (...more: readonly string[]) => [
    ...["--stack", "staging", "--from", folder, "--profile", "staging-publisher"],
    ...["--status-profile", "staging-maintainer", ...more],
  ];
  const importToStaging = (...more: readonly string[]) =>
    runCommand("import", words(...more), { environment: registries.environment });

  it("brings every file to another registry, byte for byte, with its status, and nothing the second time", async () => {
    await fill(registries);
    await exportDev();

    const first = await importToStaging();
    const second = await importToStaging("--format", "json");

    expect(first.exitCode, first.stderr + first.stdout).to.equal(0);
    expect(first.stdout.split("\n").slice(0, -1)).to.deep.equal([
      "not imported: orb-common 1.3.0: it is Disposed, and has no files",
      `${folder} → staging: 6 files sent, 0 there already. 2 statuses set.`,
    ]);
    expect(registries.held("staging")).to.deep.equal(registries.held("dev"));
    const gone = "orb-common 1.3.0 Disposed";
    expect(statuses(registries, "staging")).to.deep.equal(statuses(registries, "dev").filter((one) => one !== gone));
    expect(second.exitCode).to.equal(0);
    const { files, statuses: again } = JSON.parse(second.stdout) as Record<string, { outcome: string }[]>;
    expect([...files!, ...again!].map(({ outcome }) => outcome)).to.deep.equal(Array(8).fill("there already"));
  });

  it("sends nothing where a file of the folder was changed or is gone, and names each; the others it sends by themselves", async () => {
    await fill(registries);
    await exportDev();
    const paths = [
      "files/orb-models/2.0.0/orb_models-2.0.0-py3-none-any.whl",
      "files/orb-common/1.0.0/orb_common-1.0.0.tar.gz",
    ];
    appendFileSync(join(folder, paths[0]!), "x");
    rmSync(join(folder, paths[1]!));

    const whole = await importToStaging();
    const before = registries.held("staging");
    rmSync(join(folder, "files/orb-models"), { recursive: true });
    const words = ["--stack", "dev", "--to", folder, "--profile", "dev-maintainer"];
    const repaired = await runCommand("export", words, { environment: registries.environment });
    const afterwards = await importToStaging("--packages", "Orb_Models");

    expect(whole.exitCode).to.equal(1);
    expect(whole.stderr).to.match(
      new RegExp(
        `^error: ${paths[1]!} is missing\\.\n${paths[0]!} has SHA-256 [0-9a-f]{64}, and the manifest says [0-9a-f]{64}\\.\nNothing was sent\\.\n$`,
      ),
    );
    expect(before).to.deep.equal({});
    expect([repaired.exitCode, afterwards.exitCode], afterwards.stderr).to.deep.equal([0, 0]);
    expect(Object.keys(registries.held("staging"))).to.deep.equal(["orb_models-2.0.0-py3-none-any.whl"]);
  });

  it("sends nothing where one file is there with other bytes, and gives both digests", async () => {
    await fill(registries);
    await exportDev();
    const other = await makeWheel({ name: "orb-common", version: "1.0.0", summary: "Other bytes." });
    await registries.publish("staging", other);
    const before = registries.held("staging");

    const { exitCode, stderr } = await importToStaging();

    expect(exitCode).to.equal(1);
    expect(stderr).to.equal(
      `error: orb-integration-hub-staging has ${other.filename} with SHA-256 ${before[other.filename]}, and it was to be ` +
        `${registries.held("dev")[other.filename]}: a published file never changes.\nNothing was sent.\n`,
    );
    expect(registries.held("staging")).to.deep.equal(before);
  });

  it("goes on where it was killed: every file and every status is there once", async () => {
    await fill(registries);
    await exportDev();

    await endedWhen(saying("(4 of 6)"), "import", words(), registries.environment);
    const sent = Object.keys(registries.held("staging")).length;
    const { exitCode, stdout, stderr } = await importToStaging();

    expect(sent).to.be.within(3, 4);
    expect(exitCode, stderr).to.equal(0);
    expect(stdout).to.match(new RegExp(`${6 - sent} files sent, ${sent} there already`));
    expect(registries.held("staging")).to.deep.equal(registries.held("dev"));
    expect(statuses(registries, "staging"))
      .to.include("orb-common 1.2.0 Archived")
      .and.include("orb-common 1.1.0 Unlisted");
  });

  it("sends no version that must not be installed where its status is denied, and prints the command; the others it sends", async () => {
    await fill(registries);
    await exportDev();
    const alone = ["--stack", "staging", "--from", folder, "--profile", "staging-publisher"];

    const denied = await runCommand("import", alone, { environment: registries.environment });
    const between = statuses(registries, "staging");
    const permitted = await importToStaging();

    expect(denied.exitCode, denied.stderr).to.equal(1);
    expect(denied.stdout.split("\n").slice(1, -1)).to.deep.equal([
      "not sent, because it cannot be Unlisted: orb-common 1.1.0",
      "not sent, because it cannot be Archived: orb-common 1.2.0",
      "With a profile that may change statuses, such as a maintainer's, run: " +
        `npm run import -- --stack staging --from ${folder} --status-profile NAME`,
      `${folder} → staging: 3 files sent, 0 there already. 0 statuses set.`,
    ]);
    expect(between).to.deep.equal(["orb-common 1.0.0 Published", "orb-models 2.0.0 Published"]);
    expect(permitted.exitCode, permitted.stderr).to.equal(0);
    expect(registries.held("staging")).to.deep.equal(registries.held("dev"));
  });

  it("rejects a manifest that leads elsewhere, is not complete or of a newer release, and a name that the stack does not keep private", async () => {
    await registries.publish("dev", await makeWheel({ name: "orb-common", version: "1.0.0" }));
    await exportDev();
    const path = join(folder, "manifest.json");
    const text = readFileSync(path, "utf8");
    const withChange = async (from: string, to: string) => {
      writeFileSync(path, text.replaceAll(from, to));
      const { exitCode, stderr } = await importToStaging();
      expect(exitCode).to.equal(1);
      return stderr;
    };
    const filename = "orb_common-1.0.0-py3-none-any.whl";

    expect(await withChange(filename, "../../../manifest.json")).to.equal(
      `error: ${path}: packages[0].versions[0].files[0].filename: is no name that may be a part of a path\n`,
    );
    expect(await withChange('"complete": true', '"complete": false')).to.equal(
      `error: ${folder} has an export that did not run to its end: npm run export -- --stack dev --to ${folder}\n`,
    );
    expect(await withChange('"version": 1', '"version": 2')).to.equal(
      `error: ${path} has version 2, and this release reads 1: take the release that wrote it.\n`,
    );
    renameSync(join(folder, "files/orb-common"), join(folder, "files/numpy"));
    expect(await withChange('"orb-common"', '"numpy"')).to.equal(
      "error: numpy is not private in stack staging: add it to the setting origins.private.\nNothing was sent.\n",
    );
    expect(registries.held("staging")).to.deep.equal({});
    renameSync(join(folder, "files/numpy"), join(folder, "files/orb-common"));
    writeFileSync(path, text);
    expect((await importToStaging()).exitCode).to.equal(0);
  });

  it("names each file that twine does not send, and imports an export without packages", async () => {
    await exportDev();
    const empty = await importToStaging();
    const { packages, domain } = registries.sandboxes.dev.context;
    const bytes = Buffer.from("old");
    await registries.publish("dev", await makeWheel({ name: "orb-common", version: "1.6" }));
    for (const version of ["1.6", "1.7"]) {
      const filename = `orb-common-${version}.tar.bz2`;
      await packages.publish({ domain, repository: repositoryName }, "orb-common", { filename, version, bytes });
    }
    await exportDev();
    const partly = await importToStaging();

    expect([empty.exitCode, empty.stdout]).to.deep.equal([
      0,
      `${folder} → staging: 0 files sent, 0 there already. 0 statuses set.\n`,
    ]);
    expect(partly.exitCode).to.equal(1);
    expect(partly.stdout.split("\n").slice(0, -1)).to.deep.equal([
      "not imported: orb-common 1.7: twine sends only .whl, .tar.gz or .zip, and it has orb-common-1.7.tar.bz2",
      "left out: orb-common-1.6.tar.bz2: twine sends only .whl, .tar.gz or .zip",
      `${folder} → staging: 1 files sent, 0 there already. 0 statuses set.`,
    ]);
    expect(Object.keys(registries.held("staging"))).to.deep.equal(["orb_common-1.6-py3-none-any.whl"]);
  });
});
