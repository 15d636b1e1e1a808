import { expect } from "chai";
import { readPlan } from "../../../commands/preview/plan";

describe("a plan that the change's code may have written", () => {
  const step = { op: "create", urn: "urn:pulumi:dev::p::t::n" };

  it("is read in the form that Pulumi prints, with what no one asks for left out", () => {
    expect(
      readPlan({ value: { steps: [{ ...step, newState: { type: "t", inputs: {} } }], config: {} } }),
    ).to.deep.equal({
      steps: [{ ...step, newState: { type: "t" } }],
      diagnostics: [],
    });
  });

  it("is missing where Pulumi printed no JSON", () => {
    expect(readPlan(undefined)).to.equal(undefined);
    expect(readPlan({ problem: "not JSON" })).to.equal(undefined);
  });

  it("is not read in another form, and says so", () => {
    const form = "the plan is not read: it is not of the form that pulumi preview --json prints";
    for (const value of [null, [], 1, { steps: 1 }, { steps: [{}] }, { diagnostics: [1] }]) {
      expect(readPlan({ value }), JSON.stringify(value)).to.equal(form);
    }
    for (const op of ["**create**", "", "x".repeat(31), "a b", "@acme"]) {
      expect(readPlan({ value: { steps: [{ ...step, op }] } }), op).to.equal(form);
    }
    expect(readPlan({ problem: "not a regular file" })).to.equal("the plan is not read: not a regular file");
  });

  it("keeps the beginning of a long message", () => {
    const plan = readPlan({ value: { diagnostics: [{ severity: "error", message: "m".repeat(5000) }] } });

    expect(plan).to.deep.equal({ steps: [], diagnostics: [{ severity: "error", message: "m".repeat(4000) }] });
  });
});
