import * as sdk from "@aws-sdk/client-lambda";
import { expect } from "chai";
import { findOperation } from "../../../../sandbox/core/restPaths";
import { readInput } from "../../../../sandbox/core/restJson";
import { lambdaRoutes, models, operations } from "../../../../sandbox/lambda/api/routes";
import { invalidField } from "../../../../sandbox/lambda/errors";
import { definedMembers, exampleInput, sdkRequest } from "../../../support/sandbox/sdkRequests";
import { type DeployedSandbox, deploySandbox } from "../../../support/sandbox/servedSandbox";

describe("the operations of Lambda's API", () => {
  it("have paths of their own", () => {
    const examples = [...models.values()].map(({ name, http }) => {
      const [method = "", path = ""] = http ?? [];
      return [name, findOperation(models, { method, url: path.replace(/\{\w+\+?\}/g, "a") })?.model.name];
    });

    expect(models.size).to.equal(88);
    expect(examples.filter(([name, found]) => name !== found)).to.deep.equal([]);
    expect(findOperation(models, { method: "PATCH", url: "/2015-03-31/functions" })).to.equal(undefined);
  });

  it("that are modelled are those that deployments of layers and functions need", () => {
    expect([...operations.keys()].sort()).to.deep.equal([
      "CreateAlias",
      "CreateFunction",
      "DeleteLayerVersion",
      "GetAlias",
      "GetFunction",
      "GetFunctionConfiguration",
      "GetLayerVersion",
      "GetLayerVersionByArn",
      "ListAliases",
      "ListFunctions",
      "ListLayerVersions",
      "ListLayers",
      "ListVersionsByFunction",
      "PublishLayerVersion",
      "PublishVersion",
      "UpdateAlias",
      "UpdateFunctionCode",
      "UpdateFunctionConfiguration",
    ]);
    expect([...operations.keys()].filter((name) => !models.has(name))).to.deep.equal([]);
  });

  for (const name of operations.keys()) {
    for (const members of ["required", "all"] as const) {
      it(`read what the SDK writes for ${name} with ${members === "all" ? "all" : "the required"} members`, async () => {
        const model = models.get(name)!;
        const input = exampleInput(model, members);
        const request = await sdkRequest(sdk, "LambdaClient", name, input);
        const found = findOperation(models, request);

        expect(found?.model.name).to.equal(name);
        expect(definedMembers(readInput(model, request, invalidField, found!.labels))).to.deep.equal(input);
      });
    }
  }

  describe("that are not modelled", () => {
    let deployed: DeployedSandbox;
    let client: sdk.LambdaClient;

    before(async () => {
      deployed = await deploySandbox();
      const endpoint = await deployed.serve(lambdaRoutes(deployed.context));
      const credentials = deployed.administrator();
      client = new sdk.LambdaClient({ endpoint, region: deployed.context.account.region, credentials, maxAttempts: 1 });
    });
    after(async () => {
      client.destroy();
      await deployed.close();
    });

    it("answer 501 with their names", async () => {
      const answers: string[] = [];
      const names = [...models.keys()].filter((name) => !operations.has(name));
      for (const name of names) {
        const Command = (sdk as unknown as Record<string, new (input: unknown) => sdk.GetPolicyCommand>)[
          `${name}Command`
        ]!;
        const error = await client
          .send(new Command(exampleInput(models.get(name)!, "required")))
          .catch((e: unknown) => e);
        const { $metadata, message } = error as sdk.LambdaServiceException;
        answers.push(`${$metadata.httpStatusCode}: ${message}`);
      }

      expect(answers).to.deep.equal(names.map((name) => `501: lambda:${name} is not modelled.`));
      expect(names.length).to.equal(70);
    });
  });
});
