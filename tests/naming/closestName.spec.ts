import { expect } from "chai";
import { didYouMean } from "../../naming/closestName";

const settings = ["packages", "publishers", "readers", "tokenLifetime"];

describe("the name that was meant", () => {
  for (const [given, meant] of [
    ["publisher", "publishers"],
    ["Publishers", "publishers"],
    ["tokenlifetime", "tokenLifetime"],
    ["tokneLifetime", "tokenLifetime"],
    ["reader", "readers"],
    ["pub", "publishers"],
  ] as const) {
    it(`is ${meant} for ${given}`, () => {
      expect(didYouMean(given, settings)).to.equal(` Did you mean ${meant}?`);
    });
  }

  for (const given of ["region", "x", "", "lifetime", "pages"]) {
    it(`is not known for ${given}`, () => {
      expect(didYouMean(given, settings)).to.equal("");
    });
  }

  it("is not known where there are no names", () => {
    expect(didYouMean("publisher", [])).to.equal("");
  });
});
