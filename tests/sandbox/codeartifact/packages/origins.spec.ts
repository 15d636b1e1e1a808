import { expect } from "chai";
import { app, ending, group, registry, store, wheel } from "../../../support/sandbox/packages";

describe("package groups and publishing", () => {
  it("BLOCK rejects, ALLOW lets in", async () => {
    const { account, packages } = registry();
    group(account, "/pypi//orb~", { PUBLISH: "BLOCK" });

    expect(await ending(packages.publish(app, "orb-common", wheel("orb-common", "1.0.0")))).to.equal(
      "AccessDeniedException 403: orb-common cannot be published to app: PUBLISH of package group /pypi//orb~, to which " +
        "package orb-common belongs, is BLOCK.",
    );
    group(account, "/pypi//orb~", { PUBLISH: "ALLOW" });
    expect(await packages.publish(app, "orb-common", wheel("orb-common", "1.0.0"))).to.equal("published");
  });

  it("ALLOW_SPECIFIC_REPOSITORIES lets into those repositories alone", async () => {
    const { account, packages } = registry();
    group(account, "/pypi//orb~", { PUBLISH: "ALLOW_SPECIFIC_REPOSITORIES" }, { PUBLISH: "app" });

    expect(await packages.publish(app, "orb-common", wheel("orb-common", "1.0.0"))).to.equal("published");
    expect(await ending(packages.publish(store, "orb-common", wheel("orb-common", "1.0.0")))).to.equal(
      "AccessDeniedException 403: orb-common cannot be published to pypi-store: PUBLISH of package group /pypi//orb~, to " +
        "which package orb-common belongs, allows app only.",
    );
  });

  it("the most specific pattern decides, and INHERIT takes the parent's word", async () => {
    const { account, packages } = registry();
    group(account, "/pypi/*", { PUBLISH: "BLOCK" });
    group(account, "/pypi//orb~", { PUBLISH: "ALLOW" });
    group(account, "/pypi//orb-secret$", { PUBLISH: "INHERIT" });
    group(account, "/pypi//other$", { PUBLISH: "INHERIT" });

    expect(await packages.publish(app, "orb-common", wheel("orb-common", "1.0.0"))).to.equal("published");
    expect(await packages.publish(app, "orb-secret", wheel("orb-secret", "1.0.0"))).to.equal("published");
    expect(await ending(packages.publish(app, "other", wheel("other", "1.0.0")))).to.match(
      /^AccessDeniedException 403: /,
    );
    expect(await ending(packages.publish(app, "orbit", wheel("orbit", "1.0.0")))).to.match(
      /^AccessDeniedException 403: /,
    );
  });

  it("a name that only looks like a private one is rejected on every way, the private one is not", async () => {
    const { account, index, packages } = registry();
    group(account, "/pypi//orb~", { PUBLISH: "ALLOW" });
    index.add("0rb-common", "1.0.0");

    expect(await ending(packages.publish(app, "0rb-common", wheel("0rb-common", "1.0.0")))).to.equal(
      "AccessDeniedException 403: 0rb-common cannot be published to app: package 0rb-common only looks like those of " +
        "package group /pypi//orb~ (a weak match), and enters no repository. Choose another name, or give it a package " +
        "group of its own.",
    );
    expect(await ending(packages.files(app, "0rb-common"))).to.equal(
      "ResourceNotFoundException 404: 0rb-common has no files in app: package 0rb-common only looks like those of " +
        "package group /pypi//orb~ (a weak match), and enters no repository. Choose another name, or give it a package " +
        "group of its own.",
    );
    expect(index.asked).to.deep.equal([]);
    expect(await packages.publish(app, "orb-common", wheel("orb-common", "1.0.0"))).to.equal("published");
  });
});

describe("package groups and upstreams", () => {
  for (const way of ["EXTERNAL_UPSTREAM", "INTERNAL_UPSTREAM"] as const) {
    it(`${way} BLOCK hides public versions, asks for none and is named; ALLOW shows them`, async () => {
      const { account, index, packages } = registry();
      const { filename } = index.add("orb-common", "99.0");
      group(account, "/pypi//orb~", { [way]: "BLOCK" });
      const closed = `${way} of package group /pypi//orb~, to which package orb-common belongs, is BLOCK`;

      expect(await ending(packages.files(app, "orb-common"))).to.equal(
        `ResourceNotFoundException 404: orb-common has no files in app: ${closed}.`,
      );
      expect(await ending(packages.download(app, "orb-common", filename))).to.equal(
        `ResourceNotFoundException 404: ${filename} is not in app: ${closed}.`,
      );
      expect(index.asked).to.deep.equal([]);
      group(account, "/pypi//orb~", { [way]: "ALLOW" });
      expect(await packages.files(app, "orb-common")).to.have.length(1);
    });
  }

  it("each way in is allowed for the repository it enters: the store from outside, the other from the store", async () => {
    const { account, index, packages } = registry();
    index.add("left", "1.0.0");
    const only = "ALLOW_SPECIFIC_REPOSITORIES";
    group(account, "/pypi/*", { EXTERNAL_UPSTREAM: only, INTERNAL_UPSTREAM: only }, { EXTERNAL_UPSTREAM: "app" });
    group(account, "/pypi/*", {}, { INTERNAL_UPSTREAM: "pypi-store" });

    expect(await ending(packages.files(app, "left"))).to.match(/^ResourceNotFoundException/);
    group(account, "/pypi/*", {}, { EXTERNAL_UPSTREAM: "pypi-store" });
    expect(await ending(packages.files(app, "left"))).to.match(/^ResourceNotFoundException/);
    expect(await packages.files(store, "left")).to.have.length(1);
    group(account, "/pypi/*", {}, { INTERNAL_UPSTREAM: "app" });
    expect(await packages.files(app, "left")).to.have.length(1);
  });

  it("a version that came in before the block stays", async () => {
    const { account, index, packages } = registry();
    const { filename } = index.add("left", "1.0.0");
    index.add("left", "2.0.0");
    await packages.download(app, "left", filename);
    group(account, "/pypi/*", { EXTERNAL_UPSTREAM: "BLOCK" });

    expect((await packages.files(app, "left")).map(({ version }) => version)).to.deep.equal(["1.0.0"]);
  });
});

describe("a package's own settings", () => {
  it("are, under an open group, publish alone after a first publish", async () => {
    const { index, packages } = registry();
    await packages.publish(app, "orb-common", wheel("orb-common", "1.0.0"));
    index.add("orb-common", "99.0");

    expect(packages.store.find(app, "orb-common")?.restrictions).to.deep.equal({ publish: "ALLOW", upstream: "BLOCK" });
    expect((await packages.files(app, "orb-common")).map(({ version }) => version)).to.deep.equal(["1.0.0"]);
  });

  it("are, under an open group, upstream alone after a first ingest, in both repositories", async () => {
    const { index, packages } = registry();
    const { filename } = index.add("left", "1.0.0");
    await packages.download(app, "left", filename);

    for (const place of [app, store]) {
      expect(packages.store.find(place, "left")?.restrictions).to.deep.equal({ publish: "BLOCK", upstream: "ALLOW" });
    }
    expect(await ending(packages.publish(app, "left", wheel("left", "2.0.0")))).to.equal(
      "AccessDeniedException 403: left cannot be published to app: origin configuration of package left in app says " +
        "publish BLOCK.",
    );
  });

  it("leave all to a group that restricts anything", async () => {
    const { account, index, packages } = registry();
    group(account, "/pypi//orb~", { EXTERNAL_UPSTREAM: "BLOCK" });
    group(account, "/pypi//left$", { PUBLISH: "BLOCK" });
    const { filename } = index.add("left", "1.0.0");
    await packages.publish(app, "orb-common", wheel("orb-common", "1.0.0"));
    await packages.download(app, "left", filename);

    const open = { publish: "ALLOW", upstream: "ALLOW" };
    expect(packages.store.find(app, "orb-common")?.restrictions).to.deep.equal(open);
    expect(packages.store.find(app, "left")?.restrictions).to.deep.equal(open);
  });

  it("block though the group allows", async () => {
    const { index, packages } = registry();
    index.add("left", "1.0.0");
    await packages.store.put(app, {
      name: "left",
      restrictions: { publish: "BLOCK", upstream: "BLOCK" },
      versions: {},
    });

    expect(await ending(packages.files(app, "left"))).to.match(/^ResourceNotFoundException/);
    expect(await ending(packages.publish(app, "left", wheel("left", "2.0.0")))).to.match(/^AccessDeniedException/);
    expect(await packages.files(store, "left")).to.have.length(1);
  });
});
