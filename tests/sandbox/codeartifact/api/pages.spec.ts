import { expect } from "chai";
import * as fc from "fast-check";
import { type Page, pageOf } from "../../../../sandbox/codeartifact/api/pages";
import { refusal } from "../../../support/sandbox/awsErrorOf";

const list = "/v1/packages?domain=orb";

function page(items: readonly string[], maxResults: number, nextToken?: string): Page<string> {
  return pageOf(items, (item) => item, { list, maxResults, nextToken });
}

/** All pages in turn; `before` sees each and says what the list is by then. */
function pages(
  items: readonly string[],
  sizes: readonly number[],
  before: (seen: readonly string[]) => readonly string[] = () => items,
): readonly (readonly string[])[] {
  const seen: (readonly string[])[] = [];
  let nextToken: string | undefined;
  do {
    const next = page(before(seen.flat()), sizes[seen.length % sizes.length] ?? 1, nextToken);
    seen.push(next.items);
    nextToken = next.nextToken;
    if (seen.length > 100) {
      throw new Error("the pages come to no end");
    }
  } while (nextToken !== undefined);
  return seen;
}

const names = fc.uniqueArray(fc.string(), { maxLength: 40 });
const sizes = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 5 });

describe("the pages of a list", () => {
  it("are together the whole list, in its order, whatever their sizes", () => {
    fc.assert(
      fc.property(names, sizes, (items, maxResults) => {
        expect(pages(items, maxResults).flat()).to.deep.equal(items);
      }),
    );
  });

  it("have the size that is asked for, but for the last one; none is empty unless the list is", () => {
    fc.assert(
      fc.property(names, fc.integer({ min: 1, max: 50 }), (items, size) => {
        const lengths = pages(items, [size]).map(({ length }) => length);
        const last = lengths.pop() ?? 0;

        expect(lengths.every((length) => length === size)).to.equal(true);
        expect(last).to.be.within(items.length === 0 ? 0 : 1, size);
      }),
    );
  });

  it("go on behind the last item that was seen, whatever is added before it or taken away", () => {
    const change = fc.record({ added: fc.nat({ max: 5 }), removed: fc.nat({ max: 5 }) });
    fc.assert(
      fc.property(names, fc.integer({ min: 1, max: 7 }), change, (items, size, { added, removed }) => {
        const result = pages(items, [size], (seen) => {
          const last = seen.at(-1);
          const rest = items.slice(last === undefined ? 0 : items.indexOf(last) + 1);
          const kept = last === undefined ? [] : [...seen.slice(removed, -1), last];
          const fresh = Array.from({ length: last === undefined ? 0 : added }, (_, number) => `new ${number}`);
          return [...fresh, ...kept, ...rest];
        });

        expect(result.flat()).to.deep.equal(items);
      }),
    );
  });

  it("go on where the last item stood, if that is gone", () => {
    const { nextToken } = page(["a", "b", "c", "d"], 2);

    expect(page(["a", "b", "c", "d"], 2, nextToken).items).to.deep.equal(["c", "d"]);
    expect(page(["a", "c", "d"], 2, nextToken).items).to.deep.equal(["d"]);
    expect(page([], 2, nextToken)).to.deep.equal({ items: [], nextToken: undefined });
  });

  it("are asked for with tokens of their own list alone", () => {
    const { nextToken } = page(["a", "b", "c"], 1);
    const refused =
      "ValidationException 400: Invalid nextToken: give the one that the page before ended with, and ask for the same list.";
    const elsewhere = { list: `${list}&repository=app`, maxResults: 1, nextToken };

    expect(page(["a", "b", "c"], 1, nextToken).items).to.deep.equal(["b"]);
    expect(refusal(() => pageOf(["a", "b", "c"], (item) => item, elsewhere))).to.equal(refused);
  });

  it("are asked for with tokens as they were given out, to the letter", () => {
    const token = page(["a", "b", "c"], 1).nextToken ?? "";
    const [, last = "", signature = ""] = Buffer.from(token, "base64url").toString().split(".");
    const forged = (text: string) => Buffer.from(text).toString("base64url");

    for (const other of [
      "1",
      "=",
      "Mi4z",
      `${token}=`,
      `${token}A`,
      token.slice(1),
      token.slice(0, -1),
      forged(`2.${last}.${signature}`),
      forged(`01.${last}.${signature}`),
      forged(`-1.${last}.${signature}`),
      forged(`1.${last}.`),
      forged(`1.${last}`),
    ]) {
      expect(
        refusal(() => page(["a", "b", "c"], 1, other)),
        other,
      ).to.match(/^ValidationException 400: Invalid nextToken: /);
    }
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (other) => {
        fc.pre(other !== token);
        expect(refusal(() => page(["a", "b", "c"], 1, other))).to.match(
          /^ValidationException 400: Invalid nextToken: /,
        );
      }),
    );
  });

  it("have tokens that the API's model takes, however long the names are", () => {
    const { nextToken = "" } = page(["\u{1F600}".repeat(500), "b"], 1);

    expect(nextToken).to.match(/^\S{1,2000}$/);
  });
});
