import { expect } from "chai";
import { app, ending, group, registry, sha256, store, wheel } from "../../../support/sandbox/packages";

const common = wheel("orb-common", "1.0.0");

describe("a publish", () => {
  it("is listed and given out afterwards, byte for byte", async () => {
    const { packages } = registry();

    expect(await packages.publish(app, "orb-common", common)).to.equal("published");
    expect(await packages.files(app, "orb-common")).to.deep.equal([
      {
        filename: common.filename,
        version: "1.0.0",
        sha256: sha256(common.bytes),
        size: common.bytes.length,
        uploadTime: "2026-05-06T07:08:09.000Z",
        requiresPython: undefined,
        yanked: undefined,
        from: "app",
      },
    ]);
    expect((await packages.download(app, "orb-common", common.filename)).bytes).to.deep.equal(common.bytes);
  });

  it("of identical bytes changes nothing; of other bytes is a conflict that gives both digests", async () => {
    const { packages } = registry();
    await packages.publish(app, "orb-common", common);
    const before = packages.store.find(app, "orb-common");
    const altered = wheel("orb-common", "1.0.0", "altered");

    expect(await packages.publish(app, "orb-common", common)).to.equal("unchanged");
    expect(await ending(packages.publish(app, "orb-common", altered))).to.equal(
      `ConflictException 409: ${common.filename} is in app with other bytes (SHA-256 ${sha256(common.bytes)}, ` +
        `sent ${sha256(altered.bytes)}). A published file never changes: publish another version.`,
    );
    expect(packages.store.find(app, "orb-common")).to.equal(before);
  });

  it("may add a file of another name to a version that is there, and changes its revision", async () => {
    const { packages } = registry();
    await packages.publish(app, "orb-common", common);
    const before = packages.store.find(app, "orb-common")?.versions["1.0.0"]?.revision;
    const sdist = { ...common, filename: "orb_common-1.0.0.tar.gz", bytes: Buffer.from("sdist") };

    expect(await packages.publish(app, "orb-common", sdist)).to.equal("published");
    expect((await packages.files(app, "orb-common")).map(({ filename }) => filename)).to.deep.equal([
      common.filename,
      sdist.filename,
    ]);
    expect(packages.store.find(app, "orb-common")?.versions["1.0.0"]?.revision).not.to.equal(before);
  });

  for (const status of ["Archived", "Disposed"] as const) {
    it(`to a version that is ${status} is rejected; to one that is Unlisted it is not`, async () => {
      const { packages } = registry();
      await packages.publish(app, "orb-common", common);
      const sdist = { ...common, filename: "orb_common-1.0.0.tar.gz", bytes: Buffer.from("sdist") };
      const record = packages.store.find(app, "orb-common")!;
      const version = record.versions["1.0.0"]!;

      await packages.store.put(app, { ...record, versions: { "1.0.0": { ...version, status } } });
      expect(await ending(packages.publish(app, "orb-common", sdist))).to.equal(
        `ConflictException 409: Version 1.0.0 in app is ${status} and takes no file: publish another version.`,
      );
      await packages.store.put(app, { ...record, versions: { "1.0.0": { ...version, status: "Unlisted" } } });
      expect(await packages.publish(app, "orb-common", sdist)).to.equal("published");
    });
  }

  it("to a repository that is not there is rejected", async () => {
    const { packages } = registry();

    expect(await ending(packages.publish({ ...app, repository: "none" }, "orb-common", common))).to.match(
      /^ResourceNotFoundException 404: /,
    );
  });

  it("of two files at once keeps both", async () => {
    const { packages } = registry();
    const uploads = Array.from({ length: 20 }, (_, build) => ({
      ...common,
      filename: `orb_common-1.0.0-${build}-py3-none-any.whl`,
    }));

    await Promise.all(uploads.map((upload) => packages.publish(app, "orb-common", upload)));
    expect(await packages.files(app, "orb-common")).to.have.length(20);
  });
});

describe("a publish of a version that exists upstream", () => {
  it("is a conflict while upstreams are allowed; another version passes", async () => {
    const { account, index, packages } = registry();
    group(
      account,
      "/pypi//orb~",
      { INTERNAL_UPSTREAM: "ALLOW", PUBLISH: "ALLOW_SPECIFIC_REPOSITORIES" },
      { PUBLISH: "app" },
    );
    index.add("orb-common", "1.0.0");

    expect(await ending(packages.publish(app, "orb-common", common))).to.equal(
      "ConflictException 409: orb-common 1.0.0 cannot be published to app: an upstream or public repository has this " +
        "version. Publish another version, or block the package's upstreams.",
    );
    expect(await packages.publish(app, "orb-common", wheel("orb-common", "1.0.1"))).to.equal("published");
  });

  it("passes where its group blocks upstreams", async () => {
    const { account, index, packages } = registry();
    group(account, "/pypi//orb~", { EXTERNAL_UPSTREAM: "BLOCK" });
    index.add("orb-common", "1.0.0");

    expect(await packages.publish(app, "orb-common", common)).to.equal("published");
    expect(index.asked).to.deep.equal([]);
  });

  it("passes where the package itself blocks upstreams, as after a first publish under an open group", async () => {
    const { index, packages } = registry();
    await packages.publish(app, "orb-common", common);
    index.add("orb-common", "2.0.0");

    expect(await packages.publish(app, "orb-common", wheel("orb-common", "2.0.0"))).to.equal("published");
  });

  it("cannot be decided while the public index is down: 502, and passes once it is up", async () => {
    const { index, packages } = registry();
    index.down = true;

    expect(await ending(packages.publish(app, "orb-common", common))).to.equal(
      "BadGatewayException 502: Whether orb-common 1.0.0 is public already is not known, and the public index does " +
        "not answer: connection refused",
    );
    index.down = false;
    expect(await packages.publish(app, "orb-common", common)).to.equal("published");
  });

  it("is a conflict where the version was retained, whatever the file", async () => {
    const { account, index, packages } = registry();
    const { filename } = index.add("left", "1.0.0");
    group(account, "/pypi//left$", { PUBLISH: "ALLOW_SPECIFIC_REPOSITORIES" }, { PUBLISH: "app" });
    await packages.download(app, "left", filename);

    expect(
      await ending(packages.publish(app, "left", { ...wheel("left", "1.0.0"), filename: "left-1.0.0.tar.gz" })),
    ).to.equal(
      "ConflictException 409: Version 1.0.0 in app comes from upstream and takes no file: publish another version.",
    );
    expect(await packages.publish(app, "left", wheel("left", "1.0.1"))).to.equal("published");
    expect(packages.store.find(store, "left")?.versions).to.have.keys("1.0.0");
  });
});
