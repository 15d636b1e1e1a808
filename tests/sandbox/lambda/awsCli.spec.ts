import { expect } from "chai";
import { Person } from "../../support/clients/person";
import { clientTools, pinnedVersion } from "../../support/clients/tools";
import { zip } from "../../support/sandbox/archives";
import { type LambdaSandbox, openLambdaSandbox } from "../../support/sandbox/lambdaSandbox";

const layer = "arn:aws:lambda:us-east-1:123456789012:layer:orb-dev-shared";

describe(`the AWS CLI ${pinnedVersion("awscli")} with Lambda and S3`, () => {
  let sandbox: LambdaSandbox;
  let person: Person;

  before(async () => {
    person = new Person(await clientTools());
    sandbox = await openLambdaSandbox(
      { layers: ["orb-dev-shared"], functions: ["orb-dev-users"], bucket: "orb-dev-zips" },
      [{ name: "orb-dev-users" }, { name: "orb-dev-other" }],
    );
    for (const version of [1, 2]) {
      person.write(`layer-${version}.zip`, await zip(["python/shared.py", `version = ${version}\n`]));
    }
  });
  after(async () => {
    person.leave();
    await sandbox.close();
  });

  const aws = async (...options: string[]) => {
    const { exitCode, text } = await person.run("aws", options, sandbox.environment());
    return exitCode === 0 ? text : text.replace(/^.*An error occurred \((\w+)\).*operation: /, "$1: ");
  };
  const json = async (...options: string[]) => JSON.parse((await aws(...options)) || "{}") as Record<string, unknown>;
  const onFunction = (...options: string[]) => [...options, "--function-name", "orb-dev-users"];
  const publishLayer = (file: string, ...options: string[]) =>
    json(
      "lambda",
      "publish-layer-version",
      "--layer-name",
      "orb-dev-shared",
      "--zip-file",
      `fileb://${file}`,
      ...options,
    );
  /** Attaches a version of the layer, publishes the function and returns the number of its version. */
  const deploy = async (layerVersion: number) => {
    await json("lambda", ...onFunction("update-function-configuration"), "--layers", `${layer}:${layerVersion}`);
    await aws("lambda", "wait", ...onFunction("function-updated-v2"));
    return (await json("lambda", ...onFunction("publish-version"))).Version as string;
  };
  const live = async (): Promise<string> => {
    const { FunctionVersion, Description } = await json("lambda", ...onFunction("get-alias"), "--name", "live");
    return `${FunctionVersion as string} ${Description as string}`.trim();
  };
  const liveLayers = async () => {
    const options = [...onFunction("get-function-configuration"), "--qualifier", "live"];
    return (await json("lambda", ...options)).Layers as readonly { readonly Arn: string }[];
  };

  it("publishes a layer, attaches it, moves the alias to the new version of the function, and moves it back", async () => {
    const published = await publishLayer("layer-1.zip", "--compatible-runtimes", "python3.12");
    expect([published.LayerVersionArn, published.Version]).to.deep.equal([`${layer}:1`, 1]);
    const first = await deploy(1);
    await json("lambda", ...onFunction("create-alias"), "--name", "live", "--function-version", first);
    expect([first, await live()]).to.deep.equal(["1", "1"]);

    await publishLayer("layer-2.zip", "--compatible-runtimes", "python3.12");
    const listed = await json("lambda", "list-layer-versions", "--layer-name", "orb-dev-shared");
    expect((listed.LayerVersions as { Version: number }[]).map(({ Version }) => Version)).to.deep.equal([2, 1]);
    const second = await deploy(2);
    const move = (version: string, description: string) =>
      json(
        "lambda",
        ...onFunction("update-alias"),
        ...["--name", "live", "--function-version", version, "--description", description],
      );
    await move(second, "from 1");
    expect([second, await live(), (await liveLayers()).map(({ Arn }) => Arn)]).to.deep.equal([
      "2",
      "2 from 1",
      [`${layer}:2`],
    ]);

    await move(first, "from 2");
    expect([await live(), (await liveLayers()).map(({ Arn }) => Arn)]).to.deep.equal(["1 from 2", [`${layer}:1`]]);
  });

  it("takes no version of a function whose update is not awaited", async () => {
    await json("lambda", ...onFunction("update-function-configuration"), "--timeout", "5");

    expect(await aws("lambda", ...onFunction("publish-version"))).to.match(
      /^ResourceConflictException: The operation cannot be performed at this time\. An update is in progress/,
    );
    expect(await aws("lambda", "wait", ...onFunction("function-updated-v2"))).to.equal("");
    expect(await aws("lambda", ...onFunction("publish-version"))).to.include('"Version": "3"');
  });

  it("stores a zip file in the folder of the bucket, and publishes the layer from there", async () => {
    const put = (key: string) =>
      aws("s3api", "put-object", "--bucket", "orb-dev-zips", "--key", key, "--body", "layer-1.zip");
    const publish = (key: string) =>
      aws(
        ...["lambda", "publish-layer-version", "--layer-name", "orb-dev-shared"],
        ...["--content", `S3Bucket=orb-dev-zips,S3Key=${key}`],
      );

    expect(await put("lambda-layers/shared.zip")).to.include('"ETag"');
    expect(await put("elsewhere/shared.zip")).to.match(/^AccessDenied: /);
    expect(await publish("lambda-layers/shared.zip")).to.include('"Version": 3');
    expect(await publish("elsewhere/shared.zip")).to.match(/^AccessDeniedException: Your access has been denied by S3/);
  });

  it("copies a file there and back with aws s3 cp", async () => {
    const up = await aws("s3", "cp", "layer-2.zip", "s3://orb-dev-zips/lambda-layers/copied.zip");
    const down = await aws("s3", "cp", "s3://orb-dev-zips/lambda-layers/copied.zip", "copied.zip");

    expect([up, down].map((text) => /(upload|download): /.exec(text)?.[1])).to.deep.equal(["upload", "download"]);
    expect(person.read("copied.zip")).to.equal(person.read("layer-2.zip"));
  });

  it("is denied what the deployer's role is not for", async () => {
    const denied = async (...options: string[]) => (await aws(...options)).split(":")[0];
    const other = ["--function-name", "orb-dev-other"];

    expect([
      await denied("lambda", "publish-layer-version", "--layer-name", "other", "--zip-file", "fileb://layer-1.zip"),
      await denied("lambda", "update-function-code", ...other, "--zip-file", "fileb://layer-1.zip"),
      await denied("lambda", "update-function-configuration", ...other, "--layers", `${layer}:1`),
      await denied("lambda", "publish-version", ...other),
      await denied("lambda", "get-function", ...other),
      await denied("lambda", "list-functions"),
      await denied("codeartifact", "list-domains"),
    ]).to.deep.equal(Array(7).fill("AccessDeniedException"));
  });

  it("updates the code of a function that the role is for", async () => {
    expect(await aws("lambda", ...onFunction("update-function-code"), "--zip-file", "fileb://layer-1.zip")).to.include(
      '"LastUpdateStatus": "InProgress"',
    );
    expect(await aws("lambda", "wait", ...onFunction("function-updated-v2"))).to.equal("");
  });
});
