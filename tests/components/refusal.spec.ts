import { inspect } from "node:util";
import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { refusal } from "../../components/refusal";

describe("a refusal", () => {
  it("is an error of which Pulumi shows the message alone", () => {
    const error = refusal("No.");

    expect(pulumi.RunError.isInstance(error)).to.equal(true);
    expect(error.message).to.equal("No.");
  });

  it("keeps its message as it passes resources that wait, each of which would put a property's name before it", () => {
    const error = refusal("No.");
    error.message = `error serializing property "policy": ${error.message}`;

    expect(error.message).to.equal("No.");
  });

  it("has no stack, whose printing by Pulumi takes Node 20 half a minute", () => {
    const error = refusal("No.");

    expect(error.stack).to.equal("No.");
    expect(inspect(error, { colors: true })).not.to.include("node_modules");
  });
});
