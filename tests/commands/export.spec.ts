import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { repositoryName } from "../../naming/registryNames";
import { deletePackage, deletePackageVersions } from "../../sandbox/codeartifact/packages/versionChanges";
import { makeWheel } from "../../sandbox/fixtures/distributions";
import { fill, filesBelow, manifestIn, mark, onDownload, statuses, versionsIn } from "../support/commands/backups";
import { endedWhen } from "../support/commands/killedCommand";
import { runCommand } from "../support/commands/processes";
import { openRegistries, type PromotionRegistries } from "../support/commands/promoteRegistries";

const wheel = (name: string, version: string) => `${name.replace("-", "_")}-${version}-py3-none-any.whl`;

describe("export", () => {
  let registries: PromotionRegistries;
  let folder: string;

  beforeEach(async () => {
    registries = await openRegistries();
    folder = join(mkdtempSync(join(tmpdir(), "export-")), "backup");
  });

  afterEach(async () => {
    rmSync(join(folder, ".."), { recursive: true });
    await registries.close();
  });

  const words = (...more: readonly string[]) => [
    "--stack",
    "dev",
    "--to",
    folder,
    "--profile",
    "dev-maintainer",
    ...more,
  ];
  const exportDev = (...more: readonly string[]) =>
    runCommand("export", words(...more), { environment: registries.environment });
  const saved = (): Readonly<Record<string, string>> =>
    Object.fromEntries(
      Object.entries(filesBelow(folder))
        .filter(([path]) => path.startsWith("files/"))
        .map(([path, sha256]) => [path.split("/").at(-1) ?? "", sha256] as const),
    );

  it("saves the files of every status, byte for byte, with what AWS says of each version", async () => {
    await fill(registries);
    const before = statuses(registries, "dev");

    const { exitCode, stdout, stderr } = await exportDev("--unlist-archived");

    expect(exitCode, stderr + stdout).to.equal(0);
    expect(stdout).to.match(
      /^dev → .*\/backup: 2 packages, 5 versions, 6 files, \d\.\d kB\. 6 fetched, 0 there already\.\n$/,
    );
    expect(saved()).to.deep.equal(registries.held("dev"));
    expect(versionsIn(folder)).to.deep.equal([
      `orb-common 1.0.0 Published ${wheel("orb-common", "1.0.0")} orb_common-1.0.0.tar.gz`,
      `orb-common 1.1.0 Unlisted ${wheel("orb-common", "1.1.0")}`,
      `orb-common 1.2.0 Archived ${wheel("orb-common", "1.2.0")} orb_common-1.2.0.tar.gz`,
      "orb-common 1.3.0 Disposed",
      `orb-models 2.0.0 Published ${wheel("orb-models", "2.0.0")}`,
    ]);
    expect(statuses(registries, "dev")).to.deep.equal(before);
    const { packages, ...about } = manifestIn(folder);
    const [published] = packages[0]!.versions;
    expect(about).to.deep.include({
      format: "package-registry-export",
      version: 1,
      complete: true,
      source: {
        stack: "dev",
        region: "us-east-1",
        domain: "orb-integration-hub-dev",
        repository: repositoryName,
      },
    });
    const record = registries.sandboxes.dev.context.packages.store.find(
      { domain: "orb-integration-hub-dev", repository: repositoryName },
      "orb-common",
    )!;
    const { revision, publishedTime } = record.versions["1.0.0"]!;
    expect(packages[0]!.originConfiguration).to.deep.equal(record.restrictions);
    expect(published).to.deep.include({
      version: "1.0.0",
      status: "Published",
      revision,
      publishedTime,
      origin: { originType: "INTERNAL", domainEntryPoint: { repositoryName } },
      licenses: [],
    });
    expect(published!.files[0]).to.deep.include({ requiresPython: ">=3.9", saved: true });
  });

  it("names each file of an Archived version, which AWS gives to no one, and saves the others; later it fetches what is absent", async () => {
    await fill(registries);

    const first = await exportDev();
    const second = await exportDev("--unlist-archived", "--format", "json");

    const absent = [wheel("orb-common", "1.2.0"), "orb_common-1.2.0.tar.gz"];
    expect(first.exitCode).to.equal(1);
    expect(first.stdout.split("\n").slice(0, 2)).to.deep.equal(
      absent.map(
        (filename) =>
          `not saved: orb-common 1.2.0, ${filename}: AWS gives out no file of an Archived version. With --unlist-archived it is ` +
          "Unlisted while its files are read.",
      ),
    );
    expect(first.stdout).to.include("5 versions, 4 files, ");
    expect(second.exitCode, second.stderr).to.equal(0);
    expect(JSON.parse(second.stdout)).to.deep.include({
      ...{ stack: "dev", folder, packages: 2, versions: 5, files: 6, fetched: 2, there: 4, deleted: [], problems: [] },
    });
    expect(saved()).to.deep.equal(registries.held("dev"));
  });

  it("goes on where it was killed, with no file half there", async () => {
    for (let minor = 0; minor < 20; minor++) {
      await registries.publish("dev", await makeWheel({ name: "orb-common", version: `1.${minor}.0` }));
    }
    const { promise: held, resolve: release } = pending();
    let restore = () => {};
    await endedWhen(
      () =>
        new Promise<void>((reached) => {
          restore = onDownload(registries, "dev", async (_filename, count) => {
            if (count > 12) {
              reached();
              await held;
            }
          });
        }),
      "export",
      words(),
      registries.environment,
    );
    restore();
    release();
    const before = saved();
    const wasComplete = manifestIn(folder).complete;

    const { exitCode, stdout, stderr } = await exportDev();

    expect(exitCode, stderr).to.equal(0);
    expect(wasComplete).to.equal(false);
    const there = Object.keys(before).length;
    expect(there).to.be.within(5, 12);
    expect(registries.held("dev")).to.include(before);
    expect(stdout)
      .to.include(`20 files, `)
      .and.include(`${20 - there} fetched, ${there} there already.`);
    expect(saved()).to.deep.equal(registries.held("dev"));
    expect(readdirSync(folder).sort()).to.deep.equal(["files", "manifest.json", "simple"]);
    expect(manifestIn(folder).complete).to.equal(true);
  });

  it("archives a version again that it was reading: after Ctrl-C at once, after SIGKILL when it is repeated", async () => {
    await fill(registries);
    const archived = "orb-common 1.2.0 Archived";
    const interrupted = async (signal: NodeJS.Signals) => {
      const { promise: held, resolve: release } = pending();
      let restore = () => {};
      const reached = () =>
        new Promise<void>((resolve) => {
          restore = onDownload(registries, "dev", async (filename) => {
            if (filename.includes("1.2.0")) {
              resolve();
              await held;
            }
          });
        });
      const end = await endedWhen(reached, "export", words("--unlist-archived"), registries.environment, signal);
      restore();
      release();
      return end;
    };

    const byKey = await interrupted("SIGINT");
    const afterKey = statuses(registries, "dev");
    const killed = await interrupted("SIGKILL");
    const afterKill = statuses(registries, "dev");
    const without = await exportDev();
    const repeated = await exportDev("--unlist-archived");

    expect([byKey, killed]).to.deep.equal([130, "SIGKILL"]);
    expect(afterKey).to.include(archived);
    expect(afterKill).to.include("orb-common 1.2.0 Unlisted");
    expect([without.exitCode, without.stderr]).to.deep.equal([
      1,
      "error: orb-common 1.2.0 is Unlisted since an export was killed, and was Archived. Run the export with " +
        "--unlist-archived: it archives the version again first.\n",
    ]);
    expect(repeated.exitCode, repeated.stderr + repeated.stdout).to.equal(0);
    expect(statuses(registries, "dev")).to.include(archived);
    expect(saved()).to.deep.equal(registries.held("dev"));
  });

  it("saves what is published while it runs, and keeps what is deleted or disposed of later", async () => {
    await registries.publish("dev", await makeWheel({ name: "orb-common", version: "1.0.0" }));
    await registries.publish("dev", await makeWheel({ name: "orb-models", version: "1.0.0" }));
    const later = await makeWheel({ name: "orb-common", version: "1.1.0" });
    const restore = onDownload(registries, "dev", async (_filename, count) => {
      if (count === 1) {
        await registries.publish("dev", later);
      }
    });
    const first = await exportDev();
    restore();
    const all = registries.held("dev");
    const { packages, domain } = registries.sandboxes.dev.context;
    const place = { domain, repository: repositoryName };
    await deletePackageVersions(packages, place, "orb-common", { versions: ["1.0.0"] });
    await mark(registries, "dev", "orb-common", "1.1.0", "Disposed");
    await deletePackage(packages, place, "orb-models");
    const second = await exportDev();

    expect([first.exitCode, second.exitCode], first.stdout + second.stderr).to.deep.equal([0, 0]);
    expect(Object.keys(all)).to.have.length(3);
    expect(saved()).to.deep.equal(all);
    expect(second.stdout.split("\n").slice(0, 2)).to.deep.equal([
      "no longer in the registry, and kept: orb-common 1.0.0",
      "no longer in the registry, and kept: orb-models 1.0.0",
    ]);
    expect(versionsIn(folder)).to.deep.equal([
      `orb-common 1.1.0 Disposed ${wheel("orb-common", "1.1.0")}`,
      `orb-common 1.0.0 deleted ${wheel("orb-common", "1.0.0")}`,
      `orb-models 1.0.0 deleted ${wheel("orb-models", "1.0.0")}`,
    ]);
  });

  it("overwrites no file that has other bytes than AWS, and fetches it once it is moved away", async () => {
    await registries.publish("dev", await makeWheel({ name: "orb-common", version: "1.0.0" }));
    await exportDev();
    const path = join(folder, "files/orb-common/1.0.0", wheel("orb-common", "1.0.0"));
    writeFileSync(path, "other");

    const rejected = await exportDev();
    const kept = readFileSync(path, "utf8");
    rmSync(path);
    const repaired = await exportDev();

    expect(rejected.exitCode).to.equal(1);
    expect(rejected.stdout).to.match(
      /^not saved: orb-common 1\.0\.0, \S+: the folder has it with SHA-256 d9298a10\S+, and AWS with [0-9a-f]{64}\. A published file never changes: /,
    );
    expect(kept).to.equal("other");
    expect(repaired.exitCode, repaired.stderr).to.equal(0);
    expect(saved()).to.deep.equal(registries.held("dev"));
  });

  it("saves no file whose bytes are not those that AWS lists, and names it; the file beside it is saved", async () => {
    const [cut, whole] = [
      await makeWheel({ name: "orb-common", version: "1.0.0" }),
      await makeWheel({ name: "orb-common", version: "1.1.0" }),
    ];
    await registries.publish("dev", cut);
    await registries.publish("dev", whole);
    const digest = registries.held("dev")[cut.filename]!;
    await registries.sandboxes.dev.context.packages.store.putBytes(digest, cut.bytes.subarray(0, 100));

    const { exitCode, stdout } = await exportDev();

    expect(exitCode).to.equal(1);
    expect(stdout.split("\n")[0]).to.match(
      new RegExp(
        `^not saved: orb-common 1\\.0\\.0, ${cut.filename}: orb-integration-hub-dev gives it with SHA-256 [0-9a-f]{64}, and lists it with ${digest}\\.$`,
      ),
    );
    expect(Object.keys(saved())).to.deep.equal([whole.filename]);
  });

  it("makes no path of a name that leads elsewhere, and names it; the files beside it are saved", async () => {
    const { packages, domain } = registries.sandboxes.dev.context;
    const place = { domain, repository: repositoryName };
    const bytes = Buffer.from("evil");
    await registries.publish("dev", await makeWheel({ name: "orb-common", version: "1.0.0" }));
    for (const filename of ["../../../evil.whl", ".hidden.whl", "a\\b.whl"]) {
      await packages.publish(place, "orb-common", { filename, version: "1.0.0", bytes });
    }
    const good = await makeWheel({ name: "orb-common", version: "1.0.0" });
    const record = packages.store.find(place, "orb-common")!;
    const version = { ...record.versions["1.0.0"]!, version: " 9" };
    await packages.store.put(place, { ...record, versions: { ...record.versions, " 9": version } });

    const { exitCode, stdout } = await exportDev();

    expect(exitCode).to.equal(1);
    expect(stdout.split("\n").filter((line) => line.startsWith("not saved: "))).to.deep.equal([
      'not saved: orb-common 1.0.0: "../../../evil.whl" may be no name of a file: it is not saved.',
      'not saved: orb-common 1.0.0: ".hidden.whl" may be no name of a file: it is not saved.',
      'not saved: orb-common 1.0.0: "a\\\\b.whl" may be no name of a file: it is not saved.',
      'not saved: orb-common: " 9" may be no name of a folder: this version is not saved.',
    ]);
    expect(Object.keys(saved())).to.deep.equal([good.filename]);
    expect(readdirSync(join(folder, ".."))).to.deep.equal(["backup"]);
  });

  it("saves a registry without packages, and no package that is not private or not asked for", async () => {
    const empty = await exportDev();
    await fill(registries);
    const { packages, domain } = registries.sandboxes.dev.context;
    const place = { domain, repository: repositoryName };
    await packages.store.put(place, { ...packages.store.find(place, "orb-models")!, name: "orbit" });

    const unknown = await exportDev("--packages", "orb-models,orb-none");
    const wrong = await exportDev("--packages", "orb-models,../x");
    const asked = await exportDev("--packages", "Orb_Models");
    const all = await exportDev();

    expect([empty.exitCode, empty.stdout]).to.deep.equal([
      0,
      `dev → ${folder}: 0 packages, 0 versions, 0 files, 0 bytes. 0 fetched, 0 there already.\n`,
    ]);
    expect([unknown.exitCode, unknown.stderr]).to.deep.equal([
      1,
      "error: orb-integration-hub-dev has no private package orb-none. It has orb-common, orb-models.\n",
    ]);
    expect([wrong.exitCode, wrong.stderr.split("\n")[0]]).to.deep.equal([
      2,
      'error: --packages: "../x": write names of packages, as acme-common,acme-models',
    ]);
    expect(asked.exitCode, asked.stderr).to.equal(0);
    expect(asked.stdout).to.include("1 packages, 1 versions, 1 files, ");
    expect(all.stdout).to.include("2 packages, 5 versions, ");
  });

  it("rejects a folder with something else, or with the export of another registry, and warns of one that git would add", async () => {
    mkdirSync(folder);
    writeFileSync(join(folder, "thesis.txt"), "");
    const other = await exportDev();
    rmSync(join(folder, "thesis.txt"));
    execFileSync("git", ["init", "--quiet", join(folder, "..")]);
    const warned = await exportDev();
    writeFileSync(join(folder, "../.gitignore"), "backup/\n");
    const ignored = await exportDev();
    const staging = ["--stack", "staging", "--to", folder, "--profile", "staging-maintainer"];
    const another = await runCommand("export", staging, { environment: registries.environment });

    expect([other.exitCode, other.stderr]).to.deep.equal([
      1,
      `error: ${folder} has files and no manifest.json: name an empty folder, or an export's.\n`,
    ]);
    expect([warned.exitCode, warned.stderr]).to.deep.equal([
      0,
      `warning: ${folder} is inside the git checkout ${join(folder, "..")}, which does not ignore it: git would add the packages.\n`,
    ]);
    expect([ignored.exitCode, ignored.stderr]).to.deep.equal([0, ""]);
    expect([another.exitCode, another.stderr]).to.deep.equal([
      1,
      `error: ${folder} has an export of orb-integration-hub-dev in us-east-1, and not of orb-integration-hub-staging in ` +
        "us-east-1: name another folder.\n",
    ]);
  });
});

/** What is awaited until something resolves it. */
function pending() {
  let resolve = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return {
    promise,
    resolve: () => {
      resolve();
    },
  };
}
