import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { expect } from "chai";
import { makeSdist, makeWheel, type MadeDistribution } from "../../sandbox/fixtures/distributions";
import { repositoryName } from "../../naming/registryNames";
import { metadata, tarGz, zip } from "../support/sandbox/archives";
import { exampleProject } from "../support/exampleProject";
import { nodeWords, runCommand } from "../support/commands/processes";
import { openRegistries, type PromotionRegistries, type Stack } from "../support/commands/promoteRegistries";

const hashes = (files: readonly MadeDistribution[]) =>
  Object.fromEntries(
    files.map(({ filename, bytes }) => [filename, createHash("sha256").update(bytes).digest("hex")] as const),
  );

describe("promote", () => {
  let registries: PromotionRegistries;

  beforeEach(async () => {
    registries = await openRegistries();
  });

  afterEach(() => registries.close());

  const options = (from: Stack, to: Stack, words: readonly string[]) => [
    ...["--from", from, "--to", to, "--from-profile", `${from}-reader`, "--to-profile", `${to}-publisher`],
    ...words,
  ];
  const promote = (from: Stack, to: Stack, ...words: readonly string[]) =>
    runCommand("promote", options(from, to, words), { environment: registries.environment });
  const publishAll = async (stack: Stack, files: readonly MadeDistribution[]) => {
    for (const file of files) {
      await registries.publish(stack, file);
    }
    return files;
  };

  it("carries every file of a version, byte for byte, and nothing the second time", async () => {
    const files = await publishAll("dev", [
      await makeWheel({ name: "orb-common", version: "1.4.0", summary: "Carried." }),
      await makeSdist({ name: "orb-common", version: "1.4.0" }),
    ]);
    await publishAll("dev", [await makeWheel({ name: "orb-common", version: "1.5.0" })]);
    const digests = hashes(files);

    const first = await promote("dev", "staging", "orb_common==1.4");
    const second = await promote("dev", "staging", "orb-common==1.4.0", "--format", "json");

    expect(first.exitCode, first.stderr).to.equal(0);
    expect(first.stdout.trimEnd().split("\n").at(-1)).to.equal("dev → staging: 2 carried, 0 there already.");
    expect(registries.held("staging")).to.deep.equal(digests);
    expect(JSON.parse(second.stdout)).to.deep.equal({
      from: "dev",
      to: "staging",
      files: Object.entries(digests).map(([filename, sha256]) => ({
        name: "orb-common",
        version: "1.4.0",
        filename,
        sha256,
        outcome: "there already",
      })),
    });
  });

  it("carries a zip file and a version with a hyphen, and names each file of a version that twine does not send", async () => {
    const { packages, domain } = registries.sandboxes.dev.context;
    for (const [version, filename] of [
      ["1.6", "orb-common-1.6.tar.bz2"],
      ["1.6", "orb_common-1.6-py3.11.egg"],
      ["1.7", "orb-common-1.7.tar.bz2"],
    ] as const) {
      const sent = { filename, version, bytes: Buffer.from(filename) };
      await packages.publish({ domain, repository: repositoryName }, "orb-common", sent);
    }
    const pkgInfo = metadata("orb-common", "1.6-2");
    const zipped = {
      filename: "orb_common-1.6.zip",
      bytes: await zip(["orb_common-1.6/setup.py", ""], ["orb_common-1.6/PKG-INFO", metadata("orb-common", "1.6")]),
    };
    const post = {
      filename: "orb-common-1.6-2.tar.gz",
      bytes: await tarGz(["orb-common-1.6-2/setup.py", ""], ["orb-common-1.6-2/PKG-INFO", pkgInfo]),
    };
    for (const [{ filename, bytes }, version] of [
      [zipped, "1.6"],
      [post, "1.6.post2"],
    ] as const) {
      await packages.publish({ domain, repository: repositoryName }, "orb-common", { filename, version, bytes });
    }

    const first = await promote("dev", "staging", "orb-common==1.6", "orb-common==1.6.post2", "--format", "json");
    const text = await promote("dev", "staging", "orb-common==1.6");
    const alone = await promote("dev", "staging", "orb-common==1.7");

    expect(first.exitCode, first.stderr).to.equal(0);
    const { files } = JSON.parse(first.stdout) as { files: { filename: string; outcome: string }[] };
    expect(files.map(({ filename, outcome }) => `${filename} ${outcome}`)).to.deep.equal([
      ...["orb-common-1.6.tar.bz2 left out", "orb_common-1.6-py3.11.egg left out", "orb_common-1.6.zip carried"],
      "orb-common-1.6-2.tar.gz carried",
    ]);
    expect(registries.held("staging")).to.deep.equal(hashes([zipped, post]));
    expect(text.stdout.trimEnd().split("\n").at(-1)).to.equal(
      "dev → staging: 0 carried, 1 there already. 2 left out: twine sends only .whl, .tar.gz or .zip.",
    );
    expect([alone.exitCode, alone.stderr]).to.deep.equal([
      1,
      "error: orb-integration-hub-dev has no orb-common 1.7 as .whl, .tar.gz or .zip, but has orb-common-1.7.tar.bz2.\n" +
        "Nothing was sent.\n",
    ]);
  });

  it("carries the version that is named, and none that only looks equal as a number", async () => {
    const [named] = await publishAll(
      "dev",
      await Promise.all(
        ["6.0+12e4567", "6.0+3e45678", "6.0+1e5", "6.0+100000", "6.0"].map((version) =>
          makeWheel({ name: "orb-common", version }),
        ),
      ),
    );

    const { exitCode, stderr } = await promote("dev", "staging", "orb-common==6+12E4567");

    expect(exitCode, stderr).to.equal(0);
    expect(registries.held("staging")).to.deep.equal(hashes([named!]));
  });

  it("sends nothing where one file is there with other bytes, and gives both digests", async () => {
    const fresh = await makeWheel({ name: "orb-models", version: "2.0.0" });
    const wheel = await makeWheel({ name: "orb-common", version: "1.0.0" });
    const altered = await makeWheel({ name: "orb-common", version: "1.0.0", summary: "Other bytes." });
    await publishAll("dev", [fresh, wheel]);
    await publishAll("staging", [altered]);
    const [sent, held] = [hashes([wheel]), hashes([altered])];

    const { exitCode, stderr } = await promote("dev", "staging", "orb-models==2.0.0", "orb-common==1.0.0");

    expect(exitCode).to.equal(1);
    expect(stderr).to.equal(
      `error: orb-integration-hub-staging has ${wheel.filename} with SHA-256 ${held[wheel.filename]}, ` +
        `and it was to be ${sent[wheel.filename]}: a published file never changes.\nNothing was sent.\n`,
    );
    expect(registries.held("staging")).to.deep.equal(held);
  });

  it("names every release that is not there, before anything is sent", async () => {
    await publishAll("dev", [await makeWheel({ name: "orb-common", version: "1.0.0" })]);

    const { exitCode, stderr } = await promote(
      ...(["dev", "staging", "orb-common==1.0.0", "orb-common==9.9", "orb-models==3.0"] as const),
    );

    expect(exitCode).to.equal(1);
    expect(stderr).to.equal(
      "error: orb-integration-hub-dev has no orb-common 9.9.\n" +
        "orb-integration-hub-dev has no orb-models 3.0.\nNothing was sent.\n",
    );
    expect(registries.held("staging")).to.deep.equal({});
  });

  it("takes no pre-release to production unless an option says so; staging takes them, whose versions are carried on", async () => {
    const files = await publishAll("dev", [await makeWheel({ name: "orb-common", version: "1.4.0.dev7" })]);

    const toStaging = await promote("dev", "staging", "orb-common==1.4.0.dev7");
    const rejected = await promote("staging", "prod", "orb-common==1.4.0.dev7");
    const before = registries.held("prod");
    const permitted = await promote("staging", "prod", "--allow-prereleases", "orb-common==1.4.0.dev7");

    expect([toStaging.exitCode, rejected.exitCode, permitted.exitCode]).to.deep.equal([0, 2, 0]);
    expect(rejected.stderr).to.include(
      "error: orb-common==1.4.0.dev7: 1.4.0.dev7 is a pre-release, and prod takes none unless you say --allow-prereleases",
    );
    expect([before, registries.held("prod")]).to.deep.equal([{}, hashes(files)]);
  });

  it("reads with the reader's role and publishes with the publisher's: the other way round it is rejected", async () => {
    await publishAll("dev", [await makeWheel({ name: "orb-common", version: "1.0.0" })]);
    const swapped = await runCommand(
      "promote",
      ["--from", "dev", "--to", "staging", "--from-profile", "dev-reader", "--to-profile", "staging-reader"].concat(
        "orb-common==1.0.0",
      ),
      { environment: registries.environment },
    );

    expect(swapped.exitCode).to.equal(2);
    expect(swapped.stderr).to.include(
      "error: Could not look: files of orb-common 1.0.0 in orb-integration-hub-staging: AccessDeniedException: ",
    );
    expect((await promote("dev", "staging", "orb-common==1.0.0")).exitCode).to.equal(0);
  });

  it("brings 20 versions from dev over staging to prod, killed in the middle and repeated: all are there once", async () => {
    const files: MadeDistribution[] = [];
    for (const name of ["orb-common", "orb-models"]) {
      for (let minor = 0; minor < 10; minor++) {
        files.push(await makeWheel({ name, version: `1.${minor}.0` }));
      }
    }
    await publishAll("dev", files);
    const releases = ["orb-common", "orb-models"].flatMap((name) =>
      Array.from({ length: 10 }, (_, minor) => `${name}==1.${minor}.0`),
    );

    await killedAt("(8 of 20)", options("dev", "staging", releases), registries.environment);
    const carried = Object.keys(registries.held("staging")).length;
    const repeated = await promote("dev", "staging", ...releases);
    const onward = await promote("staging", "prod", ...releases);

    expect(carried).to.be.within(7, 8);
    expect(repeated.exitCode, repeated.stderr).to.equal(0);
    expect(onward.exitCode, onward.stderr).to.equal(0);
    expect(registries.held("staging")).to.deep.equal(hashes(files));
    expect(registries.held("prod")).to.deep.equal(hashes(files));
  });
});

/** Runs the command, and kills it when it says so. */
async function killedAt(
  said: string,
  words: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<void> {
  const { PATH, HOME } = process.env;
  const child = spawn(process.execPath, [...nodeWords("promote"), ...words], {
    cwd: exampleProject,
    env: { PATH, HOME, ...environment },
    stdio: ["ignore", "ignore", "pipe"],
  });
  const ended = once(child, "exit");
  for await (const line of createInterface(child.stderr)) {
    if (line.includes(said)) {
      child.kill("SIGKILL");
    }
  }
  await ended;
}
