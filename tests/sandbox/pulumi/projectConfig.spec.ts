import { expect } from "chai";
import { type ConfigDeclaration, declaredValue, readDeclaration, typeError } from "../../../sandbox/pulumi/stackFiles";

describe("a declaration of Pulumi.yaml", () => {
  it("is the object of its long form, or the value of its short one", () => {
    const long = { type: "string", default: "x", description: "what it is", secret: false };

    expect(readDeclaration(long)).to.equal(long);
    expect(readDeclaration("x")).to.deep.equal({ value: "x" });
    expect(readDeclaration(["x"])).to.deep.equal({ value: ["x"] });
    expect(readDeclaration(null)).to.deep.equal({ value: null });
  });

  it("gives its default before its value, as text or JSON", () => {
    expect(declaredValue({ default: "a", value: "b" })).to.equal("a");
    expect(declaredValue({ value: "b" })).to.equal("b");
    expect(declaredValue({ value: 7 })).to.equal("7");
    expect(declaredValue({ value: false })).to.equal("false");
    expect(declaredValue({ default: { a: [1] } })).to.equal('{"a":[1]}');
  });

  it("gives nothing where the stack must say", () => {
    expect(declaredValue({ type: "string" })).to.equal(undefined);
    expect(declaredValue({ value: null })).to.equal(undefined);
  });
});

describe("a declared type", () => {
  const cases: readonly { declaration: ConfigDeclaration; fits: readonly string[]; rejects: readonly string[] }[] = [
    { declaration: { type: "string" }, fits: ["x", "3", "true", ""], rejects: [] },
    { declaration: { type: "integer" }, fits: ["3", "-3", "+3", "0"], rejects: ["3.5", "x", "", "1e3", "true", "3 "] },
    { declaration: { type: "boolean" }, fits: ["true", "false"], rejects: ["True", "yes", "1", "", "true "] },
    { declaration: { type: "array" }, fits: ["[]", '["x",3]'], rejects: ["x", "{}", '"[]"', "[", "3"] },
    { declaration: { type: "object" }, fits: ["{}", '{"a":1}'], rejects: ["x", "[]", "null", "{", "3"] },
    {
      declaration: { type: "array", items: { type: "integer" } },
      fits: ["[]", "[1,2]", '["1"]'],
      rejects: ['["x"]', "[1.5]", "[[1]]", "[null]"],
    },
    {
      declaration: { type: "array", items: { type: "string" } },
      fits: ['["x"]', "[1]", "[true]"],
      rejects: ["[{}]", "[null]", "[[]]"],
    },
    {
      declaration: { type: "array", items: { type: "boolean" } },
      fits: ["[true,false]", '["true"]'],
      rejects: ["[1]", "[[true]]"],
    },
    {
      declaration: { type: "array", items: { type: "array", items: { type: "boolean" } } },
      fits: ["[[true]]", "[]", "[[]]"],
      rejects: ["[true]", "[[1]]"],
    },
    { declaration: { type: "number" }, fits: [], rejects: ["3", "x"] },
  ];

  cases.forEach(({ declaration, fits, rejects }) => {
    const { type, items } = declaration;

    it(`${type!}${items === undefined ? "" : ` of ${items.type!}`} takes ${fits.join(" and ") || "nothing"}, not ${rejects.join(" or ") || "nothing"}`, () => {
      expect(fits.map((text) => typeError("hub:key", declaration, text))).to.deep.equal(fits.map(() => undefined));
      expect(rejects.map((text) => typeError("hub:key", declaration, text))).to.deep.equal(
        rejects.map(() => `hub:key must be of type ${type!}.`),
      );
    });
  });

  it("asks nothing of a key that has none, or of one without a value", () => {
    expect(typeError("hub:key", {}, "x")).to.equal(undefined);
    expect(typeError("hub:key", { type: "integer" }, undefined)).to.equal(undefined);
    expect(typeError("hub:key", { type: "integer" }, "x")).to.equal("hub:key must be of type integer.");
  });
});
