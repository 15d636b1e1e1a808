import { expect } from "chai";
import { CopyPackageVersionsCommand, type CopyPackageVersionsCommandInput } from "@aws-sdk/client-codeartifact";
import { updatePackageVersionsStatus } from "../../../../sandbox/codeartifact/packages/versionChanges";
import { answered, serveApi, type ServedApi } from "../../../support/sandbox/servedApi";
import { wheel } from "../../../support/sandbox/packages";

const repositories = { sourceRepository: "python-packages", destinationRepository: "copies" };

describe("CopyPackageVersions", () => {
  let api: ServedApi;
  const at = (repository: string) => ({ domain: api.domain, repository });
  const copy = (
    request: Partial<CopyPackageVersionsCommandInput>,
    session = api.administrator(),
    name = "orb-common",
  ) =>
    answered(
      api.client(session).send(
        new CopyPackageVersionsCommand({
          ...{ domain: api.domain, format: "pypi", package: name },
          ...repositories,
          ...request,
        }),
      ),
    );
  const held = (repository: string, version: string, name = "orb-common") =>
    api.context.packages.store.find(at(repository), name)?.versions[version];

  beforeEach(async () => {
    api = await serveApi();
    api.context.account.codeartifact.repositories.create(at("copies"));
    for (const version of ["1.0.0", "2.0.0"]) {
      await api.context.packages.publish(at("python-packages"), "orb-common", wheel("orb-common", version));
    }
  });

  afterEach(() => api.close());

  it("copies assets, revision and origin, and leaves the source as it is", async () => {
    const source = held("python-packages", "1.0.0")!;

    expect(await copy({ versions: ["1.0.0"] })).to.deep.equal({
      successfulVersions: { "1.0.0": { revision: source.revision, status: "Published" } },
      failedVersions: {},
    });
    expect(held("copies", "1.0.0")).to.deep.equal(source);
    expect(held("python-packages", "1.0.0")).to.deep.equal(source);
    expect(held("copies", "2.0.0")).to.equal(undefined);
  });

  it("replaces a version only with allowOverwrite, and copies none where one fails", async () => {
    await copy({ versions: ["1.0.0"] });

    expect(await copy({ versions: ["1.0.0", "2.0.0"] })).to.deep.equal({
      successfulVersions: {},
      failedVersions: {
        "1.0.0": {
          errorCode: "ALREADY_EXISTS",
          errorMessage: "version 1.0.0 already exists in the destination repository",
        },
        "2.0.0": { errorCode: "SKIPPED", errorMessage: "version 2.0.0 is skipped" },
      },
    });
    expect(held("copies", "2.0.0")).to.equal(undefined);
    expect(await copy({ versions: ["1.0.0", "2.0.0"], allowOverwrite: true })).to.have.deep.property(
      "failedVersions",
      {},
    );
    expect(held("copies", "2.0.0")).to.have.property("version", "2.0.0");
  });

  it("compares revisions, and rejects both ways of naming versions at once, or neither", async () => {
    const { revision } = held("python-packages", "1.0.0")!;

    expect(await copy({ versionRevisions: { "1.0.0": "another" } })).to.have.nested.property(
      "failedVersions.1\\.0\\.0.errorCode",
      "MISMATCHED_REVISION",
    );
    for (const request of [{}, { versions: ["1.0.0"], versionRevisions: { "1.0.0": revision } }]) {
      expect(await copy(request)).to.equal(
        "ValidationException 400: Give one of 'versions' and 'versionRevisions', not both.",
      );
    }
    expect(await copy({ versionRevisions: { "1.0.0": revision } })).to.have.deep.property("failedVersions", {});
  });

  it("looks upstream of the source only with includeFromUpstream, and keeps the origin", async () => {
    api.index.add("attrs", "24.1.0");

    expect(await copy({ versions: ["24.1.0"] }, undefined, "attrs")).to.match(/^ResourceNotFoundException 404: /);
    expect(await copy({ versions: ["24.1.0"], includeFromUpstream: true }, undefined, "attrs")).to.have.deep.property(
      "failedVersions",
      {},
    );
    expect(held("copies", "24.1.0", "attrs")).to.deep.include({
      origin: { originType: "EXTERNAL", domainEntryPoint: { externalConnectionName: "public:pypi" } },
    });
    expect(held("python-packages", "24.1.0", "attrs")).to.equal(undefined);
  });

  it("needs ReadFromRepository on the source and CopyPackageVersions on the destination", async () => {
    const reader = await api.reader();
    expect(await copy({ versions: ["1.0.0"] }, reader)).to.match(
      /^AccessDeniedException 403: .*codeartifact:CopyPackageVersions on resource: .*repository\/[^/]*\/copies /,
    );

    api.context.account.codeartifact.repositories.putPermissionsPolicy({
      ...at("copies"),
      policyDocument: JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          {
            ...{ Effect: "Allow", Action: "codeartifact:CopyPackageVersions", Resource: "*" },
            Principal: { AWS: reader.caller.arn },
          },
        ],
      }),
    });
    expect(await copy({ versions: ["1.0.0"], sourceRepository: "pypi-store" }, reader)).to.match(
      /^AccessDeniedException 403: .*codeartifact:ReadFromRepository on resource: .*repository\/[^/]*\/pypi-store /,
    );
    expect(await copy({ versions: ["1.0.0"] }, reader)).to.have.deep.property("failedVersions", {});
  });

  it("names a version that the source does not have, or that is archived there", async () => {
    expect(await copy({ versions: ["9.9.9"] })).to.have.nested.property(
      "failedVersions.9\\.9\\.9.errorCode",
      "NOT_FOUND",
    );
    const { packages } = api.context;
    await updatePackageVersionsStatus(packages, at("python-packages"), "orb-common", {
      versions: ["1.0.0"],
      targetStatus: "Archived",
    });
    expect(await copy({ versions: ["1.0.0"] })).to.have.nested.property(
      "failedVersions.1\\.0\\.0.errorCode",
      "NOT_ALLOWED",
    );
    expect(await copy({ versions: ["2.0.0"] })).to.have.deep.property("failedVersions", {});
  });
});
