import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { FilePackageStore } from "../../../../sandbox/codeartifact/packages/fileStore";
import { Packages } from "../../../../sandbox/codeartifact/packages/packages";
import { publishAsset } from "../../../../sandbox/codeartifact/packages/publishAsset";
import { getPackageVersionAsset, listPackages } from "../../../../sandbox/codeartifact/packages/queries";
import { keyOf } from "../../../../sandbox/codeartifact/packages/records";
import { deletePackage } from "../../../../sandbox/codeartifact/packages/versionChanges";
import { app, ending, registry, sha256, wheel } from "../../../support/sandbox/packages";

const asset = (text: string, version = "1.0", filename = "setup.bin") => {
  const bytes = Buffer.from(text);
  return { version, filename, bytes, sha256: sha256(bytes) };
};

describe("an asset of a generic package", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "package-registry-"));
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  /** Works on the packages that the folder has. */
  async function opened<Answer>(work: (packages: Packages) => Promise<Answer>): Promise<Answer> {
    const { account, index } = registry();
    const store = await FilePackageStore.open(folder);
    try {
      return await work(new Packages(account, account.codeartifact, store, index));
    } finally {
      await store.close();
    }
  }
  const text = async (packages: Packages, key: string, version = "1.0", filename = "setup.bin") =>
    (await getPackageVersionAsset(packages, app, key, version, filename)).bytes.toString();

  it("is kept in the store's folder, and so is what its version takes", async () => {
    const key = "generic/tools/setup";
    await opened((packages) => publishAsset(packages, app, key, { ...asset("one"), unfinished: true }));

    const [kept, added, more] = await opened(async (packages) => [
      await text(packages, key),
      (await publishAsset(packages, app, key, asset("two", "1.0", "other.bin"))).version.status,
      await ending(publishAsset(packages, app, key, asset("three", "1.0", "third.bin"))),
    ]);
    expect([kept, added]).to.deep.equal(["one", "Published"]);
    expect(more).to.match(/^ConflictException 409: /);
    expect(await opened((packages) => ending(publishAsset(packages, app, key, asset("x"))))).to.match(
      /^ConflictException 409: Asset 'setup\.bin' of setup 1\.0 is in 'app' with other bytes/,
    );
    expect(await opened((packages) => text(packages, key, "1.0", "other.bin"))).to.equal("two");
  });

  it("has a place of its own in the folder, whatever the names: by format, namespace, and upper and lower case", async () => {
    const keys = [
      ...["generic/tools/setup", "generic/tools/Setup", "generic/Tools/setup", "generic/other/setup"],
      ...["generic/../..", "generic/tools/setup.json", "generic/ä/%2f", `generic/tools/${"x".repeat(255)}`],
    ];
    const awkward = ["__proto__", "constructor", ".."];
    await opened(async (packages) => {
      await packages.publish(app, "setup", wheel("setup", "1.0"));
      for (const key of keys) {
        await publishAsset(packages, app, key, asset(key));
      }
      for (const version of awkward) {
        await publishAsset(packages, app, keys[0]!, asset(version, version, "__proto__"));
      }
    });

    const files = readdirSync(join(folder, "packages", app.domain, app.repository));
    expect(new Set(files.map((file) => file.toLowerCase())).size).to.equal(keys.length + 1);
    await opened(async (packages) => {
      expect(listPackages(packages, app).map(keyOf)).to.have.members(["setup", ...keys]);
      expect(await Promise.all(keys.map((key) => text(packages, key)))).to.deep.equal(keys);
      const versions = await Promise.all(awkward.map((one) => text(packages, keys[0]!, one, "__proto__")));
      expect(versions).to.deep.equal(awkward);
      for (const key of keys) {
        await deletePackage(packages, app, key);
      }
    });
    expect(await opened((packages) => Promise.resolve(listPackages(packages, app).map(keyOf)))).to.deep.equal([
      "setup",
    ]);
  });

  it("is one of one version, however many are published at once", async () => {
    const key = "generic/tools/setup";
    const names = Array.from({ length: 20 }, (_, number) => `part-${number}`);

    await opened(async (packages) => {
      await Promise.all(
        names.map((name) => publishAsset(packages, app, key, { ...asset(name, "1.0", name), unfinished: true })),
      );
      expect(await Promise.all(names.map((name) => text(packages, key, "1.0", name)))).to.deep.equal(names);
    });
  });
});
