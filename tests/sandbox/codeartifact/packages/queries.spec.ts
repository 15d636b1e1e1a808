import { expect } from "chai";
import {
  describePackage,
  describePackageVersion,
  listPackages,
  listPackageVersions,
} from "../../../../sandbox/codeartifact/packages/queries";
import {
  putPackageOriginConfiguration,
  updatePackageVersionsStatus,
} from "../../../../sandbox/codeartifact/packages/versionChanges";
import { awsErrorOf } from "../../../support/sandbox/awsErrorOf";
import { app, registry, store, wheel } from "../../../support/sandbox/packages";

describe("what a repository holds", () => {
  it("is a package with where its versions may come from", async () => {
    const { packages } = registry();
    await packages.publish(app, "orb-common", wheel("orb-common", "1.0.0"));

    expect(describePackage(packages, app, "orb-common").restrictions).to.deep.equal({
      publish: "ALLOW",
      upstream: "BLOCK",
    });
    expect(awsErrorOf(() => describePackage(packages, app, "orb-models"))).to.equal(
      "ResourceNotFoundException 404: Package not found. Repository 'app' holds no Python package 'orb-models'.",
    );
    expect(awsErrorOf(() => describePackage(packages, { ...app, repository: "none" }, "orb-common"))).to.match(
      /^ResourceNotFoundException 404: Repository not found\./,
    );
    expect(awsErrorOf(() => describePackage(packages, { ...app, domainOwner: "210987654321" }, "orb-common"))).to.match(
      /^ResourceNotFoundException 404: Domain not found\./,
    );
  });

  it("is never what lies upstream, until that was retained", async () => {
    const { packages, index } = registry();
    const { filename } = index.add("requests", "2.0");
    await packages.files(app, "requests");

    expect(listPackages(packages, app)).to.deep.equal([]);
    expect(awsErrorOf(() => describePackageVersion(packages, app, "requests", "2.0"))).to.match(
      /^Resource.* 404: Package /,
    );
    await packages.download(app, "requests", filename);
    for (const place of [app, store]) {
      expect(listPackages(packages, place).map(({ name }) => name)).to.deep.equal(["requests"]);
      expect(describePackageVersion(packages, place, "requests", "2.0").origin).to.deep.equal({
        originType: "EXTERNAL",
        domainEntryPoint: { externalConnectionName: "public:pypi" },
      });
    }
  });

  it("is a version with where it came from, whatever its status", async () => {
    const { packages } = registry();
    await packages.publish(app, "orb-common", {
      ...wheel("orb-common", "1.0.0"),
      summary: "What all share.",
      homePage: "https://orb.example",
      licenses: ["MIT"],
    });
    await updatePackageVersionsStatus(packages, app, "orb-common", { versions: ["1.0.0"], targetStatus: "Archived" });

    const { revision, assets, ...described } = describePackageVersion(packages, app, "orb-common", "1.0.0");
    expect(described).to.deep.equal({
      version: "1.0.0",
      status: "Archived",
      publishedTime: "2026-05-06T07:08:09.000Z",
      origin: { originType: "INTERNAL", domainEntryPoint: { repositoryName: "app" } },
      summary: "What all share.",
      homePage: "https://orb.example",
      licenses: ["MIT"],
    });
    expect(revision).to.match(/^[\w+/]{43}=$/);
    expect(Object.keys(assets)).to.deep.equal(["orb_common-1.0.0-py3-none-any.whl"]);
    expect(awsErrorOf(() => describePackageVersion(packages, app, "orb-common", "1.0"))).to.equal(
      "ResourceNotFoundException 404: Package version not found. Repository 'app' holds no orb-common 1.0.",
    );
  });

  for (const version of ["constructor", "__proto__", "toString"]) {
    it(`is no version ${version}, which every JavaScript object has`, async () => {
      const { packages } = registry();
      await packages.publish(app, "orb-common", wheel("orb-common", "1.0.0"));

      expect(awsErrorOf(() => describePackageVersion(packages, app, "orb-common", version))).to.match(
        /^ResourceNotFoundException 404: Package version not found\./,
      );
    });
  }
});

describe("the packages of a repository", () => {
  async function several() {
    const { packages } = registry();
    for (const name of ["orb-models", "orb-common", "other"]) {
      await packages.publish(app, name, wheel(name, "1.0.0"));
    }
    await putPackageOriginConfiguration(packages, app, "orb-new", { publish: "BLOCK", upstream: "ALLOW" });
    return (filter: Parameters<typeof listPackages>[2]) => listPackages(packages, app, filter).map(({ name }) => name);
  }

  it("are listed in alphabetical order, also one that has no version", async () => {
    const names = await several();

    expect(names({})).to.deep.equal(["orb-common", "orb-models", "orb-new", "other"]);
  });

  it("are listed by prefix, by format and by their settings", async () => {
    const names = await several();

    expect(names({ packagePrefix: "orb-" })).to.deep.equal(["orb-common", "orb-models", "orb-new"]);
    expect(names({ packagePrefix: "rb" })).to.deep.equal([]);
    expect(names({ format: "pypi" })).to.have.length(4);
    expect(names({ format: "npm" })).to.deep.equal([]);
    expect(names({ publish: "BLOCK" })).to.deep.equal(["orb-new"]);
    expect(names({ upstream: "BLOCK" })).to.deep.equal(["orb-common", "orb-models", "other"]);
    expect(names({ publish: "ALLOW", upstream: "ALLOW" })).to.deep.equal([]);
    expect(names({ packagePrefix: "o", publish: "ALLOW", upstream: "BLOCK" })).to.have.length(3);
  });
});

describe("the versions of a package", () => {
  async function several() {
    const { packages, clock, index } = registry();
    for (const [version, minute] of [
      ["1.5.0", 1],
      ["2.0.0", 2],
      ["1.0.0", 3],
    ] as const) {
      clock.now = new Date(`2026-05-06T07:0${minute}:00Z`);
      await packages.publish(app, "orb-common", wheel("orb-common", version));
    }
    return { packages, clock, index };
  }

  it("are listed as PEP 440 orders them, or the latest first", async () => {
    const { packages, clock } = await several();
    clock.now = new Date("2026-05-06T07:00:00Z");
    for (const version of ["1.10.0", "1.5.0rc1"]) {
      await packages.publish(app, "orb-common", wheel("orb-common", version));
    }
    const numbers = (sortBy?: "PUBLISHED_TIME") =>
      listPackageVersions(packages, app, "orb-common", { sortBy }).versions.map(({ version }) => version);

    expect(numbers()).to.deep.equal(["1.0.0", "1.5.0rc1", "1.5.0", "1.10.0", "2.0.0"]);
    expect(numbers("PUBLISHED_TIME").slice(0, 3)).to.deep.equal(["1.0.0", "2.0.0", "1.5.0"]);
  });

  it("are of every status unless one is asked for; the one to display is the latest that is Published", async () => {
    const { packages } = await several();
    const update = (versions: readonly string[], targetStatus: "Archived" | "Unlisted" | "Published") =>
      updatePackageVersionsStatus(packages, app, "orb-common", { versions, targetStatus });
    const listed = (status?: "Published" | "Archived" | "Unlisted" | "Disposed" | "Deleted") => {
      const { defaultDisplayVersion, versions } = listPackageVersions(packages, app, "orb-common", { status });
      return [defaultDisplayVersion, ...versions.map(({ version }) => version)];
    };

    expect(listed()).to.deep.equal(["1.0.0", "1.0.0", "1.5.0", "2.0.0"]);
    await update(["1.0.0"], "Archived");
    await update(["1.5.0"], "Unlisted");
    expect(listed()).to.deep.equal(["2.0.0", "1.0.0", "1.5.0", "2.0.0"]);
    expect(listed("Published")).to.deep.equal(["2.0.0", "2.0.0"]);
    expect(listed("Archived")).to.deep.equal(["2.0.0", "1.0.0"]);
    expect(listed("Unlisted")).to.deep.equal(["2.0.0", "1.5.0"]);
    expect(listed("Disposed")).to.deep.equal(["2.0.0"]);
    expect(listed("Deleted")).to.deep.equal(["2.0.0"]);
    await update(["2.0.0"], "Archived");
    expect(listed("Archived")).to.deep.equal([undefined, "1.0.0", "2.0.0"]);
  });

  it("are distinguished by where they came from", async () => {
    const { packages, index } = await several();
    await putPackageOriginConfiguration(packages, app, "orb-common", { publish: "ALLOW", upstream: "ALLOW" });
    const { filename } = index.add("orb-common", "3.0.0");
    await packages.download(app, "orb-common", filename);
    const numbers = (originType?: "INTERNAL" | "EXTERNAL" | "UNKNOWN") =>
      listPackageVersions(packages, app, "orb-common", { originType }).versions.map(({ version }) => version);

    expect(numbers()).to.deep.equal(["1.0.0", "1.5.0", "2.0.0", "3.0.0"]);
    expect(numbers("INTERNAL")).to.deep.equal(["1.0.0", "1.5.0", "2.0.0"]);
    expect(numbers("EXTERNAL")).to.deep.equal(["3.0.0"]);
    expect(numbers("UNKNOWN")).to.deep.equal([]);
  });
});
