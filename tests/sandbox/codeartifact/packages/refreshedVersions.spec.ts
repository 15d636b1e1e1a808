import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { FilePackageStore } from "../../../../sandbox/codeartifact/packages/fileStore";
import { Packages } from "../../../../sandbox/codeartifact/packages/packages";
import type { VersionStatus } from "../../../../sandbox/codeartifact/packages/records";
import { updatePackageVersionsStatus } from "../../../../sandbox/codeartifact/packages/versionChanges";
import { app, ending, group, registry, sha256, store, wheel } from "../../../support/sandbox/packages";

const pure = "left-1.1-py3-none-any.whl";
const compiled = "left-1.1-cp313-cp313-manylinux_2_17_x86_64.whl";

/** Both repositories retain left 1.1; then the public index yanks it and adds a file. */
async function changedOutside() {
  const given = registry();
  given.index.add("left", "1.1");
  await given.packages.download(app, "left", pure);
  given.index.add("left", "1.1", "compiled", compiled);
  given.index.yank("left", "1.1", "broken");
  return given;
}

type Given = Awaited<ReturnType<typeof changedOutside>>;

/** Each listed file with its yanked state, as a client of a repository sees it. */
async function listed({ packages }: Pick<Given, "packages">, place = app) {
  const files = await packages.files(place, "left");
  return Object.fromEntries(files.map(({ filename, yanked }) => [filename, yanked ?? false]));
}

/** The same of what a repository itself holds. */
function held({ packages }: Pick<Given, "packages">, place = app) {
  const assets = packages.store.find(place, "left")?.versions["1.1"]?.assets ?? {};
  return Object.fromEntries(Object.values(assets).map(({ filename, yanked }) => [filename, yanked ?? false]));
}

const before = { [pure]: false };
const after = { [pure]: "broken", [compiled]: "broken" };

describe("a retained version", () => {
  it("gets its new files and its yanked state when its page is read, in every repository that retains it", async () => {
    const given = await changedOutside();
    expect([held(given), held(given, store)]).to.deep.equal([before, before]);

    expect(await listed(given)).to.deep.equal(after);
    expect([held(given), held(given, store)]).to.deep.equal([after, after]);
    expect((await given.packages.download(app, "left", compiled)).bytes.toString()).to.equal("compiled");
    expect((await given.packages.download(app, "left", pure)).bytes.toString()).to.equal("left 1.1");
  });

  it("is no longer yanked once the public index takes that back, whether with a reason or without", async () => {
    const given = await changedOutside();
    await listed(given);

    given.index.yank("left", "1.1", true);
    expect(await listed(given)).to.deep.equal({ [pure]: true, [compiled]: true });
    given.index.yank("left", "1.1", undefined);
    expect(await listed(given)).to.deep.equal({ [pure]: false, [compiled]: false });
    expect(held(given)).to.deep.equal({ [pure]: false, [compiled]: false });
  });

  it("gets a new file also when the file is asked for before the page", async () => {
    const given = await changedOutside();

    await given.packages.download(app, "left", compiled);

    expect([held(given), held(given, store)]).to.deep.equal([after, after]);
  });

  it("has another revision with another file, and the same one with another yanked state", async () => {
    const given = await changedOutside();
    const revision = () => given.packages.store.find(app, "left")!.versions["1.1"]!.revision;
    const first = revision();

    await listed(given);
    const second = revision();
    given.index.yank("left", "1.1", undefined);
    await listed(given);

    expect(second).not.to.equal(first);
    expect(revision()).to.equal(second);
  });

  it("is listed as it was last seen while the public index is down", async () => {
    const unseen = await changedOutside();
    const seen = await changedOutside();
    await listed(seen);
    unseen.index.down = true;
    seen.index.down = true;

    expect(await listed(unseen)).to.deep.equal(before);
    expect(await listed(seen)).to.deep.equal(after);
  });

  it("keeps a file that the public index no longer has, and the bytes of one that has others there", async () => {
    const given = await changedOutside();
    await listed(given);
    const other = sha256(Buffer.from("other bytes"));

    given.index.change("left", (file) =>
      file.filename === compiled ? undefined : { ...file, sha256: other, yanked: undefined },
    );

    expect(await listed(given)).to.deep.equal(after);
    expect((await given.packages.download(app, "left", pure)).bytes.toString()).to.equal("left 1.1");
  });

  it("gets what is new in an upstream repository that published it", async () => {
    const { packages } = registry();
    await packages.publish(store, "lib", wheel("lib", "1.0"));
    await packages.download(app, "lib", wheel("lib", "1.0").filename);
    await packages.publish(store, "lib", { ...wheel("lib", "1.0"), filename: "lib-1.0.tar.gz" });

    expect((await packages.files(app, "lib")).map(({ filename }) => filename)).to.deep.equal([
      "lib-1.0-py3-none-any.whl",
      "lib-1.0.tar.gz",
    ]);
  });

  it("survives a restart as it was last seen, and is refreshed again after one", async () => {
    const { account, index } = registry();
    const directory = mkdtempSync(join(tmpdir(), "refreshed-"));
    const during = async <Answer>(work: (packages: Packages) => Promise<Answer>) => {
      const kept = await FilePackageStore.open(directory);
      const answer = await work(new Packages(account, account.codeartifact, kept, index));
      await kept.close();
      return answer;
    };
    index.add("left", "1.1");

    await during((packages) => packages.download(app, "left", pure));
    index.add("left", "1.1", "compiled", compiled);
    index.yank("left", "1.1", "broken");
    const online = await during((packages) => listed({ packages }));
    index.down = true;
    const offline = await during((packages) => listed({ packages }));
    index.down = false;
    index.yank("left", "1.1", undefined);
    const later = await during((packages) => listed({ packages }));
    rmSync(directory, { recursive: true });

    expect([online, offline, later]).to.deep.equal([after, after, { [pure]: false, [compiled]: false }]);
  });
});

describe("a retained version is not refreshed", () => {
  // https://docs.aws.amazon.com/codeartifact/latest/ug/python-upstream-external-connections-request.html#no-yanked-metadata
  const stored = async (given: Given) => {
    await ending(given.packages.files(app, "left"));
    return held(given);
  };
  const setStatus = async ({ packages }: Given, place: typeof app, targetStatus: VersionStatus) => {
    await updatePackageVersionsStatus(packages, place, "left", { versions: ["1.1"], targetStatus });
  };

  for (const [place, where] of [
    [app, "the repository"],
    [store, "its upstream"],
  ] as const) {
    it(`while it is Archived in ${where}; while it is Unlisted it is`, async () => {
      const archived = await changedOutside();
      const unlisted = await changedOutside();
      // The upstream has seen the change already.
      await archived.packages.files(store, "left");
      await setStatus(archived, place, "Archived");
      await setStatus(unlisted, place, "Unlisted");

      expect(await stored(archived)).to.deep.equal(before);
      expect(await stored(unlisted)).to.deep.equal(after);
      await setStatus(archived, place, "Published");
      expect(await stored(archived)).to.deep.equal(after);
    });
  }

  it("once the external connection is gone", async () => {
    const given = await changedOutside();
    given.account.codeartifact.repositories.disassociateExternalConnection({
      ...store,
      externalConnection: "public:pypi",
    });

    expect(await stored(given)).to.deep.equal(before);
  });

  it("while origin controls block its way in", async () => {
    const given = await changedOutside();
    group(given.account, "/pypi//left$", { EXTERNAL_UPSTREAM: "BLOCK" });
    const blocked = await stored(given);
    group(given.account, "/pypi//left$", { EXTERNAL_UPSTREAM: "ALLOW" });

    expect(blocked).to.deep.equal(before);
    expect(await stored(given)).to.deep.equal(after);
  });

  it("where it was published to the repository itself", async () => {
    const given = registry();
    await given.packages.publish(app, "left", wheel("left", "1.1"));
    await given.packages.store.put(app, {
      ...given.packages.store.find(app, "left")!,
      restrictions: { publish: "ALLOW", upstream: "ALLOW" },
    });
    given.index.add("left", "1.1", "compiled", compiled);
    given.index.add("left", "1.2");

    expect(await listed(given)).to.deep.equal({ [pure]: false, "left-1.2-py3-none-any.whl": false });
    expect(held(given)).to.deep.equal(before);
  });

  it("with what was seen before another change: a status that was set in between stays", async () => {
    const given = await changedOutside();

    const { packages } = given;
    let archive!: () => void;
    const seen = new Promise<void>((resolve) => {
      archive = resolve;
    });
    const archived = packages.inTurn(app, "left", async () => {
      await seen;
      const record = packages.store.find(app, "left")!;
      const version = { ...record.versions["1.1"]!, status: "Archived" as const };
      await packages.store.put(app, { ...record, versions: { "1.1": version } });
    });
    const page = packages.files(app, "left");
    await new Promise(setImmediate);
    archive();
    await Promise.all([archived, page]);

    const { status } = packages.store.find(app, "left")!.versions["1.1"]!;
    expect([status, held(given), held(given, store)]).to.deep.equal(["Archived", before, after]);
  });
});
