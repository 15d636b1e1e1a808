import { inspect } from "node:util";
import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { programError } from "../../components/programError";

describe("a program error", () => {
  it("is an error whose message alone Pulumi shows", () => {
    const error = programError("No.");

    expect(pulumi.RunError.isInstance(error)).to.equal(true);
    expect(error.message).to.equal("No.");
  });

  it("keeps its message as it passes resources that wait, though each puts a property's name before it", () => {
    const error = programError("No.");
    error.message = `error serializing property "policy": ${error.message}`;

    expect(error.message).to.equal("No.");
  });

  it("has no stack, whose printing by Pulumi takes Node 20 half a minute", () => {
    const error = programError("No.");

    expect(error.stack).to.equal("No.");
    expect(inspect(error, { colors: true })).not.to.include("node_modules");
  });
});
