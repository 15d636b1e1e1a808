import { expect } from "chai";
import { PatchError, patched } from "../../../sandbox/cloudcontrol/jsonPatch";

describe("a JSON Patch", () => {
  // Of RFC 6902, appendix A.
  const cases: readonly (readonly [title: string, document: object, operation: object, result: object])[] = [
    ["adds a member", { a: 1 }, { op: "add", path: "/b", value: 2 }, { a: 1, b: 2 }],
    ["adds an item before another", { a: [1, 3] }, { op: "add", path: "/a/1", value: 2 }, { a: [1, 2, 3] }],
    ["adds an item at the end", { a: [1] }, { op: "add", path: "/a/-", value: [2] }, { a: [1, [2]] }],
    ["removes a member", { a: 1, b: 2 }, { op: "remove", path: "/a" }, { b: 2 }],
    ["removes an item", { a: [1, 2] }, { op: "remove", path: "/a/0" }, { a: [2] }],
    ["replaces a value", { a: [1, 2] }, { op: "replace", path: "/a/0", value: 3 }, { a: [3, 2] }],
    ["moves an item", { a: [1, 2, 3] }, { op: "move", from: "/a/0", path: "/a/2" }, { a: [2, 3, 1] }],
    ["copies a value", { a: { b: 1 } }, { op: "copy", from: "/a", path: "/c" }, { a: { b: 1 }, c: { b: 1 } }],
    ["tests a value", { "/": 9, "~1": 10 }, { op: "test", path: "/~01", value: 10 }, { "/": 9, "~1": 10 }],
  ];

  for (const [title, document, operation, result] of cases) {
    it(title, () => {
      const before = structuredClone(document);

      expect(patched(document, [operation])).to.deep.equal(result);
      expect(document).to.deep.equal(before);
    });
  }

  const wrong: readonly (readonly [title: string, operations: unknown])[] = [
    ["is not a list", {}],
    ["has an unknown operation", [{ op: "play", path: "/a" }]],
    ["has a path without a slash", [{ op: "remove", path: "a" }]],
    ["replaces what is not there", [{ op: "replace", path: "/b", value: 1 }]],
    ["removes what is not there", [{ op: "remove", path: "/b" }]],
    ["adds below what is not there", [{ op: "add", path: "/b/c", value: 1 }]],
    ["adds beyond the end of a list", [{ op: "add", path: "/a/2", value: 1 }]],
    ["has no value", [{ op: "add", path: "/b" }]],
    ["fails a test", [{ op: "test", path: "/a", value: 2 }]],
  ];

  for (const [title, operations] of wrong) {
    it(`is rejected if it ${title}`, () => {
      expect(() => patched({ a: [1] }, operations)).to.throw(PatchError);
    });
  }
});
