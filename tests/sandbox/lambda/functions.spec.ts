import { expect } from "chai";
import { readCode } from "../../../sandbox/lambda/code";
import { zip } from "../../support/sandbox/archives";
import { functionRole } from "../../support/sandbox/lambdaSandbox";
import { type ServedLambda, serveLambda } from "../../support/sandbox/servedLambda";

const arn = "arn:aws:lambda:us-east-1:123456789012:function:users";
const layerArn = (name: string, version = 1) => `arn:aws:lambda:us-east-1:123456789012:layer:${name}:${version}`;

interface Configuration {
  readonly FunctionArn: string;
  readonly Version: string;
  readonly RevisionId: string;
  readonly State: string;
  readonly LastUpdateStatus?: string;
  readonly CodeSha256: string;
  readonly Description: string;
  readonly Layers?: readonly { readonly Arn: string }[];
}

describe("a function", () => {
  let lambda: ServedLambda;
  const users = (input: object = {}) => ({ FunctionName: "users", ...input });
  const read = (qualifier?: string) =>
    lambda.send<Configuration>("GetFunctionConfiguration", users({ Qualifier: qualifier }));
  const update = (change: object) => lambda.send<Configuration>("UpdateFunctionConfiguration", users(change));
  const publish = async (request: object = {}) => {
    await read();
    return lambda.send<Configuration>("PublishVersion", users(request));
  };
  const layersOf = ({ Layers = [] }: Configuration) => Layers.map(({ Arn }) => Arn);

  beforeEach(async () => {
    lambda = await serveLambda();
    await lambda.addFunctions("users");
  });
  afterEach(() => lambda.close());

  it("is made by an administrator, and is pending until it is read", async () => {
    const input = { FunctionName: "posts", Role: functionRole, Runtime: "python3.13", Handler: "app.handler" };
    const created = await lambda.send<Configuration>("CreateFunction", {
      ...input,
      ...{
        Code: { ZipFile: lambda.code.bytes },
        Architectures: ["arm64"],
        Environment: { Variables: { STAGE: "dev" } },
      },
    });

    expect([created.State, created.LastUpdateStatus]).to.deep.equal(["Pending", undefined]);
    const publishing = () => lambda.ended("PublishVersion", { FunctionName: "posts" });
    expect(await publishing()).to.equal(
      "ResourceConflictException 409: The operation cannot be performed at this time. The function is currently in the following state: Pending",
    );
    expect(await lambda.send("GetFunctionConfiguration", { FunctionName: "posts" })).to.deep.include({
      ...input,
      ...{
        FunctionArn: arn.replace("users", "posts"),
        Version: "$LATEST",
        State: "Active",
        LastUpdateStatus: "Successful",
      },
      ...{ Architectures: ["arm64"], PackageType: "Zip", Timeout: 3, MemorySize: 128, CodeSha256: lambda.code.sha256 },
      ...{ CodeSize: lambda.code.bytes.length, Environment: { Variables: { STAGE: "dev" } } },
    });
    expect(await publishing()).to.equal("answered");
    expect(await lambda.ended("CreateFunction", { ...input, Code: { ZipFile: lambda.code.bytes } })).to.equal(
      "ResourceConflictException 409: Function already exist: posts",
    );
  });

  it("takes no second change while one is under way, which ends when the function is read", async () => {
    const first = await update({ Timeout: 5 });

    expect([first.State, first.LastUpdateStatus]).to.deep.equal(["Active", "InProgress"]);
    const conflict = `ResourceConflictException 409: The operation cannot be performed at this time. An update is in progress for resource: ${arn}`;
    expect(await lambda.ended("UpdateFunctionConfiguration", users({ Timeout: 6 }))).to.equal(conflict);
    expect(await lambda.ended("UpdateFunctionCode", users({ ZipFile: lambda.code.bytes }))).to.equal(conflict);
    expect(await lambda.ended("PublishVersion", users())).to.equal(conflict);
    expect((await read()).LastUpdateStatus).to.equal("Successful");
    expect(await lambda.ended("UpdateFunctionConfiguration", users({ Timeout: 6 }))).to.equal("answered");
  });

  it("gets another revision with each change, and takes a change only for the revision that is given", async () => {
    const before = (await read()).RevisionId;
    await update({ Timeout: 5 });
    const { RevisionId } = await read();

    expect(RevisionId).not.to.equal(before);
    expect(await lambda.ended("UpdateFunctionConfiguration", users({ Timeout: 6, RevisionId: before }))).to.match(
      /^PreconditionFailedException 412: The Revision Id provided does not match the latest Revision Id/,
    );
    expect(await lambda.ended("PublishVersion", users({ RevisionId: before }))).to.match(/^PreconditionFailed/);
    expect(await lambda.ended("UpdateFunctionConfiguration", users({ Timeout: 6, RevisionId }))).to.equal("answered");
  });

  it("changes only what a request names", async () => {
    lambda.addLayer("shared");
    await update({ Layers: [layerArn("shared")], Description: "with a layer" });
    await read();
    const after = await update({ MemorySize: 256 });

    expect(layersOf(after)).to.deep.equal([layerArn("shared")]);
    expect(after.Description).to.equal("with a layer");
    await read();
    expect(layersOf(await update({ Layers: [] }))).to.deep.equal([]);
  });

  it("gets new code, or is only asked whether it would take it", async () => {
    const other = await readCode(await zip(["app.py", "def handler(event, context):\n    return 1\n"]));
    const dry = await lambda.send<Configuration>("UpdateFunctionCode", users({ ZipFile: other.bytes, DryRun: true }));
    expect([dry.CodeSha256, (await read()).CodeSha256]).to.deep.equal([other.sha256, lambda.code.sha256]);

    await lambda.send("UpdateFunctionCode", users({ ZipFile: other.bytes }));
    expect((await read()).CodeSha256).to.equal(other.sha256);
  });

  it("publishes a version where something has changed since the last one, and else returns that", async () => {
    expect([(await publish()).Version, (await publish()).Version]).to.deep.equal(["1", "1"]);
    await update({ Timeout: 5 });
    const second = await publish({ Description: "of a commit" });
    expect([second.Version, second.FunctionArn, second.Description]).to.deep.equal(["2", `${arn}:2`, "of a commit"]);
    expect((await publish()).Version).to.equal("2");
    expect((await read("1")).Version).to.equal("1");
    expect(await lambda.ended("PublishVersion", users({ CodeSha256: "other" }))).to.match(
      /^InvalidParameterValueException 400: CodeSHA256 \(other\) is different from current CodeSHA256 in \$LATEST/,
    );
    expect(await lambda.ended("PublishVersion", users({ CodeSha256: lambda.code.sha256 }))).to.equal("answered");
  });

  it("keeps the layers of a published version when it gets others", async () => {
    lambda.addLayer("shared");
    lambda.addLayer("shared");
    await update({ Layers: [layerArn("shared", 1)] });
    await publish();
    await update({ Layers: [layerArn("shared", 2)] });
    await publish();

    expect(layersOf(await read("1"))).to.deep.equal([layerArn("shared", 1)]);
    expect(layersOf(await read("2"))).to.deep.equal([layerArn("shared", 2)]);
    const { Versions } = await lambda.send<{ Versions: readonly Configuration[] }>("ListVersionsByFunction", users());
    expect(Versions.map(({ Version, FunctionArn }) => [Version, FunctionArn])).to.deep.equal([
      ["$LATEST", `${arn}:$LATEST`],
      ["1", `${arn}:1`],
      ["2", `${arn}:2`],
    ]);
  });

  it("is listed with its latest version, or with all", async () => {
    await lambda.addFunctions("posts");
    await publish();
    const arns = async (input: object) => {
      const { Functions } = await lambda.send<{ Functions: readonly Configuration[] }>("ListFunctions", input);
      return Functions.map(({ FunctionArn }) => FunctionArn.split(":").slice(6).join(":"));
    };

    expect(await arns({})).to.deep.equal(["posts", "users"]);
    expect(await arns({ FunctionVersion: "ALL" })).to.deep.equal(["posts:$LATEST", "users:$LATEST", "users:1"]);
  });

  describe("with aliases", () => {
    interface Alias {
      readonly AliasArn: string;
      readonly FunctionVersion: string;
      readonly Description: string;
      readonly RevisionId: string;
    }
    const live = (input: object = {}) => users({ Name: "live", ...input });

    beforeEach(async () => {
      await publish();
      await update({ Timeout: 5 });
      await publish();
    });

    it("is read by an alias, which moves from version to version", async () => {
      const created = await lambda.send<Alias>("CreateAlias", live({ FunctionVersion: "1" }));
      expect([created.AliasArn, (await read("live")).Version]).to.deep.equal([`${arn}:live`, "1"]);

      const moved = await lambda.send<Alias>("UpdateAlias", live({ FunctionVersion: "2", Description: "from 1" }));
      expect([moved.FunctionVersion, moved.Description]).to.deep.equal(["2", "from 1"]);
      expect([(await read("live")).Version, (await read("live")).FunctionArn]).to.deep.equal(["2", `${arn}:live`]);
      expect(moved.RevisionId).not.to.equal(created.RevisionId);

      expect(await lambda.ended("UpdateAlias", live({ RevisionId: created.RevisionId }))).to.match(
        /^PreconditionFailed/,
      );
      expect(await lambda.ended("UpdateAlias", live({ RevisionId: moved.RevisionId }))).to.equal("answered");
      expect((await lambda.send<Alias>("GetAlias", live())).Description).to.equal("from 1");
    });

    it("lists them by name, or those of one version", async () => {
      await lambda.send("CreateAlias", live({ FunctionVersion: "2" }));
      await lambda.send("CreateAlias", users({ Name: "before", FunctionVersion: "1" }));
      const names = async (input: object = {}) => {
        const { Aliases } = await lambda.send<{ Aliases: readonly { Name: string }[] }>("ListAliases", users(input));
        return Aliases.map(({ Name }) => Name);
      };

      expect(await names()).to.deep.equal(["before", "live"]);
      expect(await names({ FunctionVersion: "2" })).to.deep.equal(["live"]);
    });

    it("rejects an alias that is there, of a version that is not, or that is a number", async () => {
      const ended = (input: object) => lambda.ended("CreateAlias", live({ FunctionVersion: "1", ...input }));

      expect(await ended({ FunctionVersion: "3" })).to.equal(
        `ResourceNotFoundException 404: Function not found: ${arn}:3`,
      );
      expect(await ended({ Name: "7" })).to.match(/^ValidationException 400: .*Value '7' at 'name'/);
      expect(await ended({ RoutingConfig: { AdditionalVersionWeights: { "2": 1 } } })).to.match(/^NotImplemented 501/);
      expect(await ended({ RoutingConfig: {} })).to.equal("answered");
      expect(await ended({})).to.equal(`ResourceConflictException 409: Alias already exists: ${arn}:live`);
      expect(await lambda.ended("UpdateAlias", users({ Name: "none" }))).to.equal(
        `ResourceNotFoundException 404: Alias not found: ${arn}:none`,
      );
      expect(await lambda.ended("GetAlias", users({ Name: "none" }))).to.equal(
        `ResourceNotFoundException 404: Cannot find alias arn: ${arn}:none`,
      );
    });
  });

  describe("with layers", () => {
    const ended = async (layers: readonly string[]) => {
      await read();
      return lambda.ended("UpdateFunctionConfiguration", users({ Layers: layers }));
    };

    it("has at most five, and no layer twice", async () => {
      const names = ["a", "b", "c", "d", "e", "f"];
      names.forEach((name) => lambda.addLayer(name));
      lambda.addLayer("a");

      expect(await ended(names.map((name) => layerArn(name)))).to.equal(
        "InvalidParameterValueException 400: Cannot reference more than 5 layers.",
      );
      expect(await ended([layerArn("a", 1), layerArn("a", 2)])).to.match(
        /^InvalidParameterValueException 400: Two different versions of the same layer are not allowed/,
      );
      expect(await ended(names.slice(1).map((name) => layerArn(name)))).to.equal("answered");
    });

    it("unpacks with them to at most 250 MiB", async () => {
      const own = lambda.code.unzippedSize;
      lambda.addLayer("large", { code: { ...lambda.code, unzippedSize: 262_144_000 - own } });
      lambda.addLayer("larger", { code: { ...lambda.code, unzippedSize: 262_144_000 - own + 1 } });

      expect(await ended([layerArn("larger")])).to.equal(
        "InvalidParameterValueException 400: Function code combined with layers exceeds the maximum allowed size of " +
          "262144000 bytes. The actual size is 262144001 bytes.",
      );
      expect(await ended([layerArn("large")])).to.equal("answered");
    });

    it("has one that is there, in its region, of any runtime and architecture", async () => {
      lambda.addLayer("shared", { compatibleRuntimes: ["nodejs20.x"], compatibleArchitectures: ["arm64"] });

      expect(await ended([layerArn("shared", 2)])).to.equal(
        `InvalidParameterValueException 400: Layer version ${layerArn("shared", 2)} does not exist.`,
      );
      expect(await ended([layerArn("shared").replace("us-east-1", "eu-west-1")])).to.match(
        /^InvalidParameterValueException 400: Layers are not in the same region as the function/,
      );
      expect(await ended(["shared"])).to.match(/^ValidationException 400: .*Value 'shared' at 'layers'/);
      expect(await ended([layerArn("shared")])).to.equal("answered");
    });
  });

  for (const [operation, input, error] of [
    ["GetFunction", { FunctionName: "none" }, /^ResourceNotFoundException 404: Function not found: .*:function:none$/],
    ["GetFunction", { FunctionName: "users:7" }, /^ResourceNotFoundException 404: Function not found: .*:users:7$/],
    ["GetFunction", { FunctionName: "users:7", Qualifier: "8" }, /^InvalidParameterValueException 400: The derived/],
    ["PublishVersion", { FunctionName: "users:live" }, /^InvalidParameterValueException 400: .* without :live\.$/],
    ["UpdateFunctionConfiguration", { FunctionName: "users", Timeout: 901 }, /^ValidationException 400: .*'timeout'/],
    ["UpdateFunctionConfiguration", { FunctionName: "users", VpcConfig: {} }, /^NotImplemented 501: .* with VpcConfig/],
    ["UpdateFunctionConfiguration", { FunctionName: "a".repeat(65) }, /^ValidationException 400: .*'functionName'/],
    ["UpdateFunctionCode", { FunctionName: "users", Publish: true }, /^NotImplemented 501: .* with Publish/],
  ] as const) {
    it(`answers an error to ${operation} of ${JSON.stringify(input).slice(0, 60)}`, async () => {
      expect(await lambda.ended(operation, input)).to.match(error);
    });
  }
});
