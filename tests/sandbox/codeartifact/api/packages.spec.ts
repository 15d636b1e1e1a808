import {
  DeletePackageCommand,
  DeletePackageVersionsCommand,
  DescribePackageCommand,
  DescribePackageVersionCommand,
  DisposePackageVersionsCommand,
  GetPackageVersionAssetCommand,
  ListPackagesCommand,
  ListPackageVersionAssetsCommand,
  ListPackageVersionsCommand,
  type PackageVersionStatus,
  paginateListPackages,
  paginateListPackageVersionAssets,
  paginateListPackageVersions,
  PutPackageOriginConfigurationCommand,
  UpdatePackageVersionsStatusCommand,
} from "@aws-sdk/client-codeartifact";
import { expect } from "chai";
import { assetHashes } from "../../../../sandbox/codeartifact/packages/records";
import { wheel } from "../../../support/sandbox/packages";
import { all, answered, ended, serveApi, type ServedApi } from "../../../support/sandbox/servedApi";

const common = { ...wheel("orb-common", "1.0.0"), summary: "What all share.", licenses: ["MIT"] };
const sdist = { ...common, filename: "orb_common-1.0.0.tar.gz", bytes: Buffer.from("sdist") };

describe("packages over the API", () => {
  let api: ServedApi;
  const client = () => api.client(api.administrator());
  const repository = () => ({ domain: api.domain, repository: "python-packages" });
  const named = (name = "orb-common") => ({ ...repository(), format: "pypi", package: name }) as const;
  const version = (packageVersion = "1.0.0") => ({ ...named(), packageVersion });
  const revision = () => api.context.packages.store.find(repository(), "orb-common")!.versions["1.0.0"]!.revision;

  before(async () => {
    api = await serveApi();
  });

  beforeEach(async () => {
    const { store } = api.context.packages;
    for (const place of [repository(), { ...repository(), repository: "pypi-store" }]) {
      for (const { name } of store.list(place)) {
        await store.delete(place, name);
      }
    }
    for (const upload of [common, sdist, wheel("orb-common", "2.0.0")]) {
      await api.context.packages.publish(repository(), "orb-common", upload);
    }
  });

  after(() => api.close());

  it("a package is described, listed and deleted with its settings", async () => {
    const originConfiguration = { restrictions: { publish: "ALLOW", upstream: "ALLOW" } };
    const listed = { format: "pypi", package: "orb-common", originConfiguration };

    expect(await answered(client().send(new DescribePackageCommand(named())))).to.deep.equal({
      package: { format: "pypi", name: "orb-common", originConfiguration },
    });
    expect(await answered(client().send(new ListPackagesCommand(repository())))).to.deep.equal({ packages: [listed] });
    expect(await answered(client().send(new DeletePackageCommand(named())))).to.deep.equal({ deletedPackage: listed });
    expect(await answered(client().send(new DescribePackageCommand(named())))).to.equal(
      "ResourceNotFoundException 404: Package not found. Repository 'python-packages' holds no Python package 'orb-common'.",
    );
    expect(await ended(client().send(new DeletePackageCommand(named())))).to.equal("ResourceNotFoundException");
  });

  it("a package's settings are put, also before the package is there", async () => {
    const restrictions = { publish: "BLOCK", upstream: "BLOCK" } as const;
    const put = (name: string) =>
      answered(client().send(new PutPackageOriginConfigurationCommand({ ...named(name), restrictions })));

    for (const name of ["orb-common", "orb-new"]) {
      expect(await put(name)).to.deep.equal({ originConfiguration: { restrictions } });
      expect(await answered(client().send(new DescribePackageCommand(named(name))))).to.deep.equal({
        package: { format: "pypi", name, originConfiguration: { restrictions } },
      });
    }
    expect(await answered(client().send(new ListPackageVersionsCommand(named("orb-new"))))).to.deep.equal({
      format: "pypi",
      package: "orb-new",
      versions: [],
    });
  });

  it("packages are listed by prefix, format and settings, page by page", async () => {
    for (let number = 0; number < 7; number += 1) {
      const restrictions = { publish: number % 2 === 0 ? "BLOCK" : "ALLOW", upstream: "BLOCK" } as const;
      await client().send(new PutPackageOriginConfigurationCommand({ ...named(`extra-${number}`), restrictions }));
    }
    const list = async (pageSize: number | undefined, filter: object) =>
      (await all(paginateListPackages({ client: client(), pageSize }, { ...repository(), ...filter }))).map((page) =>
        (page.packages ?? []).map((found) => found.package),
      );
    const names = [...Array.from({ length: 7 }, (_, number) => `extra-${number}`), "orb-common"];

    expect(await list(undefined, {})).to.deep.equal([names]);
    for (const pageSize of [1, 3, 8]) {
      expect((await list(pageSize, {})).flat()).to.deep.equal(names);
    }
    expect((await list(3, {})).map(({ length }) => length)).to.deep.equal([3, 3, 2]);
    expect((await list(2, { packagePrefix: "extra", publish: "BLOCK" })).flat()).to.deep.equal([
      ...["extra-0", "extra-2", "extra-4", "extra-6"],
    ]);
    expect((await list(2, { upstream: "ALLOW", format: "pypi" })).flat()).to.deep.equal(["orb-common"]);
    expect((await list(2, { format: "npm" })).flat()).to.deep.equal([]);
    expect((await list(2, { format: "pypi", namespace: "orb" })).flat()).to.deep.equal([]);
  });

  it("a version is described with where it came from", async () => {
    const { publishedTime } = api.context.packages.store.find(repository(), "orb-common")!.versions["1.0.0"]!;

    expect(await answered(client().send(new DescribePackageVersionCommand(version())))).to.deep.equal({
      packageVersion: {
        format: "pypi",
        packageName: "orb-common",
        displayName: "orb-common",
        version: "1.0.0",
        summary: "What all share.",
        licenses: [{ name: "MIT" }],
        publishedTime: new Date(publishedTime),
        revision: revision(),
        status: "Published",
        origin: { originType: "INTERNAL", domainEntryPoint: { repositoryName: "python-packages" } },
      },
    });
    expect(await answered(client().send(new DescribePackageVersionCommand(version("9"))))).to.match(
      /^ResourceNotFoundException 404: Package version not found\./,
    );
  });

  it("the publisher may look at its own package's versions and assets, and at no one else's", async () => {
    const publisher = api.client(await api.publisher());

    for (const command of [DescribePackageVersionCommand, ListPackageVersionAssetsCommand]) {
      const send = (name: string, place = {}) =>
        ended(
          (publisher.send as (sent: object) => Promise<object>)(new command({ ...version(), package: name, ...place })),
        );
      expect(await send("orb-common")).to.equal("answered");
      expect(await send("orb-models")).to.equal("ResourceNotFoundException");
      expect(await send("orb-other")).to.equal("AccessDeniedException");
      expect(await send("orb-common", { repository: "pypi-store" })).to.equal("AccessDeniedException");
      expect(await send("orb-common", { domain: "orb-integration-hub-prod" })).to.equal("AccessDeniedException");
    }
    expect(await ended(publisher.send(new ListPackageVersionsCommand(named())))).to.equal("AccessDeniedException");
    expect(await ended(publisher.send(new DeletePackageVersionsCommand({ ...named(), versions: ["1.0.0"] })))).to.equal(
      "AccessDeniedException",
    );
  });

  it("versions are listed with the one to display, by status, origin and time, page by page", async () => {
    const list = async (filter: object, pageSize?: number) => {
      const pages = await all(paginateListPackageVersions({ client: client(), pageSize }, { ...named(), ...filter }));
      return {
        displayed: [...new Set(pages.map(({ defaultDisplayVersion }) => defaultDisplayVersion))],
        versions: pages.flatMap(({ versions = [] }) => versions.map((found) => found.version)),
      };
    };
    await client().send(
      new UpdatePackageVersionsStatusCommand({ ...named(), versions: ["1.0.0"], targetStatus: "Unlisted" }),
    );

    expect(await list({}, 1)).to.deep.equal({ displayed: ["2.0.0"], versions: ["1.0.0", "2.0.0"] });
    expect(await list({ status: "Unlisted" })).to.deep.equal({ displayed: ["2.0.0"], versions: ["1.0.0"] });
    expect(await list({ status: "Disposed" })).to.deep.equal({ displayed: ["2.0.0"], versions: [] });
    expect(await list({ originType: "EXTERNAL" })).to.deep.equal({ displayed: ["2.0.0"], versions: [] });
    expect((await list({ sortBy: "PUBLISHED_TIME" }, 1)).versions).to.have.members(["1.0.0", "2.0.0"]);
    const { versions } = await client().send(new ListPackageVersionsCommand({ ...named(), maxResults: 1 }));
    expect(versions).to.deep.equal([
      {
        version: "1.0.0",
        revision: revision(),
        status: "Unlisted",
        origin: { originType: "INTERNAL", domainEntryPoint: { repositoryName: "python-packages" } },
      },
    ]);
  });

  it("50 versions are on a page where no number is asked for", async () => {
    const record = api.context.packages.store.find(repository(), "orb-common")!;
    const numbers = Array.from({ length: 60 }, (_, number) => `1.${number}`);
    const versions = numbers.map((number) => [number, { ...record.versions["1.0.0"]!, version: number }] as const);
    await api.context.packages.store.put(repository(), { ...record, versions: Object.fromEntries(versions) });

    const pages = await all(paginateListPackageVersions({ client: client() }, named()));
    expect(pages.map((page) => page.versions?.length)).to.deep.equal([50, 10]);
  });

  it("assets are listed with four digests, page by page, and given out byte for byte", async () => {
    const pages = await all(paginateListPackageVersionAssets({ client: client(), pageSize: 1 }, version()));

    expect(
      pages.map(({ format, package: name, version: number, versionRevision }) => [
        format,
        name,
        number,
        versionRevision,
      ]),
    ).to.deep.equal([
      ["pypi", "orb-common", "1.0.0", revision()],
      ["pypi", "orb-common", "1.0.0", revision()],
    ]);
    expect(pages.flatMap(({ assets }) => assets)).to.deep.equal(
      await Promise.all(
        [common, sdist].map(async ({ filename, bytes }) => ({
          name: filename,
          size: bytes.length,
          hashes: await assetHashes(bytes),
        })),
      ),
    );
    for (const { filename, bytes } of [common, sdist]) {
      const answer = await client().send(new GetPackageVersionAssetCommand({ ...version(), asset: filename }));
      const { assetName, packageVersion, packageVersionRevision } = answer;
      expect([assetName, packageVersion, packageVersionRevision]).to.deep.equal([filename, "1.0.0", revision()]);
      expect(Buffer.from(await answer.asset!.transformToByteArray())).to.deep.equal(bytes);
    }
  });

  it("an asset is given out for the revision that the version has, and where there is one", async () => {
    const get = (changes: object) =>
      ended(client().send(new GetPackageVersionAssetCommand({ ...version(), asset: common.filename, ...changes })));

    expect(await get({ packageVersionRevision: revision() })).to.equal("answered");
    expect(await get({ packageVersionRevision: "former" })).to.equal("ConflictException");
    expect(await get({ asset: "none.whl" })).to.equal("ResourceNotFoundException");
    expect(await get({ packageVersion: "9" })).to.equal("ResourceNotFoundException");
    expect(await get({ repository: "pypi-store" })).to.equal("ResourceNotFoundException");
  });

  it("what lies upstream is not there, until it was retained", async () => {
    const { filename } = api.index.add("requests", "2.0");
    const requests = { ...version("2.0"), package: "requests" };

    expect(await ended(client().send(new DescribePackageVersionCommand(requests)))).to.equal(
      "ResourceNotFoundException",
    );
    await api.context.packages.download(repository(), "requests", filename);
    const { packageVersion } = await client().send(new DescribePackageVersionCommand(requests));
    expect(packageVersion?.origin).to.deep.equal({
      originType: "EXTERNAL",
      domainEntryPoint: { externalConnectionName: "public:pypi" },
    });
  });

  it("a public file that cannot be fetched is a bad gateway, not the sandbox's error", async () => {
    const first = api.index.add("flask", "2.0");
    const other = api.index.add("flask", "2.0", "other", "flask-2.0.tar.gz");
    await api.context.packages.download(repository(), "flask", first.filename);
    const get = (asset: string) =>
      answered(client().send(new GetPackageVersionAssetCommand({ ...version("2.0"), package: "flask", asset })));

    api.index.down = true;
    expect(await get(first.filename)).to.be.an("object");
    expect(await get(other.filename)).to.match(/^BadGatewayException 502: The file is not kept here, and the public/);
    api.index.down = false;
    expect(await get(other.filename)).to.be.an("object");
  });

  describe("versions", () => {
    const update = (targetStatus: PackageVersionStatus, versions: string[], changes: object = {}) =>
      answered(
        client().send(new UpdatePackageVersionsStatusCommand({ ...named(), versions, targetStatus, ...changes })),
      );

    it("are moved to another status, all or none", async () => {
      expect(await update("Archived", ["1.0.0"])).to.deep.equal({
        successfulVersions: { "1.0.0": { revision: revision(), status: "Archived" } },
        failedVersions: {},
      });
      expect(await update("Unlisted", ["1.0.0", "2.0.0", "3.0.0"], { expectedStatus: "Published" })).to.deep.equal({
        successfulVersions: {},
        failedVersions: {
          "1.0.0": {
            errorCode: "MISMATCHED_STATUS",
            errorMessage: "current status: Archived, expected status: Published",
          },
          "2.0.0": { errorCode: "SKIPPED", errorMessage: "version 2.0.0 is skipped" },
          "3.0.0": { errorCode: "NOT_FOUND", errorMessage: "version 3.0.0 is not found" },
        },
      });
      const versionRevisions = { "1.0.0": revision() };
      expect(await update("Published", ["1.0.0"], { versionRevisions })).to.have.nested.property(
        "successfulVersions.1\\.0\\.0.status",
        "Published",
      );
      expect(await update("Archived", ["1.0.0"], { versionRevisions: { "1.0.0": "former" } })).to.have.nested.property(
        "failedVersions.1\\.0\\.0.errorCode",
        "MISMATCHED_REVISION",
      );
      expect(await update("Archived", ["2.0.0"], { versionRevisions })).to.match(/^ValidationException 400: /);
      expect(await update("Disposed", ["1.0.0"])).to.match(/^ValidationException 400: .* at 'targetStatus' /);
    });

    it("are disposed of for good, and then deleted", async () => {
      const versions = ["1.0.0"];
      const before = revision();
      const dispose = (changes: object) =>
        answered(client().send(new DisposePackageVersionsCommand({ ...named(), versions, ...changes })));

      expect(await dispose({ versionRevisions: { "1.0.0": "former" } })).to.have.nested.property(
        "failedVersions.1\\.0\\.0.errorCode",
        "MISMATCHED_REVISION",
      );
      expect(
        await dispose({ versionRevisions: { "1.0.0": before }, expectedStatus: "Published" }),
      ).to.have.nested.property("successfulVersions.1\\.0\\.0.status", "Disposed");
      const { packageVersion } = await client().send(new DescribePackageVersionCommand(version()));
      expect(packageVersion?.status).to.equal("Disposed");
      const { assets } = await client().send(new ListPackageVersionAssetsCommand(version()));
      expect(assets).to.deep.equal([]);
      expect(await update("Published", versions)).to.have.nested.property(
        "failedVersions.1\\.0\\.0.errorCode",
        "NOT_ALLOWED",
      );
      const { revision: last } = packageVersion!;
      expect(await answered(client().send(new DeletePackageVersionsCommand({ ...named(), versions })))).to.deep.equal({
        successfulVersions: { "1.0.0": { revision: last, status: "Deleted" } },
        failedVersions: {},
      });
      expect(await ended(client().send(new DescribePackageVersionCommand(version())))).to.equal(
        "ResourceNotFoundException",
      );
    });

    it("of a package that is not there cannot be changed", async () => {
      const request = { ...named("none"), versions: ["1.0.0"] };

      expect(await ended(client().send(new DisposePackageVersionsCommand(request)))).to.equal(
        "ResourceNotFoundException",
      );
      expect(await ended(client().send(new DeletePackageVersionsCommand(request)))).to.equal(
        "ResourceNotFoundException",
      );
      expect(await update("Archived", ["1.0.0"], { package: "none" })).to.match(/^ResourceNotFoundException 404: /);
    });
  });
});
