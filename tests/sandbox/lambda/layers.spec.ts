import { expect } from "chai";
import { zip } from "../../support/sandbox/archives";
import { type ServedLambda, serveLambda } from "../../support/sandbox/servedLambda";

const arn = "arn:aws:lambda:us-east-1:123456789012:layer:shared";

describe("a layer", () => {
  let lambda: ServedLambda;
  const publish = (about: object = {}) =>
    lambda.send<{ Version: number; LayerArn: string; Content: Record<string, unknown> }>("PublishLayerVersion", {
      LayerName: "shared",
      Content: { ZipFile: lambda.code.bytes },
      ...about,
    });
  const versions = async (filter: object = {}) => {
    const { LayerVersions } = await lambda.send<{ LayerVersions: readonly { Version: number }[] }>(
      "ListLayerVersions",
      { LayerName: "shared", ...filter },
    );
    return LayerVersions.map(({ Version }) => Version);
  };

  beforeEach(async () => {
    lambda = await serveLambda();
  });
  afterEach(() => lambda.close());

  it("has versions from 1 on, and describes each with the digest of its zip file", async () => {
    await publish({ Description: "a", CompatibleRuntimes: ["python3.12"], CompatibleArchitectures: ["arm64"] });
    const second = await publish({ LayerName: arn });

    expect([second.Version, second.LayerArn]).to.deep.equal([2, arn]);
    const { Content, CreatedDate, $metadata, ...first } = await lambda.send<
      Record<string, unknown> & { Content: Record<string, unknown>; $metadata: unknown }
    >("GetLayerVersion", { LayerName: "shared", VersionNumber: 1 });
    expect(first).to.deep.equal({
      LayerArn: arn,
      LayerVersionArn: `${arn}:1`,
      Version: 1,
      Description: "a",
      CompatibleRuntimes: ["python3.12"],
      CompatibleArchitectures: ["arm64"],
    });
    expect([Content.CodeSha256, Content.CodeSize]).to.deep.equal([lambda.code.sha256, lambda.code.bytes.length]);
    expect(CreatedDate).to.match(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0000$/);
    expect($metadata).to.have.property("httpStatusCode", 200);
  });

  it("is downloaded from the address that an answer gives, and from no other", async () => {
    const { Content } = await publish();
    const address = Content.Location as string;
    const response = await fetch(address);
    const other = await fetch(`${address.slice(0, -1)}x`);

    expect(Buffer.from(await response.arrayBuffer()).equals(lambda.code.bytes)).to.equal(true);
    expect([response.status, other.status]).to.deep.equal([200, 403]);
  });

  it("lists the latest version first, and only those for a runtime and an architecture where these are given", async () => {
    await publish({ CompatibleRuntimes: ["python3.12"], CompatibleArchitectures: ["x86_64"] });
    await publish({ CompatibleRuntimes: ["python3.12", "python3.13"], CompatibleArchitectures: ["arm64"] });
    await publish();

    expect(await versions()).to.deep.equal([3, 2, 1]);
    expect(await versions({ CompatibleRuntime: "python3.12" })).to.deep.equal([2, 1]);
    expect(await versions({ CompatibleRuntime: "python3.12", CompatibleArchitecture: "x86_64" })).to.deep.equal([1]);
    expect(await versions({ LayerName: "none" })).to.deep.equal([]);
    const { Layers } = await lambda.send<{ Layers: readonly { LatestMatchingVersion: { Version: number } }[] }>(
      "ListLayers",
      { CompatibleArchitecture: "arm64" },
    );
    expect(Layers.map(({ LatestMatchingVersion }) => LatestMatchingVersion.Version)).to.deep.equal([2]);
  });

  it("is listed page by page", async () => {
    for (let count = 0; count < 3; count++) {
      await publish();
    }
    const page = await lambda.send<{ LayerVersions: unknown[]; NextMarker: string }>("ListLayerVersions", {
      LayerName: "shared",
      MaxItems: 2,
    });

    expect(page.LayerVersions).to.have.length(2);
    expect(await versions({ MaxItems: 2, Marker: page.NextMarker })).to.deep.equal([1]);
    expect(await lambda.ended("ListLayers", { MaxItems: 2, Marker: page.NextMarker })).to.match(
      /^InvalidParameterValueException 400: Invalid Marker/,
    );
  });

  it("never uses the number of a deleted version again", async () => {
    await publish();
    await publish();
    await lambda.send("DeleteLayerVersion", { LayerName: "shared", VersionNumber: 2 });

    expect(await lambda.ended("GetLayerVersion", { LayerName: "shared", VersionNumber: 2 })).to.equal(
      "ResourceNotFoundException 404: The resource you requested does not exist.",
    );
    expect((await publish()).Version).to.equal(3);
    expect(await versions()).to.deep.equal([3, 1]);
  });

  it("takes a zip file that is whole and not empty", async () => {
    const bytes = lambda.code.bytes;
    const ended = (ZipFile: Buffer) =>
      lambda.ended("PublishLayerVersion", { LayerName: "shared", Content: { ZipFile } });

    expect(await ended(bytes)).to.equal("answered");
    expect(await ended(bytes.subarray(0, bytes.length - 5))).to.equal(
      "InvalidParameterValueException 400: Could not unzip uploaded file. Please check your file, then try to upload again.",
    );
    expect(await ended(await zip())).to.equal(
      "InvalidParameterValueException 400: Uploaded file must be a non-empty zip",
    );
  });

  it("unpacks to at most 250 MiB, as its directory states", async () => {
    const ended = async (size: number) => {
      const bytes = Buffer.from(lambda.code.bytes);
      // The unpacked size of the one file, in the archive's central directory.
      bytes.writeUInt32LE(size, bytes.indexOf("PK\u0001\u0002") + 24);
      return lambda.ended("PublishLayerVersion", { LayerName: "shared", Content: { ZipFile: bytes } });
    };

    expect(await ended(262_144_000)).to.equal("answered");
    expect(await ended(262_144_001)).to.equal(
      "InvalidParameterValueException 400: Unzipped size must be smaller than 262144000 bytes",
    );
  });

  it("comes in a request of at most 69,905,067 bytes", async () => {
    const ended = (size: number) =>
      lambda.ended("PublishLayerVersion", { LayerName: "shared", Content: { ZipFile: Buffer.alloc(size) } });

    expect(await ended(1_000)).to.match(/^InvalidParameterValueException/);
    expect(await ended(52_428_800)).to.equal(
      "RequestEntityTooLargeException 413: Request must be smaller than 69905067 bytes for the PublishLayerVersion operation",
    );
  });

  for (const [about, error] of [
    [{ CompatibleRuntimes: ["python4"] }, /^ValidationException 400: .*Value 'python4' at 'compatibleRuntimes'/],
    [{ CompatibleArchitectures: ["arm"] }, /^ValidationException 400: .*Value 'arm' at 'compatibleArchitectures'/],
    [{ LayerName: "a b" }, /^ValidationException 400: .*Value 'a b' at 'layerName'/],
    [{ Description: "d".repeat(257) }, /at 'description' .*less than or equal to 256/],
    [{ Content: {} }, /^InvalidParameterValueException 400: Please provide a source for function code/],
    [
      { Content: { S3Bucket: "zips", S3Key: "a", S3ObjectVersion: "1" } },
      /^NotImplemented 501: .*with S3ObjectVersion/,
    ],
  ] as const) {
    it(`is not published with ${JSON.stringify(about).slice(0, 60)}`, async () => {
      const input = { LayerName: "shared", Content: { ZipFile: lambda.code.bytes } };

      expect(await lambda.ended("PublishLayerVersion", { ...input, ...about })).to.match(error);
      expect(await lambda.ended("PublishLayerVersion", input)).to.equal("answered");
    });
  }
});
