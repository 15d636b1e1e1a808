import { expect } from "chai";
import { inPromotionOrder } from "../../../commands/deployment/deployedStacks";

describe("the order in which versions are carried on", () => {
  const ordered = (names: readonly string[], next: Readonly<Record<string, readonly string[]>>) =>
    inPromotionOrder(names, (name) => next[name] ?? []);

  it("has each stack before those that it carries on to, otherwise in the given order", () => {
    expect(ordered(["c", "b", "a"], {})).to.deep.equal(["c", "b", "a"]);
    expect(ordered(["prod", "staging", "dev"], { dev: ["staging"], staging: ["prod"] })).to.deep.equal([
      ...["dev", "staging", "prod"],
    ]);
    expect(ordered(["us", "eu", "dev"], { dev: ["eu", "us", "elsewhere"] })).to.deep.equal(["dev", "us", "eu"]);
  });

  it("has every stack once, also of those that carry on to each other in a circle", () => {
    expect([...ordered(["a", "b", "c"], { a: ["b"], b: ["c"], c: ["a"] })].sort()).to.deep.equal(["a", "b", "c"]);
  });

  it("asks once for each stack, because a pull request may name thousands", () => {
    const names = Array.from({ length: 3000 }, (_, index) => `s${index}`);
    const asked: string[] = [];
    inPromotionOrder(names, (name) => {
      asked.push(name);
      return ["s0"];
    });

    expect(asked).to.deep.equal(names);
  });
});
