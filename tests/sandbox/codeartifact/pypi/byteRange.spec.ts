import { expect } from "chai";
import { assert, integer, property } from "fast-check";
import { readRange } from "../../../../sandbox/codeartifact/pypi/download";

const cases: Readonly<Record<string, string>> = {
  "bytes=0-0": "0-0",
  "bytes=2-5": "2-5",
  "bytes=5-": "5-9",
  "bytes=5-99": "5-9",
  "bytes=9-9": "9-9",
  "bytes=-3": "7-9",
  "bytes=-10": "0-9",
  "bytes=-10000": "0-9",
  "BYTES=1-2": "1-2",
  "bytes=10-": "unsatisfiable",
  "bytes=10-20": "unsatisfiable",
  "bytes=-0": "unsatisfiable",
  "bytes=5-4": "whole",
  "bytes=-": "whole",
  "bytes=0-1,4-5": "whole",
  "bytes=a-b": "whole",
  "bytes=1": "whole",
  "bytes=--1": "whole",
  "lines=0-1": "whole",
  "bytes=0-9999999999999999": "whole",
  "": "whole",
};

function range(header: string | undefined, size: number): string {
  const read = readRange(header, size) ?? "whole";
  return typeof read === "string" ? read : `${read.first}-${read.last}`;
}

describe("a range of ten bytes", () => {
  for (const [header, expected] of Object.entries(cases)) {
    it(`is ${expected} for ${header === "" ? "an empty header" : header}`, () => {
      expect(range(header, 10)).to.equal(expected);
    });
  }

  it("is the whole where none is asked for", () => {
    expect(range(undefined, 10)).to.equal("whole");
  });

  it("lies within the file, from the byte that is named on", () => {
    assert(
      property(
        integer({ min: 0, max: 50 }),
        integer({ min: 0, max: 50 }),
        integer({ min: 1, max: 40 }),
        (from, to, size) => {
          const read = readRange(`bytes=${from}-${to}`, size);
          const expected =
            to < from ? undefined : from >= size ? "unsatisfiable" : { first: from, last: Math.min(to, size - 1) };
          expect(read).to.deep.equal(expected);
        },
      ),
    );
  });
});
