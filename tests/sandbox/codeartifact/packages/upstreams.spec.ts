import { expect } from "chai";
import { updatePackageVersionsStatus } from "../../../../sandbox/codeartifact/packages/versionChanges";
import { app, domain, ending, group, registry, store, wheel } from "../../../support/sandbox/packages";

describe("the search order", () => {
  it("takes a version from the repository itself, then from its upstreams in their order, then from outside", async () => {
    const { account, index, packages } = registry();
    const [first, second] = [
      { domain, repository: "first" },
      { domain, repository: "second" },
    ];
    account.codeartifact.repositories.create(first);
    account.codeartifact.repositories.create(second);
    account.codeartifact.repositories.update({ ...app, upstreams: ["first", "second", "pypi-store"] });
    group(account, "/*", { PUBLISH: "ALLOW_SPECIFIC_REPOSITORIES" }, { PUBLISH: "app" });
    group(account, "/*", {}, { PUBLISH: "first" });
    group(account, "/*", {}, { PUBLISH: "second" });
    await packages.publish(second, "lib", wheel("lib", "1", "second 1"));
    await packages.publish(second, "lib", wheel("lib", "2", "second 2"));
    await packages.publish(second, "lib", wheel("lib", "3", "second 3"));
    await packages.publish(first, "lib", wheel("lib", "2", "first 2"));
    await packages.store.put(app, {
      ...packages.store.find(second, "lib")!,
      versions: { 1: packages.store.find(second, "lib")!.versions["1"]! },
    });
    for (const version of ["1", "2", "3", "4"]) {
      index.add("lib", version, `public ${version}`);
    }

    const sources = (await packages.files(app, "lib")).map(({ version, from }) => `${version} from ${from}`);
    expect(sources).to.deep.equal(["1 from app", "2 from first", "3 from second", "4 from public:pypi"]);
    const { bytes } = await packages.download(app, "lib", "lib-2-py3-none-any.whl");
    expect(bytes.toString()).to.equal("first 2");
  });

  it("reads a public name through two repositories, and nothing where no repository is connected", async () => {
    const { account, index, packages } = registry();
    index.add("left", "1.0.0");

    expect((await packages.files(app, "left")).map(({ from }) => from)).to.deep.equal(["public:pypi"]);
    account.codeartifact.repositories.disassociateExternalConnection({ ...store, externalConnection: "public:pypi" });
    expect(await ending(packages.files(app, "left"))).to.equal(
      "ResourceNotFoundException 404: left has no files in app.",
    );
  });
});

describe("a version that is Archived in an upstream repository alone", () => {
  // "consumption of the package version by clients is blocked", and what a repository has is not looked for further up:
  // https://docs.aws.amazon.com/codeartifact/latest/ug/packages-overview.html#package-version-status
  // https://docs.aws.amazon.com/codeartifact/latest/ug/repo-upstream-search-order.html
  it("reaches no client of the repository below, from the public index neither; another version of it does", async () => {
    const { index, packages } = registry();
    const { filename } = index.add("left", "1.1");
    index.add("left", "1.0");
    await packages.download(store, "left", filename);
    await updatePackageVersionsStatus(packages, store, "left", { versions: ["1.1"], targetStatus: "Archived" });
    const later = index.add("left", "1.1", "compiled", "left-1.1-cp313-cp313-manylinux_2_17_x86_64.whl");

    expect((await packages.files(app, "left")).map(({ version }) => version)).to.deep.equal(["1.0"]);
    for (const file of [filename, later.filename]) {
      expect(await ending(packages.download(app, "left", file))).to.equal(
        `ResourceNotFoundException 404: ${file} is not in app.`,
      );
    }
    expect(packages.store.find(app, "left")).to.equal(undefined);
    await updatePackageVersionsStatus(packages, store, "left", { versions: ["1.1"], targetStatus: "Published" });
    expect((await packages.download(app, "left", later.filename)).bytes.toString()).to.equal("compiled");
  });
});

describe("retention", () => {
  it("keeps a downloaded public version in the repository that was asked and in the one it entered by", async () => {
    const { index, packages } = registry();
    const { filename, sha256 } = index.add("left", "1.0.0");
    index.add("left", "2.0.0");

    expect((await packages.download(app, "left", filename)).bytes.toString()).to.equal("left 1.0.0");
    for (const place of [app, store]) {
      const versions = packages.store.find(place, "left")!.versions;
      expect(versions).to.have.keys("1.0.0");
      expect(versions["1.0.0"]!.origin).to.deep.equal({
        originType: "EXTERNAL",
        domainEntryPoint: { externalConnectionName: "public:pypi" },
      });
      expect(versions["1.0.0"]!.assets[filename]!.sha256).to.equal(sha256);
    }
  });

  it("does not come from looking at a list", async () => {
    const { index, packages } = registry();
    index.add("left", "1.0.0");
    await packages.files(app, "left");

    expect(packages.store.list(app)).to.deep.equal([]);
    expect(packages.store.list(store)).to.deep.equal([]);
  });

  it("outlives the upstream and the connection", async () => {
    const { account, index, packages } = registry();
    const { filename } = index.add("left", "1.0.0");
    await packages.download(app, "left", filename);
    account.codeartifact.repositories.update({ ...app, upstreams: [] });

    expect((await packages.download(app, "left", filename)).bytes.toString()).to.equal("left 1.0.0");
  });

  it("keeps the origin of a version that an upstream repository published", async () => {
    const { packages } = registry();
    await packages.publish(store, "lib", wheel("lib", "1.0.0"));
    await packages.download(app, "lib", wheel("lib", "1.0.0").filename);

    expect(packages.store.find(app, "lib")?.versions["1.0.0"]?.origin).to.deep.equal({
      originType: "INTERNAL",
      domainEntryPoint: { repositoryName: "pypi-store" },
    });
  });

  it("fetches a file once, however many ask at once", async () => {
    const { index, packages } = registry();
    const { filename, url } = index.add("left", "1.0.0");

    await Promise.all(Array.from({ length: 10 }, () => packages.download(app, "left", filename)));
    await packages.download(store, "left", filename);
    expect(index.asked.filter((asked) => asked === url)).to.have.length(1);
  });
});

describe("while the public index is down", () => {
  it("retained versions are listed and given out, what is not kept is a 502 that says why", async () => {
    const { index, packages } = registry();
    const { filename } = index.add("left", "1.0.0");
    const later = index.add("left", "2.0.0");
    index.add("right", "1.0.0");
    await packages.download(app, "left", filename);
    index.down = true;

    expect((await packages.files(app, "left")).map(({ version }) => version)).to.deep.equal(["1.0.0"]);
    expect((await packages.download(app, "left", filename)).bytes.toString()).to.equal("left 1.0.0");
    expect(await ending(packages.download(app, "left", later.filename))).to.equal(
      `BadGatewayException 502: ${later.filename} is not in app, and the public index does not answer: connection refused`,
    );
    expect(await ending(packages.files(app, "right"))).to.equal(
      "BadGatewayException 502: right has no files in app, and the public index does not answer: connection refused",
    );
    index.down = false;
    expect(await packages.files(app, "left")).to.have.length(2);
  });

  it("private packages do not notice", async () => {
    const { account, index, packages } = registry();
    group(account, "/pypi//orb~", { EXTERNAL_UPSTREAM: "BLOCK" });
    index.down = true;

    expect(await packages.publish(app, "orb-common", wheel("orb-common", "1.0.0"))).to.equal("published");
    expect(await packages.files(app, "orb-common")).to.have.length(1);
  });
});

describe("a version's status", () => {
  const cases = [
    { status: "Published", listed: true, given: true },
    { status: "Unlisted", listed: false, given: true },
    { status: "Archived", listed: false, given: false },
    { status: "Disposed", listed: false, given: false },
  ] as const;
  for (const { status, listed, given } of cases) {
    it(`${status}: ${listed ? "listed" : "not listed"}, ${given ? "given out" : "not given out"}, and never taken from upstream instead`, async () => {
      const { account, index, packages } = registry();
      group(
        account,
        "/pypi//lib$",
        { EXTERNAL_UPSTREAM: "ALLOW_SPECIFIC_REPOSITORIES" },
        { EXTERNAL_UPSTREAM: "pypi-store" },
      );
      await packages.publish(app, "lib", wheel("lib", "1.0.0"));
      const record = packages.store.find(app, "lib")!;
      const version = record.versions["1.0.0"]!;
      await packages.store.put(app, { ...record, versions: { "1.0.0": { ...version, status } } });
      index.add("lib", "1.0.0", "public");
      index.add("lib", "2.0.0", "public");

      const versions = (await packages.files(app, "lib")).map((file) => file.version);
      expect(versions).to.deep.equal(listed ? ["1.0.0", "2.0.0"] : ["2.0.0"]);
      const answer = await ending(packages.download(app, "lib", wheel("lib", "1.0.0").filename));
      expect(typeof answer === "string" ? answer : answer.bytes.toString()).to.equal(
        given ? "lib 1.0.0" : "ResourceNotFoundException 404: lib-1.0.0-py3-none-any.whl is not in app.",
      );
    });
  }
});
