import { createHash } from "node:crypto";
import { expect } from "chai";
import {
  assetSizeBytes,
  getPackageVersionAsset,
  listPackageVersionAssets,
} from "../../../../sandbox/codeartifact/packages/queries";
import {
  disposePackageVersions,
  updatePackageVersionsStatus,
} from "../../../../sandbox/codeartifact/packages/versionChanges";
import { app, domain, ending, registry, store, wheel } from "../../../support/sandbox/packages";

const common = wheel("orb-common", "1.0.0");
const sdist = { ...common, filename: "orb_common-1.0.0.tar.gz", bytes: Buffer.from("sdist") };

async function published() {
  const made = registry();
  await made.packages.publish(app, "orb-common", sdist);
  await made.packages.publish(app, "orb-common", common);
  return made;
}

describe("the assets of a version", () => {
  it("are listed by name, with their sizes and four digests", async () => {
    const { packages } = await published();

    const { version, assets } = await listPackageVersionAssets(packages, app, "orb-common", "1.0.0");
    expect(version.revision).to.equal(packages.store.find(app, "orb-common")?.versions["1.0.0"]?.revision);
    expect(assets).to.deep.equal(
      [common, sdist].map(({ filename, bytes }) => ({ name: filename, size: bytes.length, hashes: digests(bytes) })),
    );
    expect(await ending(listPackageVersionAssets(packages, app, "orb-common", "2.0.0"))).to.match(
      /^ResourceNotFoundException 404: Package version not found\./,
    );
  });

  it("of a public file have SHA-256 alone as long as no one fetched it", async () => {
    const { packages, index } = registry();
    const fetched = index.add("requests", "2.0");
    const kept = index.add("requests", "2.0", "other", "requests-2.0.tar.gz");
    await packages.download(app, "requests", fetched.filename);

    const { assets } = await listPackageVersionAssets(packages, app, "requests", "2.0");
    const bytes = Buffer.from("requests 2.0");
    expect(assets).to.deep.equal([
      { name: fetched.filename, size: bytes.length, hashes: digests(bytes) },
      { name: kept.filename, size: 5, hashes: { "SHA-256": kept.sha256 } },
    ]);
  });

  it("are given out byte for byte, from the repository that holds them alone", async () => {
    const { packages } = await published();
    const get = (repository: string) =>
      getPackageVersionAsset(packages, { domain, repository }, "orb-common", "1.0.0", common.filename);

    const { version, asset, bytes } = await get("app");
    expect([version.version, asset.filename, bytes]).to.deep.equal(["1.0.0", common.filename, common.bytes]);
    expect(await ending(get("pypi-store"))).to.match(/^ResourceNotFoundException 404: Package not found\./);
  });

  it("are not given out where there is none of that name", async () => {
    const { packages } = await published();

    for (const filename of ["orb_common-1.0.0.zip", "constructor"]) {
      expect(await ending(getPackageVersionAsset(packages, app, "orb-common", "1.0.0", filename))).to.equal(
        `ResourceNotFoundException 404: Asset '${filename}' not found. orb-common 1.0.0 in 'app' is Published and has no ` +
          "such asset.",
      );
    }
  });

  it("are given out for the revision that the version has, and for no former one", async () => {
    const { packages } = registry();
    await packages.publish(app, "orb-common", common);
    const former = packages.store.find(app, "orb-common")?.versions["1.0.0"]?.revision ?? "";
    const get = (revision: string) =>
      getPackageVersionAsset(packages, app, "orb-common", "1.0.0", common.filename, revision);

    expect((await get(former)).bytes).to.deep.equal(common.bytes);
    await packages.publish(app, "orb-common", sdist);
    const revision = packages.store.find(app, "orb-common")?.versions["1.0.0"]?.revision ?? "";
    expect(await ending(get(former))).to.equal(
      `ConflictException 409: orb-common 1.0.0 in 'app' is not at revision '${former}', but at '${revision}'.`,
    );
    expect((await get(revision)).bytes).to.deep.equal(common.bytes);
  });

  it("are given out of an Unlisted version, but not of one that is Archived or Disposed", async () => {
    const { packages } = await published();
    const get = () => getPackageVersionAsset(packages, app, "orb-common", "1.0.0", common.filename);
    const update = (targetStatus: "Unlisted" | "Archived") =>
      updatePackageVersionsStatus(packages, app, "orb-common", { versions: ["1.0.0"], targetStatus });
    const missing = `ResourceNotFoundException 404: Asset '${common.filename}' not found. orb-common 1.0.0 in 'app' is`;

    await update("Unlisted");
    expect((await get()).bytes).to.deep.equal(common.bytes);
    await update("Archived");
    expect(await ending(get())).to.equal(`${missing} Archived and gives no asset out.`);
    await disposePackageVersions(packages, app, "orb-common", { versions: ["1.0.0"] });
    expect(await ending(get())).to.equal(`${missing} Disposed and has no such asset.`);
  });

  it("of a public version are fetched when they are first asked for; without the public index that fails", async () => {
    const { packages, index } = registry();
    const first = index.add("requests", "2.0");
    const other = index.add("requests", "2.0", "other", "requests-2.0.tar.gz");
    await packages.download(app, "requests", first.filename);
    const get = () => getPackageVersionAsset(packages, app, "requests", "2.0", other.filename);

    index.down = true;
    expect((await getPackageVersionAsset(packages, app, "requests", "2.0", first.filename)).bytes.toString()).to.equal(
      "requests 2.0",
    );
    expect(await ending(get())).to.equal(
      "BadGatewayException 502: The file is not kept here, and the public index does not answer: connection refused",
    );
    index.down = false;
    expect((await get()).bytes.toString()).to.equal("other");
  });
});

describe("what a domain's assets take", () => {
  it("counts every asset once, however many repositories hold it, and none that is gone", async () => {
    const { packages, index } = await published();
    const { filename, size = 0 } = index.add("requests", "2.0");

    expect(assetSizeBytes(packages, domain)).to.equal(common.bytes.length + sdist.bytes.length);
    await packages.download(app, "requests", filename);
    expect(packages.store.find(store, "requests")).not.to.equal(undefined);
    expect(assetSizeBytes(packages, domain)).to.equal(common.bytes.length + sdist.bytes.length + size);
    await disposePackageVersions(packages, app, "orb-common", { versions: ["1.0.0"] });
    expect(assetSizeBytes(packages, domain)).to.equal(size);
  });
});

function digests(bytes: Buffer) {
  const digest = (algorithm: string) => createHash(algorithm).update(bytes).digest("hex");
  return { MD5: digest("md5"), "SHA-1": digest("sha1"), "SHA-256": digest("sha256"), "SHA-512": digest("sha512") };
}
