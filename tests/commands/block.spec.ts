import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect } from "chai";
import { repositoryName, storeName } from "../../naming/registryNames";
import { type MadeDistribution, makeSdist, makeWheel } from "../../sandbox/fixtures/distributions";
import { serveSmallIndex, type SmallIndex } from "../../sandbox/publicIndex/smallIndex";
import { simpleIndex } from "../../sandbox/publicIndex/simpleIndex";
import { Person } from "../support/clients/person";
import { clientTools, withVersion } from "../support/clients/tools";
import { exampleProject } from "../support/exampleProject";
import { HeldRegistry } from "../support/commands/heldVersions";
import { nodeWords } from "../support/commands/processes";
import { sha256 } from "../support/sandbox/packages";

const name = "left-part";

describe(`block, with ${withVersion("pip")}`, () => {
  let person: Person;
  /** What the public index has; a test may add to it. */
  let files: MadeDistribution[];
  let index: SmallIndex;
  /** The public index's pages are read again after ten seconds of this clock. */
  let clock: number;
  let registry: HeldRegistry;

  before(async () => {
    person = new Person(await clientTools());
  });

  after(() => {
    person.leave();
  });

  beforeEach(async () => {
    clock = 0;
    files = [
      await makeWheel({ name, version: "1.0" }),
      await makeWheel({ name, version: "1.1" }),
      await makeSdist({ name, version: "1.1" }),
    ];
    index = await serveSmallIndex(files);
    registry = await HeldRegistry.open(
      "dev",
      simpleIndex(index.url, {}, () => clock),
    );
  });

  afterEach(async () => {
    await registry.close();
    await index.close();
  });

  const bad = () => files.filter(({ filename }) => filename.startsWith("left_part-1.1"));
  const block = (...words: readonly string[]) => registry.run("block", words);
  let targets = 0;
  const install = (...words: readonly string[]) => {
    targets += 1;
    return person.run("pip", ["install", "--no-cache-dir", "--no-deps", "--target", `target-${targets}`, ...words], {
      PIP_INDEX_URL: registry.indexUrl(),
    });
  };
  /** What each repository holds of a version: its status, and SHA-256 by file name. */
  const held = (version = "1.1") => {
    const { domain } = registry.place;
    return [repositoryName, storeName].map((repository) => {
      const found = registry.store.find({ domain, repository }, name)?.versions[version];
      return (
        found && {
          status: found.status,
          files: Object.fromEntries(Object.values(found.assets).map((asset) => [asset.filename, asset.sha256])),
        }
      );
    });
  };
  const bothHold = (status: string) => {
    const one = { status, files: Object.fromEntries(bad().map((file) => [file.filename, sha256(file.bytes)])) };
    return [one, one];
  };

  it("blocks a version that has not come in yet, and no other: pip takes the one before, and a lock says which is missing", async () => {
    const hash = sha256(bad()[0]!.bytes);
    person.write("lock.txt", `${name}==1.1 --hash=sha256:${hash}\n`);

    const { exitCode, stdout, stderr } = await block("left_part==1.1.0");
    const named = await install(`${name}==1.1`);
    const unnamed = await install(name);
    const locked = await install("--require-hashes", "-r", "lock.txt");

    expect(exitCode, stderr).to.equal(0);
    expect(stdout).to.equal(
      "left-part==1.1  python-packages  Published → Archived\nleft-part==1.1  pypi-store       Published → Archived\n" +
        "To release it again:\n  npm run block -- --stack dev --release left-part==1.1\n",
    );
    expect([named.exitCode, unnamed.exitCode, locked.exitCode], unnamed.text).to.deep.equal([1, 0, 1]);
    expect(unnamed.text).to.include("Successfully installed left-part-1.0");
    for (const { text } of [named, locked]) {
      expect(text)
        .to.include(`Could not find a version that satisfies the requirement ${name}==1.1 (from versions: 1.0)`)
        .and.to.include(`No matching distribution found for ${name}==1.1`)
        .and.not.to.include("HASHES");
    }
    expect(held()).to.deep.equal(bothHold("Archived"));
  });

  it("keeps a version blocked when the public index has another file for it, until --release gives it back, byte for byte", async () => {
    const before = await install(`${name}==1.1`);
    const retained = held();
    const blocked = await block(`${name}==1.1`);
    files.push({ filename: "left_part-1.1-cp39-abi3-any.whl", bytes: Buffer.from("another file") });
    clock += 60_000;

    const refreshed = await install(`${name}==1.1`);
    const whileBlocked = held();
    files.pop();
    clock += 60_000;
    const released = await block("--release", `${name}==1.1`);
    const again = await install(`${name}==1.1`);

    expect([before.exitCode, blocked.exitCode, refreshed.exitCode]).to.deep.equal([0, 0, 1]);
    expect(retained).to.deep.equal(bothHold("Published"));
    expect(whileBlocked).to.deep.equal(bothHold("Archived"));
    expect(released.stdout).to.equal(
      "left-part==1.1  pypi-store       Archived → Published\nleft-part==1.1  python-packages  Archived → Published\n",
    );
    expect([released.exitCode, again.exitCode], again.text).to.deep.equal([0, 0]);
    expect(again.text).to.include("Successfully installed left-part-1.1");
    expect(held()).to.deep.equal(retained);
  });

  it("prints how to give back the status that a version had, Unlisted too", async () => {
    await install(`${name}==1.1`);
    const record = registry.store.find(registry.place, name)!;
    const unlisted = { ...record.versions["1.1"]!, status: "Unlisted" as const };
    await registry.store.put(registry.place, { ...record, versions: { ...record.versions, "1.1": unlisted } });

    const blocked = await block(`${name}==1.1`);
    const way = /npm run block -- (.*--as.*)/.exec(blocked.stdout)?.[1] ?? "";
    const released = await block(...way.split(" "));

    expect(way).to.equal("--stack dev --release --as Unlisted left-part==1.1");
    expect([blocked.exitCode, released.exitCode], released.stderr).to.deep.equal([0, 0]);
    expect(held().map((one) => one?.status)).to.deep.equal(["Unlisted", "Unlisted"]);
  });

  it("finishes in the second run what a SIGKILL has interrupted, and after that changes nothing", async () => {
    await install(`${name}==1.1`);
    const environment = await registry.environment();
    const gate = registry.store.holdUp(2);
    const { PATH, HOME } = process.env;
    const child = spawn(process.execPath, [...nodeWords("block"), `${name}==1.1`], {
      cwd: exampleProject,
      env: { PATH, HOME, ...environment },
      stdio: "ignore",
    });
    const ended = once(child, "exit");
    await gate.reached;
    child.kill("SIGKILL");
    await ended;
    const middle = held().map((one) => one?.status);

    gate.release();
    const second = await block(`${name}==1.1`);
    const third = await block(`${name}==1.1`);

    expect(middle).to.deep.equal(["Archived", "Published"]);
    expect([second.exitCode, third.exitCode], second.stderr).to.deep.equal([0, 0]);
    expect(held()).to.deep.equal(bothHold("Archived"));
    expect(third.stdout).to.include("left-part==1.1  pypi-store       Archived already");
  });

  it("names cleanup and the status Unlisted for a private version, and rejects what is nowhere", async () => {
    const isPrivate = await block("orb-common==1.0.0", `${name}=1.1`);
    const missing = await block(`${name}==7.0`);
    const notBlocked = await block("--release", `${name}==1.1`);

    expect([isPrivate.exitCode, missing.exitCode, notBlocked.exitCode]).to.deep.equal([2, 1, 1]);
    expect(isPrivate.stderr).to.equal(
      "error: orb-common==1.0.0: orb-common is private in stack dev. To keep clients from a private version, give it the " +
        'status Unlisted or Archived (docs/consumers.md, "Rolling back"); to remove it: npm run cleanup\n' +
        "       left-part=1.1: write NAME==VERSION\nSee npm run block -- --help\n",
    );
    expect(missing.stderr).to.include("error: orb-integration-hub-dev has no left-part 7.0, and reaches none.\n");
    expect(notBlocked.stderr).to.equal(
      "error: orb-integration-hub-dev retains no left-part 1.1: no version was blocked there. Nothing was changed.\n",
    );
    expect(held()).to.deep.equal([undefined, undefined]);
  });

  it("is denied to the publisher's role, in AWS's words, and nothing is done", async () => {
    await install(`${name}==1.1`);

    const denied = await registry.run("block", [`${name}==1.1`], await registry.publisher());

    expect([denied.exitCode, denied.stdout]).to.deep.equal([2, ""]);
    expect(denied.stderr).to.include("AccessDeniedException").and.to.include("codeartifact:ListPackageVersions");
    expect(held()).to.deep.equal(bothHold("Published"));
  });
});
