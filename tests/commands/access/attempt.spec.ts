import { expect } from "chai";
import { attempt, expectedVerdict } from "../../../commands/access/attempt";
import type { Decision } from "../../../iam/evaluate";

const allowed: Decision = { outcome: "allowed", reason: "allowed by it" };
const denied: Decision = { outcome: "implicitlyDenied", unmet: ["aud"], reason: "denied by it" };

describe("an attempt of several requests", () => {
  it("ends as expected where every request does, and the first request decides", () => {
    expect(attempt("read", "denied", [denied, { outcome: "implicitlyDenied", reason: "another" }])).to.deep.equal({
      what: "read",
      expected: "denied",
      seen: "denied",
      unmet: ["aud"],
      reason: "denied by it",
    });
  });

  it("does not, where a single request ends otherwise, and that one decides", () => {
    expect(attempt("read", "denied", [denied, allowed, denied])).to.deep.equal({
      what: "read",
      expected: "denied",
      seen: "allowed",
      reason: "allowed by it",
    });
    expect(attempt("read", "allowed", [allowed, denied])).to.include({ expected: "allowed", seen: "denied" });
  });

  it("is an error where nothing is tried: an attempt of nothing would always end well", () => {
    expect(() => attempt("read", "denied", [])).to.throw("nothing was tried: read");
  });

  it("is expected to be allowed or denied", () => {
    expect([expectedVerdict(true), expectedVerdict(false)]).to.deep.equal(["allowed", "denied"]);
  });
});
