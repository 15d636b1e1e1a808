import { Readable } from "node:stream";
import {
  CopyPackageVersionsCommand,
  DeletePackageCommand,
  DeletePackageVersionsCommand,
  DescribePackageCommand,
  DescribePackageVersionCommand,
  DisposePackageVersionsCommand,
  GetAssociatedPackageGroupCommand,
  GetPackageVersionAssetCommand,
  GetPackageVersionReadmeCommand,
  ListAssociatedPackagesCommand,
  ListPackagesCommand,
  ListPackageVersionAssetsCommand,
  ListPackageVersionDependenciesCommand,
  ListPackageVersionsCommand,
  type PublishPackageVersionCommandInput,
  PublishPackageVersionCommand,
  PutPackageOriginConfigurationCommand,
  UpdatePackageVersionsStatusCommand,
} from "@aws-sdk/client-codeartifact";
import { expect } from "chai";
import { pypiRoutes } from "../../../../sandbox/codeartifact/pypi/routes";
import { assumedSession } from "../../../support/sandbox/assumedSession";
import { sha256, wheel } from "../../../support/sandbox/packages";
import { answered, changing, serveApi, type ServedApi } from "../../../support/sandbox/servedApi";

const arn = "arn:aws:codeartifact:us-east-1:123456789012";

describe("PublishPackageVersion", () => {
  let api: ServedApi;
  let asked = 0;
  const asAdministrator = () => api.client(api.administrator());
  const repository = () => ({ domain: api.domain, repository: "python-packages" });
  /** A package that no other test has. */
  const fresh = () => ({
    ...{ ...repository(), format: "generic" as const, namespace: "tools", package: `Installer_${asked++}` },
  });
  const version = (pack: ReturnType<typeof fresh>, packageVersion = "1.0") => ({ ...pack, packageVersion });
  const input = (
    pack: ReturnType<typeof fresh>,
    text: string,
    changes: Partial<PublishPackageVersionCommandInput> = {},
  ): PublishPackageVersionCommandInput => ({
    ...version(pack),
    assetName: "setup.bin",
    assetContent: Buffer.from(text),
    assetSHA256: sha256(Buffer.from(text)),
    ...changes,
  });
  const publish = (...given: Parameters<typeof input>) =>
    answered(asAdministrator().send(new PublishPackageVersionCommand(input(...given))));
  const statusOf = async (pack: ReturnType<typeof fresh>) => {
    const { packageVersion } = await asAdministrator().send(new DescribePackageVersionCommand(version(pack)));
    return packageVersion?.status;
  };
  const conflict = (pack: ReturnType<typeof fresh>, what: string) =>
    `ConflictException 409: ${what.replaceAll("NAME", pack.package)}`;

  before(async () => {
    api = await serveApi();
    api.context.account.codeartifact.repositories.create({ domain: api.domain, repository: "copies" });
  });

  after(() => api.close());

  it("stores an asset, and answers with its version, status, size and digests", async () => {
    const pack = fresh();
    const { versionRevision, asset, ...rest } = (await publish(pack, "one")) as Record<string, unknown>;

    expect(rest).to.deep.equal({
      ...{ format: "generic", namespace: "tools", package: pack.package, version: "1.0", status: "Published" },
    });
    expect(versionRevision).to.match(/^[\w+/]{43}=$/);
    expect(asset).to.deep.equal({
      name: "setup.bin",
      size: 3,
      hashes: {
        MD5: "f97c5d29941bfb1b2fdab0874906ab82",
        "SHA-1": "fe05bcdcdc4928012781a5f1a2a77cbb5398e106",
        "SHA-256": "7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed",
        "SHA-512":
          "05f70341078acf6a06d423d21720f9643d5f953626d88a02636dc3a9e79582aeb0c820857fd3f8dc502aa8360d2c8fa97a985fda5b629b809cad18ffb62d3899",
      },
    });
  });

  it("takes an asset as bytes, as text, and as a stream of unknown length; an asset may be beyond half a mebibyte", async () => {
    const pack = fresh();
    const long = "x".repeat(2 ** 20);
    const send = (name: string, assetContent: PublishPackageVersionCommandInput["assetContent"]) =>
      publish(pack, long, { assetName: name, assetContent, unfinished: true });

    expect(await send("bytes", Buffer.from(long))).to.be.an("object");
    expect(await send("text", long)).to.be.an("object");
    expect(await send("stream", Readable.from([Buffer.from(long.slice(0, 9)), Buffer.from(long.slice(9))]))).to.be.an(
      "object",
    );
    const { assets = [] } = await asAdministrator().send(new ListPackageVersionAssetsCommand(version(pack)));
    expect(assets.map(({ name, size }) => [name, size])).to.deep.equal([
      ["bytes", 2 ** 20],
      ["stream", 2 ** 20],
      ["text", 2 ** 20],
    ]);
  });

  it("compares the SHA-256 that the request states with the asset's, and keeps nothing where they differ", async () => {
    const pack = fresh();
    const other = sha256(Buffer.from("other"));

    expect(await publish(pack, "one", { assetSHA256: other })).to.equal(
      `ValidationException 400: The SHA-256 of 'setup.bin' is ${sha256(Buffer.from("one"))}, but 'assetSHA256' says ` +
        `${other}: send the asset again.`,
    );
    expect(await answered(asAdministrator().send(new DescribePackageCommand(pack)))).to.match(
      /^ResourceNotFoundException 404: /,
    );
    expect(await publish(pack, "one")).to.be.an("object");
  });

  it("has the stated SHA-256 under its signature: it cannot be changed on the way", async () => {
    const pack = fresh();
    const tampered = changing(asAdministrator(), "signed", (request) => {
      const { headers } = request as unknown as { readonly headers: Record<string, string> };
      headers["x-amz-content-sha256"] = sha256(Buffer.from("two"));
      request.body = Buffer.from("two");
    });

    expect(await answered(tampered.send(new PublishPackageVersionCommand(input(pack, "one"))))).to.match(
      /^InvalidSignatureException 403: /,
    );
  });

  it("keeps a version Unfinished until an asset is published without the flag, and takes no asset after that", async () => {
    const pack = fresh();
    const assets = async () =>
      (await asAdministrator().send(new ListPackageVersionAssetsCommand(version(pack)))).assets?.map(
        ({ name }) => name,
      );

    expect(await publish(pack, "one", { assetName: "a", unfinished: true })).to.include({ status: "Unfinished" });
    expect(await publish(pack, "two", { assetName: "b", unfinished: true })).to.include({ status: "Unfinished" });
    expect(await statusOf(pack)).to.equal("Unfinished");
    expect(await publish(pack, "three", { assetName: "c" })).to.include({ status: "Published" });
    expect(await assets()).to.deep.equal(["a", "b", "c"]);
    expect(await publish(pack, "four", { assetName: "d" })).to.equal(
      conflict(
        pack,
        "Version 1.0 of NAME in 'python-packages' is Published and takes no more assets: publish another version, with " +
          "'unfinished' for each asset but the last.",
      ),
    );
    expect(await assets()).to.deep.equal(["a", "b", "c"]);
  });

  it("ends an Unfinished version with an asset that is there, and UpdatePackageVersionsStatus does so too", async () => {
    const [one, other] = [fresh(), fresh()];
    for (const pack of [one, other]) {
      await publish(pack, "one", { unfinished: true });
    }

    expect(await publish(one, "one")).to.include({ status: "Published" });
    await asAdministrator().send(
      new UpdatePackageVersionsStatusCommand({ ...other, versions: ["1.0"], targetStatus: "Published" }),
    );
    expect([await statusOf(one), await statusOf(other)]).to.deep.equal(["Published", "Published"]);
    expect(await publish(one, "one", { unfinished: true })).to.include({ status: "Published" });
  });

  it("takes an asset again with the same bytes, and not with others, be its version Published or Unfinished", async () => {
    for (const unfinished of [true, false]) {
      const pack = fresh();
      const first = await publish(pack, "one", { unfinished });
      const digests = `(SHA-256 ${sha256(Buffer.from("one"))}, sent ${sha256(Buffer.from("two"))})`;

      expect(await publish(pack, "one", { unfinished })).to.deep.equal(first);
      expect(await publish(pack, "two", { unfinished })).to.equal(
        conflict(
          pack,
          `Asset 'setup.bin' of NAME 1.0 is in 'python-packages' with other bytes ${digests}. A published asset never ` +
            "changes: publish another version.",
        ),
      );
    }
  });

  it("takes nothing for a version that is Archived or Disposed, and a deleted one is free again", async () => {
    for (const [status, end] of [
      ["Archived", new UpdatePackageVersionsStatusCommand({ ...fresh(), versions: ["1.0"], targetStatus: "Archived" })],
      ["Disposed", new DisposePackageVersionsCommand({ ...fresh(), versions: ["1.0"] })],
    ] as const) {
      const pack = { ...fresh(), package: end.input.package ?? "" };
      await publish(pack, "one");
      await asAdministrator().send(end as DisposePackageVersionsCommand);

      expect(await statusOf(pack)).to.equal(status);
      expect(await publish(pack, "one")).to.equal(
        conflict(
          pack,
          `Version 1.0 of NAME in 'python-packages' is ${status} and takes no asset: publish another version.`,
        ),
      );
      await asAdministrator().send(new DeletePackageVersionsCommand({ ...pack, versions: ["1.0"] }));
      expect(await publish(pack, "two")).to.include({ status: "Published" });
    }
  });

  it("takes packages of the format generic alone, by their namespace", async () => {
    const pack = fresh();
    const only = (format: string) =>
      "ValidationException 400: Only generic packages can be published using this API, not those of format " +
      `${format}: use their own tools.`;

    expect(await publish(pack, "one", { format: "pypi", namespace: undefined })).to.equal(only("pypi"));
    expect(await publish(pack, "one", { format: "npm" })).to.equal(only("npm"));
    expect(await publish(pack, "one", { namespace: undefined })).to.equal(
      "ValidationException 400: 'namespace' is missing: generic packages have one.",
    );
    expect(await publish(pack, "one")).to.be.an("object");
  });

  describe("checks the name of an asset:", () => {
    for (const name of ["ä1Ⅷ~!@^&()-`_+[]{};,.", "with spaces in it.bin", "...", "x".repeat(255)]) {
      it(`'${name.slice(0, 30)}' is taken`, async () => {
        const pack = fresh();

        expect(await publish(pack, "one", { assetName: name })).to.be.an("object");
        const got = await asAdministrator().send(new GetPackageVersionAssetCommand({ ...version(pack), asset: name }));
        expect(await got.asset?.transformToString()).to.equal("one");
      });
    }

    for (const name of [".", "..", "a/b", "a\\b", " a", "a ", "a  b", "a\u00a0b", "a%b", "½", "", "x".repeat(256)]) {
      it(`'${name.slice(0, 30)}' is rejected`, async () => {
        expect(await publish(fresh(), "one", { assetName: name })).to.match(/^ValidationException 400: /);
      });
    }
  });

  it("checks the form of the SHA-256: 64 digits, in lower case", async () => {
    const of = (assetSHA256: string) => publish(fresh(), "one", { assetSHA256 });
    const digest = sha256(Buffer.from("one"));

    expect(await of(digest)).to.be.an("object");
    for (const other of [
      digest.slice(1),
      digest.toUpperCase(),
      "UNSIGNED-PAYLOAD",
      "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
    ]) {
      expect(await of(other), other).to.match(/^ValidationException 400: .* at 'assetSHA256' failed to satisfy/);
    }
  });

  describe("needs codeartifact:PublishPackageVersion on the package:", () => {
    const publisher = (resource: string) =>
      api.client(
        assumedSession(api.context, "installers", [
          { Effect: "Allow", Action: "codeartifact:PublishPackageVersion", Resource: resource },
        ]),
      );
    const as = (resource: string, pack: ReturnType<typeof fresh>, changes = {}) =>
      answered(publisher(resource).send(new PublishPackageVersionCommand(input(pack, "one", changes))));

    it("its ARN has format, namespace and name", async () => {
      const pack = fresh();
      const place = `${arn}:package/${api.domain}/python-packages`;
      const own = `${place}/generic/tools/${pack.package}`;

      expect(await as(own, pack)).to.include({ status: "Published" });
      expect(await as(`${place}/generic/tools/*`, pack)).to.include({ status: "Published" });
      for (const other of [`${place}/pypi//${pack.package}`, `${place}/generic//${pack.package}`, `${own}x`]) {
        expect(await as(other, pack), other).to.match(
          new RegExp(`^AccessDeniedException 403: .* codeartifact:PublishPackageVersion on resource: ${own} `),
        );
      }
      expect(await as(own, pack, { namespace: "other" })).to.match(/^AccessDeniedException 403: /);
    });

    it("is denied before the answer shows what is there, or what else is wrong", async () => {
      const pack = fresh();
      await publish(pack, "other");

      for (const changes of [{}, { repository: "none" }, { assetSHA256: "0".repeat(64) }, { format: "pypi" }]) {
        expect(await as("*", pack, changes), JSON.stringify(changes)).to.match(
          /^(?:ConflictException|ResourceNotFoundException|ValidationException) /,
        );
        expect(await as(arn, pack, changes), JSON.stringify(changes)).to.match(/^AccessDeniedException 403: /);
      }
    });
  });

  describe("obeys origin controls:", () => {
    it("those of the package", async () => {
      const pack = fresh();
      const put = (setting: "ALLOW" | "BLOCK") =>
        asAdministrator().send(
          new PutPackageOriginConfigurationCommand({ ...pack, restrictions: { publish: setting, upstream: "BLOCK" } }),
        );

      await put("BLOCK");
      expect(await publish(pack, "one")).to.equal(
        `AccessDeniedException 403: generic/tools/${pack.package} cannot be published to python-packages: origin ` +
          `configuration of package generic/tools/${pack.package} in python-packages says publish BLOCK.`,
      );
      await put("ALLOW");
      expect(await publish(pack, "one")).to.be.an("object");
    });

    it("those of its package group, which has a pattern of its format and namespace", async () => {
      const { codeartifact } = api.context.account;
      const closed = { ...fresh(), namespace: "closed" };
      const groups = codeartifact.packageGroups;
      groups.create({ domain: api.domain, packageGroup: "/generic/closed/*" });
      groups.updateOriginConfiguration({
        ...{ domain: api.domain, packageGroup: "/generic/closed/*", restrictions: { PUBLISH: "BLOCK" } },
      });

      expect(await publish(closed, "one")).to.match(
        /^AccessDeniedException 403: .* PUBLISH of package group \/generic\/closed\/\*, to which package generic\/closed\/\S+ belongs, is BLOCK\.$/,
      );
      expect(await publish({ ...closed, namespace: "open" }, "one")).to.be.an("object");
      const { packageGroup } = await asAdministrator().send(new GetAssociatedPackageGroupCommand(closed));
      expect(packageGroup?.pattern).to.equal("/generic/closed/*");
      const open = { domain: api.domain, packageGroup: "/generic/open/*" };
      const { packages } = await asAdministrator().send(new ListAssociatedPackagesCommand({ ...open, preview: true }));
      expect(packages).to.deep.equal([
        { format: "generic", namespace: "open", package: closed.package, associationType: "STRONG" },
      ]);
    });
  });

  it("makes packages that every operation names with format and namespace", async () => {
    const pack = { ...fresh(), namespace: "described" };
    const named = { format: "generic", namespace: "described" };
    const send = (command: object) => answered<object>(asAdministrator().send(command as DescribePackageCommand));
    for (const packageVersion of ["one", "2024-01 rc".replace(" ", "."), "10", "9"]) {
      await publish(pack, "text", { packageVersion });
    }
    const own = { originConfiguration: { restrictions: { publish: "ALLOW", upstream: "BLOCK" } } };

    expect(await send(new DescribePackageCommand(pack))).to.deep.equal({
      package: { ...named, name: pack.package, ...own },
    });
    const listed = [{ ...named, package: pack.package, ...own }];
    for (const filter of [{ format: "generic" }, { packagePrefix: "Inst" }] as const) {
      expect(await send(new ListPackagesCommand({ ...repository(), ...filter, namespace: "descr" }))).to.deep.equal({
        packages: listed,
      });
    }
    expect(await send(new ListPackagesCommand({ ...repository(), format: "pypi", namespace: "descr" }))).to.deep.equal({
      packages: [],
    });
    const versions = (await send(new ListPackageVersionsCommand(pack))) as { versions: { version: string }[] };
    expect(versions).to.include({ ...named, package: pack.package });
    expect(versions.versions.map((one) => one.version)).to.deep.equal(["10", "2024-01.rc", "9", "one"]);
    const one = version(pack, "one");
    const { packageVersion: described } = await asAdministrator().send(new DescribePackageVersionCommand(one));
    expect(described).to.deep.include({
      ...{ ...named, packageName: pack.package, displayName: pack.package, version: "one", status: "Published" },
      origin: { originType: "INTERNAL", domainEntryPoint: { repositoryName: "python-packages" } },
    });
    expect(await send(new ListPackageVersionAssetsCommand(one))).to.include({ ...named, package: pack.package });
    expect(await send(new ListPackageVersionDependenciesCommand(one))).to.deep.include({ ...named, dependencies: [] });
    expect(await send(new GetPackageVersionReadmeCommand(one))).to.match(
      /^ResourceNotFoundException 404: .* no readme\.$/,
    );
    expect(await send(new DeletePackageCommand(pack))).to.deep.equal({ deletedPackage: listed[0] });
    expect(await send(new DescribePackageCommand(pack))).to.equal(
      `ResourceNotFoundException 404: Package not found. Repository 'python-packages' holds no generic package ` +
        `'described/${pack.package}'.`,
    );
  });

  it("makes packages that are copied, and do not come from an upstream", async () => {
    const pack = fresh();
    await publish(pack, "one");
    await publish(pack, "two", { packageVersion: "2.0", unfinished: true });
    const copy = (number: string, changes = {}) =>
      answered(
        asAdministrator().send(
          new CopyPackageVersionsCommand({
            ...{ ...pack, sourceRepository: "python-packages", destinationRepository: "copies", versions: [number] },
            ...changes,
          }),
        ),
      );
    const { codeartifact } = api.context.account;
    codeartifact.repositories.create({ domain: api.domain, repository: "below", upstreams: ["python-packages"] });
    const below = { sourceRepository: "below", includeFromUpstream: true };

    expect(await copy("1.0", below)).to.have.nested.property("failedVersions.1\\.0.errorCode", "NOT_FOUND");
    expect(await copy("2.0")).to.have.nested.property("failedVersions.2\\.0.errorCode", "NOT_ALLOWED");
    expect(await copy("1.0")).to.have.nested.property("successfulVersions.1\\.0.status", "Published");
    const got = await asAdministrator().send(
      new GetPackageVersionAssetCommand({ ...version(pack), repository: "copies", asset: "setup.bin" }),
    );
    expect(await got.asset?.transformToString()).to.equal("one");
  });

  it("makes packages apart from Python packages of the same name, which a simple index does not have", async () => {
    const { context } = api;
    const name = "orb-common";
    await context.packages.publish(repository(), name, wheel(name, "1.0"));
    await publish({ ...fresh(), package: name }, "one", { packageVersion: "2.0" });
    await publish({ ...fresh(), package: "only-generic" }, "one");
    const { authorizationToken } = context.tokens.mint(api.administrator(), api.domain, 900);
    const address = await api.serve(pypiRoutes(context));
    const page = (project: string) =>
      fetch(`${address}/pypi/python-packages/simple/${project}/`, {
        headers: { authorization: `Bearer ${authorizationToken}` },
      });

    const text = await (await page(name)).text();
    expect(text).to.include("orb_common-1.0-py3-none-any.whl").and.not.to.include("setup.bin");
    expect((await page("only-generic")).status).to.equal(404);
    expect((await page("generic%2Ftools%2Fonly-generic")).status).to.equal(400);
    const { versions = [] } = await asAdministrator().send(
      new ListPackageVersionsCommand({ ...repository(), format: "pypi", package: name }),
    );
    expect(versions.map((one) => one.version)).to.deep.equal(["1.0"]);
  });

  it("leaves a record in CloudTrail without the bytes, and an event with format and namespace for each change", async () => {
    const { cloudTrail, eventBridge } = api.context.account;
    const pack = fresh();
    const [calls, events] = [cloudTrail.calls().length, eventBridge.events().length];
    await publish(pack, "one", { unfinished: true });
    await publish(pack, "one");
    await publish(pack, "one");
    await publish(pack, "two");
    const records = cloudTrail
      .calls()
      .slice(calls)
      .map(({ record }) => record);
    const own = `${arn}:package/${api.domain}/python-packages/generic/tools/${pack.package}`;

    expect(records.map(({ eventName, errorCode }) => [eventName, errorCode])).to.deep.equal([
      ...Array.from({ length: 3 }, () => ["PublishPackageVersion", undefined]),
      ["PublishPackageVersion", "ConflictException"],
    ]);
    expect(records[0]!.requestParameters).to.deep.equal({
      ...{ domainName: api.domain, domainOwner: "123456789012", repositoryName: "python-packages" },
      ...{ packageFormat: "generic", packageNamespace: "tools", packageName: pack.package, packageVersion: "1.0" },
      ...{ assetName: "setup.bin", assetSHA256: sha256(Buffer.from("one")), unfinished: true },
    });
    expect(records[0]!.resources!.map(({ ARN }) => ARN)).to.deep.equal([own]);
    expect(
      eventBridge
        .events()
        .slice(events)
        .map(({ resources, detail }) => [
          resources[0],
          detail.packageFormat,
          detail.packageNamespace,
          detail.packageName,
          detail.operationType,
          detail.packageVersionState,
          detail.changes.assetsAdded,
        ]),
    ).to.deep.equal([
      [own, "generic", "tools", pack.package, "Created", "Unfinished", 1],
      [own, "generic", "tools", pack.package, "Updated", "Published", 0],
    ]);
  });
});
